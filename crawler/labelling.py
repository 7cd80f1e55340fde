"""Which section an article stands in, as far as the lists that name it tell."""

from __future__ import annotations

from collections import Counter
from itertools import count
from typing import TYPE_CHECKING

from crawler.scratch import Scratch
from pipelines.urls import fold_url

if TYPE_CHECKING:
    from crawler.parse.listing import Box, Entry, Listing


class Labelling:
    """The labels of the lists that name an article, less those of pages that are no list but have a box of news.

    A contact page with "most read" beside its form looks like a short list. What tells is that the same box stands
    beside the lists of the sections too: its articles are of any section. So nothing is decided before all are read.
    """

    def __init__(self, scratch: Scratch | None = None) -> None:
        self._scratch = scratch or Scratch()
        self._main: Counter[Box | None] = Counter()
        self._beside: Counter[Box | None] = Counter()
        self._lists: dict[str, Box | None] = {}
        self._numbers: dict[tuple[str, Box | None], int] = {}
        """Of each label a list has, with the box it stands for."""
        self._nth = count()

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
        rows = ((hash(fold_url(entry.url)), self._number(label, entry.box), next(self._nth)) for entry in listed)
        self._scratch.execute_many("INSERT OR IGNORE INTO labels VALUES (?, ?, ?)", rows)

    def _number(self, label: str, box: Box | None) -> int:
        return self._numbers.setdefault((label, box), len(self._numbers))

    def section(self, url: str) -> str | None:
        """The section of an article: the label of the first list that names it."""
        labels = list(self._numbers)
        sql = "SELECT label FROM labels WHERE url = ? ORDER BY nth"
        for (number,) in self._scratch.rows(sql, (hash(fold_url(url)),)):
            label, box = labels[number]
            if self._beside[box] < self._main[box] or not self._beside[box]:
                return str(label)
        return None
