"""What worker processes have in common."""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import connection, parent_process
from threading import Thread
from typing import Any, TypeVar

from pipelines.errors import ArchiveError

Result = TypeVar("Result")


def cpus() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_order(
    pool: Executor, work: Callable[..., Result], jobs: Iterable[tuple[Any, ...]], most: int, died: str
) -> Iterator[Result]:
    """What `work` gives for each job's arguments, in their order; `most` of them wait, so that memory stays flat.

    Raises ArchiveError(`died`) where a process dies, and whatever `work` raises.
    """
    waiting: deque[Future[Result]] = deque()
    try:
        for job in jobs:
            waiting.append(pool.submit(work, *job))
            if len(waiting) > most:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool as error:
        raise ArchiveError(died) from error


def begin_worker() -> None:
    """What a worker does first: whoever is interrupted ends its workers, and who dies takes them along."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()


def end_with_parent() -> None:
    """To be called in a worker: a parent that is killed cannot tell its workers, which would wait for it for ever."""
    Thread(target=_watch, daemon=True).start()


def _watch() -> None:
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
