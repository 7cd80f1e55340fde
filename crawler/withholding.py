"""Downloader middleware: what was withdrawn from the archive is not asked for, wherever its URL comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from scrapy.exceptions import NotConfigured

from crawler.errors import Withheld

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler

    from pipelines.archive.folder import Archive


class Withholding:
    """Looks before anything else does: lists, sitemaps, redirects, a full run and copies in archives all lead here."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        spider: Any = crawler.spider
        if getattr(spider, "archive", None) is None:
            raise NotConfigured
        return cls(spider.archive)

    async def process_request(self, request: Request) -> None:
        """Raises Withheld."""
        if self._archive.withheld(request.url):
            raise Withheld(f"{request.url}: was withdrawn")
