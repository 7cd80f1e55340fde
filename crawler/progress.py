"""What a crawl is doing, while it does it: a live table on a terminal, a line a minute elsewhere."""

from __future__ import annotations

import asyncio
import sys
import time
from typing import TYPE_CHECKING, Any, Self

from scrapy import signals
from scrapy.exceptions import NotConfigured

from pipelines.report.run import OUTCOMES

if TYPE_CHECKING:
    from rich.live import Live
    from rich.table import Table
    from scrapy.crawler import Crawler

TABLE_SECONDS = 0.5
LINE_SECONDS = 60.0


class Progress:
    """Extension: reads the spider's counts on a timer; nothing is done per page."""

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getbool("LUUTIN_PROGRESS"):
            raise NotConfigured
        self._crawler = crawler
        self._started = time.monotonic()
        self._live: Live | None = None
        self._task: asyncio.Task[None] | None = None
        crawler.signals.connect(self._opened, signals.spider_opened)
        crawler.signals.connect(self._closed, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def _opened(self, spider: Any) -> None:
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.live import Live

            self._live = Live(self._table(spider), console=Console(stderr=True), auto_refresh=False, transient=True)
            self._live.start()
        self._task = asyncio.get_running_loop().create_task(self._run(spider))

    async def _run(self, spider: Any) -> None:
        while True:
            await asyncio.sleep(TABLE_SECONDS if self._live else LINE_SECONDS)
            if self._live:
                self._live.update(self._table(spider), refresh=True)
            else:
                sys.stderr.write(self.line(spider) + "\n")

    def _closed(self, spider: Any) -> None:
        if self._task is not None:
            self._task.cancel()
        if self._live is not None:
            self._live.stop()

    def _pages(self) -> tuple[int, float]:
        """Pages received so far, and pages a second since the start."""
        pages = self._crawler.stats.get_value("luutin/pages", 0)
        return pages, pages / max(time.monotonic() - self._started, 0.001)

    def line(self, spider: Any) -> str:
        """The state in one line."""
        pages, rate = self._pages()
        counts = ", ".join(
            f"{name} {spider.outcomes.counts[name]}" for name in OUTCOMES if spider.outcomes.counts[name]
        )
        return f"{spider.archive.portal}: {pages} pages ({rate:.1f}/s); {counts or 'nothing yet'}"

    def _table(self, spider: Any) -> Table:
        from rich.table import Table

        pages, rate = self._pages()
        seconds = int(time.monotonic() - self._started)
        table = Table(title=f"{spider.archive.portal}  {spider.start_url}", title_justify="left", expand=False)
        table.add_column("")
        table.add_column("", justify="right")
        table.add_column("why")
        table.add_row("pages", str(pages), f"{rate:.1f}/s, {seconds // 60}:{seconds % 60:02d}")
        for name in OUTCOMES:
            reasons = [
                (n, why.partition(":")[2]) for why, n in spider.outcomes.reasons.items() if why.startswith(f"{name}:")
            ]
            why = ", ".join(f"{reason} {n}" for n, reason in sorted(reasons, reverse=True)[:4])
            table.add_row(name, str(spider.outcomes.counts[name]), why)
        return table
