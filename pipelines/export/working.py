"""Work done in other processes, with its results in the order of the work: how many there are never shows."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from importlib import import_module
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Generic, Self, TypeVar

from pipelines.cluster import Cluster, Shared, seen_by_all
from pipelines.workers import begin_worker, in_order

AHEAD = 2
"""Jobs per worker: enough that none waits, few enough that memory stays flat."""
MIN_WIDTH = 2
"""Of a cluster, whose workers may come later."""
_DIED = "a process that writes articles died; is memory short? Run it again with --workers 1: it goes on."

Job = TypeVar("Job")
Result = TypeVar("Result")


class Workers:
    """So many worker processes; with one the work is done here. They begin when warmed, or with the first job.

    Or those of a cluster, which must see the `folder` that is read, and what is written.
    """

    def __init__(self, count: int, cluster: Cluster | None = None, folder: Path | None = None) -> None:
        self.count = count if cluster is None else max(cluster.width, MIN_WIDTH)
        self._pool: Executor | None = cluster
        self._cluster, self._folder = cluster, folder
        self._seen = ExitStack()
        self._shared: list[Shared] = []

    def __enter__(self) -> Self:
        if self._cluster is not None and self._folder is not None:
            self.share(self._folder)
        return self

    def __exit__(self, *_: object) -> None:
        self._seen.close()
        if self._pool is not None and self._cluster is None:
            self._pool.shutdown(cancel_futures=True)

    def share(self, folder: Path) -> None:
        """Say that workers read or write in a folder: those of a cluster look whether they see it."""
        if self._cluster is not None:
            self._shared.append(self._seen.enter_context(seen_by_all(folder)))

    def warm(self, *modules: str) -> None:
        """Have the processes begin, and import what they will need, while this one has other things to do."""
        for _ in range(self.count if self.count > 1 else 0):
            self._started().submit(_load, modules)

    def _started(self) -> Executor:
        if self._pool is None:
            # not forked: who calls may have threads, and holds a database no worker should have
            self._pool = ProcessPoolExecutor(self.count, get_context("spawn"), initializer=_begin)
        return self._pool

    def map(self, work: Callable[[Job], Result], jobs: Iterable[Job]) -> Iterator[Result]:
        """What `work`, a function of a module, makes of each job, in their order; `jobs` are taken as they are needed.

        Raises ArchiveError, and whatever `work` raises.
        """
        if self.count <= 1:
            yield from map(work, jobs)
            return
        asked: Callable[[Job], Result] = work if self._cluster is None else Where(tuple(self._shared), work)
        yield from in_order(self._started(), asked, ((job,) for job in jobs), self.count * AHEAD, _DIED)


@dataclass(frozen=True, slots=True)
class Where(Generic[Job, Result]):
    """Work for the workers of a cluster, which first look whether they see what it is about."""

    shared: tuple[Shared, ...]
    work: Callable[[Job], Result]

    def __call__(self, job: Job) -> Result:
        for one in self.shared:
            one.check()
        return self.work(job)


def batches(values: Iterable[Job], size: int) -> Iterator[list[Job]]:
    """Lists of so many, in order; the last may be shorter. (`itertools.batched` comes with Python 3.12.)"""
    rest = iter(values)
    while batch := list(islice(rest, size)):
        yield batch


def _load(modules: tuple[str, ...]) -> None:
    for module in modules:
        import_module(module)


def _begin() -> None:
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")  # it gives back what it no longer needs
    begin_worker()
