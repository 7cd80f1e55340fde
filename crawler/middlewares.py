"""Manners: what robots.txt says beyond allow and disallow, and no delay towards one's own machine."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.exceptions import DropItem
from scrapy.pipelines import ItemPipelineManager
from scrapy.robotstxt import ProtegoRobotParser

from crawler.origins.polite import is_loopback
from pipelines.errors import ArchiveError, Dropped

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)


class RobotsTxt(ProtegoRobotParser):
    """robots.txt with the sitemaps it names."""

    @property
    def sitemaps(self) -> list[str]:
        """The URLs of its Sitemap lines."""
        return list(self.rp.sitemaps)


class Manners:
    """Extension: keeps Crawl-delay, hands the spider the sitemaps, spares loopback hosts the delay."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._agent = crawler.settings["USER_AGENT"]
        crawler.signals.connect(self._robots_parsed, signals.robots_parsed)
        crawler.signals.connect(self._reached_downloader, signals.request_reached_downloader)
        self._delays: dict[str, float] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def _robots_parsed(self, robotparser: RobotsTxt, request: Request) -> None:
        spider: Any = self._crawler.spider
        if hasattr(spider, "sitemaps"):  # `luutin shell` has a spider of its own
            spider.sitemaps.extend(robotparser.sitemaps)
        if (delay := robotparser.crawl_delay(self._agent)) is not None:
            host = urlsplit(request.url).netloc
            self._delays[host] = max(delay, self._crawler.settings.getfloat("DOWNLOAD_DELAY"))
            logger.info("%s: robots.txt asks for %g s between requests", host, delay)

    def _reached_downloader(self, request: Request, spider: Any) -> None:
        slot = self._crawler.engine.downloader.slots.get(request.meta.get("download_slot", ""))
        if slot is None:
            return
        if delay := self._delays.get(urlsplit(request.url).netloc):
            slot.delay = delay
        elif not getattr(getattr(spider, "origin", None), "live", True) or is_loopback(request.url):
            slot.delay = 0.0  # nobody else's server is asked


class RecordSide(ItemPipelineManager):
    """Runs the item pipelines of the record side, which know no Scrapy, and tells the spider how each article ended.

    One article at a time, in the order they come: one that waits for its attachments is not overtaken by its reposts.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._turn = asyncio.Lock()

    async def process_item_async(self, item: Any) -> Any:
        async with self._turn:
            return await self._process(item)

    async def _process(self, item: Any) -> Any:
        assert self.crawler is not None
        spider: Any = self.crawler.spider
        try:
            item = await super().process_item_async(item)
        except Dropped as dropped:
            spider.outcomes.settle_article(item, dropped.reason)
            raise DropItem(str(dropped), log_level="DEBUG") from dropped
        except ArchiveError as error:
            spider.abort(error)
            raise DropItem(str(error), log_level="DEBUG") from error
        spider.outcomes.settle_article(
            item, "duplicate" if item.duplicate_of else "version" if item.version > 1 else "article"
        )
        return item
