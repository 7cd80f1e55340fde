"""Files that only grow: each write is taken whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class GrowingFile:
    """A file opened for appending, without a buffer of our own: what is written has reached the system."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stream = path.open("ab", buffering=0)
        self.end = self._stream.tell()
        """Where the file ends, in bytes."""

    def append(self, data: bytes) -> int:
        """Write `data`; the offset it begins at. Raises OSError, and then the file ends where it did before."""
        offset = self.end
        try:
            if self._stream.write(data) != len(data):  # a disk that fills up takes a part
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError:
            with contextlib.suppress(OSError):  # what could not be cut off now is when the archive is next opened
                self._stream.truncate(offset)
            raise
        self.end = offset + len(data)
        return offset

    def sync(self) -> None:
        """Have the system put everything written on the disk."""
        getattr(os, "fdatasync", os.fsync)(self._stream.fileno())

    def close(self) -> None:
        self.sync()
        self._stream.close()
