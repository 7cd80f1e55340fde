"""As much of Scrapy as lies between a request and the live web, on a clock that waits for nobody."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from scrapy import Request
from scrapy.exceptions import (
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
)
from scrapy.http import Response
from scrapy.settings import Settings
from scrapy.signalmanager import SignalManager
from scrapy.statscollectors import MemoryStatsCollector

from crawler.downloads import CaptureHandler
from crawler.errors import NotTaken
from crawler.manners.keeping import Manners
from crawler.manners.retrying import Retrying
from crawler.manners.robotstxt import RobotsTxt
from crawler.origins.live import LiveOrigin
from crawler.outcomes import reason_of
from crawler.unpacking import Unpacking

FAILURES = (DownloadFailedError, DownloadConnectionRefusedError, DownloadTimeoutError, DownloadCancelledError, NotTaken)


class Slot:
    closing: object | None = None


class Spider:
    """A portal that keeps nothing; `fatal` is what its run was ended for."""

    archive: Any = None

    def __init__(self, url: str, settings: Settings) -> None:
        self.name, self.start_url = "so_thu", url
        self.origin = LiveOrigin(settings)
        self.sitemaps: list[str] = []
        self.fatal: Exception | None = None

    def is_own(self, url: str) -> bool:
        return url.startswith(self.start_url)

    def abort(self, error: Exception) -> None:
        self.fatal = self.fatal or error
        self.crawler._slot.closing = object()

    crawler: Any = None
    accepts_bad_certificate = ""


class Exchanging:
    """Asks as a crawl started at `url` does. `now` is its time, which passes by waiting only."""

    def __init__(self, url: str, *, accepts_bad_certificate: str = "", **settings: Any) -> None:
        self.settings = Settings()
        self.settings.setmodule("crawler.settings")
        self.settings.setdict({"DOWNLOAD_DELAY_JITTER": 0.0, **settings}, priority="cmdline")
        self.signals, self.engine, self._slot = SignalManager(), self, Slot()
        self.stats = MemoryStatsCollector(self)  # type: ignore[arg-type]  # a stand-in
        self.spider = Spider(url, self.settings)
        self.spider.crawler = self
        self.spider.accepts_bad_certificate = accepts_bad_certificate
        self.now = 0.0
        crawler: Any = self
        self.manners = Manners(crawler, clock=lambda: self.now, sleep=self._sleep)
        self.robots = RobotsTxt(crawler, self.manners)
        self.robots.clock = lambda: self.now
        self._retrying, self._unpacking = Retrying(crawler, self.manners), Unpacking.from_crawler(crawler)
        self._handler = CaptureHandler(crawler)

    def get_extension(self, cls: type) -> Any:
        return self.manners

    async def _sleep(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)

    async def download_async(self, request: Request) -> Response:
        """The answer after robots.txt, pauses and everything that is asked again."""
        while True:
            self._unpacking.process_request(request)
            request.headers.setdefault("User-Agent", "luutin/test")
            answer: Request | Response | None
            try:
                await self.robots.process_request(request)
                answer = await self._handler.download_request(request)
            except Exception as error:
                answer = self._retrying.process_exception(request, error)
                if answer is None:
                    raise
            else:
                answer = self._unpacking.process_response(request, answer)
                answer = self._retrying.process_response(request, answer)
            if isinstance(answer, Response):
                answer.request = request
                return answer
            request = answer

    async def close(self) -> None:
        await self._handler.close()


def exchanging(url: str, then: Callable[[Exchanging], Awaitable[object]], **settings: Any) -> Exchanging:
    """Do `then` with the means to ask the server at `url`, and let go of them."""

    async def main() -> Exchanging:
        asks = Exchanging(url, **settings)
        try:
            await then(asks)
        finally:
            await asks.close()
        return asks

    return asyncio.run(main())


@contextlib.contextmanager
def raises_named(reason: str) -> Iterator[None]:
    """What is done inside fails for `reason`."""
    with pytest.raises(FAILURES) as caught:
        yield
    assert reason_of(caught.value) == reason, repr(caught.value)
