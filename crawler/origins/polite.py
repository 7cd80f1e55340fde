"""Asking a web archive: one request at a time with a pause between, and patience where it is busy or limits us."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
)

from crawler.errors import BadArgument, NotAnswered, Refused
from crawler.manners.waiting import again, retry_after
from crawler.origins.addresses import is_loopback
from crawler.origins.live import LiveOrigin
from pipelines.archive.warc import split_http
from pipelines.errors import BadWarc

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

logger = logging.getLogger(__name__)

LIMITED = (429,)
BUSY = (408, 425, 500, 502, 503, 504, 520, 521, 522, 523, 524, 525, 527, 530)
FORBIDDEN = (401, 403, 451)
NAP_SECONDS = 0.5
"""How long an interrupted run sleeps on at most."""
JITTER = 0.2
"""Pauses are up to this share longer, so that clients do not come in step."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an archive's server said; `body` has the transfer encoding undone, content encoding is as sent."""

    url: str
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        """The first value of a header, by its lower-case name."""
        return next((value for key, value in self.headers if key.lower() == name), None)


Check = Callable[[Answer], str | None]
"""Why an answer is to be asked for again, as words for a message, or None where it is good."""


class Polite:
    """Asks one server. Every failure is asked again with a longer pause each time; then it has a name."""

    def __init__(
        self,
        settings: BaseSettings,
        *,
        sleep: Callable[[float], Awaitable[object]] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._web = LiveOrigin(settings, anywhere=True)  # a user names it; nothing it says leads to another host
        self._agent = settings["USER_AGENT"]
        self._timeout = settings.getfloat("ARCHIVE_TIMEOUT")
        self._retries = settings.getint("ARCHIVE_RETRIES")
        self._backoff = settings.getfloat("ARCHIVE_BACKOFF")
        self._patience = settings.getfloat("ARCHIVE_PATIENCE")
        self._sleep, self._clock = sleep or self._nap, clock
        self.stopping: Callable[[], bool] = lambda: False
        """Whether the run is being ended, so that there is nothing to wait for."""
        self._free_at = 0.0
        self._turn = asyncio.Lock()

    async def get(
        self,
        url: str,
        *,
        pause: float,
        check: Check = lambda _: None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """The answer at `url`, asked for no sooner than `pause` seconds after the last one.

        Where it is busy, cut short or fails `check` it is asked for again, ARCHIVE_RETRIES times, after
        ARCHIVE_BACKOFF seconds, twice that, and so on, or when Retry-After says so. Raises NotAnswered and Refused.
        """
        async with self._turn:
            wait, why = 0.0, ""
            for tried in range(self._retries + 1):
                if tried:
                    logger.info("%s: %s; asked again in %.0f s", url, why, wait)
                await self._sleep(max(wait, self._free_at - self._clock()))
                if self.stopping():
                    raise NotAnswered(f"{url}: not asked{' again' if tried else ''}, the run is being ended.")
                answer, why = await self._once(url, check, headers or {})
                self._free_at = self._clock() + (0.0 if is_loopback(url) else pause * (1 + JITTER * random.random()))  # noqa: S311 - no secret
                if answer is not None and not why:
                    return answer
                told = retry_after(answer.header("retry-after")) if answer is not None else None
                if told is not None and told > self._patience:
                    raise Refused(f"{url}: {why}, and asks to be left alone for {told:.0f} s. {again(told)}")
                wait = max(self._backoff * 2**tried, told or 0.0)
        limited = answer is not None and answer.status in LIMITED
        raise (Refused if limited else NotAnswered)(
            f"{url}: {why}, {self._retries + 1} times in a row. {again()}",
        )

    async def _nap(self, seconds: float) -> None:
        while seconds > 0 and not self.stopping():
            await asyncio.sleep(min(seconds, NAP_SECONDS))
            seconds -= NAP_SECONDS

    async def _once(self, url: str, check: Check, headers: dict[str, str]) -> tuple[Answer | None, str]:
        """One try: the answer, and what is wrong where it is to be asked for again. Raises Refused, NotAnswered."""
        request = Request(
            url,
            headers={"User-Agent": self._agent, "Accept": "*/*", "Accept-Encoding": "identity", **headers},
            meta={"download_timeout": self._timeout},
        )
        try:
            exchange = await self._web.fetch(request)
            status, pairs, body = split_http(exchange.response)
        except DownloadTimeoutError:
            return None, f"no answer within {self._timeout:g} s"
        except (CannotResolveHostError, DownloadConnectionRefusedError, DownloadFailedError, BadWarc) as error:
            return None, str(error).removeprefix(f"{url}: ")
        answer = Answer(url, status, pairs, body)
        if exchange.truncated == "length":
            raise NotAnswered(
                f"{url}: the answer is longer than {self._web.max_bytes} bytes. -s DOWNLOAD_MAXSIZE=… lets it be."
            )
        if exchange.truncated:
            return answer, f"the answer was cut short ({exchange.truncated})"
        return answer, check(answer) or ""

    async def close(self) -> None:
        """Let go of the connection."""
        await self._web.close()


def busy(answer: Answer) -> str | None:
    """A `Check`: the server says that it cannot answer now."""
    return f"HTTP {answer.status}" if answer.status in (*LIMITED, *BUSY) else None


def base_url(text: str) -> str:
    """A URL an argument names. Raises BadArgument."""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise BadArgument(f"origin …{text}: is no URL. It begins with http:// or https:// and a host.")
    return text
