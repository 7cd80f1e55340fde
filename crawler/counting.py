"""How far a long piece of work is: a bar on a terminal, a line a minute elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

LINE_SECONDS = 60.0
BAR_SECONDS = 0.2


@contextmanager
def counting(verb: str, units: str) -> Iterator[Callable[[int, int], None]]:
    """What is to be told how many units are done, and how many there are; it says so on stderr."""
    started = time.monotonic()
    if sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

        columns = (BarColumn(), MofNCompleteColumn(), units, TimeRemainingColumn())
        with Progress(*columns, console=Console(stderr=True), auto_refresh=False, transient=True) as bar:
            task, shown = bar.add_task(verb, total=None), [0.0]

            def update(count: int, total: int) -> None:
                bar.update(task, completed=count, total=total)
                if (now := time.monotonic()) - shown[0] > BAR_SECONDS:
                    shown[0] = now
                    bar.refresh()

            yield update
        return
    said = [started]

    def say(count: int, total: int) -> None:
        if (now := time.monotonic()) - said[0] >= LINE_SECONDS:
            said[0] = now
            sys.stderr.write(f"{verb}: {count} of {total} {units} ({count / (now - started):.0f}/s)\n")

    yield say
