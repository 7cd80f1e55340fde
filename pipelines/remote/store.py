"""A storage as this package needs it: objects written whole, read whole or by range, or only grown."""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar, cast

from pipelines.errors import ExtraMissing, StorageFailed

logger = logging.getLogger(__name__)

PAUSES_SECONDS = (1.0, 3.0, 9.0)
"""Between tries; what fsspec's own clients try again comes on top."""
CHUNK_BYTES = 8 * 1024 * 1024
MAX_COPIED_BYTES = 5 * 1024**3
"""S3 copies no more in one step."""
RANGE_BYTES = 128 * 1024
"""What is read at once where records are wanted: that of a page has some 20 kB."""
_FINAL = (FileNotFoundError, FileExistsError, PermissionError, IsADirectoryError, NotADirectoryError)
"""What asking again does not change."""

Result = TypeVar("Result")


class Store:
    """The objects below one URL, by their paths relative to it. All raise StorageFailed where it does not answer."""

    def __init__(self, url: str, pauses: tuple[float, ...] = PAUSES_SECONDS) -> None:
        """Credentials and endpoint: the environment, as fsspec has it. Raises ExtraMissing, StorageFailed."""
        self.url = url.rstrip("/")
        self._pauses = pauses
        self._fs: Any = None
        self._root = ""
        self._process = 0
        self._connect()

    def _connect(self) -> None:
        """Clients do not outlive a fork: each process has its own."""
        try:
            import fsspec
        except ImportError as error:
            raise ExtraMissing(
                f"{self.url}: storage needs fsspec, which is not installed: pip install 'luutin[remote]'"
            ) from error
        try:
            self._fs, self._root = fsspec.core.url_to_fs(self.url, use_listings_cache=False)
        except ImportError as error:
            raise ExtraMissing(f"{self.url}: {error}") from error
        except (ValueError, OSError) as error:
            raise StorageFailed(
                f"{self.url}: is no place fsspec knows: {error}. Name one like s3://bucket/tin"
            ) from error
        self._root = self._root.rstrip("/")
        self._process = os.getpid()

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}" if name else self._root

    def _ask(self, what: str, name: str, ask: Callable[[Any], Result]) -> Result:
        """What the storage answers, asked again a few times where it fails. Raises StorageFailed, and of OSError what
        asking again does not change.
        """
        if self._process != os.getpid():
            self._connect()
        for pause in (*self._pauses, None):
            try:
                return self._once(what, name, ask)
            except _Failed as error:
                if pause is None:
                    raise StorageFailed(
                        f"{error}. Is the storage there, and are address and credentials right? Run the same again."
                    ) from error.__cause__
                logger.warning("%s; asked again in %g s", error, pause)
                time.sleep(pause)
        raise AssertionError  # the last pause is None

    def _once(self, what: str, name: str, ask: Callable[[Any], Result]) -> Result:
        try:
            return ask(self._fs)
        except FileNotFoundError as error:
            if what != "written":
                raise
            told = "there is no such bucket or folder. Make it, or name another place with LUUTIN_OUTPUT"
            raise StorageFailed(f"{self.url}/{name}: cannot be written: {told}.") from error
        except FileExistsError:
            raise
        except _FINAL as error:
            raise StorageFailed(f"{self.url}/{name}: cannot be {what}: {error}. Check the credentials.") from error
        except Exception as error:
            if not _is_of_storage(error):
                raise
            raise _Failed(f"{self.url}/{name}: cannot be {what}: {type(error).__name__}: {error}") from error

    # -- reading ------------------------------------------------------------------------------------

    def names(self, folder: str) -> list[str]:
        """The names in a folder; none where that is not there."""

        def ask(fs: Any) -> list[str]:
            fs.invalidate_cache()
            with contextlib.suppress(FileNotFoundError, NotADirectoryError):
                return sorted(path.rstrip("/").rpartition("/")[2] for path in fs.ls(self._path(folder), detail=False))
            return []

        return self._ask("listed", folder, ask)

    def find(self, pattern: str = "") -> dict[str, int]:
        """The objects below the URL, or those that match a pattern with `*` or `**`; by their paths their sizes."""

        def ask(fs: Any) -> dict[str, int]:
            fs.invalidate_cache()
            found = fs.glob(self._path(pattern), detail=True) if pattern else fs.find(self._root, detail=True)
            return {path[len(self._root) + 1 :]: one["size"] for path, one in found.items() if one["type"] == "file"}

        return self._ask("listed", pattern, ask)

    def size(self, name: str) -> int | None:
        """How many bytes an object has; None where there is none."""

        def ask(fs: Any) -> int | None:
            fs.invalidate_cache()
            with contextlib.suppress(FileNotFoundError):
                return cast("int", fs.info(self._path(name))["size"])
            return None

        return self._ask("looked at", name, ask)

    def read(self, name: str) -> bytes:
        """A small object. Raises FileNotFoundError."""
        return self._ask("read", name, lambda fs: cast("bytes", fs.cat_file(self._path(name))))

    def read_range(self, name: str, start: int, end: int) -> bytes:
        """The bytes of an object from `start` to before `end`; fewer where it ends before. Raises FileNotFoundError."""
        return self._ask("read", name, lambda fs: cast("bytes", fs.cat_file(self._path(name), start=start, end=end)))

    def chunks(self, name: str, start: int, end: int) -> Iterator[bytes]:
        """As `read_range`, a chunk at a time."""
        for at in range(start, end, CHUNK_BYTES):
            yield self.read_range(name, at, min(at + CHUNK_BYTES, end))

    # -- writing ------------------------------------------------------------------------------------

    def write(self, name: str, data: bytes) -> None:
        """Write a small object, whole, in the place of any that is there."""

        def ask(fs: Any) -> None:
            self._make_way(fs, name)
            if _is_local(fs):
                partial = f"{self._path(name)}.{secrets.token_hex(4)}.partial"
                Path(partial).write_bytes(data)
                Path(partial).replace(self._path(name))
            else:
                fs.pipe_file(self._path(name), data)

        self._ask("written", name, ask)

    def create(self, name: str, data: bytes) -> bool:
        """Write a small object unless there is one: of two who do so at once only one succeeds, where the storage has
        such writes. `data` must be of nobody else: by it a write is told as ours whose answer was lost.
        """

        def ask(fs: Any) -> None:
            self._make_way(fs, name)
            if _is_local(fs):
                _create(Path(self._path(name)), data)
            else:
                fs.pipe_file(self._path(name), data, mode="create")

        with contextlib.suppress(FileExistsError):
            self._ask("written", name, ask)
        with contextlib.suppress(FileNotFoundError):
            return self.read(name) == data
        return False

    def put(self, path: Path, name: str, size: int) -> None:
        """Write the first `size` bytes of a file as an object, in the place of any that is there."""
        self._send(path, 0, size, name, "wb")

    def append(self, path: Path, name: str, start: int, size: int) -> bool:
        """Make an object that holds the first `start` bytes of a file hold the first `size`: S3 copies what it has.

        False where it turns out to hold more or less, or the storage cannot do that.
        """
        if start > MAX_COPIED_BYTES or self.size(name) != start:
            return False
        try:
            self._send(path, start, size, name, "ab")
        except (NotImplementedError, ValueError):
            return False
        return self.size(name) == size

    def _send(self, path: Path, start: int, end: int, name: str, mode: str) -> None:
        def ask(fs: Any) -> None:
            self._make_way(fs, name)
            into = self._path(name)
            if whole := _is_local(fs) and mode == "wb":  # a folder shows a file while it is written
                into = f"{into}.{secrets.token_hex(4)}.partial"
            stream = fs.open(into, mode, block_size=CHUNK_BYTES)
            try:
                _copy(path, start, end, stream)
            except BaseException:
                _discard(stream)
                raise
            stream.close()
            if whole:
                Path(into).replace(self._path(name))

        if mode == "ab":  # what was appended although the answer was lost must not be appended again
            with contextlib.suppress(_Failed):
                self._once("written", name, ask)
        else:
            self._ask("written", name, ask)

    def _make_way(self, fs: Any, name: str) -> None:
        """Folders must be there before what is in them, except in object storage."""
        if _is_local(fs):
            Path(self._path(name)).parent.mkdir(parents=True, exist_ok=True)
        else:
            fs.invalidate_cache()

    def remove(self, name: str) -> None:
        """Delete an object, where it is there."""

        def ask(fs: Any) -> None:
            with contextlib.suppress(FileNotFoundError):
                fs.rm_file(self._path(name))

        self._ask("deleted", name, ask)


