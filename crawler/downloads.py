"""The download handler: every exchange goes to the archive as it was on the wire, then to Scrapy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.exceptions import DownloadCancelledError, DownloadFailedError
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from crawler.errors import CrawlError
from crawler.origins.copies import ArchiveOrigin
from crawler.origins.live import LiveOrigin
from crawler.origins.remote import RemoteOrigin
from pipelines.archive.encoded import is_encoded
from pipelines.archive.warc import split_http
from pipelines.errors import ArchiveError, BadWarc

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler

    from crawler.origins import Origin
    from pipelines.archive.folder import Archive


class CaptureHandler(BaseDownloadHandler):
    """Asks the spider's origin, keeps the exchange in the spider's archive, hands Scrapy the response.

    `request.meta["fields"]` are kept beside the capture; `response.meta["capture"]` says where it lies.
    A spider without an archive (in `luutin shell`) is served from the live web, and nothing is kept.
    """

    lazy = True

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        assert crawler.stats is not None
        self._stats = crawler.stats
        self._archive: Archive | None = getattr(crawler.spider, "archive", None)
        self._origin: Origin = getattr(crawler.spider, "origin", None) or LiveOrigin(crawler.settings)
        if self._archive is not None and isinstance(self._origin, ArchiveOrigin):
            self._origin.kept = self._archive.copy_of
        if isinstance(self._origin, RemoteOrigin):
            self._origin.client.stopping = lambda: not crawler.crawling

    async def download_request(self, request: Request) -> Response:
        """The response to `request`. Raises Scrapy's download errors, NotCaptured, ArchiveError."""
        try:
            exchange = await self._origin.fetch(request)
        except CrawlError as error:  # a web archive that is down, or has enough of us
            self.crawler.spider.abort(error)  # type: ignore[union-attr]  # only a Portal has such an origin
            raise
        self._stats.inc_value("luutin/pages")
        self._stats.inc_value("luutin/bytes", len(exchange.response))
        request.meta["captured"] = exchange.at
        try:
            response = response_of(request, exchange.response)
        except BadWarc as error:
            raise DownloadFailedError(f"{request.url}: {error}") from error
        if self._archive is not None:
            try:
                request.meta["capture"] = self._archive.keep(exchange, self._origin.name, request.meta.get("fields"))
            except ArchiveError as error:
                self.crawler.spider.abort(error)  # type: ignore[union-attr]  # a Portal, which has an archive
                raise
        if exchange.truncated == "length":
            raise DownloadCancelledError(f"{request.url}: the body is longer than DOWNLOAD_MAXSIZE")
        if exchange.truncated:
            raise DownloadFailedError(f"{request.url}: the body is truncated ({exchange.truncated})")
        return response

    async def close(self) -> None:
        await self._origin.close()


def response_of(request: Request, block: bytes) -> Response:
    """The response to a request out of an HTTP message as sent. Raises BadWarc."""
    status, pairs, body = split_http(block)
    headers = Headers()
    for name, value in pairs:
        if name.lower() == "content-encoding" and not is_encoded(body, value):
            continue
        headers.appendlist(name, value)
    kind = responsetypes.from_args(headers=headers, url=request.url, body=body[:1024])
    return kind(url=request.url, status=status, headers=headers, body=body)
