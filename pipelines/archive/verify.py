"""Whether an output folder is what it says it is: captures, index, journal, lines and database, each by the others."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from pipelines.archive.cdxj import cdxj_lines
from pipelines.archive.database import Database
from pipelines.archive.files import inside
from pipelines.archive.journal import Read, journal_path, read_journal
from pipelines.archive.linking import links_of
from pipelines.archive.mend import NEW, learnt_path
from pipelines.archive.rows import repeated
from pipelines.archive.soundness import Member, members
from pipelines.archive.stored import unsound
from pipelines.archive.warc import record_at, warc_date
from pipelines.errors import ArchiveError, Withdrawn
from pipelines.items import Article
from pipelines.near.comparison import Comparison

if TYPE_CHECKING:
    from sqlite3 import Row

REPAIR = "`luutin verify --repair` mends it"
CRAWL = "what it held is lost; `luutin crawl PORTAL -a full=1` fetches what the portal still has"
RESTORE = "restore it from a copy"

_ORIGINAL = "SELECT 1 FROM articles WHERE id = ? AND duplicate_of IS NULL AND near_duplicate_of IS NULL"
"""Whether an article ever was an original: copies of what it said stay copies of that when it says something else."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where, what, and what to do about it. `mendable`: by `--repair`."""

    where: str
    what: str
    todo: str = REPAIR
    mendable: bool = True

    def unmended(self) -> Problem:
        """The same after a repair that could not mend it."""
        todo = f"it could not be mended: {RESTORE}; {CRAWL}"
        return replace(self, todo=todo, mendable=False) if self.mendable else self

    def __str__(self) -> str:
        return f"{self.where}: {self.what}. {self.todo[0].upper()}{self.todo[1:]}."


def verify(folder: Path, portals: list[str]) -> Iterator[Problem]:
    """Everything that is wrong with the archive of some portals. Raises ArchiveError where it cannot be looked at."""
    database = folder / "archive.db"
    if not database.exists():
        yield Problem("archive.db", "is gone; captures and articles are looked at by themselves")
        for portal in portals:
            for path in warcs(folder, portal):
                yield from _members(folder, path, None)
        return
    db = Database(database, read_only=True)
    try:
        found = db.one("PRAGMA quick_check")
        if found is None or found[0] != "ok":
            yield Problem("archive.db", f"is damaged: {found and found[0]}", f"move it away; then {REPAIR}", False)
            return
        recorded = recorded_ends(db)
        cut_short = cut_short_in(db)
        yield from _strays(folder, portals, recorded, cut_short)
        for portal in portals:
            yield from Portal(folder, db, portal, recorded).problems()
        yield from _comparison(db)
    finally:
        db.close()


def _comparison(db: Database) -> Iterator[Problem]:
    """Whether all articles are compared, and every copy with an original."""
    where = "archive.db: texts"
    if Comparison(db).by_portal is None:
        if db.one("SELECT 1 FROM articles"):
            yield Problem(where, "the articles are to be compared anew", "the next crawl does that")
        return
    chains = "SELECT 1 FROM texts AS copy LEFT JOIN texts AS first ON first.text = copy.original"
    if db.one(f"{chains} WHERE copy.original NOT NULL AND (first.text IS NULL OR first.original NOT NULL)"):
        yield Problem(where, "a text is said to be a copy of one that is none itself, or is not there")


def cut_short_in(db: Database) -> set[str]:
    """The portals whose last run was cut short, which the next one goes on with."""
    return {row["portal"] for row in db.rows("SELECT portal FROM portals WHERE finished = 0 AND began_at NOT NULL")}


def recorded_ends(db: Database) -> dict[str, int]:
    """Where each file ends by the database."""
    return {row["path"]: row["bytes"] for row in db.rows("SELECT path, bytes FROM files")}


def warcs(folder: Path, portal: str) -> list[Path]:
    """The WARC files of a portal."""
    return sorted((folder / "captures" / portal).glob("*.warc.gz"))


def _members(folder: Path, path: Path, end: int | None) -> Iterator[Problem]:
    """What is wrong with the records of a WARC file; what lies beyond its recorded end is looked at elsewhere."""
    for member in members(path):
        if member.problem and (end is None or member.offset < end):
            yield _damaged(path.relative_to(folder).as_posix(), member)


