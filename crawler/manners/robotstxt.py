"""Downloader middleware that asks each host for its robots.txt first, and lets no request past that it disallows."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urljoin, urlsplit

from scrapy import Request, signals
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    NotConfigured,
    UnsupportedURLSchemeError,
)
from scrapy.http.request import NO_CALLBACK

from crawler.errors import BadCertificate, PrivateAddress, RobotsForbid, RobotsUnreachable
from crawler.manners.keeping import Manners
from crawler.manners.robots import Rules, lifetime, read_robots

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response

logger = logging.getLogger(__name__)

REDIRECTS = (301, 302, 303, 307, 308)
MAX_REDIRECTS = 5
"""More count as no robots.txt at all (RFC 9309, 2.3.1.2)."""
FAILED_SECONDS = 600.0
"""How long a robots.txt that cannot be had is not asked for again; meanwhile nothing is asked for."""
PRIORITY = 1_000
_HOST_GONE = (CannotResolveHostError, DownloadConnectionRefusedError, BadCertificate, PrivateAddress)
"""Failures of the host itself, which any page of it would meet with as well."""
_FAILED = (DownloadFailedError, DownloadTimeoutError)


@dataclass(slots=True)
class _Known:
    """What is known of the robots.txt of one scheme, host and port."""

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    rules: Rules | None = None
    error: Exception | None = None
    until: float = float("-inf")


class RobotsTxt:
    """Obeys robots.txt: 4xx is none, and one that cannot be had, however often it is asked for, disallows everything.

    It is fetched like any page: kept as a capture, at the host's pace, within its budget.
    """

    def __init__(self, crawler: Crawler, manners: Manners) -> None:
        self._crawler, self._manners = crawler, manners
        self._known: dict[str, _Known] = {}
        self.clock = time.monotonic

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if not crawler.settings.getbool("ROBOTSTXT_OBEY"):
            raise NotConfigured
        manners = crawler.get_extension(Manners)
        assert manners is not None
        return cls(crawler, manners)

    async def process_request(self, request: Request) -> None:
        """Let a request pass. Raises RobotsForbid, RobotsUnreachable, and the error of a host that is not there."""
        if request.meta.get("dont_obey_robotstxt"):
            return
        parts = urlsplit(request.url)
        root = f"{parts.scheme}://{parts.netloc}"
        if (known := self._known.get(root)) is None:
            known = self._known[root] = _Known()
        if known.until <= self.clock():
            async with known.turn:
                if known.until <= self.clock():
                    await self._ask(root, known)
        if known.error is not None:
            request.meta["dont_retry"] = True  # robots.txt was asked for again as often as a page would be
            raise known.error
        assert known.rules is not None
        if not known.rules.allows(request.url):
            raise RobotsForbid(f"{root}/robots.txt disallows it")

    async def _ask(self, root: str, known: _Known) -> None:
        """Learn the rules of a host. One that cannot be had stays as it was known; else nothing may be asked."""
        try:
            rules, seconds = await self._fetch(f"{root}/robots.txt")
        except (RobotsUnreachable, *_HOST_GONE) as error:
            known.until = self.clock() + FAILED_SECONDS
            if known.rules is None:
                known.error = error
            logger.info("%s/robots.txt: %s", root, error)
            return
        known.rules, known.error, known.until = rules, None, self.clock() + seconds
        self._take(root, rules)

    def _take(self, root: str, rules: Rules) -> None:
        """Keep the pause it asks for, and hand its sitemaps to the spider."""
        pace, most = self._manners.pace(root), self._manners.crawl_delay_max
        if rules.delay > most:
            logger.warning("%s/robots.txt asks for %g s between requests; kept are %g s (CRAWL_DELAY_MAX)",
                           root, rules.delay, most)  # fmt: skip
        elif rules.delay:
            logger.info("%s/robots.txt asks for %g s between requests", root, rules.delay)
        pace.asked = rules.delay
        spider: Any = self._crawler.spider
        if rules.sitemaps and hasattr(spider, "sitemaps"):  # `luutin shell` has a spider of its own
            spider.sitemaps.extend(url for url in rules.sitemaps if url not in spider.sitemaps)

    async def _fetch(self, url: str) -> tuple[Rules, float]:
        """The rules at a URL and how long they hold, in seconds. Raises RobotsUnreachable and _HOST_GONE."""
        assert self._crawler.engine is not None
        asked = url
        for _ in range(MAX_REDIRECTS + 1):
            try:
                response = await self._crawler.engine.download_async(_request(asked))
            except _HOST_GONE:
                if asked == url:
                    raise
                return Rules(), lifetime({})  # redirected to where there is nothing, or nothing for us
            except (DownloadCancelledError, UnsupportedURLSchemeError):  # endless, or redirected to no URL
                return Rules(), lifetime({})
            except _FAILED as error:
                raise RobotsUnreachable(f"{asked}: {error}; {_DISALLOWED}") from error
            location = response.headers.get("Location") if response.status in REDIRECTS else None
            if location is None:
                return self._read(response)
            asked = urljoin(asked, location.decode("latin-1"))
            if urlsplit(asked).scheme not in ("http", "https"):
                break
        return Rules(), lifetime({})

    def _read(self, response: Response) -> tuple[Rules, float]:
        """The rules of a final answer (RFC 9309, 2.3.1). Raises RobotsUnreachable."""
        if response.status >= 500 or response.status == 429:
            raise RobotsUnreachable(f"{response.url}: HTTP {response.status}; {_DISALLOWED}")
        headers = {
            name.decode("latin-1").lower(): b", ".join(values).decode("latin-1")
            for name, values in response.headers.items()
        }
        if response.status != 200:
            return Rules(), lifetime(headers)
        rules = read_robots(response.body)
        if rules.parser is not None:
            self._crawler.signals.send_catch_log(signals.robots_parsed, robotparser=rules, request=response.request)
        return rules, lifetime(headers)


_DISALLOWED = "without it nothing else may be asked for (RFC 9309, 2.3.1.4)"


def _request(url: str) -> Request:
    """The request for a robots.txt; `robots` has it asked again with longer pauses than a page."""
    return Request(
        url,
        priority=PRIORITY,
        callback=NO_CALLBACK,
        meta={"dont_obey_robotstxt": True, "dont_redirect": True, "robots": True},
    )
