"""The download handler: every exchange goes to the archive as it was on the wire, then to Scrapy."""

from __future__ import annotations

import time
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.exceptions import DownloadCancelledError
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from crawler.errors import BadHttp, CrawlError, CutShort, TooSlow
from crawler.manners.keeping import Manners
from crawler.origins.copies import ArchiveOrigin
from crawler.origins.live import LiveOrigin
from crawler.origins.remote import RemoteOrigin
from crawler.unpacking import ends
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
        self._origin: Origin = getattr(crawler.spider, "origin", None) or LiveOrigin(crawler.settings, anywhere=True)
        if self._archive is not None and isinstance(self._origin, ArchiveOrigin):
            self._origin.kept = self._archive.kept.copy_of
        if isinstance(self._origin, RemoteOrigin):
            self._origin.client.stopping = lambda: not crawler.crawling
        self._manners = crawler.get_extension(Manners) if self._origin.live else None
        if isinstance(self._origin, LiveOrigin):
            spider: Any = crawler.spider
            if (start := getattr(spider, "start_url", None)) is not None:
                self._origin.begin_at(start)
            if getattr(spider, "accepts_bad_certificate", ""):
                self._origin.accepts_bad_certificate = spider.is_own

    async def download_request(self, request: Request) -> Response:
        """The response to `request`, once it is its turn.

        Raises Scrapy's download errors, `crawler.errors.NoPage` and `NotTaken`, NotCaptured, ArchiveError.
        """
        async with self._manners.turn(request) if self._manners is not None else nullcontext():
            return await self._download(request)

    async def _download(self, request: Request) -> Response:
        asked = time.monotonic()
        try:
            if self._archive is not None:
                self._archive.secure()
            exchange = await self._origin.fetch(request)
        except (CrawlError, ArchiveError) as error:  # a web archive that is down, or has enough of us; a full disk
            self.crawler.spider.abort(error)  # type: ignore[union-attr]  # only a Portal has such an origin
            raise
        self._stats.inc_value("luutin/pages")
        self._stats.inc_value("luutin/bytes", len(exchange.response))
        request.meta["captured"] = exchange.at
        request.meta["download_latency"] = time.monotonic() - asked
        try:
            response = response_of(request, exchange.response)
        except BadWarc as error:
            raise BadHttp(f"{request.url}: {error}") from error
        if self._manners is not None:
            self._manners.heard(request, response, len(exchange.response))
        if self._archive is not None:
            try:
                request.meta["capture"] = self._archive.keep(exchange, self._origin.name, request.meta.get("fields"))
            except ArchiveError as error:
                self.crawler.spider.abort(error)  # type: ignore[union-attr]  # a Portal, which has an archive
                raise
        if exchange.truncated == "length":
            raise DownloadCancelledError(f"{request.url}: the body is longer than DOWNLOAD_MAXSIZE")
        if exchange.truncated == "time":
            raise TooSlow(f"{request.url}: the body came too slowly (DOWNLOAD_MIN_RATE, DOWNLOAD_BODY_TIMEOUT)")
        if exchange.truncated and "Content-Encoding" not in response.headers and not ends(response.body):
            raise CutShort(f"{request.url}: the body is shorter than announced")
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
