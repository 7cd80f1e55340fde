"""Extension through which every live exchange goes: one at a time to each host, at its pace and within its budget."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
)

from crawler import leased
from crawler.errors import Blocked, CrawlError, HostGone, NoPage, NotAsked, OutOfBudget, Unreachable
from crawler.manners.pace import Limits, Pace
from crawler.manners.waiting import BUSY, again, retry_after
from crawler.origins.addresses import authority, is_loopback
from pipelines.archive.budgets import Budgets

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

logger = logging.getLogger(__name__)

GATEWAY = (502, 504, 522, 524)
"""A proxy that does not reach the portal: one may be an accident, several in a row are trouble."""
NAP_SECONDS = 0.5
"""How long a run that is being ended sleeps on at most."""
TOLD_SECONDS = 5.0
"""Longer pauses are worth a line in the log."""


class Manners:
    """Holds the pace of each host. `www.` or not is one host; another port is another."""

    def __init__(
        self,
        crawler: Crawler,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        settings = crawler.settings
        self._crawler = crawler
        self._clock, self._sleep = clock, sleep
        self._limits = Limits.of(settings)
        self._per_host = max(1, settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN"))
        self._give_up_after = settings.getint("GIVE_UP_AFTER")
        self.crawl_delay_max = self._limits.crawl_delay_max
        self.patience = settings.getfloat("RETRY_AFTER_MAX")
        self._requests, self._bytes = settings.getint("HOST_REQUESTS_PER_DAY"), settings.getint("HOST_BYTES_PER_DAY")
        self._paces: dict[str, Pace] = {}
        self._connections: dict[str, asyncio.Semaphore] = {}
        self._in_a_row = 0
        """Pages of the portal's own hosts given up since one of them last gave a good answer."""
        self._keeper = leased.current()
        if self._keeper is not None:
            self._keeper.rest = lambda: max((pace.rest for pace in list(self._paces.values())), default=0.0)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def pace(self, url: str) -> Pace:
        """The pace of a URL's host."""
        key = host_of(url)
        if (pace := self._paces.get(key)) is None:
            pace = self._paces[key] = Pace(self._limits, spared=is_loopback(url), clock=self._clock)
            if self._keeper is not None:
                pace.leave_alone(self._keeper.rest_left)
        return pace

    def delays(self) -> dict[str, float]:
        """The seconds now kept between two requests, before jitter, by host."""
        return {host: pace.delay for host, pace in self._paces.items()}

    @asynccontextmanager
    async def turn(self, request: Request) -> AsyncIterator[None]:
        """Wait until the host may be asked; what is done inside is its only exchange.

        Raises HostGone where it was given up, NotAsked where the run is ending or the day's budget is used up.
        """
        key, pace = host_of(request.url), self.pace(request.url)
        if key not in self._connections:
            self._connections[key] = asyncio.Semaphore(self._per_host)
        async with self._connections[key]:
            await self._wait(request, pace)
            if self._give_up_after and pace.given_up >= self._give_up_after:
                raise HostGone(f"{request.url}: {key} has not answered {pace.given_up} times in a row")
            if self._keeper is not None:
                self._keeper.check()
            self._spend(key)
            pace.mark()
            try:
                yield
            except (CannotResolveHostError, DownloadConnectionRefusedError):
                pace.busy()
                raise
            except NoPage:  # the page's own trouble
                raise
            except (DownloadTimeoutError, DownloadFailedError):
                pace.shaky()
                raise
            finally:
                pace.mark()

    async def _wait(self, request: Request, pace: Pace) -> None:
        told = False
        while not self.is_ending and (seconds := pace.wait()) > 0:
            if seconds > self.patience + self.crawl_delay_max:
                raise HostGone(f"{request.url}: the host asks to be left alone for {seconds:.0f} s more")
            if seconds > TOLD_SECONDS and not told:
                told = True
                logger.info("%s: waits %.0f s", request.url, seconds)
            await self._sleep(min(seconds, NAP_SECONDS))
        if self.is_ending:
            raise NotAsked(f"{request.url}: not asked, the run is ending")

    @property
    def is_ending(self) -> bool:
        """Whether the run is being ended, so that there is nothing to wait for."""
        slot = getattr(self._crawler.engine, "_slot", None)  # the engine says it nowhere else
        return slot is None or slot.closing is not None

    def heard(self, request: Request, response: Response, size: int) -> None:
        """Note an answer of `size` bytes: how soon the host may be asked again follows from it."""
        if self._bytes:
            self._count(host_of(request.url), size=size)
        pace, status = self.pace(request.url), response.status
        if status in BUSY or (status >= 500 and request.meta.get("robots")):
            said = response.headers.get("Retry-After")
            told = retry_after(said.decode("latin-1")) if said else None
            pause = pace.busy(told)
            logger.info("%s: HTTP %d; the host is left alone for %.1f s", request.url, status, pause)
            if told is not None and told > self.patience and self.is_own(request.url):
                kind = Blocked if status == 429 else Unreachable
                self.end_run(
                    kind(f"{request.url}: HTTP {status}, and asks to be left alone for {told:.0f} s. {again(told)}")
                )
        elif status in GATEWAY:
            pace.shaky()
        elif status < 500:
            pace.good(request.meta.get("download_latency", 0.0))
            if self._in_a_row and self.is_own(request.url):
                self._in_a_row = 0

    def gave_up(self, request: Request, reason: str) -> None:
        """Note that a page is not asked for again in this run; several in a row end it, as the portal has gone."""
        pace = self.pace(request.url)
        pace.given_up += 1
        if not self.is_own(request.url):
            return
        self._in_a_row += 1
        if self._give_up_after and self._in_a_row >= self._give_up_after:
            kind = Blocked if reason == "http-429" else Unreachable
            self.end_run(
                kind(f"{request.url}: {self._in_a_row} pages in a row could not be had, the last: {reason}. {again()}")
            )

    def is_own(self, url: str) -> bool:
        """Whether a URL is on a host of the portal that is crawled."""
        is_own: Callable[[str], bool] | None = getattr(self._crawler.spider, "is_own", None)  # not in `luutin shell`
        return is_own is not None and is_own(url)

    def is_known(self, url: str) -> bool:
        """Whether a host has answered in this run, or is the portal's and the archive has something of that."""
        archive = getattr(self._crawler.spider, "archive", None)
        return self.pace(url).answered or (archive is not None and self.is_own(url) and archive.count() > 0)

    def end_run(self, error: CrawlError) -> None:
        """End the run because of `error`, which the command reports."""
        spider: Any = self._crawler.spider
        if hasattr(spider, "abort"):
            spider.abort(error)

    # -- the budget of a day ----------------------------------------------------------------------

    def _spend(self, key: str) -> None:
        """Count a request to a host. Raises NotAsked where that would be more than the day's budget."""
        if not self._requests and not self._bytes:
            return
        if (budgets := self._budgets()) is None:
            return
        spent = budgets.spent(key, datetime.now(UTC).date())
        over = ""
        if self._requests and spent.requests >= self._requests:
            over = f"{self._requests} requests (HOST_REQUESTS_PER_DAY)"
        elif self._bytes and spent.bytes >= self._bytes:
            over = f"{self._bytes} bytes (HOST_BYTES_PER_DAY)"
        if over:
            now = datetime.now(UTC)
            left = 86_400 - (now.hour * 3600 + now.minute * 60 + now.second)
            self.end_run(OutOfBudget(f"{key}: the day's budget of {over} is used up. {again(left)}"))
            raise NotAsked(f"{key}: the day's budget of {over} is used up")
        self._count(key, requests=1)

    def _count(self, key: str, *, requests: int = 0, size: int = 0) -> None:
        if (budgets := self._budgets()) is not None:
            budgets.spend(key, datetime.now(UTC).date(), requests=requests, size=size)

    def _budgets(self) -> Budgets | None:
        archive = getattr(self._crawler.spider, "archive", None)
        return Budgets(archive.db) if archive is not None else None


def host_of(url: str) -> str:
    """The host of a URL as paces and budgets are kept by: without `www.`, with its port where that is unusual."""
    try:
        host, port = authority(url)
    except ValueError:
        return urlsplit(url).netloc
    bare = host.removeprefix("www.")
    return bare if port in (80, 443) else f"{bare}:{port}"
