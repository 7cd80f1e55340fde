"""Downloader middleware that asks again: what a busy host, a network that is gone, or an accident did not give."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Self

from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
)

from crawler.errors import CutShort, NoPage
from crawler.manners.keeping import GATEWAY, Manners
from crawler.manners.waiting import BUSY
from crawler.outcomes import reason_of

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

logger = logging.getLogger(__name__)

AT_ONCE = 1_000
"""Priority of what is asked for next: as long as the host does not answer, other pages would fare no better."""
LATER = -1


class Retrying:
    """How often a page is asked for again follows from what went wrong; when, from the pace of its host.

    BUSY_RETRIES for 429 and 503, NETWORK_RETRIES for a host that is not there, RETRY_TIMES for anything else that may
    be an accident; START_RETRIES at most where nothing has been heard of the host yet, and none where it was given up
    for the page before.
    """

    def __init__(self, crawler: Crawler, manners: Manners) -> None:
        settings = crawler.settings
        self._crawler, self._manners = crawler, manners
        self._busy, self._away = settings.getint("BUSY_RETRIES"), settings.getint("NETWORK_RETRIES")
        self._other, self._start = settings.getint("RETRY_TIMES"), settings.getint("START_RETRIES")
        self._codes = {int(code) for code in settings.getlist("RETRY_HTTP_CODES")}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        manners = crawler.get_extension(Manners)
        assert manners is not None
        return cls(crawler, manners)

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """The request again where the host was too busy to answer it, or in trouble."""
        if request.meta.get("dont_retry"):
            return response
        status, robots = response.status, request.meta.get("robots")
        reason = f"http-{status}"
        if status in BUSY or (robots and status >= 500):
            return self._again(request, reason, self._busy, AT_ONCE, trouble=True) or response
        if status in self._codes:
            return self._again(request, reason, self._other, LATER, trouble=status in GATEWAY) or response
        return response

    def process_exception(self, request: Request, exception: Exception) -> Request | None:
        """The request again where it was not answered, unless that would come to the same."""
        if request.meta.get("dont_retry"):
            return None
        reason = reason_of(exception)
        if isinstance(exception, CannotResolveHostError | DownloadConnectionRefusedError):
            return self._again(request, reason, self._away, AT_ONCE, trouble=True)
        if isinstance(exception, NoPage) and not isinstance(exception, CutShort):
            return None
        if isinstance(exception, DownloadTimeoutError | DownloadFailedError):
            trouble = not isinstance(exception, CutShort)
            return self._again(request, reason, self._other, LATER, trouble=trouble)
        return None

    def _again(self, request: Request, reason: str, limit: int, priority: int, *, trouble: bool) -> Request | None:
        """The request again, or None where it was asked for often enough; `trouble` is the host's, not the page's."""
        pace = self._manners.pace(request.url)
        if trouble and not self._manners.is_known(request.url):
            limit = min(limit, self._start)
        if trouble and (pace.given_up or pace.wait() > self._manners.patience):
            limit = 0
        assert self._crawler.spider is not None
        if retry := get_retry_request(
            request,
            spider=self._crawler.spider,
            reason=reason,
            max_retry_times=limit,
            priority_adjust=priority,
            logger=logger,
            give_up_log_level="INFO",
        ):
            return retry
        # a picture that cannot be had says nothing of the portal's pages
        if trouble and not (request.meta.get("robots") or request.meta.get("beside")):
            self._manners.gave_up(request, reason)
        return None
