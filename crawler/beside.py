"""Asking for what belongs to an article beside its pages: like for any page, but it never costs the article."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

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
from pipelines.urls import fold_url

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response

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
_NOT_ASKED = (
    "offsite",
    "too-many",
    "bad-url",
    "robots",
    "not-captured",
    "private-address",
    "host-in-trouble",
    "withdrawn",
)
"""Reasons a file is counted as skipped for; for all others it has failed."""


class NotHad(Exception):
    """A file that cannot be had; `reason` is counted. Raised and caught by who asks: it never costs the article."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Beside:
    """Asks for files: robots.txt, pace, budget and capture are those of any page.

    From the portal's own hosts and those that ATTACHMENT_HOSTS names.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._hosts = set(crawler.settings.getlist("ATTACHMENT_HOSTS"))

    def _is_allowed(self, url: str) -> bool:
        spider: Any = self._crawler.spider
        try:
            fold_url(url)
        except ValueError:
            return False
        return spider.is_own(url) or urlsplit(url).hostname in self._hosts

    async def ask(
        self, url: str, fields: dict[str, str], *, conditional: bool = False, meta: dict[str, Any] | None = None
    ) -> Response:
        """What answers at `url`, be it a redirect; `fields` are kept beside its capture, `meta` is Scrapy's.

        `conditional`: "not modified" will do. Raises NotHad.
        """
        if not self._is_allowed(url):
            raise NotHad("offsite" if url.startswith(("http:", "https:")) else "bad-url")
        spider: Any = self._crawler.spider
        engine: Any = self._crawler.engine
        if engine._slot is None or engine._slot.closing:  # noqa: SLF001 the engine says it nowhere else
            # what is asked of an engine that ends is never answered; without its files the article is not stored, so
            # that the next run reads it again
            raise DropItem("the run ends before what belongs to the article is fetched", log_level="DEBUG")
        request = Request(
            url,
            meta={
                "dont_redirect": True,
                "dont_retry": not spider.origin.live,  # an archive does not change
                "handle_httpstatus_list": [304, *REDIRECTS],
                "fields": fields,
                **(meta or {}),
            },
        )
        if conditional and spider.origin.live:
            spider.set_validators(request)
        try:
            response: Response = await engine.download_async(request)
        except NotAsked as error:
            raise DropItem(str(error), log_level="DEBUG") from error  # as above
        except _FAILURES as error:
            raise NotHad(reason_of(error)) from error
        assert response.request is not None
        return response

    def count_lost(self, kind: str, article_url: str, url: str, reason: str) -> None:
        """Count a file that could not be had, as `<kind>-<reason>`."""
        spider: Any = self._crawler.spider
        spider.outcomes.count("skipped" if reason in _NOT_ASKED else "failed", f"{kind}-{reason}")
        logger.info("%s: %s %s: %s", article_url, kind, url, reason)


def location_of(response: Response) -> str | None:
    """Where a redirect leads, as it says; None where it is none."""
    location = response.headers.get("Location") if response.status in REDIRECTS else None
    return location.decode("latin-1") if location else None
