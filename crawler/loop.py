"""Scrapy's loop where a portal is crawled, over one polite connection: what it does to have many at once is left out.

Middlewares, handlers, item pipelines and the signals of scheduled requests, responses and items are Scrapy's; there are
no download slots, and nobody is told when a request reaches the downloader and leaves it.
"""

from __future__ import annotations

import logging
from heapq import heappop, heappush
from inspect import isawaitable
from itertools import count
from typing import TYPE_CHECKING, Any, Self

from scrapy import Request, Spider, signals
from scrapy.core.downloader import Downloader
from scrapy.core.scheduler import BaseScheduler
from scrapy.core.scraper import Scraper
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.logformatter import LogFormatter
from scrapy.utils.defer import deferred_from_coro
from scrapy.utils.python import global_object_name
from twisted.internet.defer import Deferred, succeed
from twisted.python.failure import Failure

if TYPE_CHECKING:
    from scrapy.core.engine import ExecutionEngine
    from scrapy.crawler import CrawlerProcessBase

UNNEEDED = {"REDIRECT_ENABLED": False, "REFERER_ENABLED": False}
"""The spider itself follows redirects, and no referrer is sent; `luutin shell` has a use for the first."""
LOG_LEVELS = logging.getLevelNamesMapping()


class Unhurried(Downloader):
    """Scrapy's downloader without slots and pauses: `Manners` has both, where the request is sent."""

    def fetch(self, request: Request) -> Deferred[Response | Request]:  # type: ignore[override]  # `spider` is deprecated
        def ended(result: Any) -> Any:
            self.active.remove(request)
            return result

        # the engine is idle where nothing is active: that ends as the page is handed on, not a turn of the loop before
        self.active.add(request)
        asked = deferred_from_coro(self.middleware.download_async(self._ask, request))
        return asked.addBoth(ended)

    async def _ask(self, request: Request) -> Response:
        """The response, counted as Scrapy's DownloaderStats does it; the lengths of heads are of no use to anybody."""
        stats = self.crawler.stats
        assert stats is not None
        stats.inc_value("downloader/request_count")
        try:
            response = await self.handlers.download_request_async(request)
        except Exception as error:
            stats.inc_value(f"downloader/exception_type_count/{global_object_name(type(error))}")
            raise
        stats.inc_value(f"downloader/response_status_count/{response.status}")
        spider = self.crawler.spider
        self.signals.send_catch_log(signals.response_downloaded, response=response, request=request, spider=spider)
        return response


class ByPriority(BaseScheduler):
    """Requests by priority, and else in the order they come: in memory, as the archive knows what is to be asked."""

    def __init__(self) -> None:
        self._waiting: list[tuple[int, int, Request]] = []
        self._numbers = count()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:  # noqa: ARG003 Scrapy gives it
        return cls()

    def has_pending_requests(self) -> bool:
        return bool(self._waiting)

    def enqueue_request(self, request: Request) -> bool:
        heappush(self._waiting, (-request.priority, next(self._numbers), request))
        return True

    def next_request(self) -> Request | None:
        return heappop(self._waiting)[2] if self._waiting else None


class Terse(LogFormatter):
    """Says nothing of pages and articles that went well: where nobody reads it, it is not put together either."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> LogFormatter:  # type: ignore[override]  # Scrapy's own where it is read
        level = LOG_LEVELS.get(str(crawler.settings["LOG_LEVEL"]).upper(), logging.DEBUG)
        return cls() if level > logging.DEBUG else LogFormatter()

    def crawled(self, *_: Any) -> None:  # type: ignore[override]  # Scrapy takes None, and its stub does not say so
        return None

    def scraped(self, *_: Any) -> None:  # type: ignore[override]  # as above
        return None


class Direct(Scraper):
    """Gives a page to its callback when it comes, and what that yields to whom it is for, without a queue between.

    What it yields to be awaited gives articles, once they are read. Failures, and pages that a spider middleware has
    something to do with, take Scrapy's own way.
    """

    def __init__(self, built: Scraper) -> None:
        """`built` by an engine, which has no setting for another class."""
        vars(self).update(vars(built))
        self._is_plain = not any(self.spidermw.methods["process_spider_output"])

    def enqueue_scrape(self, result: Response | Failure, request: Request) -> Deferred[None]:
        if not (self._is_plain and isinstance(result, Response) and self._admits(result)):
            return super().enqueue_scrape(result, request)
        items: list[Any] = []
        try:
            assert result.request is not None
            assert result.request.callback is not None
            for output in result.request.callback(result, **result.request.cb_kwargs):
                if isinstance(output, Request):
                    assert self.crawler.engine is not None
                    self.crawler.engine.crawl(output)
                else:
                    items.append(output)
        except Exception:  # noqa: BLE001 whatever it is, it is counted and told as Scrapy does
            self.handle_spider_error(Failure(), request, result)  # type: ignore[no-untyped-call]  # Twisted's is none
        if not items:
            return succeed(None)
        assert self.slot is not None

        def ended(result: Any) -> Any:
            assert self.slot is not None
            self.slot.active.remove(request)
            self._check_if_closing()
            return result

        self.slot.active.add(request)  # until they are through, the spider is not idle
        return deferred_from_coro(self._store(items, result)).addBoth(ended)

    def _admits(self, response: Response) -> bool:
        """Whether no spider middleware refuses a page, as Scrapy's does for its status."""
        try:
            for check in self.spidermw.methods["process_spider_input"]:
                check(response=response)  # type: ignore[misc]  # of this list no method is None
        except Exception:  # noqa: BLE001 Scrapy asks again, and does what is to be done
            return False
        return True

    async def _store(self, items: list[Any], response: Response) -> None:
        for item in items:
            await self.start_itemproc_async(item, response=response)

    async def start_itemproc_async(self, item: Any, *, response: Response | Failure | None) -> None:
        items = [item]
        if isawaitable(item):
            try:
                items = await item
            except Exception:  # noqa: BLE001 as above
                # of a callback a response, of an errback a failure: Scrapy has put a request on both
                come: Any = response
                self.handle_spider_error(Failure(), come.request, come)  # type: ignore[no-untyped-call]  # as above
                return
        for ready in items:
            await super().start_itemproc_async(ready, response=response)


class _PortalCrawler(Crawler):
    def _create_engine(self) -> ExecutionEngine:
        engine = super()._create_engine()
        engine.scraper = Direct(engine.scraper)
        return engine


def crawler_of(process: CrawlerProcessBase, spider: type[Spider]) -> Crawler:
    """A crawler of one portal."""
    crawler = process.create_crawler(spider)
    crawler.settings.setdict(UNNEEDED, priority="spider")
    crawler.__class__ = _PortalCrawler  # a process makes no others, and the first one starts the reactor
    return crawler
