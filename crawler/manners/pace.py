"""The pace one host is asked at: the pause between requests, and how long it is left alone after trouble."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

SOFT_TROUBLES = 3
"""Timeouts and broken connections in a row that are taken for the host's trouble; fewer may be a page's own."""
CALM = 0.25
"""What each good answer takes of the level of trouble: one refusal is forgotten after four of them."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The settings a pace keeps; times in seconds."""

    delay: float = 1.0
    jitter: float = 0.25
    delay_max: float = 30.0
    crawl_delay_max: float = 300.0
    backoff: float = 2.0
    backoff_max: float = 60.0

    @classmethod
    def of(cls, settings: BaseSettings) -> Self:
        """As the settings say."""
        return cls(
            delay=settings.getfloat("DOWNLOAD_DELAY"),
            jitter=settings.getfloat("DOWNLOAD_DELAY_JITTER"),
            delay_max=settings.getfloat("DOWNLOAD_DELAY_MAX"),
            crawl_delay_max=settings.getfloat("CRAWL_DELAY_MAX"),
            backoff=settings.getfloat("BACKOFF"),
            backoff_max=settings.getfloat("BACKOFF_MAX"),
        )


class Pace:
    """One host's. Pauses lie between the end of an answer and the next request, and jitter only ever lengthens them.

    `spared` is a host that needs no pause of ours, as it is our own machine; what robots.txt asks for (`asked`) and
    what follows on trouble is kept with it too.
    """

    def __init__(
        self,
        limits: Limits,
        *,
        spared: bool = False,
        clock: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.limits = limits
        self.spared = spared
        self.asked = 0.0
        """Seconds between requests that robots.txt asks for."""
        self.answered = False
        """Whether the host has given a good answer in this run."""
        self.given_up = 0
        """Pages in a row that could not be had, however often they were asked for."""
        self._clock, self._chance = clock, chance
        self._level = 0.0
        self._slowness = 0.0
        self._soft = 0
        self._paused_until = 0.0
        self._last: float | None = None
        self._stretch = 1.0

    @property
    def delay(self) -> float:
        """Seconds between requests, before jitter.

        As AutoThrottle's, it follows how long the host takes to answer, so that it is busy with us for half its time at
        most; after trouble it is longer still for a while.
        """
        limits, own = self.limits, 0.0
        if not self.spared:
            wanted = max(limits.delay, self._slowness) * (1.0 + self._level)
            own = max(limits.delay, min(wanted, limits.delay_max))
        return max(own, min(self.asked, limits.crawl_delay_max))

    def wait(self) -> float:
        """Seconds until the host may be asked; 0 where it may be now."""
        ready = self._paused_until
        if self._last is not None:
            ready = max(ready, self._last + self.delay * self._stretch)
        return max(0.0, ready - self._clock())

    @property
    def rest(self) -> float:
        """For how many seconds whoever asks the host next, be it from elsewhere, is to leave it alone from now on."""
        return max(self.wait(), self.delay)

    def leave_alone(self, seconds: float) -> None:
        """Ask no sooner than in so many seconds, nor than in one delay: another asked last."""
        self._paused_until = max(self._paused_until, self._clock() + seconds)
        self.mark()

    def mark(self) -> None:
        """Note that a request begins, or has come to its end."""
        self._last = self._clock()
        self._stretch = 1.0 + self.limits.jitter * self._chance()

    def good(self, latency: float) -> None:
        """Note an answer that took `latency` seconds to begin: trouble is forgotten step by step."""
        self.answered = True
        self.given_up = self._soft = 0
        self._level = max(0.0, self._level - CALM)
        self._slowness = (self._slowness + latency) / 2

    def busy(self, told: float | None = None) -> float:
        """Note that the host refuses to be asked, or cannot be reached; the seconds it is left alone for.

        As long as it tells, and from the second refusal on twice as long each time, if that is longer.
        """
        self._level += 1.0
        grown = min(self.limits.backoff * 2 ** (self._level - 1), self.limits.backoff_max)
        grown *= 1.0 + self.limits.jitter * self._chance()
        pause = max(told, grown if self._level >= 2 else 0.0) if told else grown
        self._paused_until = max(self._paused_until, self._clock() + pause)
        return pause

    def shaky(self) -> float:
        """Note a timeout or a broken connection; the seconds the host is left alone for, once there are several."""
        self._soft += 1
        return self.busy() if self._soft >= SOFT_TROUBLES else 0.0
