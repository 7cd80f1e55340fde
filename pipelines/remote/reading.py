"""Captures read where they lie: of a WARC file that was left at its URL only the records that are wanted."""

from __future__ import annotations

import io
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from pipelines.errors import StorageFailed
from pipelines.remote.state import FILE, State, read_state
from pipelines.remote.store import RANGE_BYTES, Store

MAX_STORES = 16


def open_absent(folder: Path, file: str) -> BinaryIO | None:
    """A file that was left at the URL this folder is a working copy of; None where it is none, or the file was not.

    Raises ArchiveError; reading raises StorageFailed.
    """
    state = _state(folder)
    entry = state.absent.get(file) if state else None
    return open_range(_store(state.url), entry.object, entry.size) if state and entry else None


def open_range(store: Store, name: str, size: int) -> BinaryIO:
    """An object as a stream that asks for what is read only, and a little ahead."""
    return io.BufferedReader(_Range(store, name, size), RANGE_BYTES)


class _Range(io.RawIOBase):
    """An object of so many bytes."""

    def __init__(self, store: Store, name: str, size: int) -> None:
        super().__init__()
        self._store, self._name, self._size = store, name, size
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = max(0, offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence])
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # as BufferedReader calls it
        end = min(self._at + len(buffer), self._size)
        if end <= self._at:
            return 0
        try:
            data = self._store.read_range(self._name, self._at, end)
        except FileNotFoundError as error:
            raise StorageFailed(
                f"{self._store.url}/{self._name}: is no longer there: a later state took its place. Run the same again."
            ) from error
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)


@lru_cache(maxsize=MAX_STORES)
def _store(url: str) -> Store:
    return Store(url)


def _state(folder: Path) -> State | None:
    """What a folder is a working copy of; None where it is none."""
    try:
        stat = (folder / FILE).stat()
    except FileNotFoundError:
        return None
    return _stated(folder, stat.st_mtime_ns)


@lru_cache(maxsize=MAX_STORES)
def _stated(folder: Path, _: int) -> State | None:
    return read_state(folder)
