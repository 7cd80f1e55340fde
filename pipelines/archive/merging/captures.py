"""The capture files of a portal, out of all folders that hold some, each once and under a name that tells their order.

A file is known by its first record, which has an id of its own: copies of a folder have the same files, of which one
may have grown further. Names are given by when files were begun, so that neither order nor grouping of merges shows.
"""

from __future__ import annotations

import hashlib
import mmap
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.archive.files import link_file
from pipelines.archive.merging.diverged import write_united
from pipelines.archive.removal.records import members_from

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipelines.archive.merging.sources import Source

_PIECE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Warc:
    """A file of captures: whose it is (the number of its source), up to where it is read, when and as what it began."""

    source: int
    path: Path
    end: int
    began: str
    first: str


@dataclass(frozen=True, slots=True)
class Moved:
    """Where the records of a file now are: under which name, and of those that are not where they were, the offset."""

    name: str
    offsets: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True)
class United:
    """The capture files of a portal, as they are in the merged archive."""

    files: dict[str, Warc | None] = field(default_factory=dict)
    """By name, in order: the file it is, or None where it was written anew of several."""
    moved: dict[tuple[int, str], Moved] = field(default_factory=dict)
    """By source and old name."""

    def of(self, source: int) -> dict[str, Moved]:
        """What became of the files of one source."""
        return {name: moved for (number, name), moved in self.moved.items() if number == source}

    def stays(self, source: int) -> bool:
        """Whether every record of a source is where it was."""
        return all(moved.name == name and not moved.offsets for name, moved in self.of(source).items())


def unite(portal: str, holders: Sequence[tuple[int, Source]], into: Path) -> United:
    """Put the capture files of a portal into a folder. Raises OSError, ArchiveError."""
    same: defaultdict[tuple[str, str], list[Warc]] = defaultdict(list)
    for number, source in holders:
        for path in source.warcs(portal):
            if end := source.end(path):
                warc = _begun(number, path, end)
                same[warc.began, warc.first].append(warc)
    united = United()
    for serial, key in enumerate(sorted(same), 1):
        name = f"{portal}-{serial:05d}.warc.gz"
        longest = _longest(same[key])
        united.files[name] = longest
        if longest is not None:
            link_file(longest.path, into / name, longest.end)
            offsets: dict[Path, dict[int, int]] = {}
        else:
            offsets = write_united({warc.path: warc.end for warc in same[key]}, into / name)
        for warc in same[key]:
            united.moved[warc.source, warc.path.name] = Moved(name, offsets.get(warc.path, {}))
    return united


def _begun(source: int, path: Path, end: int) -> Warc:
    """A file by its first record; one that begins with none is known by its first bytes."""
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        member = next(members_from(data, 0, end), None)
        if member is None:
            return Warc(source, path, end, "", hashlib.sha256(data[:_PIECE_BYTES]).hexdigest())
        return Warc(source, path, end, member.value("WARC-Date"), member.value("WARC-Record-ID"))


def _longest(warcs: Sequence[Warc]) -> Warc | None:
    """Of several states of one file the one that begins with all the others; None where none does."""
    longest = max(warcs, key=lambda warc: warc.end)
    others = {_identity(warc): warc for warc in warcs if _identity(warc) != _identity(longest)}
    return longest if _begins_with(longest.path, others.values()) else None


def _identity(warc: Warc) -> tuple[int, int, int]:
    told = warc.path.stat()
    return told.st_dev, told.st_ino, warc.end


def _begins_with(path: Path, others: Iterable[Warc]) -> bool:
    for other in others:
        with path.open("rb") as one, other.path.open("rb") as two:
            left = other.end
            while left:
                piece = two.read(min(left, _PIECE_BYTES))
                if not piece or one.read(len(piece)) != piece:
                    return False
                left -= len(piece)
    return True
