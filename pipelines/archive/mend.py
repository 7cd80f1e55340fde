"""Brings the files of an archive and its database to agree, after a crash or where the database is gone."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from pipelines.archive.database import Database, is_cut_short
from pipelines.archive.files import cut_file, replace_file
from pipelines.archive.journal import journal_path
from pipelines.archive.linking import forget
from pipelines.archive.rows import Rows, write_article
from pipelines.archive.soundness import next_sound
from pipelines.archive.sweeping import PLACES, is_unswept, sweep
from pipelines.archive.torn import is_torn
from pipelines.archive.warc import Record, iter_records, split_http
from pipelines.errors import ArchiveError, BadWarc, DatabaseDamaged
from pipelines.items import Article
from pipelines.search.state import invalidate
from pipelines.text import fold_digest

logger = logging.getLogger(__name__)

NEW = ".new"
"""What lines written anew are called until they take the place of the old (see `pipelines.archive.rebuild`)."""


class Mender:
    """Looks at every file of one portal when its archive is opened."""

    def __init__(self, folder: Path, db: Database, portal: str) -> None:
        self.folder = folder
        self.db = db
        self.portal = portal
        self._rows = Rows(db, portal)

    def mend(self) -> None:
        """Bring files and database to agree, after a crash or where the database is gone."""
        self.finish()
        self._clear()
        recorded = self.recorded()
        for file, end in recorded.items():
            if not file.endswith(".warc.gz"):
                path = self.folder / file
                if not self._cut(path, end):
                    self._forget_beyond(path, file)
        self.captures()
        self.learnt()
        lines = self.folder / "articles" / f"{self.portal}.jsonl"
        if lines.exists() and (file := lines.relative_to(self.folder).as_posix()) not in recorded:
            self._read_lines(lines, file)

    def finish(self) -> None:
        """Let lines written anew take the place of the old, where a run died between saying so and doing it.

        A file recorded with NEW behind its name is the new state of the one without (see `Rebuild.commit`). What a
        removal that was decided had still to do is done, too.
        """
        for file in [file for file in self.recorded() if file.endswith(NEW)]:
            path = self.folder / file
            if path.exists():
                path.replace(path.with_name(path.name.removesuffix(NEW)))
            self.db.execute("DELETE FROM files WHERE path = ?", (file,))
        sweep(self.folder, self.db)

    def _clear(self) -> None:
        """Delete what was written anew and never came to be the state of anything, as a run died before that."""
        lines = self.folder / "articles" / f"{self.portal}.jsonl{NEW}"
        for path in [lines, *(self.folder / "captures" / self.portal).glob(f"*{NEW}")]:
            path.unlink(missing_ok=True)

    def captures(self) -> None:
        """Cut what was in flight off WARC files, forget what they lost, and index those the database does not know."""
        recorded = self.recorded()
        for file, end in recorded.items():
            if file.endswith(".warc.gz"):
                path = self.folder / file
                if not self._cut(path, end):
                    self._forget_beyond(path, file)
        for path in sorted((self.folder / "captures" / self.portal).glob("*.warc.gz")):
            if (file := path.relative_to(self.folder).as_posix()) not in recorded:
                self.read_captures(path, file)

    def journal(self) -> None:
        """Cut off the journal what was in flight, and a line that is torn."""
        path = journal_path(self.folder, self.portal)
        end = self.recorded().get(path.relative_to(self.folder).as_posix())
        if end is not None and not self._cut(path, end) and path.exists():
            whole = path.read_bytes().rfind(b"\n") + 1
            with path.open("r+b") as stream:
                stream.truncate(whole)

    def learnt(self) -> None:
        """Take in what was learnt of the portal."""
        learnt = self.db.one("SELECT facts FROM learnt WHERE portal = ?", (self.portal,))
        kept = learnt_path(self.folder, self.portal)
        text = kept.read_text("utf-8", "replace") if kept.exists() else None
        if learnt is None and text is not None:
            self._rows.learnt(text)
        elif learnt is not None and text is not None and text != learnt["facts"] and learnt["facts"].startswith(text):
            logger.warning("%s: was torn; it is written again", kept)
            replace_file(kept, learnt["facts"].encode())

    def recorded(self) -> dict[str, int]:
        """Where each file of the folder ends by the database."""
        return {row["path"]: row["bytes"] for row in self.db.rows("SELECT path, bytes FROM files")}

    def _cut(self, path: Path, end: int) -> bool:
        """Cut off what lies beyond a recorded end; whether the file reaches it."""
        size = path.stat().st_size if path.exists() else 0
        if size > end:
            logger.warning("%s: cut off %d bytes that were in flight when a run died", path, size - end)
            cut_file(path, end)
        return size >= end

    def _forget_beyond(self, path: Path, file: str) -> None:
        """Drop the rows of records a file has lost, and cut it back to its last whole record."""
        size = path.stat().st_size if path.exists() else 0
        with self.db:
            if file.endswith(".warc.gz"):  # a request and what was noted belong to the capture they stand behind
                ends = "SELECT 1 FROM captures WHERE file = ? AND offset = ?"
                starts = "SELECT max(offset) AS at FROM captures WHERE file = ? AND offset < ?"
                end = size if self.db.one(ends, (file, size)) else self._first(starts, file, size, 0)
                self.db.execute("DELETE FROM captures WHERE file = ? AND offset >= ?", (file, end))
            else:
                lost = "SELECT min(offset) AS at FROM articles WHERE file = ? AND offset + length > ?"
                end = self._first(lost, file, size, size)
                if self.db.execute("DELETE FROM articles WHERE file = ? AND offset >= ?", (file, end)).rowcount:
                    forget(self.db)
                    invalidate(self.folder)
            self._rows.end(file, end)
        logger.warning("%s: ends %d bytes early; the records it lost are fetched again", path, size - end)
        if path.exists():
            cut_file(path, end)

    def _first(self, sql: str, file: str, size: int, otherwise: int) -> int:
        row = self.db.one(sql, (file, size))
        return row["at"] if row and row["at"] is not None else otherwise

    def read_captures(self, path: Path, file: str) -> None:
        """Index a WARC file, as the database does not know it or not as it is."""
        logger.info("%s: reading its captures into the database", path)
        with self.db:
            self.db.execute("DELETE FROM captures WHERE file = ?", (file,))
            for record in _records_of(path):
                status, pairs, _ = split_http(record.block)
                headers = {name.lower(): value for name, value in pairs}
                self._rows.capture(
                    record.url,
                    record.at,
                    status,
                    headers,
                    record.payload_digest or "",
                    record.type == "revisit",
                    file,
                    record.offset,
                    record.length or path.stat().st_size - record.offset,
                    record.posted,
                )
            self._rows.end(file, path.stat().st_size)

    def _read_lines(self, path: Path, file: str) -> None:
        """Index a file of article lines the database does not know; a torn last line is cut off."""
        logger.info("%s: reading its articles into the database", path)
        offset = 0
        invalidate(self.folder)
        with self.db:
            forget(self.db)
            for article, line in _lines_of(path):
                write_article(self.db, article, self._folded(article), file, offset, len(line), None)
                outcome = "duplicate" if article.duplicate_of else "article"
                self._rows.settle(article.canonical_url, outcome, article=article.id)
                offset += len(line)
            self._rows.end(file, offset)
        with path.open("r+b") as stream:
            stream.truncate(offset)

    def _folded(self, article: Article) -> str:
        """The digest of an article's folded text; of a duplicate, whose line has none, that of a line that says the
        same, or nothing.
        """
        if article.duplicate_of is None:
            return fold_digest(article)
        same = "SELECT folded FROM articles WHERE id IN (?, ?) AND digest = ? AND folded != ''"
        row = self.db.one(same, (article.id, article.duplicate_of, article.digest))
        return row["folded"] if row else ""


def learnt_path(folder: Path, portal: str) -> Path:
    """Where what was learnt of a portal lies beside its captures."""
    return folder / "captures" / portal / f"{portal}.learnt.json"


def _records_of(path: Path) -> Iterator[Record]:
    """The captures of a WARC file, also those behind a damaged record."""
    start: int | None = 0
    with path.open("rb") as stream:
        while start is not None:
            stream.seek(start)
            last = start
            try:
                for record in iter_records(stream, str(path)):
                    last = record.offset + record.length
                    yield record
                start = None
            except BadWarc as error:
                logger.warning("%s; the captures before and after it are kept", error)
                start = next_sound(path, last)


def _lines_of(path: Path) -> Iterator[tuple[Article, bytes]]:
    with path.open("rb") as stream:
        for number, line in enumerate(stream, 1):
            if not line.endswith(b"\n"):
                logger.warning("%s: cut off line %d, which was in flight when a run died", path, number)
                return
            try:
                yield msgspec.json.decode(line, type=Article), line
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                raise ArchiveError(
                    f"{path}: line {number} is no article: {error}. Mend or take out the line; nothing was changed."
                ) from error


def _recorded_by(database: Path) -> tuple[dict[str, int], bool]:
    """Where each file ends by a database, and whether a removal has left articles without a place.

    Raises DatabaseDamaged where that is torn; looked for after a crash.
    """
    if is_cut_short(database):
        raise DatabaseDamaged(f"{database}: ends early.")
    db = Database(database)
    try:
        if db.one("SELECT 1 FROM portals WHERE finished = 0"):
            found = db.one("PRAGMA quick_check(1)")
            if found is None or found[0] != "ok":
                raise DatabaseDamaged(f"{database}: is damaged.")
        recorded = {row["path"]: row["bytes"] for row in db.rows("SELECT path, bytes FROM files")}
        return recorded, is_unswept(db, PLACES)
    finally:
        db.close()


def _put_aside(database: Path) -> Path:
    """Move a damaged database out of the way of the one that is made anew."""
    aside = database.with_name(f"{database.name}.damaged")
    invalidate(database.parent)
    database.replace(aside)
    for behind in ("-wal", "-shm"):
        database.with_name(database.name + behind).unlink(missing_ok=True)
    return aside


def behind(folder: Path, portals: Iterable[str]) -> dict[str, str]:
    """Why the articles of some portals are to be read again from their captures, of those that are: lines or rows are
    missing. The database is looked at once, whatever the number of portals.
    """
    told = {one for one in portals if (path := journal_path(folder, one)).exists() and path.stat().st_size > 0}
    if not told:
        return {}  # nothing to read them again by
    database = folder / "archive.db"
    if not database.exists():
        return dict.fromkeys(sorted(told), f"{database} is gone")
    try:
        recorded, places = _recorded_by(database)
    except DatabaseDamaged as error:
        aside = _put_aside(database)
        return dict.fromkeys(sorted(told), f"{error} It is kept as {aside.name}")
    if places:
        return dict.fromkeys(sorted(told), "articles that were like withdrawn ones take their places anew")
    return {one: why for one in sorted(told) if (why := _missing(folder, one, recorded)) is not None}


def _missing(folder: Path, portal: str, recorded: dict[str, int]) -> str | None:
    """What of a portal ends early, or is not known to the database, by where that says that files end."""
    journal, database = journal_path(folder, portal), folder / "archive.db"
    name, lines = journal.relative_to(folder).as_posix(), f"articles/{portal}.jsonl"
    if f"{lines}{NEW}" in recorded or f"{name}{NEW}" in recorded:
        return None  # all is there, and takes its place when the archive is opened
    if is_torn(folder, portal, recorded):
        return f"a file of {journal.parent} ends early"
    if name not in recorded:
        return f"{database} does not know {journal}"
    for file in (name, lines):
        size = (folder / file).stat().st_size if (folder / file).exists() else 0
        if size < recorded.get(file, 0):
            return f"{folder / file} ends early"
    if lines not in recorded and (folder / lines).exists():
        return f"{database} does not know {folder / lines}"
    return None
