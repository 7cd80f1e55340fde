"""Article lines and rows written anew beside the old ones, which they replace in one step or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Self

import msgspec

from pipelines.archive.cdxj import write_cdxj
from pipelines.archive.database import Database
from pipelines.archive.files import refuse
from pipelines.archive.journal import Began, Closed, Ended, Event, Learnt, Marked, Read, Walked, journal_path
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
            self._lines[portal] = self._new(portal).open("wb")
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
        elif isinstance(event, Marked):
            rows.remark(event.url, event.mark)
        elif isinstance(event, Walked):
            rows.walked(event.url, event.at)
        elif isinstance(event, Began | Closed):
            rows.finished(isinstance(event, Closed) and event.finished)
        else:
            assert isinstance(event, Learnt)

    def settle(self, portal: str, url: str, outcome: str, reason: str | None = None, mark: str | None = None) -> None:
        """Record how a folded URL ended."""
        self._rows[portal].settle(url, outcome, reason=reason, mark=mark)

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
        stream = self._lines[portal]
        offset = stream.tell()
        try:
            stream.write(line)
        except OSError as error:
            refuse(self._new(portal), error)
        rows.article(brief, folded, f"articles/{portal}.jsonl", offset, len(line))
        rows.settle_article(brief, read)
        self.stored.compare(portal, brief.id, brief.version, line, self.differences[portal])
        return "duplicate" if place.duplicate_of else "version" if place.version > 1 else "article"

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
            self.settle(portal, fold_url(part.url), "part")
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
