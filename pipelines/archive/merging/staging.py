"""What a merge writes lies in a folder of its own, whose files take the place of the archive's all together, or not.

`<folder>/.merging/` is whole once its file `ready` is there. From then on who writes to the folder next finishes what a
merge that was killed has left to do (`finish`, by way of the lock). The database goes first and comes last, so that
nobody who only reads takes what lies there meanwhile for an archive.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from pipelines.archive.files import inside, refuse, replace_file, sync_folder
from pipelines.search.state import invalidate

STAGING = ".merging"
_READY = "ready"
_DATABASE = "archive.db"


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
    for path in sorted(staging.glob("*/**/*")):
        to = folder / path.relative_to(staging)
        if path.is_dir():
            to.mkdir(parents=True, exist_ok=True)
        else:
            to.parent.mkdir(parents=True, exist_ok=True)
            path.replace(to)
    for file in msgspec.json.decode((staging / _READY).read_bytes(), type=list[str]):
        inside(folder, file).unlink(missing_ok=True)
    _sync_names(folder / "captures", folder / "articles", folder / "reports")
    (staging / _DATABASE).replace(folder / _DATABASE)
    sync_folder(folder)


def _sync_names(*folders: Path) -> None:
    """Have the names in folders, and in those below them, on the disk."""
    for folder in folders:
        for path, _, _ in os.walk(folder):
            sync_folder(Path(path))


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


def commit(folder: Path, gone: Sequence[str]) -> None:
    """Let what is staged take the place of what `folder` holds, of which the files `gone` (relative to it) have none.

    What is staged must be on the disk, but for names. Raises OSError.
    """
    staging = folder / STAGING
    _sync_names(staging)
    replace_file(staging / _READY, msgspec.json.encode(gone))
    sync_folder(staging)
    finish(folder)
