"""A folder that is exported: made beside its target, gone on with where that was interrupted, and put in its place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Self


class Staged:
    """`<target>.partial/`, in which files are made one by one; `commit` puts it in the place of the target.

    What an earlier run with the same `key` has finished there is kept; anything else there is removed. Whoever leaves
    the `with` without `commit` leaves the target as it was.
    """

    def __init__(self, target: Path, key: str, ours: Callable[[Path], bool]) -> None:
        """`key` tells the content: the archive's state and all options. `ours`: whether a folder was made by us, and may
        be replaced; it is asked of a target that is not empty.

        Raises OutputUnwritable where the target may not be replaced, or another export is writing it.
        """
        self.target = target
        self.path = target.with_name(f"{target.name}.partial")

    def has(self, path: str) -> bool:
        """Whether a file (relative to the folder) is whole already."""
        raise NotImplementedError

    def commit(self) -> None:
        """Put the folder in the place of the target, and remove what was there. Raises OutputUnwritable."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None: ...
