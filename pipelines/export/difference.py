"""What two states of articles differ in: which are in one only, and which fields of the others."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Collection, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice, zip_longest
from typing import Any, Literal

import msgspec

from pipelines.export.states import Record, State

_BATCH_ROWS = 1_000
_SIDES = ("one", "other")
_ABSENT = 0
"""In place of a hash, of a field a record does not have."""
_TABLE = "CREATE TABLE {} (id TEXT PRIMARY KEY, nth INTEGER NOT NULL, url TEXT NOT NULL, hashes BLOB NOT NULL)"
_CHANGED = (
    "SELECT other.id, other.url, one.hashes, other.hashes FROM other JOIN one USING (id)"
    " WHERE one.hashes != other.hashes ORDER BY other.nth"
)
_ONLY = "SELECT id, url FROM {} WHERE id NOT IN (SELECT id FROM {}) ORDER BY nth"


@dataclass(frozen=True, slots=True)
class Change:
    """An article that is in one state only, or not the same in both."""

    what: Literal["added", "changed", "removed"]
    id: str
    url: str
    fields: tuple[str, ...] = ()
    """Those that differ, of a changed one."""


class Difference:
    """Two states compared. Only hashes of their fields are kept, in a temporary file: memory does not grow."""

    def __init__(self, one: State, other: State, ignored: Collection[str] = ()) -> None:
        """Reads both. Raises ArchiveError."""
        self._ignored = frozenset(ignored) | {"id"}
        self._db = sqlite3.connect("")  # a temporary file, gone when it is closed
        self._names: dict[str, int] = {}
        """The place of each field among the hashes."""
        self._seen: tuple[set[str], set[str]] = (set(), set())
        self.counts = self._read(0, one), self._read(1, other)
        """How many articles each has."""

    def _read(self, side: int, state: State) -> int:
        self._db.execute(_TABLE.format(_SIDES[side]))
        insert = f"INSERT OR REPLACE INTO {_SIDES[side]} VALUES (?, ?, ?, ?)"  # noqa: S608 - constants
        rows = ((*self._row(nth, record, side),) for nth, record in enumerate(state.records()))
        while batch := list(islice(rows, _BATCH_ROWS)):
            self._db.executemany(insert, batch)
        count: int = self._db.execute(f"SELECT count(*) FROM {_SIDES[side]}").fetchone()[0]  # noqa: S608 - constants
        return count

    def _row(self, nth: int, record: Record, side: int) -> tuple[str, int, str, bytes]:
        self._seen[side].update(record)
        hashes = array("q", bytes(8 * len(self._names)))
        for name, value in record.items():
            if name in self._ignored:
                continue
            place = self._names.setdefault(name, len(self._names))
            if place == len(hashes):
                hashes.append(_ABSENT)
            hashes[place] = hash(bytes(value))
        return _text(record, "id"), nth, _text(record, "url"), hashes.tobytes()

    def only_in(self, side: int) -> list[str]:
        """The fields that only the articles of one state (0 or 1) have: nothing is said of them."""
        return sorted(self._seen[side] - self._seen[1 - side] - self._ignored)

    def changes(self) -> Iterator[Change]:
        """What is changed and added, in the order of the other state, then what is removed, in that of the first."""
        common = {name: place for name, place in self._names.items() if name in self._seen[0] & self._seen[1]}
        names = {place: name for name, place in common.items()}
        for article, url, before, after in self._db.execute(_CHANGED):
            pairs = zip_longest(_hashes(before), _hashes(after), fillvalue=_ABSENT)
            fields = [names[at] for at, (old, new) in enumerate(pairs) if old != new and at in names]
            if fields:
                yield Change("changed", article, url, tuple(fields))
        for article, url in self._db.execute(_ONLY.format("other", "one")):
            yield Change("added", article, url)
        for article, url in self._db.execute(_ONLY.format("one", "other")):
            yield Change("removed", article, url)

    def __enter__(self) -> Difference:
        return self

    def __exit__(self, *_: object) -> None:
        with closing(self._db):
            self._names.clear()


def values(state: State, ids: Collection[str], fields: Collection[str]) -> dict[str, dict[str, Any]]:
    """What some fields of a few articles are in a state, by their ids. Raises ArchiveError."""
    found: dict[str, dict[str, Any]] = {}
    for record in state.records() if ids else ():
        if (article := _text(record, "id")) in ids:
            found[article] = {name: msgspec.json.decode(record[name]) for name in fields if name in record}
    return found


def _text(record: Record, name: str) -> str:
    return msgspec.convert(msgspec.json.decode(record[name]), str) if name in record else ""


def _hashes(data: bytes) -> array[int]:
    return array("q", data)
