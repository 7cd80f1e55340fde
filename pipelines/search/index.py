"""Brings the full-text index of an archive up to date with its articles."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, TypeVar

import msgspec
from tantivy import Document, Index

from pipelines.archive.database import Database
from pipelines.archive.files import inside, refuse
from pipelines.archive.lock import Lock
from pipelines.errors import ArchiveError, OutputLocked, OutputUnwritable
from pipelines.export.working import Workers, batches
from pipelines.search.schema import INDEX_VERSION, Line, Place, document, number_of, schema
from pipelines.search.state import State, index_folder, invalidate, read_state, write_state

if TYPE_CHECKING:
    from sqlite3 import Row

    from tantivy import IndexWriter

BATCH_LINES = 25_000
"""Looked at from one commit to the next."""
UNIT = 200
"""Articles whose words are folded at once."""
HEAP_BYTES = 100_000_000
THREADS = 1
"""Servers that crawl are small, and one thread indexes as fast as lines are read."""

_Read = TypeVar("_Read")
_LINE = msgspec.json.Decoder(Line)
_PLACE = msgspec.json.Decoder(Place)
# Each article's last line, of those stored from one place in the order to another
_LAST = (
    "SELECT id, nth, duplicate_of, file, offset, length FROM articles AS line WHERE nth > ? AND nth <= ?"
    " AND NOT EXISTS (SELECT 1 FROM articles WHERE id = line.id AND version > line.version) ORDER BY file, offset"
)
_NEWEST = "SELECT id, nth, duplicate_of, file, offset, length FROM articles WHERE id = ? ORDER BY version DESC LIMIT 1"
_DUPLICATES = """
CREATE TEMP TABLE duplicates AS
    SELECT duplicate_of AS original, file, offset, length FROM articles AS line WHERE duplicate_of IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM articles WHERE id = line.id AND version > line.version);
