"""Where exports are written: what is said where that cannot be, and who may write there."""

from __future__ import annotations

import errno
import fcntl
import os
from pathlib import Path

from pipelines.errors import OutputUnwritable

_REASONS = {
    errno.ENOSPC: "no space left on the disk. Free some and run the same again, which goes on, or name another place",
    errno.EACCES: "no permission to write there. Change it, or name another place",
    errno.EROFS: "the disk is read-only. Name another place",
    errno.ENOTDIR: "a part of this path is a file, not a folder. Name another place",
    errno.EEXIST: "a part of this path is a file, not a folder. Name another place",
    errno.EISDIR: "is a folder. Name a file in it",
}


def unwritable(path: Path, error: OSError) -> OutputUnwritable:
    """What to raise where an export cannot be written."""
    reason = _REASONS.get(error.errno or 0, f"{error.strerror or error}. Name another place")
    return OutputUnwritable(f"{path}: {reason}. What was there before stays.")


def lock(path: Path) -> int:
    """A descriptor of a file or folder that holds it against other exports until it is closed.

    Raises OutputUnwritable where another process has it, OSError.
    """
    descriptor = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.samestat(os.fstat(descriptor), path.stat()):  # else whoever had it has just put it in its place
            return descriptor
    except BlockingIOError:
        pass
    except BaseException:
        os.close(descriptor)
        raise
    os.close(descriptor)
    raise OutputUnwritable(f"{path}: another export is writing it. Wait for it to end, or name another place.")
