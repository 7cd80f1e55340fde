"""Article lines and rows written anew beside the old ones, which they replace in one step or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Self

import msgspec

from pipelines.archive.cdxj import write_cdxj
from pipelines.archive.database import Database
from pipelines.archive.folder import refuse
from pipelines.archive.journal import (
    Began,
    Checked,
    Closed,
    Ended,
    Event,
    Gone,
    Learnt,
    Marked,
    Read,
    Walked,
    journal_path,
)
from pipelines.archive.lines import gone
from pipelines.archive.lock import Lock
from pipelines.archive.mend import NEW, Mender
from pipelines.archive.rows import Brief, Rows
from pipelines.archive.stored import Difference, StoredLines, unsound
from pipelines.dedup import Place, place_of
from pipelines.errors import ArchiveError, Dropped
from pipelines.items import Article
from pipelines.text import fold_digest
from pipelines.urls import fold_url

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.archive.stored import Line

_FIRST = Place(1, None, None)
_BRIEF = msgspec.json.Decoder(Brief)
_ARTICLE = msgspec.json.Decoder(Article)


class Rebuild:
    """The articles of a folder, put in their places anew; held by one process, as an archive is.

    `anew` are the portals whose URLs and sections are told anew too; the articles of the others only take their
    places among them, as the first of two with the same text is the original whatever portal it is of. All of it is
    one transaction: until `commit` the archive is as it was.
    """

    def __init__(self, folder: Path, portals: Sequence[str], anew: Sequence[str]) -> None:
        self.folder = folder
        self.portals, self.anew = portals, anew
        (folder / "articles").mkdir(exist_ok=True)
        self._lock = Lock(folder)
        try:
            self.db = Database(folder / "archive.db")
        except ArchiveError:
            self._lock.release()
            raise
        self._rows = {portal: Rows(self.db, portal) for portal in portals}
        self._lines: dict[str, BinaryIO] = {}
        self.differences = {portal: Difference() for portal in portals}
        self.stored = StoredLines(folder, self.db)
        for portal in portals:
            mender = Mender(folder, self.db, portal)
            mender.finish()
            mender.journal()
            mender.captures()
            mender.learnt()
            self.stored.index(portal)
        self.stored.ready()
        self.db.execute("PRAGMA synchronous = FULL")  # the lines are renamed only when the database says so for good

    def __enter__(self) -> Self:
        """Begin: every article is taken out of its place."""
        self.db.execute("BEGIN IMMEDIATE")
        for portal in self.portals:
            self.db.execute("DELETE FROM articles WHERE portal = ?", (portal,))
            self._lines[portal] = self._new(portal).open("w+b")
        for portal in self.anew:
            self.db.execute("DELETE FROM urls WHERE portal = ?", (portal,))
            self.db.execute("DELETE FROM sections WHERE portal = ?", (portal,))
        return self

    def _new(self, portal: str) -> Path:
        return self.folder / "articles" / f"{portal}.jsonl{NEW}"

    def replay(self, portal: str, event: Event) -> None:
        """Tell the database what a crawl did, but for what it read."""
        rows = self._rows[portal]
        if isinstance(event, Ended):
            rows.settle(event.url, event.outcome, reason=event.reason, mark=event.mark)
        elif isinstance(event, Checked):
            rows.checked(event.url, event.at, event.mark)
        elif isinstance(event, Marked):
            rows.remark(event.url, event.mark)
        elif isinstance(event, Walked):
            rows.walked(event.url, event.at)
        elif isinstance(event, Began):
            rows.finished(False)
            rows.began(event.at, anew=False)
        elif isinstance(event, Closed):
            rows.finished(event.finished)
            if event.over:
                rows.began(None)
        else:
            assert isinstance(event, Learnt)

    def part(self, portal: str, url: str) -> None:
        """Record that a folded URL is a further page of an article."""
        self._rows[portal].settle(url, "part")

    def ended(self, portal: str, read: Read, outcome: str, reason: str | None) -> None:
        """Record how a page ended that was read as an article and is none."""
        self._rows[portal].ended(fold_url(read.url), outcome, reason, read.fields.get("mark"), read.pages[0].at)

    def gone(self, portal: str, event: Gone) -> None:
        """Put the version in its place that says that an article is gone."""
        rows = self._rows[portal]
        known = self.db.one("SELECT article FROM urls WHERE portal = ? AND url = ?", (portal, event.url))
        row = rows.newest(known["article"]) if known and known["article"] else None
        if row is None:  # today's readers find no article there
            return
        stream = self._lines[portal]
        stream.seek(row["offset"])
        article = gone(stream.read(row["length"]), event.at)
        stream.seek(0, os.SEEK_END)
        self._write(portal, article, msgspec.json.encode(article) + b"\n", row["folded"])
        rows.gone(event.url, event.at)

    def drop(self, portal: str, line: bytes, read: Read, reason: str | None) -> None:
        """Record that an article is not stored: unchanged, or refused for a reason."""
        self._rows[portal].settle_article(_BRIEF.decode(line), read, reason)

    def store(self, portal: str, line: bytes, folded: str, read: Read | None) -> str:
        """Put an article in its place; how it ended: `article`, `version`, `duplicate`, `unchanged`.

        `line` has no place yet, or an old one; a duplicate's text must be in it.
        """
        brief, rows = _BRIEF.decode(line), self._rows[portal]
        try:
            place = place_of(rows, brief.id, brief.digest, folded)
        except Dropped:
            if portal in self.anew:
                rows.settle_article(brief, read)
            return "unchanged"
        line = _placed(line, place)
        brief.version, brief.duplicate_of = place.version, place.duplicate_of
        self._write(portal, brief, line, folded)
        rows.settle_article(brief, read, stored=True)
        return "duplicate" if place.duplicate_of else "version" if place.version > 1 else "article"

    def _write(self, portal: str, article: Article | Brief, line: bytes, folded: str) -> None:
        stream = self._lines[portal]
        offset = stream.tell()
        try:
            stream.write(line)
        except OSError as error:
            refuse(self._new(portal), error)
        self._rows[portal].article(article, folded, f"articles/{portal}.jsonl", offset, len(line))
        self.stored.compare(portal, article.id, article.version, line, self.differences[portal])

    def falls(self, portal: str, line: Line) -> bool:
        """Whether a stored line cannot stand as it is: it is damaged, or a duplicate's, without text, and is none."""
        article = _ARTICLE.decode(self.stored.text(portal, line))
        if unsound(article):
            return True
        if article.duplicate_of is None:
            return False
        return line.folded is None or self._rows[portal].original_of(line.folded, line.id) is None

    def stand(self, portal: str, line: Line, read: Read | None) -> str:
        """Put a stored line in its place; how it ended, as `store` says it."""
        text = self.stored.text(portal, line)
        for part in _BRIEF.decode(text).parts if portal in self.anew else ():
            self.part(portal, fold_url(part.url))
        return self.store(portal, text, line.folded or fold_digest(_ARTICLE.decode(text)), read)

    def compared(self) -> dict[str, Difference]:
        """What the new lines are beside the old, by portal; to be asked once, when all are stored."""
        for portal in self.portals:
            self.stored.removed(portal, self.differences[portal])
        return self.differences

    def commit(self) -> None:
        """Let the new state take the place of the old. Raises OutputUnwritable; all then is as it was."""
        try:
            for portal, stream in self._lines.items():
                stream.flush()
                os.fsync(stream.fileno())
                size = stream.tell()
                self._rows[portal].end(f"articles/{portal}.jsonl", size)
                self._rows[portal].end(f"articles/{portal}.jsonl{NEW}", size)
                journal = journal_path(self.folder, portal)
                if journal.exists():
                    self._rows[portal].end(journal.relative_to(self.folder).as_posix(), journal.stat().st_size)
        except OSError as error:
            refuse(self.folder / "articles", error)
        if self.db.new:  # what a run that was cut short had found and not fetched is not known: its lists are walked
            unfinished = "SELECT portal FROM portals WHERE finished = 0"
            self.db.execute(f"DELETE FROM sections WHERE portal IN ({unfinished})")  # noqa: S608 - constants
        self.db.execute("COMMIT")
        for portal in self.portals:
            Mender(self.folder, self.db, portal).finish()
            write_cdxj(self.db, portal, self.folder / "captures" / portal / f"{portal}.cdxj")

    def __exit__(self, *_: object) -> None:
        """Without `commit` everything stays as it was."""
        for portal, stream in self._lines.items():
            stream.close()
            self._new(portal).unlink(missing_ok=True)
        self.stored.close()
        self.db.close()
        self._lock.release()


def _placed(line: bytes, place: Place) -> bytes:
    """A line with its place among the others; as it is where it is the first of its kind."""
    brief = _BRIEF.decode(line)
    if place == _FIRST == (brief.version, brief.previous_digest, brief.duplicate_of):
        return line
    article = _ARTICLE.decode(line)
    article.version, article.previous_digest, article.duplicate_of = place
    if place.duplicate_of:
        article.lead, article.body, article.body_html = None, "", ""
    return msgspec.json.encode(article) + b"\n"
