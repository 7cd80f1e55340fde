"""A lease on shared storage: of all machines one does what it names, until it says so no more.

Each holder has a generation of its own, made by a write that fails where there is one already; the highest counts. No
two clocks are compared: who wants a lease watches, by its own clock, whether the slip of its holder changes; who holds
it trusts a renewal for less time than others watch. So a holder that is held up, or no longer reaches the storage,
stops before another begins. Storage may answer from a cache, where that is renewed within a third of a lease's time.
"""

from __future__ import annotations

import os
import secrets
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec

from pipelines.errors import LeaseLost

LEASE_SECONDS = 60.0
"""For how long a slip that does not change is respected."""
TRUSTED = 0.6
"""The share of that for which a holder trusts a renewal."""
REST_MAX_SECONDS = 3600.0
SKEW_SECONDS = 60.0
"""By so much clocks of different machines may differ; only how long a host rests after its crawl rests on that."""


class Shelf(Protocol):
    """Where slips are kept: of each name some generations. All raise OSError or ArchiveError where storage fails."""

    def latest(self, name: str) -> tuple[int, bytes] | None:
        """The highest generation of a name, and its slip as it is now; None where there is none."""

    def create(self, name: str, generation: int, data: bytes) -> bool:
        """Write the slip of a new generation; False where there is one, be it that another came first this moment."""

    def replace(self, name: str, generation: int, data: bytes) -> None:
        """Write the slip of one's own generation anew, whole or not at all."""

    def trim(self, name: str, generation: int) -> None:
        """Remove the generations before this one."""


class Slip(msgspec.Struct, frozen=True):
    """What a holder says of its lease."""

    owner: str
    """Machine, process, and what tells it from all others."""
    seconds: float
    """For how long this slip is respected after it last changed."""
    beat: int = 0
    """How often it was renewed."""
    rest: float = 0.0
    """For how long after this slip what is leased (a host) is to be left alone, in seconds."""
    at: float = 0.0
    """When it was written, in seconds since 1970 by its holder's clock."""
    released: bool = False
    said: dict[str, Any] = {}
    """How far the work is, for those who look on."""


_SLIP = msgspec.json.Decoder(Slip)


@dataclass(slots=True)
class _Watched:
    """The slip of another, and since when it has been so, by our clock."""

    generation: int
    data: bytes
    since: float


def boot_seconds() -> float:
    """A clock that goes on while the machine sleeps: a lease does not wait for who is put to sleep."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def owner_name() -> str:
    """A name for a holder that no other has."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


def read_slip(data: bytes, seconds: float = LEASE_SECONDS) -> Slip:
    """A slip; of one that cannot be read (its writer died over it) all that is known: it is respected as any."""
    try:
        return _SLIP.decode(data)
    except msgspec.DecodeError:
        return Slip("unknown", seconds)


class Lease:
    """One name that this process wants, holds or has held."""

    def __init__(
        self,
        shelf: Shelf,
        name: str,
        owner: str,
        seconds: float = LEASE_SECONDS,
        *,
        clock: Callable[[], float] = boot_seconds,
        today: Callable[[], float] = time.time,
    ) -> None:
        self.name = name
        self._shelf, self._owner, self._seconds = shelf, owner, seconds
        self._clock, self._today = clock, today
        self._watched: _Watched | None = None
        self._generation: int | None = None
        self._until = 0.0
        self._beat = 0
        self.before: Slip | None = None
        """What the last holder said in the end, once this has taken it."""

    @property
    def holder(self) -> str | None:
        """Who had it when it was last asked for in vain."""
        return read_slip(self._watched.data).owner if self._watched else None

    def take(self) -> float | None:
        """Take it if it is free: the seconds for which what it names is to be left alone first; None where it is not.

        Who may have died is watched from one call to the next: ask again every few seconds. Raises what the shelf does.
        """
        now, found = self._clock(), self._shelf.latest(self.name)  # in this order: however long the look takes
        generation, rest = 0, 0.0
        if found is not None:
            generation, slip = found[0], read_slip(found[1], self._seconds)
            watched = max(0.0, now - self._watching(*found).since)
            if not slip.released and watched < slip.seconds:
                return None
            passed = max(watched, self._today() - slip.at - SKEW_SECONDS)
            rest = max(0.0, min(slip.rest, REST_MAX_SECONDS) - passed)
        if not self._shelf.create(self.name, generation + 1, self._slip(rest, {})):
            return None
        latest = self._shelf.latest(self.name)
        if latest is None or latest[0] != generation + 1:  # what was created had been, and was taken from long ago
            return None
        self._shelf.trim(self.name, generation + 1)
        self._generation, self._until = generation + 1, now + self._seconds * TRUSTED
        self.before = slip if found is not None else None
        self.check()
        return rest

    def _watching(self, generation: int, data: bytes) -> _Watched:
        if self._watched is None or (self._watched.generation, self._watched.data) != (generation, data):
            self._watched = _Watched(generation, data, self._clock())
        return self._watched

    def _slip(self, rest: float, said: dict[str, Any], *, released: bool = False) -> bytes:
        self._beat += 1
        return msgspec.json.encode(Slip(self._owner, self._seconds, self._beat, rest, self._today(), released, said))

    def check(self) -> None:
        """To be called before whatever only its holder may do; it asks nobody. Raises LeaseLost."""
        if self._generation is None or self._clock() >= self._until:
            self._generation = None
            raise LeaseLost(f"{self.name}: the lease was not renewed in time, so that another may have it by now")

    def renew(self, rest: float = 0.0, said: dict[str, Any] | None = None) -> None:
        """Keep it, and say what `Slip` holds. To be called every fifth of its time.

        Raises LeaseLost, and what the shelf does: then it is held on to while earlier renewals last.
        """
        self._tell(self._slip(rest, said or {}))

    def release(self, rest: float = 0.0, said: dict[str, Any] | None = None) -> None:
        """Let another have it, once what it names was left alone for `rest` seconds. Raises as `renew`."""
        self._tell(self._slip(rest, said or {}, released=True))
        self._generation = None

    def _tell(self, data: bytes) -> None:
        self.check()
        assert self._generation is not None
        now, latest = self._clock(), self._shelf.latest(self.name)
        if latest is None or latest[0] != self._generation:
            self._generation = None
            told = f"{read_slip(latest[1]).owner} has it" if latest else "its slip is no longer there"
            raise LeaseLost(f"{self.name}: the lease is lost: {told}")
        self._shelf.replace(self.name, self._generation, data)
        self._until = max(self._until, now + self._seconds * TRUSTED)
