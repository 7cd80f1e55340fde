"""Walking a portal through an archive: where to begin, which of several copies to read, what listings do not reach."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from crawler.asking import START, Callback, page_of
from crawler.errors import CrawlError
from crawler.parse.blocking import blocked
from crawler.parse.errors import NotAnArticle
from crawler.parse.listing import Entry
from crawler.platforms.base import Kind
from crawler.walking import Walking
from pipelines.archive.warc import read_warc_date, warc_date
from pipelines.urls import fold_url

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response

    from crawler.frontier import Found

logger = logging.getLogger(__name__)

MAX_STARTS = 8
"""Captured pages a crawl may begin at where the start page itself was not captured."""
MAX_OLDER = 5
"""Older copies asked for where the newest of a page is not the page."""
_NOT_THE_PAGE = (Kind.NOT_FOUND, Kind.LISTING)
"""What a portal that moved or merged answers under the address of an article."""


class Harvesting(Walking):
    """What of the walk is different where an archive answers; on a live portal nothing of it acts."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._starts: list[str] | None = None
        self._begun: set[str] = set()
        """The folded URLs of pages the crawl began at in place of the start page."""

    @property
    def _in_archive(self) -> bool:
        return self.origin is not None and not self.origin.live

    async def discover(self) -> bool:
        """Have the origin learn what there is of this portal; False where that failed and the crawl ends."""
        if self.origin is None:
            return True
        try:
            await self.origin.discover(self._hosts)
        except CrawlError as error:
            self.abort(error)
            return False
        return True

    def begin_elsewhere(self, callback: Callback, errback: Callback) -> Request | None:
        """The request for another captured page to begin at: the one with the shortest address not asked for yet."""
        if not self._in_archive:
            return None
        assert self.origin is not None
        if self._starts is None:
            urls = sorted(
                self.origin.captured_urls(), key=lambda url: (len(urlsplit(url).path.split("/")), len(url), url)
            )
            self._starts = [url for url in urls if self.is_own(url)][:MAX_STARTS]
        while self._starts:
            url = self._starts.pop(0)
            if (folded := fold_url(url)) not in self._seen:
                self._seen.add(folded)
                self._begun.add(folded)
                return self.ask(url, callback, START, errback=errback, conditional=False)
        return None

    def begun_elsewhere(self, response: Response) -> bool:
        """Whether the crawl began at a page in place of the start page; it may be an article, too."""
        return fold_url(response.url) in self._begun

    def older(self, response: Response) -> Request | None:
        """The request for the copy before this one, where that is another and there have not been too many."""
        tried = response.meta.get("older", 0)
        if not self._in_archive or tried >= MAX_OLDER or response.request is None:
            return None
        assert self.origin is not None
        at = self.origin.before(response.url, response.meta.get("captured"))
        if at is None:
            return None
        return response.request.replace(meta={**response.request.meta, "at": at, "older": tried + 1})

    def older_than_bad(self, response: Response) -> Iterator[Request]:
        """The request for an older copy of what should be an article, where this one is a challenge or the like."""
        if self.family is None or (request := self.older(response)) is None:
            return
        try:
            page = page_of(response)
            reason = blocked(page) or (kind if (kind := self.kind_of(page)) in _NOT_THE_PAGE else None)
        except NotAnArticle as error:
            reason = error.reason
        if reason:
            self.outcomes.count("skipped", f"newer-copy-{reason}")
            yield request

    def versions(self, found: Found) -> list[datetime] | None:
        """The times of the copies of an article to read, oldest first; None where no archive has any.

        Empty where the newest has been read: what tells a new version is a newer capture.
        """
        times = self.origin.times(found.url) if self.origin is not None else []
        if not times:
            return None
        read = found.capture_read
        new = times if read is None or self.full else [at for at in times if at > read_warc_date(read)]
        found.marks = {"capture": warc_date((new or times)[0])}
        return new

    def _was_walked(self, section: str) -> bool:
        """In an archive listings are walked to their end each time: nobody is asked twice, and they name sections."""
        return not self._in_archive and super()._was_walked(section)

    def consider_captured(self) -> None:
        """Note what the archive holds beyond what listings name."""
        if self.origin is not None:
            for url in self.origin.captured_urls():
                self._consider(Entry(url))
