"""The articles sources have named and this run has not fetched yet; kept as plain records, not as requests."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from pipelines.archive.folder import Known
from pipelines.archive.revisits import Waiting
from pipelines.archive.rows import REMOVED
from pipelines.urls import fold_url

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crawler.parse.listing import Entry
    from pipelines.archive.folder import Archive

UNDATED = "9999"
"""Sorts behind every date."""
ENDED = ("article", "duplicate", "part", "skipped")
"""Outcomes that stand until a source says the page changed; a failed page is asked for again."""


@dataclass(slots=True)
class Found:
    """A URL some source named as an article: what they all say of it, and what the archive knows."""

    url: str
    known: Known | None
    fields: dict[str, str] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)
    """By kind: `rest` and `lastmod` are modification times, `title` a headline, `capture` an archive's newest."""
    look: bool = False
    """Whether to look at it although it is known and no source says that it changed."""
    kept: bool = False
    """Whether the archive has been told to remember it."""

    @property
    def date(self) -> str:
        """When it was published as far as sources say."""
        return date_of(self.fields)

    @property
    def unchanged(self) -> bool:
        """Whether the archive need not ask again: it knows how the URL ended, and no source says it is another now.

        A modification time decides; the headline in a listing only where there is none.
        """
        known = self.known
        if known is not None and known.outcome == REMOVED:
            return True
        if known is None or known.outcome not in ENDED or (known.gone_at and self.marks):
            return False
        if known.outcome == "part" or (known.outcome == "skipped" and not known.mark):
            return True  # a part is read again with its first page; a menu's static page no source speaks of
        before = dict(part.partition(":")[::2] for part in (known.mark or "").split("|"))
        common = [kind for kind in self.marks if kind in before]
        if not common:
            return bool(known.mark) or not self.marks.keys() - {"title"}
        strong = [kind for kind in common if kind != "title"]
        return all(self.marks[kind] == before[kind] for kind in strong or common)

    @property
    def capture_read(self) -> str | None:
        """The time (WARC-Date) of the newest capture the archive has read of it and knows how it ended."""
        known = self.known
        if known is None or known.outcome not in ENDED or not known.mark:
            return None
        return dict(part.partition(":")[::2] for part in known.mark.split("|")).get("capture")

    def is_outside(self, since: datetime | None, until: datetime | None) -> bool:
        """Whether sources date it outside of a period; what none dates may lie in it."""
        if (since is None and until is None) or self.date == UNDATED:
            return False
        at = datetime.fromisoformat(self.date)
        return (since is not None and at < since) or (until is not None and at >= until)

    def marked(self) -> dict[str, str]:
        """The fields to keep beside its capture, with the marks as one."""
        if self.marks:
            self.fields["mark"] = "|".join(f"{kind}:{mark}" for kind, mark in sorted(self.marks.items()))
        return self.fields


def date_of(fields: dict[str, str]) -> str:
    """The date to order by, out of the fields kept beside a capture; what no source dates sorts last."""
    return fields.get("published") or fields.get("listed") or UNDATED


class Frontier:
    """Collects what sources say, then gives it out oldest first, so that an original comes before its reposts."""

    def __init__(self, archive: Archive | None) -> None:
        self._archive = archive
        self._found: dict[str, Found] = {}
        self._queue: deque[Found] = deque()

    def find(self, url: str) -> Found:
        """The record of a URL, made where there is none yet. Raises ValueError where it is no http(s) URL."""
        folded = fold_url(url)
        found = self._found.get(folded)
        if found is None:
            known = self._archive.known(folded) if self._archive is not None else None
            found = self._found[folded] = Found(url, known)
        return found

    def titles(self, url: str) -> tuple[str, ...]:
        """The headlines lists have linked to a URL by, this run."""
        found = self._found.get(fold_url(url))
        return (found.marks["title"],) if found and "title" in found.marks else ()

    def add(self, entry: Entry, fields: dict[str, str]) -> Found:
        """Note what a source says of an article; the first source to name a field or a mark wins."""
        found = self.find(entry.url)
        for name, value in {**entry.fields, **fields}.items():
            if not self._is_withdrawn(value):
                found.fields.setdefault(name, value)
        if entry.mark and not self._is_withdrawn(entry.mark):
            kind, _, mark = entry.mark.partition(":")
            found.marks.setdefault(kind, mark)
        return found

    def _is_withdrawn(self, said: str) -> bool:
        """Whether a source says what was withdrawn: that is not kept, wherever it leads."""
        return self._archive is not None and self._archive.says_withdrawn(said)

    def rename(self, spelled: Callable[[str], str]) -> None:
        """Note what was found under the URLs that `spelled` gives; what two of them named is one now."""
        before, self._found = self._found, {}
        for found in before.values():
            url = spelled(found.url)
            kept = self._found.setdefault(fold_url(url), found) if url == found.url else self.find(url)
            if kept is not found:
                kept.fields = {**found.fields, **kept.fields}
                kept.marks = {**found.marks, **kept.marks}

    def resume(self) -> set[str]:
        """Take in what earlier runs found and did not get, beside what sources of this run say.

        Returns the folded URLs of known articles that lists have left out.
        """
        waiting = self._archive.agenda.waiting() if self._archive is not None else []
        for one in waiting:
            self.put(one)
        return {one.key for one in waiting if one.left_out}

    def put(self, one: Waiting) -> None:
        """Take in what no source of this run has named."""
        if one.key not in self._found:
            known = self._archive.known(one.key) if self._archive is not None else None
            self._found[one.key] = Found(one.url, known, one.fields, one.marks, one.look)

    def keep(self) -> None:
        """Have the archive remember what is to be asked for: what of it this run does not get the next one will."""
        if self._archive is not None:
            to_ask = [(key, one) for key, one in self._found.items() if not one.kept and not one.unchanged]
            for _, one in to_ask:
                one.kept = True
            self._archive.agenda.add(Waiting(key, one.url, one.fields, one.marks, one.look) for key, one in to_ask)

    def waiting(self) -> list[Found]:
        """What is not yet given out and the archive does not hold, oldest first, whatever order it was found in."""
        waiting = (found for found in self._found.values() if not found.unchanged)
        return sorted(waiting, key=lambda found: (found.date, found.url))

    def put_back(self, found: Found) -> None:
        """Take back what was given out last, to be given out next."""
        self._queue.appendleft(found)

    def take(self) -> Iterator[Found]:
        """All that was found, oldest first; what is found meanwhile comes in the next round."""
        while self._queue or self._found:
            if not self._queue:
                self._queue.extend(sorted(self._found.values(), key=lambda found: found.date))
                self._found = {}
            while self._queue:
                yield self._queue.popleft()
