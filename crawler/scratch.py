"""What a run notes of addresses while it lasts: on disk, so that memory holds no more of them than it has to."""

from __future__ import annotations

import os
import sqlite3
import tempfile
import weakref
from array import array
from itertools import count
from typing import TYPE_CHECKING, Any

from pipelines.errors import OutputUnwritable
from pipelines.urls import fold_url

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

CACHE_KIB = 1_024
"""Eighty portals may be crawled in one process."""
MIN_SLOTS = 64
"""A power of two, as all numbers of slots are."""
_WORD = (1 << 64) - 1

_SCHEMA = """
CREATE TABLE seen (url TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE found (
    nth INTEGER PRIMARY KEY,        -- in the order they were found
    key TEXT NOT NULL UNIQUE,       -- the folded URL
    date TEXT NOT NULL,
    url TEXT NOT NULL,
    unchanged INTEGER NOT NULL,
    kept INTEGER NOT NULL,          -- whether the archive has been told to remember it
    record BLOB NOT NULL
);
CREATE INDEX found_date ON found (date);
CREATE TABLE renamed (nth INTEGER PRIMARY KEY, key TEXT NOT NULL, kept INTEGER NOT NULL, record BLOB NOT NULL);
CREATE TABLE queue (place INTEGER PRIMARY KEY, record BLOB NOT NULL);
CREATE TABLE put_off (place INTEGER PRIMARY KEY, record BLOB NOT NULL);
CREATE TABLE listed (
    list TEXT NOT NULL,
    url TEXT NOT NULL,              -- folded
    nth INTEGER NOT NULL,           -- in the order they were listed
    PRIMARY KEY (list, url)
) WITHOUT ROWID;
CREATE TABLE labels (
    url INTEGER NOT NULL,           -- hash of the folded URL
    label INTEGER NOT NULL,
    nth INTEGER NOT NULL,
    PRIMARY KEY (url, label)
) WITHOUT ROWID;
CREATE TABLE addresses (
    title INTEGER NOT NULL,         -- hash of the folded headline
    nth INTEGER NOT NULL,
    url TEXT NOT NULL,
    PRIMARY KEY (title, nth)
) WITHOUT ROWID;
"""