def _is_local(fs: Any) -> bool:
    from fsspec.implementations.local import LocalFileSystem

    return isinstance(fs, LocalFileSystem)


def _create(path: Path, data: bytes) -> None:
    """A file that is there with its content or not at all: linking fails where there is one, on NFS too."""
    partial = path.with_name(f"{path.name}.{secrets.token_hex(4)}.partial")
    partial.write_bytes(data)
    try:
        os.link(partial, path)
    finally:
        partial.unlink()


def _copy(path: Path, start: int, end: int, stream: Any) -> None:
    with path.open("rb") as source:
        source.seek(start)
        for left in range(end - start, 0, -CHUNK_BYTES):
            chunk = source.read(min(CHUNK_BYTES, left))
            if len(chunk) < min(CHUNK_BYTES, left):
                raise StorageFailed(f"{path}: became shorter while it was stored. Run the same again.")
            stream.write(chunk)


def _discard(stream: Any) -> None:
    """Let go of a write that failed, without what was written so far becoming an object where that can be helped."""
    with contextlib.suppress(Exception):
        if hasattr(stream, "discard"):
            stream.discard()
            stream.closed = True  # else it is stored when it is collected
        else:
            stream.close()


class _Failed(Exception):
    """The storage failed once. Raised and caught here."""


def _is_of_storage(error: Exception) -> bool:
    """Whether an error comes of a storage: clients raise OSError, or what their own libraries call it."""
    root = type(error).__module__.partition(".")[0]
    return isinstance(error, OSError | TimeoutError) or root in (
        "aiobotocore",
        "botocore",
        "aiohttp",
        "asyncio",
        "fsspec",
        "s3fs",
        "gcsfs",
        "adlfs",
        "azure",
        "google",
        "paramiko",
        "requests",
        "urllib3",
    )
