"""The processes that read pages for a reparse, and the order their results are taken in."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import TypeVar

from crawler.errors import CrawlError
from crawler.rereading import Job, Rereader, Result
from pipelines.workers import end_with_parent

BATCHES_AHEAD = 3
"""Per worker: enough that none waits for a slow page of another, few enough that memory stays flat."""

T = TypeVar("T")


class Readers:
    """So many worker processes; with one the work is done here.

    They are forked before the archive is opened, so that they hold neither its lock nor its database.
    """

    def __init__(self, reread: Rereader, workers: int) -> None:
        self._reread = reread
        self._workers = workers
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Readers:
        if self._workers > 1:
            self._pool = ProcessPoolExecutor(
                self._workers, get_context("fork"), initializer=_set_up, initargs=(self._reread,)
            )
            self._pool.submit(_read_all, []).result()
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def read(self, batches: Iterable[tuple[T, list[Job]]]) -> Iterator[tuple[T, Iterator[Result]]]:
        """What came with each batch of jobs, and their results, in the order they came. Raises CrawlError."""
        if self._pool is None:
            for with_it, jobs in batches:
                yield with_it, map(self._reread.read, jobs)
            return
        try:
            yield from self._read_ahead(self._pool, batches)
        except BrokenProcessPool as error:
            raise CrawlError(
                "a process that reads pages died; is memory short? Nothing was replaced. Run it again with --workers 1"
            ) from error

    def _read_ahead(
        self, pool: ProcessPoolExecutor, batches: Iterable[tuple[T, list[Job]]]
    ) -> Iterator[tuple[T, Iterator[Result]]]:
        waiting: deque[tuple[T, Future[list[Result]]]] = deque()
        for with_it, jobs in batches:
            waiting.append((with_it, pool.submit(_read_all, jobs)))
            if len(waiting) > self._workers * BATCHES_AHEAD:
                done, future = waiting.popleft()
                yield done, iter(future.result())
        for done, future in waiting:
            yield done, iter(future.result())


_reader: list[Rereader] = []
"""In a worker process: its reader."""


def _set_up(reread: Rereader) -> None:
    _reader[:] = [reread]
    end_with_parent()


def _read_all(jobs: list[Job]) -> list[Result]:
    return [_reader[0].read(job) for job in jobs]
