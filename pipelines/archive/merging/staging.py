"""What a merge writes lies in a folder of its own, which takes the place of the archive in one step, or not at all.

`<folder>/.merging/` is whole once its file `ready` is there. From then on who writes to the folder next finishes what a
merge that was killed has left to do (`finish`, by way of the lock). Until the database is in place, which comes last,
nobody who only reads takes the folder for an archive.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.archive.files import refuse, replace_file, sync_folder
from pipelines.search.state import invalidate

STAGING = ".merging"
_READY = "ready"
_DATABASE = "archive.db"
_FOLDERS = ("articles", "captures", "reports")
"""Lines go first: without a database those that do not fit the captures beside them would be taken for theirs."""


def finish(folder: Path) -> None:
    """Put in place what a merge has made ready, and take away what none has. Raises OSError.

    May be interrupted and done again; the folder's lock must be held.
    """
    staging = folder / STAGING
    if (staging / _READY).exists():
        _install(folder, staging)
    if staging.exists():
        (staging / _READY).unlink(missing_ok=True)
        shutil.rmtree(staging)


def _install(folder: Path, staging: Path) -> None:
    if not (staging / _DATABASE).exists():  # the last step of all
        return
    for behind in ("", "-wal", "-shm"):
        (folder / f"{_DATABASE}{behind}").unlink(missing_ok=True)
    invalidate(folder)
    for name in _FOLDERS:
        new, here = staging / name, folder / name
        if new.exists():
            if here.exists():
                here.replace(staging / f"old-{name}")
            new.replace(here)
    sync_folder(folder)
    (staging / _DATABASE).replace(folder / _DATABASE)
    sync_folder(folder)


@contextmanager
def staged(folder: Path) -> Iterator[Path]:
    """An empty folder beside what `folder` holds; without `commit` nothing of it stays. Raises OutputUnwritable."""
    staging = folder / STAGING
    try:
        finish(folder)
        staging.mkdir()
        yield staging
    except OSError as error:
        refuse(staging, error)
    finally:
        if staging.exists() and not (staging / _READY).exists():
            shutil.rmtree(staging, ignore_errors=True)


def commit(folder: Path) -> None:
    """Let what is staged take the place of what the folder holds. Its files must be on the disk. Raises OSError."""
    staging = folder / STAGING
    for path, _, _ in os.walk(staging):
        sync_folder(Path(path))
    replace_file(staging / _READY, b"")
    sync_folder(staging)
    finish(folder)