class Scratch:
    """A database of one run, which is gone when its process is, however that ends.

    In `folder`, as the machine's folder for temporary files may be in memory; without one it is there all the same.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._opened: sqlite3.Connection | None = None

    @property
    def _db(self) -> sqlite3.Connection:
        if self._opened is None:
            self._opened = self._open()
            weakref.finalize(self, self._opened.close)
        return self._opened

    def _open(self) -> sqlite3.Connection:
        path = ""
        try:
            if self._folder is not None:
                handle, path = tempfile.mkstemp(prefix=".scratch-", dir=self._folder)
                os.close(handle)
            db = sqlite3.connect(path, isolation_level=None, cached_statements=64, check_same_thread=False)
            db.executescript(
                "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
                f"PRAGMA cache_size = -{CACHE_KIB}; BEGIN; {_SCHEMA}"  # never committed: there is nothing to go back to
            )
        except (OSError, sqlite3.OperationalError) as error:
            raise self._unwritable(error) from error
        finally:
            if path:
                os.unlink(path)  # noqa: PTH108 - it stays as long as it is open
        return db

    def _unwritable(self, error: Exception) -> OutputUnwritable:
        place = self._folder or "the folder for temporary files"
        return OutputUnwritable(
            f"{place}: what the run notes meanwhile cannot be written there: {error}. Is the disk full? Free some, "
            "or name another folder with LUUTIN_OUTPUT=DIR."
        )

    def execute(self, sql: str, values: Sequence[object] = ()) -> int:
        """Run one statement; how many rows it wrote. Raises OutputUnwritable."""
        return self._run(self._db.execute, sql, values).rowcount

    def execute_many(self, sql: str, rows: Iterable[Sequence[object]]) -> int:
        """Run one statement for each row of values; how many rows they wrote. Raises OutputUnwritable."""
        return self._run(self._db.executemany, sql, rows).rowcount

    def one(self, sql: str, values: Sequence[object] = ()) -> tuple[Any, ...] | None:
        """The first row of a query, or None. Raises OutputUnwritable."""
        row: tuple[Any, ...] | None = self._run(self._db.execute, sql, values).fetchone()
        return row

    def rows(self, sql: str, values: Sequence[object] = ()) -> Iterator[tuple[Any, ...]]:
        """The rows of a query, one at a time; nothing is to be written to its tables meanwhile."""
        return iter(self._run(self._db.execute, sql, values))

    def _run(self, run: Callable[[str, Any], sqlite3.Cursor], sql: str, values: Iterable[object]) -> sqlite3.Cursor:
        try:
            return run(sql, values)
        except sqlite3.OperationalError as error:  # reading writes, too, where the cache is full
            raise self._unwritable(error) from error

    def close(self) -> None:
        """Let go of it, and of what is in it."""
        if self._opened is not None:
            self._opened.close()


class Seen:
    """The folded URLs a run has dealt with."""

    def __init__(self, scratch: Scratch) -> None:
        self._scratch = scratch

    def __contains__(self, url: str) -> bool:
        return self._scratch.one("SELECT 1 FROM seen WHERE url = ?", (url,)) is not None

    def add(self, url: str) -> None:
        self._scratch.execute("INSERT OR IGNORE INTO seen VALUES (?)", (url,))

    def discard(self, url: str) -> None:
        self._scratch.execute("DELETE FROM seen WHERE url = ?", (url,))

    def rename(self, spelled: Callable[[str], str]) -> None:
        """Take in all that are known by the URLs that `spelled` gives as well."""
        folded = ((url, fold_url(spelled(url))) for (url,) in self._scratch.rows("SELECT url FROM seen"))
        for url in [new for url, new in folded if new != url]:
            self.add(url)


class Listed:
    """What lists that were read from their top show: folded URLs in their order."""

    def __init__(self, scratch: Scratch) -> None:
        self._scratch = scratch
        self._names: dict[str, None] = {}
        self._nth = count()

    def note(self, name: str, urls: Iterable[str]) -> None:
        """Note what a page of a list shows, each once."""
        self._names.setdefault(name)
        rows = ((name, url, next(self._nth)) for url in urls)
        self._scratch.execute_many("INSERT OR IGNORE INTO listed VALUES (?, ?, ?)", rows)

    def __iter__(self) -> Iterator[str]:
        """The lists, in the order they were read in."""
        return iter(self._names)

    def __getitem__(self, name: str) -> Iterator[str]:
        """What a list shows."""
        return (url for (url,) in self._scratch.rows("SELECT url FROM listed WHERE list = ? ORDER BY nth", (name,)))

    def clear(self) -> None:
        self._names.clear()
        self._scratch.execute("DELETE FROM listed")


class Hashes:
    """A set of texts that tells only whether it holds one: 64 bits of each, so that a million take 16 MB.

    One of a million others is taken for a known one once in some ten trillion times.
    """

    def __init__(self) -> None:
        self._slots = array("Q", bytes(8 * MIN_SLOTS))
        """Each text where its hash says, or in the first free slot after that."""
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def __contains__(self, text: str) -> bool:
        word = hash(text) & _WORD or 1
        return self._slots[_slot(self._slots, word)] == word

    def update(self, texts: Iterable[str]) -> bool:
        """Add some; whether any of them is new."""
        before = self._count
        for text in texts:
            self._add(hash(text) & _WORD or 1)
        return self._count > before

    def add(self, text: str) -> bool:
        """Add one; whether it is new."""
        return self.update((text,))

    def _add(self, word: int) -> None:
        at = _slot(self._slots, word)
        if self._slots[at]:
            return
        self._slots[at] = word
        self._count += 1
        if 3 * self._count > 2 * len(self._slots):
            slots = array("Q", bytes(16 * len(self._slots)))
            for one in filter(None, self._slots):
                slots[_slot(slots, one)] = one
            self._slots = slots


def _slot(slots: array[int], word: int) -> int:
    """Where a hash is, or would be."""
    mask = len(slots) - 1
    at = word & mask
    while (held := slots[at]) and held != word:
        at = (at + 1) & mask
    return at
