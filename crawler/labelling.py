"""Which section an article stands in, as far as the lists that name it tell."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from pipelines.urls import fold_url

if TYPE_CHECKING:
    from crawler.parse.listing import Box, Entry, Listing


class Labelling:
    """The labels of the lists that name an article, less those of pages that are no list but have a box of news.

    A contact page with "most read" beside its form looks like a short list. What tells is that the same box stands
    beside the lists of the sections too: its articles are of any section. So nothing is decided before all are read.
    """

    def __init__(self) -> None:
        self._main: Counter[Box | None] = Counter()
        self._beside: Counter[Box | None] = Counter()
        self._lists: dict[str, Box | None] = {}
        self._labels: dict[str, list[tuple[str, Box | None]]] = {}

    def note(self, listing: Listing, section: str, label: str | None) -> None:
        """Take in a page of the list at URL `section`."""
        if not listing.entries:
            return
        boxes = Counter(entry.box for entry in listing.entries)
        first = self._lists.setdefault(section, boxes.most_common(1)[0][0])
        listed: list[Entry] = listing.entries
        if first not in boxes:  # on a last page a box beside may outweigh what is left of the list
            listed = [entry for entry in listing.others if entry.box == first] or listed
        own = {entry.box for entry in listed}
        self._main.update(own)
        self._beside.update({entry.box for entry in (*listing.entries, *listing.others)} - own)
        if label is None:
            return
        for entry in listed:
            self._labels.setdefault(fold_url(entry.url), []).append((label, entry.box))

    def section(self, url: str) -> str | None:
        """The section of an article: the label of the first list that names it."""
        for label, box in self._labels.get(fold_url(url), ()):
            if self._beside[box] < self._main[box] or not self._beside[box]:
                return label
        return None
