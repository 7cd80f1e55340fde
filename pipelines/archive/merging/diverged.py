"""One capture file of which copies have grown differently, or lost captures to a removal: its records united.

Records are told by when and of what they are, as what takes the place of a withdrawn one is as long but has another id.
Of the states of one record the one that says the least is kept.
"""

from __future__ import annotations

import mmap
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from pipelines.archive.removal.records import Member, members_from
from pipelines.archive.warc import AS_CAPTURED, WITHDRAWN_AT
from pipelines.errors import BadWarc

Key = tuple[str, str, int, int]
"""WARC-Date, URL, length in bytes with the records kept beside it, and of several of these the number."""


@dataclass(frozen=True, slots=True)
class _Unit:
    """A record and those kept beside it, as they lie in a file."""

    path: Path
    offset: int
    length: int
    state: int
    """0 withdrawn, 1 made unreadable in parts, 2 as captured."""


def write_united(ends: Mapping[Path, int], to: Path) -> dict[Path, dict[int, int]]:
    """Write what several states of a file hold, up to where each ends; where the records of each now begin that are
    not where they were. Raises OSError, BadWarc where one is damaged.
    """
    with ExitStack() as stack:
        data: dict[Path, mmap.mmap] = {}
        units: dict[Path, dict[Key, _Unit]] = {}
        for path, end in ends.items():
            stream = stack.enter_context(path.open("rb"))
            data[path] = stack.enter_context(mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ))
            units[path] = dict(_units(path, data[path], end))
        places: dict[Key, int] = {}
        with to.open("wb") as new:
            for key in _order(units):
                states = [one[key] for one in units.values() if key in one]
                best = min((unit.state, data[unit.path][unit.offset : unit.offset + unit.length]) for unit in states)
                places[key] = new.tell()
                new.write(best[1])
            new.flush()
            os.fsync(new.fileno())
    return {
        path: {unit.offset: places[key] for key, unit in one.items() if unit.offset != places[key]}
        for path, one in units.items()
    }


def _order(units: Mapping[Path, Mapping[Key, _Unit]]) -> list[Key]:
    """As the one that has all of them has it; where none has, by time."""
    every = {key for one in units.values() for key in one}
    whole = [list(one) for one in units.values() if len(one) == len(every)]
    first = next(iter(next(iter(units.values()))))
    return min(whole) if whole else sorted(every, key=lambda key: (key != first, key))


def _units(path: Path, data: mmap.mmap, end: int) -> Iterator[tuple[Key, _Unit]]:
    seen: Counter[tuple[str, str, int]] = Counter()
    for unit in _grouped(path, data, end):
        first = unit[0]
        length = sum(member.length for member in unit)
        told = (first.value("WARC-Date"), first.value("WARC-Target-URI").strip("<>"), length)
        seen[told] += 1
        heads = b"".join(member.head for member in unit).lower()
        masked = WITHDRAWN_AT.lower().encode() in heads
        withdrawn = masked and AS_CAPTURED.lower().encode() not in heads and first.value("WARC-Type") == "metadata"
        yield (*told, seen[told]), _Unit(path, first.offset, length, 0 if withdrawn else 1 if masked else 2)


def _grouped(path: Path, data: mmap.mmap, end: int) -> Iterator[list[Member]]:
    """Each record with those behind it that belong to it."""
    unit: list[Member] = []
    at = 0
    for member in members_from(data, 0, end):
        at += member.length
        if unit and member.value("WARC-Concurrent-To") != unit[0].value("WARC-Record-ID"):
            yield unit
            unit = []
        unit.append(member)
    if at != end:
        raise BadWarc(
            f"{path}: the record at byte {at} is damaged, so that nobody can tell what it has that other copies of it"
            " have not. `luutin verify --repair` there mends it, or leave that folder out"
        )
    if unit:
        yield unit
