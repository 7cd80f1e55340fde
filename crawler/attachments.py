"""Item pipeline 5: the files a new or changed article links to are fetched, kept as captures, and read."""

from __future__ import annotations

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urljoin

from crawler.beside import Beside, NotHad, location_of
from pipelines.attachments.filling import attachment_fields, fill

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from pipelines.items import Article, Attachment, Capture

_READERS = ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="attachments")
"""However many portals are crawled: each file takes a process of its own, which may take much memory."""


class Attachments:
    """Asks for attachments like for any page, and conditionally where one is known.

    ATTACHMENTS_PER_ARTICLE bounds how many (0: none), DOWNLOAD_MAXSIZE how large. A duplicate's are not asked for: its
    original has them.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._beside = Beside(crawler)
        self._most = crawler.settings.getint("ATTACHMENTS_PER_ARTICLE")

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
                self._beside.count_lost("attachment", item.url, attachment.url, error.reason)
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

    async def _fetch(self, article: Article, url: str) -> tuple[Capture, str | None]:
        """The capture of what answers at `url`, and where that redirects to. Raises NotHad."""
        assert article.captured_at is not None
        fields = attachment_fields(article.url, article.captured_at)
        # "not modified" leads to the capture that holds the file, so no run needs it again
        response = await self._beside.ask(url, fields, conditional=True)
        assert response.request is not None
        return response.request.meta["capture"], location_of(response)
