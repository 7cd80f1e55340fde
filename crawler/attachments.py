"""Item pipeline 4: the files a new or changed article links to are fetched, kept as captures, and read."""

from __future__ import annotations

import asyncio
import logging
import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urljoin, urlsplit

from scrapy import Request
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    DropItem,
    IgnoreRequest,
    UnsupportedURLSchemeError,
)

from crawler.asking import REDIRECTS
from crawler.errors import NotAsked, NotCaptured
from crawler.outcomes import reason_of
from pipelines.attachments.filling import attachment_fields, fill
from pipelines.urls import fold_url

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from pipelines.items import Article, Attachment, Capture

logger = logging.getLogger(__name__)

_FAILURES = (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,  # robots.txt
    NotCaptured,
    UnsupportedURLSchemeError,
)
_NOT_ASKED = ("offsite", "too-many", "bad-url", "robots", "not-captured", "private-address")
"""Reasons a file is counted as skipped for; for all others it has failed."""

_READERS = ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="attachments")
"""However many portals are crawled: each file takes a process of its own, which may take much memory."""


class NotHad(Exception):
    """A file that cannot be had; `reason` is counted. Raised and caught here: it never costs the article."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Attachments:
    """Asks for attachments like for any page: robots.txt, delay, capture, and conditionally where one is known.

    ATTACHMENTS_PER_ARTICLE bounds how many (0: none), DOWNLOAD_MAXSIZE how large; ATTACHMENT_HOSTS names hosts beside
    the portal's own. A duplicate's are not asked for: its original has them.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._most = crawler.settings.getint("ATTACHMENTS_PER_ARTICLE")
        self._hosts = set(crawler.settings.getlist("ATTACHMENT_HOSTS"))

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_item(self, item: Article) -> Article:
        """The same article with what its attachments hold. Raises ArchiveError."""
        spider: Any = self._crawler.spider
        if spider.archive is None or item.duplicate_of or item.captured_at is None or not self._most:
            return item
        for number, attachment in enumerate(item.attachments):
            try:
                if number >= self._most:
                    raise NotHad("too-many")
                await self._read(item, attachment)
            except NotHad as error:
                outcome = "skipped" if error.reason in _NOT_ASKED else "failed"
                spider.outcomes.count(outcome, f"attachment-{error.reason}")
                logger.info("%s: attachment %s: %s", item.url, attachment.url, error.reason)
            else:
                spider.outcomes.count("attachment", attachment.problem)
        return item

    async def _read(self, article: Article, attachment: Attachment) -> None:
        """Fetch and read one. Raises NotHad."""
        spider: Any = self._crawler.spider
        capture, location = await self._fetch(article, attachment.url)
        reason, url = None, attachment.url
        for _ in range(spider.traps.limits.redirects):
            if location is None:
                break
            url = urljoin(url, location)
            try:
                capture, location = await self._fetch(article, url)
            except NotHad as error:  # what is known of the file then is that its URL redirects
                reason = error.reason
                break
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(_READERS, fill, attachment, capture, spider.archive.folder)
        if attachment.sha256 is None:
            raise NotHad(reason or attachment.problem or "download")

    def _is_allowed(self, url: str) -> bool:
        spider: Any = self._crawler.spider
        try:
            fold_url(url)
        except ValueError:
            return False
        return spider.is_own(url) or urlsplit(url).hostname in self._hosts

    async def _fetch(self, article: Article, url: str) -> tuple[Capture, str | None]:
        """The capture of what answers at `url`, and where that redirects to. Raises NotHad."""
        if not self._is_allowed(url):
            raise NotHad("offsite" if url.startswith(("http:", "https:")) else "bad-url")
        spider: Any = self._crawler.spider
        engine: Any = self._crawler.engine
        assert article.captured_at is not None
        if engine._slot is None or engine._slot.closing:  # noqa: SLF001 the engine says it nowhere else
            # what is asked of an engine that ends is never answered; without its files the article is not stored, so
            # that the next run reads it again
            raise DropItem("the run ends before its attachments are fetched", log_level="DEBUG")
        request = Request(
            url,
            meta={
                "dont_redirect": True,
                "dont_retry": not spider.origin.live,  # an archive does not change
                "handle_httpstatus_list": [304, *REDIRECTS],
                "fields": attachment_fields(article.url, article.captured_at),
            },
        )
        if spider.origin.live:  # "not modified" leads to the capture that holds the file, so no run needs it again
            spider.set_validators(request)
        try:
            response = await engine.download_async(request)
        except NotAsked as error:
            raise DropItem(str(error), log_level="DEBUG") from error  # as above
        except _FAILURES as error:
            raise NotHad(reason_of(error)) from error
        assert response.request is not None
        location = response.headers.get("Location") if response.status in REDIRECTS else None
        return response.request.meta["capture"], location.decode("latin-1") if location else None
