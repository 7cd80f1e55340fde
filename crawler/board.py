"""What many crawls are doing, while they do it: one live table on a terminal, a line a minute elsewhere."""

from __future__ import annotations

import asyncio
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from crawler.many import Many, Result
from crawler.talk import say
from pipelines.report.run import OUTCOMES

if TYPE_CHECKING:
    from rich.live import Live
    from rich.table import Table

TABLE_SECONDS = 1.0
LINE_SECONDS = 60.0
SHOWN = (
    ("new", ("article",)),
    ("changed", ("version",)),
    ("unchanged", ("unchanged",)),
    ("gone", ("gone",)),
    ("duplicates", ("duplicate",)),
    ("skipped", ("skipped",)),
    ("failed", ("failed",)),
)
"""What the summary counts, each by which outcomes."""
OTHER_LINES = 8
"""Of a terminal's: the table's own, the totals, and what was there before."""


class Crawling(Protocol):
    """A crawl under way."""

    @property
    def key(self) -> str:
        """The portal's name in the archive."""

    @property
    def where(self) -> str:
        """The machine it runs on; empty where that is this one."""

    def progress(self) -> tuple[int, Mapping[str, int]]:
        """Pages received so far, and how many ended in which way."""


class Crawls(Protocol):
    """Many of them."""

    @property
    def results(self) -> list[Result]:
        """How those ended that have."""

    @property
    def running(self) -> Mapping[int, Crawling]:
        """Those under way."""


class Board:
    """Shows the state of `many` whenever it is told to."""

    def __init__(self, many: Crawls, total: int) -> None:
        self._many = many
        self._total = total
        self._started = time.monotonic()
        self._live: Live | None = None
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.live import Live

            self._live = Live(console=Console(stderr=True), auto_refresh=False, transient=True)
            self._live.start()

    @property
    def seconds(self) -> float:
        """How often it is to be told."""
        return TABLE_SECONDS if self._live else LINE_SECONDS

    def show(self) -> None:
        """Show the state as it is now."""
        if self._live:
            self._live.update(self._table(self._live.console.height - OTHER_LINES), refresh=True)
        else:
            say(self.line())

    def close(self) -> None:
        """Show nothing more."""
        if self._live:
            self._live.stop()

    def line(self) -> str:
        """The state in one line."""
        pages, counts = self._counted()
        rate = pages / max(time.monotonic() - self._started, 0.001)
        said = ", ".join(f"{name} {counts[name]}" for name in OUTCOMES if counts[name])
        portals = f"{len(self._many.results)} of {self._total} portals, {len(self._many.running)} running"
        return f"{portals}: {pages} pages ({rate:.1f}/s); {said or 'nothing yet'}"

    def _counted(self) -> tuple[int, Counter[str]]:
        """Pages and outcomes so far, of the crawls that have ended and of those under way."""
        results: list[Result] = self._many.results
        pages, counts = sum(result.pages for result in results), Counter[str]()
        for result in results:
            counts.update(result.outcomes)
        for run in self._many.running.values():
            more, outcomes = run.progress()
            pages += more
            counts.update(outcomes)
        return pages, counts

    def _table(self, height: int) -> Table:
        from rich.table import Table

        table = Table(title=self.line(), title_justify="left", expand=False)
        running = list(self._many.running.values())
        afar = ("worker",) if any(run.where for run in running) else ()
        for heading in ("portal", *afar, "pages", *(heading for heading, _ in SHOWN)):
            table.add_column(heading, justify="left" if heading in ("portal", "worker") else "right")
        shown = [((run.key, run.where) if afar else (run.key,), *run.progress()) for run in running]
        shown.sort(key=lambda row: -row[1])
        for names, pages, outcomes in shown[: max(height, 1)]:
            table.add_row(*names, str(pages), *_numbers(outcomes))
        if len(shown) > height:
            table.add_row(f"and {len(shown) - max(height, 1)} more")
        return table


class TimedBoard(Board):
    """Shows the state of `many` on a timer of the event loop, until nothing runs any more; nothing is done per page."""

    def __init__(self, many: Many, total: int) -> None:
        super().__init__(many, total)
        many.on_end = self._ended
        self._timer = asyncio.get_event_loop().call_later(self.seconds, self._tick)

    def _tick(self) -> None:
        self.show()
        self._timer = asyncio.get_event_loop().call_later(self.seconds, self._tick)

    def _ended(self) -> None:
        if not self._many.running:
            self.close()

    def close(self) -> None:
        """Show nothing more."""
        self._timer.cancel()
        super().close()


def table(results: Sequence[Result]) -> list[str]:
    """The results in lines: a heading, a portal each, the totals."""
    rows = [("portal", *(heading for heading, _ in SHOWN), "seconds", "exit", "why")]
    rows += [
        (result.portal, *_numbers(result.outcomes), f"{result.seconds:.0f}", str(result.exit_code), _brief(result.why))
        for result in results
    ]
    total = Counter[str]()
    for result in results:
        total.update(result.outcomes)
    rows.append((f"{len(results)} portals", *_numbers(total), "", "", ""))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(_cells(row, widths)).rstrip() for row in rows]


def _brief(why: str | None) -> str:
    """The first sentence of a reason: what to do about it is the same for many."""
    return (why or "").partition(". ")[0]


def _numbers(outcomes: Mapping[str, int]) -> list[str]:
    return [str(sum(outcomes.get(name, 0) for name in names)) for _, names in SHOWN]


def _cells(row: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    """Names and reasons to the left, numbers to the right."""
    for place, (cell, width) in enumerate(zip(row, widths, strict=True)):
        yield cell.ljust(width) if place in (0, len(widths) - 1) else cell.rjust(width)
