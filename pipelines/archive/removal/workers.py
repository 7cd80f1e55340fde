"""The processes that look through lines and captures, and the order their results are taken in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any, TypeVar

from pipelines.workers import end_with_parent, in_order

AHEAD = 3
"""Jobs per worker that wait."""
T = TypeVar("T")


class Workers:
    """So many; with one the work is done here. Forked before the archive is opened, so that they hold nothing of it."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Workers:
        if self._count > 1:
            self._pool = ProcessPoolExecutor(self._count, get_context("fork"), initializer=end_with_parent)
            self._pool.submit(int).result()
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def map(self, work: Callable[..., T], jobs: Iterable[tuple[Any, ...]]) -> Iterator[T]:
        """What the work gives for each job's arguments, in their order. Raises ArchiveError."""
        if self._pool is None:
            yield from (work(*job) for job in jobs)
            return
        died = "a process that reads captures died; is memory short? Nothing was changed."
        yield from in_order(self._pool, work, jobs, self._count * AHEAD, died)
