"""What worker processes have in common."""

from __future__ import annotations

import os
from multiprocessing import connection, parent_process
from threading import Thread


def cpus() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def end_with_parent() -> None:
    """To be called in a worker: a parent that is killed cannot tell its workers, which would wait for it for ever."""
    Thread(target=_watch, daemon=True).start()


def _watch() -> None:
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
