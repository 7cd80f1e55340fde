"""Captures read where they lie: of a WARC file that was left at its URL only the records that are wanted."""

from __future__ import annotations

import fnmatch
import io
import re
import shutil
import threading
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from pipelines.errors import StorageFailed
from pipelines.remote.places import joined
from pipelines.remote.shelf import FOLDER
from pipelines.remote.state import FILE, Held, State, read_state, save
from pipelines.remote.store import CHUNK_BYTES, RANGE_BYTES, Store

MAX_STORES = 16
_BRINGING = threading.Lock()
"""One file at a time: what is asked for is asked for again and again meanwhile."""


def open_absent(folder: Path, file: str) -> BinaryIO | None:
    """A file that was left at the URL this folder is a working copy of; None where it is none, or the file was not.

    Raises ArchiveError; reading raises StorageFailed.
    """
    state = _state(folder)
    entry = state.absent.get(file) if state else None
    return RemoteFile(_store(state.url), entry.object, entry.size).open() if state and entry else None


def absent_files(folder: Path) -> list[str]:
    """The files that were left at the URL a folder is a working copy of."""
    state = _state(folder)
    return sorted(state.absent) if state else []


def bring(folder: Path, file: str) -> bool:
    """Have a file here that was left at the URL; whether it is. Raises StorageFailed, OSError."""
    with _BRINGING:
        path, state = folder / file, read_state(folder)
        entry = state.absent.pop(file, None) if state else None
        if state is None or entry is None:
            return path.exists()
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f"{path.name}.partial")
        with RemoteFile(_store(state.url), entry.object, entry.size).open() as stream, partial.open("wb") as into:
            shutil.copyfileobj(stream, into)
        partial.replace(path)
        state.held[file] = Held(entry, path.stat().st_mtime_ns)
        save(folder, state)
        return True


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """An object that is read like a file of this machine."""

    store: Store
    object: str
    """Its path below the URL of the store; empty where that is the object's own."""
    size: int

    def __str__(self) -> str:
        return f"{self.store.url}/{self.object}".rstrip("/")

    @property
    def name(self) -> str:
        return str(self).rpartition("/")[2]

    def open(self) -> BinaryIO:
        """As a stream that asks for what is read, and the further ahead the longer that goes on."""
        return io.BufferedReader(_Range(self.store, self.object, self.size))


def remote_files(url: str) -> list[RemoteFile]:
    """The objects a URL means: itself, those below it, or those that match its `*`, in the order of their names.

    Raises ExtraMissing, StorageFailed.
    """
    parts = url.split("/")
    wild = next((at for at, part in enumerate(parts) if "*" in part), None)
    if wild is None:
        store = Store(url)
        return [RemoteFile(store, name, size) for name, size in sorted(store.find().items())]
    store = Store("/".join(parts[:wild]))
    return [RemoteFile(store, name, size) for name, size in sorted(store.find("/".join(parts[wild:])).items())]


def folders(url: str) -> list[str]:
    """The folders a URL means, whose parts may have `*`, by their names; a URL without one as it is.

    Raises ExtraMissing, StorageFailed where there is none.
    """
    found = [""]
    base, *parts = re.split(r"/(?=[^/]*\*)", url.rstrip("/"), maxsplit=1)
    if not parts:
        return [base]
    store = Store(base)
    for part in parts[0].split("/"):
        if "*" in part:
            found = [f"{one}/{name}".lstrip("/") for one in found for name in fnmatch.filter(store.names(one), part)]
        else:
            found = [f"{one}/{part}" for one in found]
    found = [one for one in found if store.names(f"{one}/{FOLDER}")]
    if not found:
        raise StorageFailed(f"{url}: there is no such output folder. Name some, as s3://bucket/tin/parts/*/")
    return [joined(base, one) for one in found]


class _Range(io.RawIOBase):
    """An object of so many bytes."""

    def __init__(self, store: Store, name: str, size: int) -> None:
        super().__init__()
        self._store, self._name, self._size = store, name, size
        self._at = 0
        self._ahead, self._start = b"", 0
        """What was asked for last, and where it begins."""

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
        if self._at >= self._size:
            return 0
        if not self._start <= self._at < self._start + len(self._ahead):
            self._ask(len(buffer))
        piece = memoryview(self._ahead)[self._at - self._start :][: len(buffer)]
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def _ask(self, least: int) -> None:
        goes_on = bool(self._ahead) and self._at == self._start + len(self._ahead)
        length = max(least, min(2 * len(self._ahead), CHUNK_BYTES) if goes_on else RANGE_BYTES)
        try:
            self._ahead = self._store.read_range(self._name, self._at, min(self._at + length, self._size))
        except FileNotFoundError as error:
            raise StorageFailed(
                f"{self._store.url}/{self._name}: is no longer there: a later state took its place. Run the same again."
            ) from error
        self._start = self._at


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
