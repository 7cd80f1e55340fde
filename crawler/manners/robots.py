"""What a robots.txt says (RFC 9309): its rules for us, the pause it asks for, its sitemaps, and how long it holds."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime

from protego import Protego

from crawler.manners.waiting import http_date

PRODUCT = "luutin"
"""Our product token: the group of rules that names it is ours, else the one for all (RFC 9309, 2.2.1)."""
MAX_BYTES = 1024 * 1024
"""What stands behind is not read; the standard wants 500 KiB at least (2.5)."""
MAX_SECONDS = 24 * 3600.0
"""No robots.txt is relied on for longer (2.4)."""
LEAST_SECONDS = 60.0
"""One that must not be cached at all holds for a minute, else every page would cost two requests."""
MAX_SITEMAPS = 200
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_MAX_AGE = re.compile(r"\bmax-age\s*=\s*\"?(\d{1,9})")
_UNCACHED = re.compile(r"\bno-(?:cache|store)\b")


@dataclass(slots=True)
class Rules:
    """The rules of one robots.txt; without a `parser` there are none and everything is allowed."""

    parser: Protego | None = None
    sitemaps: list[str] = field(default_factory=list)

    def allows(self, url: str) -> bool:
        """Whether we may ask for a URL."""
        return self.parser is None or self.parser.can_fetch(url, PRODUCT)

    @property
    def delay(self) -> float:
        """Seconds between requests: Crawl-delay, or what Request-rate comes to; 0 where it asks for none."""
        if self.parser is None:
            return 0.0
        rate = self.parser.request_rate(PRODUCT)
        by_rate = rate.seconds / rate.requests if rate is not None and rate.requests > 0 else 0.0
        return max(self.parser.crawl_delay(PRODUCT) or 0.0, by_rate)


def read_robots(body: bytes) -> Rules:
    """The rules of a file that was answered with success; a page in its place is a soft 404 and has none."""
    text = _decode(body[:MAX_BYTES])
    if len(body) > MAX_BYTES:
        text = text[: text.rfind("\n") + 1]
    if text.lstrip().startswith("<"):
        return Rules()
    parser = Protego.parse(text)
    return Rules(parser, list(dict.fromkeys(parser.sitemaps))[:MAX_SITEMAPS])


def _decode(body: bytes) -> str:
    """Text in UTF-8, or what its first bytes say it is in; what cannot be read is replaced, so that a line lasts."""
    for bom, name in _BOMS:
        if body.startswith(bom):
            return body[len(bom) :].decode(name, "replace")
    if b"\0" in body[:64]:
        return body.decode("utf-16-be" if body[:1] == b"\0" else "utf-16-le", "replace")
    return body.decode("utf-8", "replace")


def lifetime(headers: dict[str, str]) -> float:
    """Seconds a robots.txt may be relied on, by Cache-Control and else Expires; headers have lower-case names."""
    control = headers.get("cache-control", "").lower()
    seconds = MAX_SECONDS
    if _UNCACHED.search(control):
        seconds = 0.0
    elif match := _MAX_AGE.search(control):
        seconds = float(match[1])
    elif "expires" in headers:
        expires = http_date(headers["expires"])  # "0" and other nonsense: it has expired (RFC 9111, 5.3)
        now = http_date(headers.get("date", "")) or datetime.now(UTC)
        seconds = (expires - now).total_seconds() if expires is not None else 0.0
    return min(max(seconds, LEAST_SECONDS), MAX_SECONDS)
