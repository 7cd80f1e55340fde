"""A folder that is exported: made beside its target, gone on with where that was interrupted, and put in its place."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Self

from pipelines.errors import OutputUnwritable
from pipelines.export.places import lock, unwritable

KEY = ".export"
"""In the folder while it is being made: what it is to hold."""
BOOT = Path("/proc/sys/kernel/random/boot_id")
SYNCS = 16
_AT_FDCWD, _EXCHANGE = -100, 2
"""Of Linux' renameat2 (https://man7.org/linux/man-pages/man2/rename.2.html)."""


class Staged:
    """`<target>.partial/`, in which files are made one by one; `commit` puts it in the place of the target.

    What an earlier run with the same `key` has finished there is kept; anything else there is removed. Whoever leaves
    the `with` without `commit` leaves the target as it was.
    """

    def __init__(self, target: Path, key: str, ours: Callable[[Path], bool]) -> None:
        """`key` tells the content: the archive's state and all options. `ours`: whether a folder was made by us, and
        may be replaced; it is asked of a target that is not empty.

        Raises OutputUnwritable where the target may not be replaced, or another export is writing it.
        """
        self.target = target.resolve()
        self.path = self.target.with_name(f"{self.target.name}.partial")
        self._old = self.target.with_name(f"{self.target.name}.replaced")
        self._ours = ours
        self.resumed = False
        """Whether an earlier run has begun it."""
        key = f"{key} {_started()}"
        with self._refusing():
            if self._old.exists() and not self.target.exists():  # killed between two renames
                self._old.rename(self.target)
            for place in (self.target, self.path, self._old):
                self._check(place)
            self.path.mkdir(parents=True, exist_ok=True)
            self._lock = lock(self.path)
            self._begin(key)

    def _begin(self, key: str) -> None:
        shutil.rmtree(self._old, ignore_errors=not self._old.exists())
        file = self.path / KEY
        self.resumed = file.exists() and file.read_text("utf-8") == key
        if not self.resumed:
            for place in self.path.iterdir():
                shutil.rmtree(place) if place.is_dir() and not place.is_symlink() else place.unlink()
            file.write_text(key, "utf-8")

    def _check(self, place: Path) -> None:
        """Raises OutputUnwritable where a folder may not be replaced."""
        if not place.exists() or (place.is_dir() and not any(place.iterdir())):
            return
        if not place.is_dir():
            raise OutputUnwritable(f"{place}: is a file, and a folder is to be written. Name another.")
        if not (place == self.path and (place / KEY).is_file()) and not self._ours(place):
            raise OutputUnwritable(
                f"{place}: holds what was not made by this kind of export, so it is not replaced. Name another folder."
            )

    def has(self, path: str) -> bool:
        """Whether a file (relative to the folder) is whole already."""
        return (self.path / path).is_file()

    def commit(self) -> None:
        """Put the folder in the place of the target, and remove what was there. Raises OutputUnwritable."""
        with self._refusing():
            self._check(self.target)
            for left in self.path.rglob("*.partial"):
                left.unlink()
            _sync(self.path)
            (self.path / KEY).unlink()
            if not self.target.exists() or not any(self.target.iterdir()):
                self.path.rename(self.target)
            elif _exchange(self.path, self.target):
                shutil.rmtree(self.path)
            else:
                self.target.rename(self._old)
                self.path.rename(self.target)
                shutil.rmtree(self._old)

    @contextmanager
    def _refusing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise unwritable(self.target, error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._lock)


@contextmanager
def whole(path: Path) -> Iterator[IO[bytes]]:
    """A file of a staged folder to be written: there only once it is whole. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.partial")
    with partial.open("wb") as stream:
        yield stream
    partial.replace(path)


def _started() -> str:
    """Which start of the machine this is: what was begun before a power cut may be whole by its name only."""
    try:
        return BOOT.read_text("ascii").strip()
    except OSError:  # no Linux
        return ""


def _sync(folder: Path) -> None:
    """Have all files of a folder on the disk; many at a time, for which the disk's journal is written once."""
    with ThreadPoolExecutor(SYNCS) as threads:
        for _ in threads.map(_sync_file, [path for path in folder.rglob("*") if path.is_file()]):
            pass


def _sync_file(path: Path) -> None:
    with path.open("rb") as stream:
        os.fsync(stream.fileno())


def _exchange(one: Path, other: Path) -> bool:
    """Have two paths change places in one step; False where the system cannot. Raises OSError."""
    with suppress(AttributeError):  # no Linux, or an old one
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
        if renameat2(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _EXCHANGE) == 0:
            return True
        if (number := ctypes.get_errno()) not in (errno.ENOSYS, errno.EINVAL, errno.EPERM):
            raise OSError(number, os.strerror(number), str(one))
    return False
