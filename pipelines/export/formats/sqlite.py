"""Articles as an SQLite database: a table of them, and one for each list they have."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from functools import cache, partial
from pathlib import Path
from typing import Any

import msgspec
from msgspec import inspect

from pipelines.errors import OutputUnwritable
from pipelines.export.chosen import Chosen, Ref
from pipelines.export.compressing import put_in_place
from pipelines.export.places import lock, unwritable
from pipelines.export.record import Columns, records, row_type, values
from pipelines.export.working import Workers
from pipelines.export.writing import Done, units

COMMIT_SECONDS = 2.0
LISTS = {
    "authors": ("name TEXT NOT NULL",),
    "tags": ("name TEXT NOT NULL",),
    "also_at": ("url TEXT NOT NULL",),
    "images": ("url TEXT NOT NULL", "caption TEXT", "credit TEXT"),
    "attachments": (
        "url TEXT NOT NULL",
        "name TEXT NOT NULL",
        "media_type TEXT",
        "sha256 TEXT",
        "text TEXT",
        "problem TEXT",
    ),
}
"""The tables beside `articles`: a row for each entry of each article's list, in its order."""
_INDEXES = (
    "CREATE UNIQUE INDEX articles_id ON articles (id, version)",
    "CREATE INDEX articles_portal ON articles (portal, published_at)",
    "CREATE INDEX articles_cluster ON articles (cluster)",
)
_PAGE_BYTES = 4096
_HEADER = ((24, 1), (92, 1), (96, 3_045_000))
"""What SQLite notes of how often and by which version a file was written (https://sqlite.org/fileformat.html, 1.3):
the same for all, so that the same articles are the same bytes.
"""

Tables = dict[str, list[tuple[Any, ...]]]
"""Rows, by table."""


@cache
def _article_columns(columns: Columns) -> dict[str, str]:
    """The columns of `articles` after its key, and their declaration; what is a list or an object is JSON."""
    found = {}
    for one in inspect.type_info(row_type(columns)).fields:  # type: ignore[attr-defined]
        if one.name not in LISTS:
            found[one.name] = _declared(one.type)
    return found


def _declared(info: inspect.Type) -> str:
    if isinstance(info, inspect.UnionType):
        (inner,) = (one for one in info.types if not isinstance(one, inspect.NoneType))
        return _declared(inner).removesuffix(" NOT NULL")
    kinds = {inspect.IntType: "INTEGER", inspect.FloatType: "REAL"}
    return f"{kinds.get(type(info), 'TEXT')} NOT NULL"


def schema(columns: Columns) -> Iterator[str]:
    """The statements that make the tables. Times are as in the lines: ISO 8601."""
    told = ", ".join(f"{name} {declared}" for name, declared in _article_columns(columns).items())
    yield f"CREATE TABLE articles (nr INTEGER PRIMARY KEY, {told})"
    for table, parts in LISTS.items():
        key = "article INTEGER NOT NULL REFERENCES articles (nr), place INTEGER NOT NULL"
        yield f"CREATE TABLE {table} ({key}, {', '.join(parts)}, PRIMARY KEY (article, place)) WITHOUT ROWID"


def write_sqlite(
    chosen: Chosen, columns: Columns, target: Path, key: str, workers: Workers, progress: Callable[[int], None]
) -> Done:
    """Write `target`, whole or not at all; an interrupted call with the same `key` is gone on with.

    Raises OutputUnwritable, ArchiveError.
    """
    target = target.resolve()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists() and not target.is_file():
            raise OutputUnwritable(f"{target}: is no file, which an SQLite database is. Name another.")
        part = target.with_name(f"{target.name}.partial")
        part.touch()
        held = lock(part)
        try:
            done = _grow(part, chosen, columns, key, workers, progress)
            _level(part)
            done.bytes = put_in_place(part, target)
            _note(part).unlink()
        finally:
            os.close(held)
    except sqlite3.Error as error:
        raise OutputUnwritable(
            f"{target}: {error}. Is the disk full? Free some and run the same again, which goes on. What was there"
            " before stays."
        ) from error
    except OSError as error:
        raise unwritable(target, error) from error
    return done