"""
# What of the articles stored from one place in the order to another is, or was, a duplicate of which
_ORIGINALS = (
    "SELECT DISTINCT earlier.duplicate_of AS id FROM articles AS line JOIN articles AS earlier ON earlier.id = line.id"
    " WHERE line.nth > ? AND line.nth <= ? AND earlier.duplicate_of IS NOT NULL"
)


@dataclass(slots=True)
class Caught:
    """What catching up has done."""

    added: int = 0
    """Articles read into the index, be it again."""
    total: int = 0
    """Articles in it."""
    rebuilt: bool = False
    """It was made anew: there was none, or of other articles."""
    busy: bool = False
    """Another process is at it: nothing was done."""


def catch_up(
    folder: Path, progress: Callable[[int, int], None] | None = None, workers: Workers | None = None
) -> Caught:
    """Index what was stored since the last time; all, where that cannot be told. A crawl may go on meanwhile.

    `workers` read the lines and fold their words, without them this process; the index is the same.
    `progress` is told how many lines are looked at, and how many there are. Raises ArchiveError where there is no
    archive or a line cannot be read, OutputUnwritable.
    """
    database = folder / "archive.db"
    if not database.exists():
        raise ArchiveError(f"{folder}: holds no archive.db. Crawl into it, or name another with LUUTIN_OUTPUT=DIR.")
    place = index_folder(folder)
    try:
        place.mkdir(exist_ok=True)
        lock = Lock(place)
    except OutputLocked:
        return Caught(busy=True)
    except OSError as error:
        refuse(place, error)
    try:
        with closing(Database(database, read_only=True)) as db:
            return _Making(folder, db, workers or Workers(1)).run(progress or (lambda _, __: None))
    finally:
        lock.release()


class _Making:
    """One catching up."""

    def __init__(self, folder: Path, db: Database, workers: Workers) -> None:
        self._folder, self._db, self._workers = folder, db, workers
        self._place = index_folder(folder)
        self._originals: set[str] = set()
        self._done = Caught()
        self._state = self._known()
        self._done.rebuilt = self._state.nth == 0
        self._index = self._opened()

    def run(self, progress: Callable[[int, int], None]) -> Caught:
        row = self._db.one("SELECT coalesce(max(nth), 0) AS nth FROM articles")
        end, start = (row["nth"] if row else 0), self._state.nth
        if end > start or self._done.rebuilt:
            writer = _guarded(self._place, lambda: self._index.writer(HEAP_BYTES, THREADS))
            if self._done.rebuilt:
                write_state(self._folder, State(INDEX_VERSION))
                _guarded(self._place, writer.delete_all_documents)
            self._db.execute(_DUPLICATES)
            self._db.execute("CREATE INDEX temp.duplicates_original ON duplicates (original)")
            self._originals = {row["original"] for row in self._db.rows("SELECT original FROM duplicates")}
            for at in range(start, max(end, start + 1), BATCH_LINES):
                until = min(at + BATCH_LINES, end)
                self._batch(writer, at, until)
                progress(until - start, end - start)
            _guarded(self._place, writer.wait_merging_threads)
        self._index.reload()
        self._done.total = self._index.searcher().num_docs
        return self._done

    def _known(self) -> State:
        """Up to where the index is made; from the beginning where it is not of these articles."""
        state = read_state(self._folder)
        if state is None or state.version != INDEX_VERSION or not (self._place / "meta.json").exists():
            return State(INDEX_VERSION)
        row = self._db.one("SELECT id, version, digest FROM articles WHERE nth = ?", (state.nth,))
        same = row is not None and tuple(row) == (state.id, state.article_version, state.digest)
        return state if same else State(INDEX_VERSION)

    def _opened(self) -> Index:
        """The index; an empty one where it cannot be used as it is."""
        try:
            return Index(schema(), path=str(self._place))
        except ValueError:  # of another schema, or damaged
            self._state, self._done.rebuilt = State(INDEX_VERSION), True
        invalidate(self._folder)
        for path in self._place.iterdir():
            if path.name != ".lock":
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        return _guarded(self._place, lambda: Index(schema(), path=str(self._place)))

    def _batch(self, writer: IndexWriter, start: int, end: int) -> None:
        """Index the articles whose last line is one of these, then note it."""
        written: set[str] = set()

        def originals() -> Iterator[Row]:
            for row in self._db.rows(_LAST, (start, end)):
                if row["duplicate_of"] is None:
                    written.add(row["id"])
                    yield row
                elif not self._done.rebuilt:
                    writer.delete_documents_by_term("id", number_of(row["id"]))

        self._write(writer, originals())
        if not self._done.rebuilt:  # else each was written with all its duplicates
            self._write(writer, self._again(start, end, written))
        _guarded(self._place, writer.commit)
        self._note(end)

    def _again(self, start: int, end: int, written: set[str]) -> Iterator[Row]:
        """The originals of what is, or was, a duplicate: to be indexed with what these are published under now."""
        for original in list(self._db.rows(_ORIGINALS, (start, end))):
            row = self._db.one(_NEWEST, (original["id"],)) if original["id"] not in written else None
            if row is not None and row["duplicate_of"] is None and row["nth"] <= end:
                yield row

    def _note(self, nth: int) -> None:
        """Up to where the index is made; not where it was said meanwhile that it is to be made anew."""
        row = self._db.one("SELECT id, version, digest FROM articles WHERE nth = ?", (nth,))
        if read_state(self._folder) is not None:
            write_state(self._folder, State(INDEX_VERSION, nth, *row) if row else State(INDEX_VERSION))

    def _write(self, writer: IndexWriter, rows: Iterator[Row]) -> None:
        """Index articles, with what their duplicates are published under."""
        jobs = batches(map(self._asked, rows), UNIT)
        for made in self._workers.map(partial(_documents, self._folder), jobs):
            for number, found in made:
                if not self._done.rebuilt:
                    writer.delete_documents_by_term("id", number)
                _guarded(self._place, partial(writer.add_document, found))
                self._done.added += 1

    def _asked(self, row: Row) -> _Asked:
        return _Asked(row["nth"], _at(row), tuple(map(_at, self._copies(row["id"]))))

    def _copies(self, article: str) -> list[Row]:
        """The last lines of what repeats an article."""
        if article not in self._originals:
            return []
        told = "SELECT file, offset, length FROM duplicates WHERE original = ?"
        return list(self._db.rows(told, (article,)))


class _At(NamedTuple):
    """Where a line lies."""

    file: str
    offset: int
    length: int


class _Asked(NamedTuple):
    """An article that is to be indexed, and its duplicates."""

    nth: int
    line: _At
    copies: tuple[_At, ...]


def _at(row: Row) -> _At:
    return _At(row["file"], row["offset"], row["length"])


def _documents(folder: Path, asked: list[_Asked]) -> list[tuple[int, Document]]:
    """In any process: what is indexed of articles, each after its id. Raises ArchiveError."""
    with ExitStack() as stack:
        reader = _Reader(folder, stack)
        made = []
        for one in asked:
            line = reader.read(one.line, _LINE)
            places = [reader.read(copy, _PLACE) for copy in one.copies]
            made.append((number_of(line.id), document(line, one.nth, places)))
        return made


class _Reader:
    """Reads lines; its files are open as long as its stack."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder, self._stack = folder, stack
        self._streams: dict[str, BinaryIO] = {}

    def read(self, at: _At, decoder: msgspec.json.Decoder[_Read]) -> _Read:
        """What a line says. Raises ArchiveError."""
        file = at.file
        try:
            if file not in self._streams:
                self._streams[file] = self._stack.enter_context(inside(self._folder, file).open("rb"))
            self._streams[file].seek(at.offset)
            return decoder.decode(self._streams[file].read(at.length))
        except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
            raise ArchiveError(
                f"{self._folder / file}: there is no article at byte {at.offset}: {error}. `luutin verify --repair`"
                " mends what can be mended; the index stays as it was before."
            ) from error


def _guarded(place: Path, act: Callable[[], _Read]) -> _Read:
    """Do something with the index. Raises OutputUnwritable: tantivy has one error for all that fails."""
    try:
        return act()
    except ValueError as error:
        raise OutputUnwritable(
            f"{place}: {error}. Is the disk full? Free some, or remove the folder: it is made anew."
        ) from error
