"""The articles sources have named and this run has not fetched yet; kept on disk as plain records, not as requests."""

from __future__ import annotations

from collections import deque
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from crawler.scratch import Scratch
from pipelines.archive.folder import Known
from pipelines.archive.revisits import Waiting
from pipelines.archive.rows import REMOVED
from pipelines.urls import fold_url

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from crawler.parse.listing import Entry
    from pipelines.archive.folder import Archive

UNDATED = "9999"
"""Sorts behind every date."""
ENDED = ("article", "duplicate", "part", "skipped")
"""Outcomes that stand until a source says the page changed; a failed page is asked for again."""
AT_ONCE = 100
"""Records of the queue that are in memory."""


class Found(msgspec.Struct, array_like=True):
    """A URL some source named as an article: what they all say of it, and what the archive knows."""

    url: str
    known: Known | None
    fields: dict[str, str] = {}
    marks: dict[str, str] = {}
    """By kind: `rest` and `lastmod` are modification times, `title` a headline, `capture` an archive's newest."""
    look: bool = False
    """Whether to look at it although it is known and no source says that it changed."""

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


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Found)


class Frontier:
    """Collects what sources say, then gives it out oldest first, so that an original comes before its reposts."""

    def __init__(self, archive: Archive | None, scratch: Scratch | None = None) -> None:
        self._archive = archive
        self._scratch = scratch or Scratch()
        self._pinned: dict[str, Found] = {}
        """Those whose fields are known to who reads their pages, until all that was found is given out."""
        self._queue: deque[Found] = deque()
        """The next of it."""

    # -- what was found ---------------------------------------------------------------------------

    def find(self, url: str) -> Found:
        """The record of a URL, made where there is none yet. Raises ValueError where it is no http(s) URL."""
        return self._find(fold_url(url), url)

    def pin(self, url: str) -> Found:
        """The same, whose fields and marks may be changed; what sources say of it later is added to them."""
        folded = fold_url(url)
        return self._pinned.setdefault(folded, self._find(folded, url))

    def _find(self, folded: str, url: str) -> Found:
        found = self._get(folded)
        if found is None:
            found = Found(url, self._known(folded))
            self._put(folded, found)
        return found

    def _known(self, folded: str) -> Known | None:
        return self._archive.known(folded) if self._archive is not None else None

    def _get(self, folded: str) -> Found | None:
        if folded in self._pinned:
            return self._pinned[folded]
        row = self._scratch.one("SELECT record FROM found WHERE key = ?", (folded,))
        return _DECODER.decode(row[0]) if row else None

    def _put(self, folded: str, found: Found, *, kept: bool = False) -> None:
        self._scratch.execute(
            "INSERT INTO found (key, date, url, unchanged, kept, record) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (key)"
            " DO UPDATE SET date = excluded.date, unchanged = excluded.unchanged, record = excluded.record",
            (folded, found.date, found.url, found.unchanged, kept, _ENCODER.encode(found)),
        )

    def _put_pinned(self) -> None:
        for folded, found in self._pinned.items():
            self._put(folded, found)

    def titles(self, url: str) -> tuple[str, ...]:
        """The headlines lists have linked to a URL by, this run."""
        found = self._get(fold_url(url))
        return (found.marks["title"],) if found and "title" in found.marks else ()

    def add(self, entry: Entry, fields: dict[str, str]) -> Found:
        """Note what a source says of an article; the first source to name a field or a mark wins."""
        folded = fold_url(entry.url)
        found = self._get(folded)
        is_news = found is None
        if found is None:
            found = Found(entry.url, self._known(folded))
        for name, value in {**entry.fields, **fields}.items():
            if name not in found.fields and not self._is_withdrawn(value):
                found.fields[name] = value
                is_news = True
        kind, _, mark = (entry.mark or "").partition(":")
        if entry.mark and kind not in found.marks and not self._is_withdrawn(entry.mark):
            found.marks[kind] = mark
            is_news = True
        if is_news:
            self._put(folded, found)
        return found

    def _is_withdrawn(self, said: str) -> bool:
        """Whether a source says what was withdrawn: that is not kept, wherever it leads."""
        return self._archive is not None and self._archive.says_withdrawn(said)

    def rename(self, spelled: Callable[[str], str]) -> None:
        """Note what was found under the URLs that `spelled` gives; what two of them named is one now."""
        self._put_pinned()
        before, self._pinned = self._pinned, {}
        self._scratch.execute("INSERT INTO renamed SELECT nth, key, kept, record FROM found")
        self._scratch.execute("DELETE FROM found")
        for key, kept, record in self._scratch.rows("SELECT key, kept, record FROM renamed ORDER BY nth"):
            found = before.get(key) or _DECODER.decode(record)
            url = spelled(found.url)
            folded = fold_url(url)
            if (same := self._get(folded)) is None and url == found.url:
                self._put(folded, found, kept=kept)
                if key in before:
                    self._pinned[folded] = found
                continue
            same = same or Found(url, self._known(folded))
            same.fields = {**found.fields, **same.fields}
            same.marks = {**found.marks, **same.marks}
            self._put(folded, same)
        self._scratch.execute("DELETE FROM renamed")

    def resume(self) -> set[str]:
        """Take in what earlier runs found and did not get, beside what sources of this run say.

        Returns the folded URLs of known articles that lists have left out.
        """
        left_out = set()
        for one in self._archive.agenda.waiting() if self._archive is not None else ():
            self.put(one)
            if one.left_out:
                left_out.add(one.key)
        return left_out

    def put(self, one: Waiting) -> None:
        """Take in what no source of this run has named."""
        if self._get(one.key) is None:
            self._put(one.key, Found(one.url, self._known(one.key), one.fields, one.marks, one.look))

    def keep(self) -> None:
        """Have the archive remember what is to be asked for: what of it this run does not get the next one will."""
        if self._archive is not None:
            self._put_pinned()
            to_ask = self._scratch.rows("SELECT key, record FROM found WHERE NOT kept AND NOT unchanged ORDER BY nth")
            found = ((key, _DECODER.decode(record)) for key, record in to_ask)
            self._archive.agenda.add(Waiting(key, one.url, one.fields, one.marks, one.look) for key, one in found)
            self._scratch.execute("UPDATE found SET kept = 1 WHERE NOT kept AND NOT unchanged")

    def count(self) -> int:
        """How many are not yet given out that the archive does not hold."""
        self._put_pinned()
        row = self._scratch.one("SELECT count(*) FROM found WHERE NOT unchanged")
        assert row is not None
        return int(row[0])

    def waiting(self, places: Collection[int]) -> list[Found]:
        """Those at some places among them, oldest first, whatever order they were found in; they are pinned."""
        self._put_pinned()
        keys = self._scratch.rows("SELECT key FROM found WHERE NOT unchanged ORDER BY date, url")
        chosen = [key for at, (key,) in enumerate(keys) if at in places]
        return [self._pinned.setdefault(key, self._find(key, key)) for key in chosen]

    # -- what is given out ------------------------------------------------------------------------

    def put_back(self, found: Found) -> None:
        """Take back what was given out last, to be given out next."""
        self._queue.appendleft(found)

    def put_off(self, some: Iterable[Found]) -> None:
        """Take back what has to wait until all else is given out."""
        rows = ((_ENCODER.encode(found),) for found in some)
        self._scratch.execute_many("INSERT INTO put_off (record) VALUES (?)", rows)

    def again(self, is_ready: Callable[[Found], bool]) -> bool:
        """When all else is given out: give out what was put off and is ready now, in its order; whether any is."""
        rows = self._scratch.rows("SELECT place, record FROM put_off ORDER BY place")
        ready = ((place,) for place, record in rows if is_ready(_DECODER.decode(record)))
        self._scratch.execute_many("INSERT INTO queue SELECT place, record FROM put_off WHERE place = ?", ready)
        return self._scratch.execute("DELETE FROM put_off WHERE place IN (SELECT place FROM queue)") > 0

    def left(self) -> Iterator[Found]:
        """What was put off, if nothing of it will be ready any more."""
        for (record,) in self._scratch.rows("SELECT record FROM put_off ORDER BY place"):
            yield _DECODER.decode(record)
        self._scratch.execute("DELETE FROM put_off")

    def take(self) -> Iterator[Found]:
        """All that was found, oldest first; what is found meanwhile comes in the next round."""
        while self._fill():
            while self._queue:
                yield self._queue.popleft()

    def _fill(self) -> bool:
        """Read the next records of the queue, or begin another where it is through; whether there are any."""
        if self._queue:
            return True
        if not self._scratch.one("SELECT 1 FROM queue"):
            self._put_pinned()
            self._pinned = {}
            self._scratch.execute("INSERT INTO queue (record) SELECT record FROM found ORDER BY date, nth")
            self._scratch.execute("DELETE FROM found")
        rows = list(self._scratch.rows("SELECT place, record FROM queue ORDER BY place LIMIT ?", (AT_ONCE,)))
        if rows:
            self._scratch.execute("DELETE FROM queue WHERE place <= ?", (rows[-1][0],))
        self._queue.extend(_DECODER.decode(record) for _, record in rows)
        return bool(self._queue)