def _note(part: Path) -> Path:
    return part.with_name(f"{part.name}.state")


def _grow(
    part: Path, chosen: Chosen, columns: Columns, key: str, workers: Workers, progress: Callable[[int], None]
) -> Done:
    note = _note(part)
    known = False
    with suppress(OSError):
        known = note.read_text("utf-8") == key
    if not known:
        part.with_name(f"{part.name}-journal").unlink(missing_ok=True)
        os.truncate(part, 0)
        note.write_text(key, "utf-8")
    with closing(sqlite3.connect(part, isolation_level=None)) as db:
        db.execute(f"PRAGMA page_size = {_PAGE_BYTES}")
        db.execute("BEGIN")
        if not db.execute("SELECT 1 FROM sqlite_master").fetchone():
            for statement in schema(columns):
                db.execute(statement)
            db.execute("PRAGMA user_version = 1")
        there = db.execute("SELECT coalesce(max(nr), 0) FROM articles").fetchone()[0]
        done = Done(there, resumed=there)
        progress(there)
        _fill(db, chosen, columns, workers, done, progress)
        for statement in _INDEXES:
            db.execute(statement.replace("INDEX", "INDEX IF NOT EXISTS", 1))
        db.execute("COMMIT")
    return done


def _fill(
    db: sqlite3.Connection,
    chosen: Chosen,
    columns: Columns,
    workers: Workers,
    done: Done,
    progress: Callable[[int], None],
) -> None:
    """Within a transaction, which is ended and begun again now and then."""
    marks = {"articles": len(_article_columns(columns)) + 1} | {table: len(LISTS[table]) + 2 for table in LISTS}
    inserts = {table: f"INSERT INTO {table} VALUES ({', '.join('?' * many)})" for table, many in marks.items()}  # noqa: S608
    jobs = _numbered(done.articles, units(chosen.refs_after(done.articles)))
    committed = time.monotonic()
    for tables in workers.map(partial(_rows, chosen.folder, columns), jobs):
        for table, rows in tables.items():
            db.executemany(inserts[table], rows)
        done.articles += len(tables["articles"])
        progress(len(tables["articles"]))
        if time.monotonic() - committed > COMMIT_SECONDS:
            db.execute("COMMIT")
            db.execute("BEGIN")
            committed = time.monotonic()


def _numbered(after: int, rest: Iterable[list[Ref]]) -> Iterator[tuple[int, list[Ref]]]:
    """Some references at a time, with how many articles there are before them."""
    for refs in rest:
        yield after, refs
        after += len(refs)


def _rows(folder: Path, columns: Columns, job: tuple[int, list[Ref]]) -> Tables:
    """The rows of some articles, numbered from the one after a number on."""
    first, refs = job
    names = tuple(_article_columns(columns))
    found: Tables = {table: [] for table in ("articles", *LISTS)}
    for number, one in enumerate(values(records(folder, refs, columns), columns), first + 1):
        found["articles"].append((number, *(_value(one[name]) for name in names)))
        for table, parts in LISTS.items():
            found[table] += [(number, *row) for row in _entries(one[table], [part.split()[0] for part in parts])]
    return found


def _entries(entries: Iterable[Any], parts: list[str]) -> Iterator[tuple[Any, ...]]:
    for place, entry in enumerate(entries, 1):
        yield (place, entry) if isinstance(entry, str) else (place, *map(entry.get, parts))


def _value(value: Any) -> Any:
    return value if value is None or isinstance(value, str | int | float) else msgspec.json.encode(value).decode()


def _level(part: Path) -> None:
    """Have the file say nothing of how it came to be."""
    with part.open("r+b") as stream:
        for offset, number in _HEADER:
            stream.seek(offset)
            stream.write(number.to_bytes(4, "big"))
        stream.flush()
        os.fsync(stream.fileno())
