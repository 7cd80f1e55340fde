"""Work done in other processes, with its results in the order of the work: how many there are never shows."""

from __future__ import annotations

import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from multiprocessing import get_context
from typing import Self, TypeVar

from pipelines.errors import ArchiveError
from pipelines.workers import end_with_parent

AHEAD = 2
"""Jobs per worker: enough that none waits, few enough that memory stays flat."""

Job = TypeVar("Job")
Result = TypeVar("Result")


class Workers:
    """So many worker processes; with one the work is done here. They begin with the first job."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def map(self, work: Callable[[Job], Result], jobs: Iterable[Job]) -> Iterator[Result]:
        """What `work`, a function of a module, makes of each job, in their order; `jobs` are taken as they are needed.

        Raises ArchiveError, and whatever `work` raises.
        """
        if self.count <= 1:
            yield from map(work, jobs)
            return
        if self._pool is None:
            # not forked: who calls may have threads, and holds a database no worker should have
            self._pool = ProcessPoolExecutor(self.count, get_context("spawn"), initializer=_begin)
        waiting: deque[Future[Result]] = deque()
        try:
            for job in jobs:
                waiting.append(self._pool.submit(work, job))
                if len(waiting) > self.count * AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BrokenProcessPool as error:
            raise ArchiveError(
                "a process that writes articles died; is memory short? Run it again with --workers 1: it goes on."
            ) from error


def batches(values: Iterable[Job], size: int) -> Iterator[list[Job]]:
    """Lists of so many, in order; the last may be shorter. (`itertools.batched` comes with Python 3.12.)"""
    rest = iter(values)
    while batch := list(islice(rest, size)):
        yield batch


def _begin() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever is interrupted ends its workers
    end_with_parent()
