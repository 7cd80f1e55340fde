"""The errors of the web side.

CrawlError                   a crawl cannot go on; the message says what, where and what to do
├── BadPortal                a portal file misses an attribute or has a senseless one (raised at import)
├── BadArgument              an argument of a command is wrong: exit code 2 (raised by commands)
├── LeasedElsewhere          another crawl of the same portal or server is under way (raised by crawler.leased)
├── NotIndexed               a search engine does not take what it gets (raised by crawler.search_engines; exit code 1)
├── OutOfBudget              the day's budget of a host is used up: exit code 3 (raised by the manners)
└── Unreachable              the portal's start page cannot be had, or the portal has gone (raised by spider, manners)
    ├── NotAnswered          a web archive does not answer, or with nothing (raised by archive origins; exit code 1)
    └── Blocked              the portal refuses: a challenge, a log-in, 403 (raised by the spider; exit code 4)
        └── Refused          a web archive refuses: 429 after all patience, 403 (raised by archive origins; exit code 4)
NotCaptured                  the origin holds no capture of a URL (raised by archive origins)
CopyLost                     a web archive lists a capture but does not give it (raised by archive origins)
NoPage                       an exchange that gives no page, or did not take place; `reason` is counted
├── BadCertificate           tls: the certificate cannot be trusted (raised by the live origin)
├── PrivateAddress           private-address: a host inside a network, or on this machine (raised by the live origin)
├── BadHttp                  bad-http: the answer is no HTTP (raised by the live origin)
├── TooSlow                  slow: the body did not come in time (raised by the download handler)
├── CutShort                 truncated: the body ends before its end (raised by the download handler)
├── BadEncoding              bad-encoding: the body is not encoded as it says (raised by unpacking)
└── HostGone                 unreachable: a host that was given up, so not asked (raised by the manners)
NotTaken                     a request that manners do not let through; `reason` is counted
├── RobotsForbid             robots: robots.txt disallows it (raised by its middleware)
├── Withheld                 withdrawn: what is at the URL was withdrawn from the archive (raised by its middleware)
├── RobotsUnreachable        robots-unreachable: robots.txt cannot be had, so nothing is asked (raised by the same)
└── NotAsked                 not-asked: the run is ending; the next one asks (raised by the manners)
"""

from __future__ import annotations

from typing import ClassVar

from scrapy.exceptions import DownloadFailedError, IgnoreRequest


class CrawlError(Exception):
    """A crawl cannot start or go on; `exit_code` is what the command exits with, `finished` what its report says."""

    exit_code: ClassVar[int] = 1
    finished: ClassVar[str] = "aborted"


class BadPortal(CrawlError):
    """A portal file misses an attribute or has a senseless one. Raised when its class is made."""


class BadArgument(CrawlError):
    """An argument makes no sense. Raised by the commands; exit code 2."""

    exit_code = 2


class LeasedElsewhere(CrawlError):
    """Another machine crawls the portal, or asks its server, for a run of its own. Raised by crawler.leased."""


class NotIndexed(CrawlError):
    """A search engine cannot be reached, or does not take all. Raised by crawler.search_engines; exit code 1."""


class OutOfBudget(CrawlError):
    """The day's budget of a host is used up. Raised by the manners; exit code 3: what is left is for the next run."""

    exit_code = 3
    finished = "budget"


class Unreachable(CrawlError):
    """A portal's start page cannot be had, or it no longer answers. Raised by spider and manners; exit code 1."""


class Blocked(Unreachable):
    """The portal answers, but not with its own pages. Raised by the spider; exit code 4."""

    exit_code = 4


class NotAnswered(Unreachable):
    """A web archive does not answer, however often it is asked. Raised by archive origins; exit code 1."""


class Refused(Blocked):
    """A web archive will not answer us, now or ever. Raised by archive origins; exit code 4."""


def exit_code_of(error: Exception) -> int:
    """What a verb that ends with this error exits with."""
    return error.exit_code if isinstance(error, CrawlError) else 1


class CopyLost(Exception):
    """A web archive lists a capture but does not give it. Raised by archive origins; asked for again next run."""


class NotCaptured(Exception):
    """An archive holds no capture of a URL. Raised by archive origins; counted as `not-captured`."""


class NoPage(DownloadFailedError):
    """An exchange that gives no page, or did not take place. Raised by origins and download handler."""

    reason: ClassVar[str]


class BadCertificate(NoPage):
    """The server's certificate cannot be trusted, or TLS fails otherwise. Raised by the live origin."""

    reason = "tls"


class PrivateAddress(NoPage):
    """A host on this machine or inside a network, where the crawl was not started. Raised by the live origin."""

    reason = "private-address"


class BadHttp(NoPage):
    """An answer that is no HTTP, or with more head than any page has. Raised by the live origin."""

    reason = "bad-http"


class TooSlow(NoPage):
    """A body that came too slowly. Raised by the download handler once what came is kept."""

    reason = "slow"


class CutShort(NoPage):
    """A body that ends before its end. Raised by the download handler and by unpacking, once what came is kept."""

    reason = "truncated"


class BadEncoding(NoPage):
    """A body that cannot be unpacked as its Content-Encoding says. Raised by unpacking."""

    reason = "bad-encoding"


class HostGone(NoPage):
    """A host that was given up in this run, so that it is not asked. Raised by the manners."""

    reason = "unreachable"


class NotTaken(IgnoreRequest):
    """A request that manners do not let through. Raised by the manners."""

    reason: ClassVar[str]


class RobotsForbid(NotTaken):
    """robots.txt disallows the URL. Raised by its middleware."""

    reason = "robots"


class Withheld(NotTaken):
    """What is at a URL was withdrawn from the archive. Raised by its middleware."""

    reason = "withdrawn"


class RobotsUnreachable(NotTaken):
    """robots.txt cannot be had, which disallows everything (RFC 9309, 2.3.1.4). Raised by its middleware."""

    reason = "robots-unreachable"


class NotAsked(NotTaken):
    """The run is ending: it is as if the URL had not been found, and the next run asks. Raised by the manners."""

    reason = "not-asked"
