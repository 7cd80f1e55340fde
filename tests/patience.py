"""Waiting that takes no time, for tests of what waits."""

from __future__ import annotations

DEFAULTS = {
    "USER_AGENT": "luutin/test (+https://luutin.example/bot)",
    "ARCHIVE_TIMEOUT": 30,
    "ARCHIVE_RETRIES": 3,
    "ARCHIVE_BACKOFF": 5,
    "ARCHIVE_PATIENCE": 600,
    "DOWNLOAD_MAXSIZE": 1_000_000,
    "DOWNLOAD_TIMEOUT": 30,
    "DOWNLOAD_GRACE": 30,
    "DOWNLOAD_MIN_RATE": 1_000,
    "DOWNLOAD_BODY_TIMEOUT": 60,
    "DOWNLOAD_VERIFY_CERTIFICATES": True,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
}
"""Settings of an origin on a server."""


class Clock:
    """Time that passes only by waiting; `waits` are the pauses that were made."""

    def __init__(self) -> None:
        self.now = 0.0
        self.waits: list[float] = []

    async def sleep(self, seconds: float) -> None:
        if seconds > 0:
            self.waits.append(round(seconds))
            self.now += seconds
