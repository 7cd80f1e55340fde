"""A file of articles, one after the other: written in units, gone on with where that was interrupted, whole or not."""

from __future__ import annotations

import errno
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import BinaryIO, Protocol, Self

import msgspec

from pipelines.archive.files import replace_file
from pipelines.export.chosen import Chosen, Ref
from pipelines.export.compressing import compress, compresses
from pipelines.export.places import lock, unwritable
from pipelines.export.record import Columns, records
from pipelines.export.working import Workers, batches

UNIT = 500
"""Articles that are encoded at once."""
STATE_SECONDS = 2.0
"""Between notes of how far it is: so much is done again after an interruption."""


@dataclass(slots=True)
class Piece:
    """Some articles as bytes of a file."""

    data: bytes
    notes: Counter[str] = field(default_factory=Counter)
    """What had to be done to some values, how often: said once all is written."""


class LineFormat(Protocol):
    """What makes a file of records; picklable."""

    @property
    def head(self) -> bytes:
        """How the file begins."""

    def encode(self, records: Iterator[bytes], columns: Columns) -> Piece:
        """Records (JSON) as they stand in the file, each ended."""


@dataclass(slots=True)
class Done:
    """What was written."""

    articles: int = 0
    files: int = 1
    bytes: int = 0
    resumed: int = 0
    """Articles an earlier run had written."""
    notes: Counter[str] = field(default_factory=Counter)


class _State(msgspec.Struct):
    """How far a file is: kept beside it."""

    key: str
    articles: int = 0
    bytes: int = 0
    notes: dict[str, int] = {}


@dataclass(frozen=True, slots=True)
class Lines:
    """How articles become a file of lines."""

    chosen: Chosen
    columns: Columns
    format: LineFormat
    key: str
    """Tells the content of the file from any other: the archive's state and all options."""
    light: bool = False
    """Encoding is so little work that to hand it to other processes is more."""

    def pieces(self, workers: Workers, after: int) -> Iterator[tuple[int, Piece]]:
        """What comes after so many articles: how many are in each piece, and the piece."""
        counts: list[int] = []

        def jobs() -> Iterator[list[Ref]]:
            for unit in batches(self.chosen.refs("place > ?", (self._place(after),)), UNIT):
                counts.append(len(unit))
                yield unit

        encode = partial(_encode, self.chosen.folder, self.columns, self.format)
        done = map(encode, jobs()) if self.light else workers.map(encode, jobs())
        for at, piece in enumerate(done):
            yield counts[at], piece

    def _place(self, after: int) -> int:
        """The `place` of the last of the first so many articles."""
        row = self.chosen.db.one("SELECT place FROM chosen ORDER BY place LIMIT 1 OFFSET ?", (after - 1,))
        return row["place"] if row is not None and after else 0


def _encode(folder: Path, columns: Columns, form: LineFormat, refs: list[Ref]) -> Piece:
    return form.encode(records(folder, refs, columns), columns)


def write_stream(lines: Lines, stream: BinaryIO, workers: Workers, progress: Callable[[int], None]) -> Done:
    """Write to what cannot be gone back in: a pipe. Raises OSError, ArchiveError."""
    done = Done()
    stream.write(lines.format.head)
    done.bytes += len(lines.format.head)
    for count, piece in lines.pieces(workers, 0):
        stream.write(piece.data)
        _add(done, count, piece, progress)
    stream.flush()
    return done


def _add(done: Done, count: int, piece: Piece, progress: Callable[[int], None]) -> None:
    done.articles += count
    done.bytes += len(piece.data)
    done.notes += piece.notes
    progress(count)


def write_file(lines: Lines, target: Path, workers: Workers, progress: Callable[[int], None]) -> Done:
    """Write `target`, whole or not at all; compressed where its name ends in `.gz` or `.zst`.

    What is written is in `<target>.partial` until then, and how far that is in `<target>.partial.state`: if this is
    interrupted, the next call for the same goes on. Raises OutputUnwritable, ArchiveError.
    """
    target = target.resolve()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, "is a folder")
        with _Partial(target, lines.key) as part:
            part.write(lines, workers, progress)
            part.finish()
            return part.done
    except OSError as error:
        raise unwritable(target, error) from error


class _Partial:
    """The file in the making."""

    def __init__(self, target: Path, key: str) -> None:
        """Raises OutputUnwritable where another export is writing it, OSError."""
        self._target = target
        self._path = target.with_name(f"{target.name}.partial")
        self._note = target.with_name(f"{target.name}.partial.state")
        self._path.touch()
        self._lock = lock(self._path)
        self._state = self._found(key)
        self._stream = self._path.open("r+b")
        self._stream.truncate(self._state.bytes)
        self._stream.seek(self._state.bytes)
        self._noted = time.monotonic()
        self.done = Done(self._state.articles, bytes=self._state.bytes, notes=Counter(self._state.notes))
        self.done.resumed = self._state.articles

    def _found(self, key: str) -> _State:
        """How far an earlier run for the same has come."""
        with suppress(OSError, msgspec.DecodeError):
            state = msgspec.json.decode(self._note.read_bytes(), type=_State)
            if state.key == key and state.bytes <= self._path.stat().st_size:
                return state
        return _State(key)

    def write(self, lines: Lines, workers: Workers, progress: Callable[[int], None]) -> None:
        progress(self.done.articles)
        if not self.done.bytes:
            self._stream.write(lines.format.head)
            self.done.bytes = len(lines.format.head)
        for count, piece in lines.pieces(workers, self.done.articles):
            self._stream.write(piece.data)
            _add(self.done, count, piece, progress)
            if time.monotonic() - self._noted > STATE_SECONDS:
                self._keep()

    def _keep(self) -> None:
        """Have what is written on the disk, then note that it is."""
        self._stream.flush()
        os.fsync(self._stream.fileno())
        state = _State(self._state.key, self.done.articles, self.done.bytes, dict(self.done.notes))
        replace_file(self._note, msgspec.json.encode(state))
        self._noted = time.monotonic()

    def finish(self) -> None:
        """Put the file in its place."""
        self._keep()
        if compresses(self._target):
            packed = self._target.with_name(f"{self._target.name}.packed")
            compress(self._path, packed, self._target.suffix)
            self.done.bytes = packed.stat().st_size
            packed.replace(self._target)
            self._path.unlink()
        else:
            self._path.replace(self._target)
        self._note.unlink()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._lock)
        with suppress(OSError):  # a full disk, which whoever wrote was told
            self._stream.close()
