"""A file of articles, one after the other: written in units, gone on with where that was interrupted, whole or not."""

from __future__ import annotations

import errno
import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import BinaryIO, Protocol, Self

import msgspec

from pipelines.archive.files import replace_file
from pipelines.export.chosen import Chosen, Ref
from pipelines.export.compressing import put_in_place
from pipelines.export.places import lock, unwritable
from pipelines.export.record import Columns, records
from pipelines.export.working import Workers

UNIT, UNIT_BYTES = 500, 4 * 1024 * 1024
"""Articles that are encoded at once, and of their lines together: whichever is reached first."""
STATE_SECONDS = 1.0
"""Between notes of how far it is: so much is done again after an interruption."""


@dataclass(slots=True)
class Piece:
    """Some articles as bytes of a file."""

    data: bytes
    notes: Counter[str] = field(default_factory=Counter)
    """What had to be done to some values, how often: said once all is written."""


class LineFormat(Protocol):
    """What makes a file of records; picklable."""

    def head(self, columns: Columns) -> bytes:
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
            for unit in units(self.chosen.refs_after(after)):
                counts.append(len(unit))
                yield unit

        encode = partial(_encode, self.chosen.folder, self.columns, self.format)
        done = map(encode, jobs()) if self.light else workers.map(encode, jobs())
        for at, piece in enumerate(done):
            yield counts[at], piece


def units(refs: Iterable[Ref]) -> Iterator[list[Ref]]:
    """References as they are encoded together; what is written does not depend on it."""
    unit: list[Ref] = []
    size = 0
    for ref in refs:
        unit.append(ref)
        size += ref.length
        if len(unit) >= UNIT or size >= UNIT_BYTES:
            yield unit
            unit, size = [], 0
    if unit:
        yield unit


def _encode(folder: Path, columns: Columns, form: LineFormat, refs: list[Ref]) -> Piece:
    return form.encode(records(folder, refs, columns), columns)


def write_stream(lines: Lines, stream: BinaryIO, workers: Workers, progress: Callable[[int], None]) -> Done:
    """Write to what cannot be gone back in: a pipe. Raises OSError, ArchiveError."""
    done = Done()
    done.bytes += stream.write(lines.format.head(lines.columns))
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
        state = self._found(key)
        self._stream = self._path.open("r+b")
        self._stream.truncate(state.bytes)
        self._stream.seek(state.bytes)
        self._key, self._noted = key, time.monotonic()
        self._keeper, self._keeping = ThreadPoolExecutor(1), Future[None]()
        self._keeping.set_result(None)
        self.done = Done(state.articles, bytes=state.bytes, notes=Counter(state.notes), resumed=state.articles)

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
            self.done.bytes = self._stream.write(lines.format.head(lines.columns))
        for count, piece in lines.pieces(workers, self.done.articles):
            self._stream.write(piece.data)
            _add(self.done, count, piece, progress)
            if time.monotonic() - self._noted > STATE_SECONDS:
                self._keep()

    def _keep(self) -> None:
        """Have what is written on the disk, then note that it is: meanwhile, unless the last time is not over yet."""
        if self._keeping.done():
            self._keeping.result()
            self._stream.flush()
            state = _State(self._key, self.done.articles, self.done.bytes, dict(self.done.notes))
            self._keeping = self._keeper.submit(self._note_of, state)
            self._noted = time.monotonic()

    def _note_of(self, state: _State) -> None:
        os.fsync(self._stream.fileno())
        replace_file(self._note, msgspec.json.encode(state))

    def finish(self) -> None:
        """Put the file in its place."""
        self._keeping.result()
        self._keep()
        self._keeping.result()
        self.done.bytes = put_in_place(self._path, self._target)
        self._note.unlink()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._keeper.shutdown()
        with suppress(OSError):  # a full disk, which whoever wrote was told
            self._stream.close()
        os.close(self._lock)
