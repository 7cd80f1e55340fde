"""The processes that read pages for a reparse, here or on other machines, and the order their results are taken in."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import ExitStack
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from scrapy.settings import SETTINGS_PRIORITIES
from scrapy.utils.project import get_project_settings

from crawler.rereading import Job, Rereader, Result
from pipelines.cluster import Cluster, Shared, seen_by_all
from pipelines.workers import end_with_parent, in_order

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

BATCHES_AHEAD = 3
"""Per worker: enough that none waits for a slow page of another, few enough that memory stays flat."""
MIN_WIDTH = 2
"""Of a cluster, whose workers may come later."""
_DIED = "a process that reads pages died; is memory short? Nothing was replaced. Run it again with --workers 1"

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
        """What came with each batch of jobs, and their results, in the order they came. Raises ArchiveError."""
        if self._pool is None:
            for with_it, jobs in batches:
                yield with_it, map(self._reread.read, jobs)
            return
        yield from _in_order(self._pool, _read_all, (), batches, self._workers)


class Afar:
    """The workers of a cluster, each with a reader of its own, made of the folder as it is."""

    def __init__(self, cluster: Cluster, folder: Path, settings: BaseSettings) -> None:
        self._cluster, self._folder = cluster, folder
        self._said = said_for_this(settings)
        self._seen = ExitStack()

    def __enter__(self) -> Afar:
        self._shared = self._seen.enter_context(seen_by_all(self._folder))
        return self

    def __exit__(self, *_: object) -> None:
        self._seen.close()

    def read(self, batches: Iterable[tuple[T, list[Job]]]) -> Iterator[tuple[T, Iterator[Result]]]:
        """As `Readers.read`."""
        width = max(self._cluster.width, MIN_WIDTH)
        yield from _in_order(self._cluster, _read_there, (self._shared, self._said), batches, width)


def _in_order(
    pool: Executor,
    work: Callable[..., list[Result]],
    first: tuple[Any, ...],
    batches: Iterable[tuple[T, list[Job]]],
    width: int,
) -> Iterator[tuple[T, Iterator[Result]]]:
    waiting: deque[T] = deque()

    def jobs() -> Iterator[tuple[Any, ...]]:
        for with_it, batch in batches:
            waiting.append(with_it)
            yield *first, batch

    for results in in_order(pool, work, jobs(), width * BATCHES_AHEAD, _DIED):
        yield waiting.popleft(), iter(results)


def said_for_this(settings: BaseSettings) -> tuple[tuple[str, Any], ...]:
    """What was said for this run alone (`-s NAME=VALUE`), for processes that know the project's settings."""
    priority = SETTINGS_PRIORITIES["cmdline"]
    return tuple((name, settings[name]) for name in settings if (settings.getpriority(name) or 0) >= priority)


_reader: list[Rereader] = []
"""In a worker process: its reader."""


class _There(threading.local):
    """In a thread of a cluster's worker: whom it reads for, and its reader, which has files open."""

    asked: tuple[Shared, tuple[tuple[str, Any], ...]] | None = None
    reader: Rereader | None = None


_there = _There()


def _set_up(reread: Rereader) -> None:
    _reader[:] = [reread]
    end_with_parent()


def _read_all(jobs: list[Job]) -> list[Result]:
    return [_reader[0].read(job) for job in jobs]


def _read_there(shared: Shared, said: tuple[tuple[str, Any], ...], jobs: list[Job]) -> list[Result]:
    """On a cluster's worker: read a batch; of the folder that was asked for last the files stay open."""
    shared.check()
    from crawler.reparse import reader_of

    if _there.reader is None or _there.asked != (shared, said):
        if _there.reader is not None:
            _there.reader.close()
        settings = get_project_settings()
        settings.update(dict(said), priority="cmdline")
        _there.asked, _there.reader = (shared, said), reader_of(shared.folder, settings)
    return [_there.reader.read(job) for job in jobs]
