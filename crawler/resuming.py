"""Downloader middleware: what a run that was cut short has had is read from the archive, not fetched again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from scrapy.exceptions import NotConfigured

from crawler.downloads import response_of

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from pipelines.archive.folder import Archive


class Resuming:
    """Answers requests with captures of the run this one goes on with, before any delay or budget counts.

    So a crawl that is killed is the same crawl when it goes on: it walks what it had from its captures, through the
    same code, and finds itself where it was. A file that several articles link to is had once in any run.
    """

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        spider: Any = crawler.spider
        if getattr(spider, "archive", None) is None or not spider.origin.live:
            raise NotConfigured
        return cls(spider.archive)

    async def process_request(self, request: Request) -> Response | None:
        """The response an interrupted run had to `request`, or None: then it is fetched."""
        fields = request.meta.get("fields") or {}
        if not self._archive.goes_on and "attachment-of" not in fields:
            return None
        had = self._archive.kept.had(request.url, request.body if request.method == "POST" else None)
        if had is None:
            return None
        capture, block = had
        request.meta["capture"], request.meta["captured"] = capture, capture.captured_at
        return response_of(request, block)