def _damaged(file: str, member: Member) -> Problem:
    if member.torn:
        return Problem(f"{file} byte {member.offset}", f"the record {member.problem}")
    url = f" of {member.url}" if member.url else ""
    return Problem(f"{file} byte {member.offset}", f"the record{url} {member.problem}", f"{RESTORE}; {CRAWL}", False)


def _strays(folder: Path, portals: list[str], recorded: dict[str, int], cut_short: set[str]) -> Iterator[Problem]:
    """Files left over from a run that died; the run that goes on with one sees to its own."""
    for place in ("articles", *(f"captures/{portal}" for portal in portals)):
        for path in sorted((folder / place).glob("*")):
            file = path.relative_to(folder).as_posix()
            if (path.name.partition(".")[0] if place == "articles" else path.parent.name) in cut_short:
                continue
            if path.name.endswith((NEW, ".partial")):
                yield Problem(file, "is left over from a run that died")
                continue
            ours = place != "articles" or path.stem in portals
            if ours and path.suffix in (".jsonl", ".gz", ".journal") and file not in recorded:
                yield Problem(file, "the database does not know this file")


class Portal:
    """One portal, looked at from all sides."""

    def __init__(self, folder: Path, db: Database, portal: str, recorded: dict[str, int]) -> None:
        self.folder = folder
        self.db = db
        self.portal = portal
        self.lines = f"articles/{portal}.jsonl"
        self.journal = journal_path(folder, portal).relative_to(folder).as_posix()
        self.recorded = recorded
        self.cut_short = portal in cut_short_in(db)
        """Then what was in flight, and an index that is written at a run's end, are as they should be."""
        self._comparison = Comparison(db)
        self._compared = self._comparison.by_portal is not None

    def problems(self) -> Iterator[Problem]:
        for file in self._recorded():
            yield from self._end(file)
        for path in warcs(self.folder, self.portal):
            yield from self.captures(path)
        yield from self._index()
        yield from self._learnt()
        yield from self._journal()
        yield from self._articles()

    def _recorded(self) -> list[str]:
        own = f"captures/{self.portal}/"
        return [file for file in self.recorded if file.startswith(own) or file in (self.lines, self.lines + NEW)]

    def _end(self, file: str) -> Iterator[Problem]:
        """Whether a file ends where the database says."""
        if file.endswith(NEW):
            return
        path, end = self.folder / file, self.recorded[file]
        size = path.stat().st_size if path.exists() else 0
        if size > end and not self.cut_short:
            yield Problem(file, f"{size - end} bytes at its end were in flight when a run died")
        elif size < end and file.endswith(".warc.gz"):
            what = f"ends {end - size} bytes early" if path.exists() else "is gone"
            yield Problem(file, what, f"{RESTORE}; {CRAWL}; {REPAIR} as far as it goes")
        elif size < end:
            yield Problem(file, f"ends {end - size} bytes early" if path.exists() else "is gone")

    # -- captures -----------------------------------------------------------------------------------

    def captures(self, path: Path) -> Iterator[Problem]:
        """Every record of a WARC file, and every row of it."""
        file = path.relative_to(self.folder).as_posix()
        end = self.recorded.get(file)
        if end is None:
            yield from _members(self.folder, path, None)
            return
        rows = self.db.rows("SELECT * FROM captures WHERE file = ? ORDER BY offset", (file,))
        row = next(rows, None)
        for member in members(path):
            if member.offset >= end:
                break
            while row is not None and row["offset"] < member.offset:
                yield Problem(f"archive.db: {file} byte {row['offset']}", f"no record of {row['url']} begins there")
                row = next(rows, None)
            if member.problem:
                yield _damaged(file, member)
                if row is not None and row["offset"] == member.offset:
                    row = next(rows, None)
            elif member.kind in ("response", "revisit"):
                if row is None or row["offset"] > member.offset:
                    yield Problem(f"{file} byte {member.offset}", f"the database does not know {member.url}")
                    continue
                yield from self._row(file, row, member)
                row = next(rows, None)
        while row is not None:
            yield Problem(f"archive.db: {file} byte {row['offset']}", f"no record of {row['url']} begins there")
            row = next(rows, None)

    def _row(self, file: str, row: Row, member: Member) -> Iterator[Problem]:
        """Whether a record's row says what the record does."""
        says = (row["url"], row["at"], row["digest"], bool(row["revisit"]), row["length"])
        is_ = (member.url, member.at, member.payload_digest, member.kind == "revisit", member.length)
        names = ("URL", "time", "digest", "type", "length")
        if wrong := [name for name, one, other in zip(names, says, is_, strict=True) if one != other]:
            yield Problem(f"archive.db: {file} byte {member.offset}", f"the row of {member.url} has another {wrong[0]}")
        if member.kind == "revisit" and repeated(self.db, row) is None:
            what = f"the capture that this revisit record of {member.url} repeats is not there"
            yield Problem(f"{file} byte {member.offset}", what, RESTORE, False)

    def _index(self) -> Iterator[Problem]:
        """Whether the CDXJ is what the captures make it, line by line."""
        path = self.folder / "captures" / self.portal / f"{self.portal}.cdxj"
        file = path.relative_to(self.folder).as_posix()
        if self.cut_short:
            return
        if not path.exists():
            yield Problem(file, "is gone")
            return
        wrong = first = 0
        with path.open("rb") as stream:
            for number, (line, want) in enumerate(zip_longest(stream, cdxj_lines(self.db, self.portal)), 1):
                if line != want:
                    wrong, first = wrong + 1, first or number
        if wrong:
            yield Problem(f"{file} line {first}", f"is not what the captures make it ({wrong} lines are not)")

    def _learnt(self) -> Iterator[Problem]:
        path = learnt_path(self.folder, self.portal)
        row = self.db.one("SELECT facts FROM learnt WHERE portal = ?", (self.portal,))
        file = path.relative_to(self.folder).as_posix()
        kept = path.read_text("utf-8", "replace") if path.exists() else None
        if row and kept is None:
            yield Problem(file, "is gone, and articles cannot be read the same without it; the database has it")
        elif kept is not None and kept != (row and row["facts"]):
            yield Problem(file, "is not what the database has of it")

    def _journal(self) -> Iterator[Problem]:
        """Whether every capture the journal speaks of is there."""
        path = journal_path(self.folder, self.portal)
        if not path.exists():
            if warcs(self.folder, self.portal) and self.journal not in self.recorded:
                what = "is not there: articles cannot be read again from the captures"
                yield Problem(self.journal, what, RESTORE, False)
            return
        try:
            reads = ((number, event) for number, event in enumerate(read_journal(path), 1) if isinstance(event, Read))
            for number, event in reads:
                for page in event.pages:
                    file = f"captures/{self.portal}/{page.file}"
                    if self._capture(file, page.offset) is None and not self._withdrawn(file, page.offset):
                        where = f"{self.journal} line {number}"
                        what = f"{page.file} has no capture at byte {page.offset} ({event.url})"
                        yield Problem(where, what, f"{RESTORE}; {CRAWL}", False)
        except ArchiveError as error:
            yield Problem(self.journal, str(error), RESTORE, False)

    def _capture(self, file: str | None, offset: int | None) -> Row | None:
        sql = "SELECT url, at, digest FROM captures WHERE file = ? AND offset = ?"
        return self.db.one(sql, (file, offset))

    def _withdrawn(self, file: str | None, offset: int | None) -> bool:
        """Whether a tombstone lies in the place of a capture."""
        if file is None or offset is None:
            return False
        try:
            with inside(self.folder, file).open("rb") as stream:
                record_at(stream, offset, file)
        except Withdrawn:
            return True
        except (ArchiveError, OSError):
            return False
        return False

    def _repeats(self, url: str, digest: str | None) -> bool:
        """Whether a revisit record says that a URL answered what was captured at another."""
        sql = "SELECT 1 FROM captures WHERE portal = ? AND url = ? AND digest = ? AND revisit = 1"
        return self.db.one(sql, (self.portal, url, digest)) is not None

    # -- articles -----------------------------------------------------------------------------------

    def _articles(self) -> Iterator[Problem]:
        """Every line by itself, by its row and by its captures; every row by its line."""
        path, offset, known = self.folder / self.lines, 0, 0
        end = self.recorded.get(self.lines, 0)
        with (path if path.exists() else Path(os.devnull)).open("rb") as stream:
            for number, line in enumerate(stream, 1):
                if offset >= end:
                    break
                where = f"{self.lines} line {number}"
                try:
                    article = msgspec.json.decode(line, type=Article)
                except (msgspec.DecodeError, UnicodeDecodeError) as error:
                    yield Problem(where, f"is no article: {error}")
                else:
                    row = self.db.one("SELECT * FROM articles WHERE file = ? AND offset = ?", (self.lines, offset))
                    known += row is not None
                    yield from self._article(where, article, row, len(line))
                offset += len(line)
        rows = self.db.one("SELECT count(*) AS n FROM articles WHERE portal = ?", (self.portal,))
        if rows and rows["n"] != known:
            yield Problem(f"archive.db: {self.portal}", f"{rows['n'] - known} articles in it have no line")

    def _article(self, where: str, article: Article, row: Row | None, length: int) -> Iterator[Problem]:
        if problem := unsound(article):
            yield Problem(where, f"{article.url}: {problem}")
        names = ("id", "version", "digest", "duplicate_of", "near_duplicate_of", "series")
        says = row and (*(row[name] for name in names), row["length"])
        if row is None:
            yield Problem(where, f"{article.url}: the database does not know this line")
        elif says != (*(getattr(article, name) for name in names), length):
            yield Problem(where, f"{article.url}: the database says something else of it")
        elif not self.db.one("SELECT 1 FROM articles WHERE id = ? AND version > ?", (article.id, article.version)):
            yield from self._links(where, article, row["folded"])
        if article.version > 1 and not self.db.one(
            "SELECT 1 FROM articles WHERE id = ? AND version = ? AND digest = ?",
            (article.id, article.version - 1, article.previous_digest),
        ):
            yield Problem(where, f"{article.url}: the version before it is not there")
        spots = [(article.url, article.warc_file, article.warc_offset, article.warc_digest)]
        files = [attachment.capture for attachment in article.attachments if attachment.capture is not None]
        spots += [(one.url, one.warc_file, one.warc_offset, one.warc_digest) for one in [*article.parts, *files]]
        for url, file, at, digest in spots:
            capture = self._capture(file, at)
            if capture is None and self._withdrawn(file, at):
                return  # the line stands, and is all there is of it
            if capture is None:
                yield Problem(where, f"{url}: there is no capture at byte {at} of {file}", f"{RESTORE}; {CRAWL}", False)
            elif capture["digest"] != digest or not (capture["url"] == url or self._repeats(url, digest)):
                yield Problem(where, f"{url}: the capture at byte {at} of {file} is another")
        if article.captured_at and not self.db.one(
            "SELECT 1 FROM captures WHERE portal = ? AND url = ? AND at = ?",
            (self.portal, article.url, warc_date(article.captured_at)),
        ):
            what = f"{article.url}: there is no capture of {warc_date(article.captured_at)}"
            yield Problem(where, what, f"{RESTORE}; {CRAWL}", False)

    def _links(self, where: str, article: Article, folded: str) -> Iterator[Problem]:
        """Whether an article's last line says what it is of others, and those are there."""
        there = "SELECT 1 FROM articles WHERE id = ?"
        if article.duplicate_of and not self.db.one(there, (article.duplicate_of,)):
            yield Problem(where, f"{article.url}: the article it is a duplicate of is not there")
        if article.near_duplicate_of:
            if not self.db.one(there, (article.near_duplicate_of,)):
                yield Problem(where, f"{article.url}: the article it is a copy of is not there")
            elif not self.db.one(_ORIGINAL, (article.near_duplicate_of,)):
                yield Problem(where, f"{article.url}: the article it is a copy of is no original")
        if not self._compared:
            return
        if not self._comparison.holds(article.id, folded, article.portal):
            what = "no line has its text" if article.duplicate_of else "the database does not know its text"
            yield Problem(where, f"{article.url}: it is not compared with others: {what}")
        elif not links_of(article).tells_as(self._comparison.links(article.id)):
            yield Problem(where, f"{article.url}: it is something else of others than the line says")
