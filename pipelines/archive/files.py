"""Files written whole or not at all: those that only grow, and small ones that are replaced."""

from __future__ import annotations

import contextlib
import errno
import gzip
import io
import os
from pathlib import Path
from typing import BinaryIO, NoReturn, cast

import zstandard

from pipelines.errors import ArchiveError, OutputUnwritable

_PIECE_BYTES = 1 << 20


def inside(folder: Path, file: str) -> Path:
    """The path of a file of the archive in `folder`, as a row names it.

    Raises ArchiveError where that leads out of it: a database that came from elsewhere may name any file there is.
    """
    named = Path(file)
    if named.is_absolute() or ".." in named.parts:
        raise ArchiveError(f"{folder / 'archive.db'} names {file!r}, which is no file of the archive: do not trust it.")
    return folder / named


def open_unpacked(path: Path) -> BinaryIO:
    """A file to be read, unpacked where its name says that it is packed (`.gz`, `.zst`); all frames. Raises OSError.

    Reading raises EOFError, zlib.error, ZstdError where it is damaged; `.zst` that is cut short only ends early.
    """
    if path.suffix == ".gz":
        return cast("BinaryIO", gzip.open(path))
    if path.suffix == ".zst":
        unpacked = zstandard.ZstdDecompressor().stream_reader(path.open("rb"), read_across_frames=True, closefd=True)
        return cast("BinaryIO", io.BufferedReader(cast("io.RawIOBase", unpacked), 1 << 20))
    return path.open("rb")


def replace_file(path: Path, data: bytes) -> None:
    """Write a small file, whole or not at all, and have it on the disk. Raises OSError; the old file then stays."""
    partial = path.with_name(f"{path.name}.partial")
    with partial.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    partial.replace(path)


def sync_folder(path: Path) -> None:
    """Have the names in a folder on the disk. Raises OSError."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def copy_file(path: Path, to: Path, end: int) -> None:
    """Copy the first `end` bytes of a file, and have them on the disk. Raises OSError."""
    with path.open("rb") as old, to.open("wb") as new:
        left = end
        while left and (piece := old.read(min(left, _PIECE_BYTES))):
            new.write(piece)
            left -= len(piece)
        new.flush()
        os.fsync(new.fileno())


def link_file(path: Path, to: Path, end: int) -> None:
    """Have the first `end` bytes of a file at `to`, too: the same file where that can be, else a copy. Raises OSError.

    Who appends to a file or cuts it off must look whether it lies elsewhere, too (`is_shared`, `cut_file`).
    """
    if path.stat().st_size == end:
        with contextlib.suppress(OSError):  # another file system, or one that has no links, or permits none
            os.link(path, to)
            return
    copy_file(path, to, end)


def is_shared(path: Path) -> bool:
    """Whether a file lies in another folder, too (after a merge), so that nothing may be appended to it."""
    return path.stat().st_nlink > 1


def cut_file(path: Path, end: int) -> None:
    """Cut a file off at `end`; one that lies elsewhere, too, stays whole there. Raises OSError."""
    if is_shared(path):
        partial = path.with_name(f"{path.name}.partial")
        copy_file(path, partial, end)
        partial.replace(path)
        return
    with path.open("r+b") as stream:
        stream.truncate(end)


class GrowingFile:
    """A file opened for appending, without a buffer of our own: what is written has reached the system."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stream = path.open("ab", buffering=0)
        self.end = self._stream.tell()
        """Where the file ends, in bytes."""
        self._synced = self.end

    def append(self, data: bytes) -> int:
        """Write `data`; the offset it begins at. Raises OSError, and then the file ends where it did before."""
        offset = self.end
        try:
            if self._stream.write(data) != len(data):  # a disk that fills up takes a part
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError:
            self.cut(offset)
            raise
        self.end = offset + len(data)
        return offset

    def cut(self, end: int) -> None:
        """Take back what was appended from `end` on, where what should go with it could not be written."""
        with contextlib.suppress(OSError):  # what could not be cut off now is when the archive is next opened
            self._stream.truncate(end)
        self.end = end
        self._synced = min(self._synced, end)

    def sync(self) -> None:
        """Have the system put everything written on the disk."""
        if self._synced != self.end:
            getattr(os, "fdatasync", os.fsync)(self._stream.fileno())
            self._synced = self.end

    def close(self) -> None:
        try:
            self.sync()
        finally:
            self._stream.close()


_REASONS = {
    errno.ENOSPC: "no space left on the disk. Free some, or name another folder with LUUTIN_OUTPUT=DIR",
    errno.EACCES: "no permission to write there. Change it, or name another folder with LUUTIN_OUTPUT=DIR",
    errno.EROFS: "the disk is read-only. Name another folder with LUUTIN_OUTPUT=DIR",
}


def refuse(path: Path, error: OSError) -> NoReturn:
    """Raises OutputUnwritable, which says what to do about the error."""
    reason = _REASONS.get(error.errno or 0, f"{error.strerror or error}. Name another folder with LUUTIN_OUTPUT=DIR")
    raise OutputUnwritable(f"{path}: {reason}. What was stored before is whole.") from error
