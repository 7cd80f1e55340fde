"""Article lines and rows written anew beside the old ones, which they replace in one step or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Self

import msgspec

from pipelines.archive.cdxj import write_cdxj
from pipelines.archive.database import Database
from pipelines.archive.files import refuse
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
    Removed,
    Walked,
    journal_path,
)
from pipelines.archive.lines import gone, link
from pipelines.archive.linking import correct, forget, links_of, place, published_of, told_by, wants_by_portal
from pipelines.archive.lock import Lock
from pipelines.archive.mend import NEW, Mender
from pipelines.archive.rows import REMOVED, Brief, Rows, version_of, write_article
from pipelines.archive.stored import Difference, StoredLines, unsound
from pipelines.archive.sweeping import PLACES, swept
from pipelines.archive.torn import is_torn, roll_back
from pipelines.archive.withdrawn import REASON, is_withdrawn, note_removed
from pipelines.errors import ArchiveError, Dropped
from pipelines.items import Article
from pipelines.near.comparison import Comparison, Links
from pipelines.search.state import invalidate
from pipelines.text import fold_digest
from pipelines.urls import fold_url

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from sqlite3 import Row

    from pipelines.archive.stored import Line

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
        self.comparison = Comparison(self.db)
        self._rows = {portal: Rows(self.db, portal) for portal in portals}
        self._lines: dict[str, BinaryIO] = {}
        self.differences = {portal: Difference() for portal in portals}
        self.stored = StoredLines(folder, self.db)
        self.at: datetime | None = None
        """When what is being put in its place took place, as far as that is known."""
        for portal in portals:
            mender = Mender(folder, self.db, portal)
            mender.finish()
            mender.journal()
            torn = is_torn(folder, portal, mender.recorded())
            mender.captures()
            if torn:
                roll_back(folder, self.db, portal)
            mender.learnt()
            self.stored.index(portal)
        self.stored.ready()
        self.db.execute("PRAGMA synchronous = FULL")  # the lines are renamed only when the database says so for good

    def __enter__(self) -> Self:
        """Begin: every article is taken out of its place."""
        self.db.execute("BEGIN IMMEDIATE")
        self.comparison.begin(by_portal=wants_by_portal(self.db))
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
        if isinstance(event, Ended) and event.outcome == REMOVED:
            rows.removed(event.url)
        elif isinstance(event, Ended):
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
            assert isinstance(event, Learnt | Removed)  # of which the latter were taken in before all else

    def withdraw(self, portal: str, event: Removed) -> None:
        """Take in that an article was withdrawn: what says the same is not put in a place."""
        note_removed(self.db, portal, event)

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
        article = gone(self.read(row), event.at)
        self.write(f"articles/{portal}.jsonl", article, msgspec.json.encode(article) + b"\n", row["folded"])
        rows.gone(event.url, event.at)

    def drop(self, portal: str, line: bytes, read: Read, reason: str | None) -> None:
        """Record that an article is not stored: unchanged, or refused for a reason."""
        self._rows[portal].settle_article(_BRIEF.decode(line), read, reason)

    def store(self, portal: str, line: bytes, folded: str, read: Read | None, features: bytes = b"") -> str:
        """Put an article in its place; how it ended: `article`, `version`, `duplicate`, `unchanged`, `withdrawn`.

        `line` has no place yet, or an old one; a duplicate's text must be in it. `features` are those of its text,
        where who read it has taken them.
        """
        brief, rows = _BRIEF.decode(line), self._rows[portal]
        if is_withdrawn(self.db, brief.id, folded):
            if portal in self.anew and not rows.stands(url := fold_url(brief.url)):
                rows.removed(url)
            return REASON
        try:
            brief.version, brief.previous_digest = version_of(rows, brief.id, brief.digest)
        except Dropped:
            if portal in self.anew:
                rows.settle_article(brief, read)
            return "unchanged"
        links, others = self._place(brief, line, folded, features)
        line = _placed(line, brief, links)
        brief = _BRIEF.decode(line)
        self.write(f"articles/{portal}.jsonl", brief, line, folded)
        rows.settle_article(brief, read, stored=True)
        correct(self.db, self.comparison, self, others)
        return "duplicate" if links.duplicate_of else "version" if brief.version > 1 else "article"

    def _place(self, brief: Brief, line: bytes, folded: str, features: bytes) -> tuple[Links, list[str]]:
        """As a crawl places it; a duplicate whose text cannot be had and that would be the first to say it stays what
        its line says, and is not compared.
        """
        if brief.duplicate_of and self._lacks(brief, folded):
            return links_of(brief), []
        return place(self.comparison, brief, folded, lambda: features or told_by(_ARTICLE.decode(line)))

    def _lacks(self, brief: Brief, folded: str | None) -> bool:
        """Whether a line without text can have no place without it."""
        if not folded:
            return True
        last = self._rows[brief.portal].latest(brief.id)
        if last is not None and last.digest == brief.digest:  # as it is back, it repeats what that is of others
            return self.comparison.links(brief.id).duplicate_of is None
        return self.comparison.lacks(brief.id, folded, brief.portal, published_of(brief))

    def read(self, row: Row) -> bytes:
        """The line that a row of `articles` tells of."""
        stream = self._lines[_portal_of(row["file"])]
        stream.seek(row["offset"])
        line = stream.read(row["length"])
        stream.seek(0, os.SEEK_END)
        return line

    def write(self, file: str, article: Article | Brief, line: bytes, folded: str) -> None:
        """An article's line and its row. Raises OutputUnwritable."""
        portal = _portal_of(file)
        stream = self._lines[portal]
        offset = stream.tell()
        try:
            stream.write(line)
        except OSError as error:
            refuse(self._new(portal), error)
        write_article(self.db, article, folded, file, offset, len(line), self.at)
        self.stored.compare(portal, article.id, article.version, line, self.differences[portal])

    def falls(self, portal: str, line: Line) -> bool:
        """Whether a stored line cannot stand as it is: it is damaged, or a duplicate's, without text, and is none."""
        text = self.stored.text(portal, line)
        brief = _BRIEF.decode(text)
        return unsound(_ARTICLE.decode(text)) is not None or bool(
            brief.duplicate_of and self._lacks(brief, line.folded)
        )

    def stand(self, portal: str, line: Line, read: Read | None) -> str:
        """Put a stored line in its place; how it ended, as `store` says it."""
        text = self.stored.text(portal, line)
        brief = _BRIEF.decode(text)
        for part in brief.parts if portal in self.anew else ():
            self.part(portal, fold_url(part.url))
        folded = line.folded or ("" if brief.duplicate_of else fold_digest(_ARTICLE.decode(text)))
        return self.store(portal, text, folded, read)

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
        listed = ", ".join("?" * len(self.portals))
        others = f"SELECT 1 FROM articles WHERE portal NOT IN ({listed})"  # noqa: S608 - as many question marks
        if self.db.one(others, tuple(self.portals)):  # of which there are no captures: they are not in the comparison
            forget(self.db)
        if self.db.new:  # what a run that was cut short had found and not fetched is not known: its lists are walked
            unfinished = "SELECT portal FROM portals WHERE finished = 0"
            self.db.execute(f"DELETE FROM sections WHERE portal IN ({unfinished})")  # noqa: S608 - constants
        swept(self.db, PLACES)
        invalidate(self.folder)
        self.db.execute("COMMIT")
        for portal in self.portals:
            Mender(self.folder, self.db, portal).finish()
            write_cdxj(self.db, portal, self.folder / "captures" / portal / f"{portal}.cdxj")
        invalidate(self.folder)  # also what was indexed of the old lines meanwhile

    def __exit__(self, *_: object) -> None:
        """Without `commit` everything stays as it was."""
        for portal, stream in self._lines.items():
            stream.close()
            self._new(portal).unlink(missing_ok=True)
        self.stored.close()
        self.db.close()
        self._lock.release()


def _portal_of(file: str) -> str:
    """Whose lines a file of the folder holds."""
    return Path(file).stem


def _placed(line: bytes, brief: Brief, links: Links) -> bytes:
    """A line with its place among the others; as it is where it says that already."""
    old = _BRIEF.decode(line)
    if (old.version, old.previous_digest, links_of(old)) == (brief.version, brief.previous_digest, links):
        return line
    article = _ARTICLE.decode(line)
    article.version, article.previous_digest = brief.version, brief.previous_digest
    link(article, links)
    return msgspec.json.encode(article) + b"\n"
