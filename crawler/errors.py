"""The errors of the web side.

CrawlError                   a crawl cannot go on; the message says what, where and what to do
├── BadPortal                a portal file misses an attribute or has a senseless one (raised at import)
├── BadArgument              an argument of a command is wrong: exit code 2 (raised by commands)
└── Unreachable              the portal's start page cannot be had (raised by the spider)
    ├── NotAnswered          a web archive does not answer, or with nothing (raised by archive origins; exit code 1)
    └── Blocked              the portal refuses: a challenge, a log-in, 403 (raised by the spider; exit code 4)
        └── Refused          a web archive refuses: 429 after all patience, 403 (raised by archive origins; exit code 4)
NotCaptured                  the origin holds no capture of a URL (raised by archive origins)
CopyLost                     a web archive lists a capture but does not give it (raised by archive origins)
"""

from __future__ import annotations


class CrawlError(Exception):
    """A crawl cannot start or go on."""


class BadPortal(CrawlError):
    """A portal file misses an attribute or has a senseless one. Raised when its class is made."""


class BadArgument(CrawlError):
    """An argument makes no sense. Raised by the commands; exit code 2."""


class Unreachable(CrawlError):
    """The start page of a portal cannot be had. Raised by the spider; exit code 1."""


class Blocked(Unreachable):
    """The portal answers, but not with its own pages. Raised by the spider; exit code 4."""


class NotAnswered(Unreachable):
    """A web archive does not answer, however often it is asked. Raised by archive origins; exit code 1."""


class Refused(Blocked):
    """A web archive will not answer us, now or ever. Raised by archive origins; exit code 4."""


def exit_code_of(error: Exception) -> int:
    """What a verb that ends with this error exits with: 1 error, 2 usage, 4 blocked."""
    return 2 if isinstance(error, BadArgument) else 4 if isinstance(error, Blocked) else 1


class CopyLost(Exception):
    """A web archive lists a capture but does not give it. Raised by archive origins; asked for again next run."""


class NotCaptured(Exception):
    """An archive holds no capture of a URL. Raised by archive origins; counted as `not-captured`."""
