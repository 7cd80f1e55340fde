"""A crawl that is a task of a cluster: under a lease of its portal and servers, and at its end where that is lost.

What dies here dies at once: whoever takes over finds the output folder as after any crash.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from threading import Lock as Turn
from typing import Any

import msgspec

from crawler.errors import LeasedElsewhere
from crawler.roster import REMOTE, Entry
from pipelines.archive.lease import Lease, Shelf, Slip, boot_seconds, owner_name, read_slip
from pipelines.archive.lock import Lock
from pipelines.archive.shelf import shelf_at
from pipelines.errors import ArchiveError, LeaseLost, OutputLocked

logger = logging.getLogger(__name__)

VARIABLE = "LUUTIN_TASK"
EXIT_LOST = 75
"""EX_TEMPFAIL of sysexits.h: another may be at it by now."""
RENEWED = 0.2
"""How often, as a share of a lease's time."""
LOOKED = 0.05
"""How often one that another has is looked at."""
ALIVE = 3.0
"""For how many times its time a lease is waited for that another renews for a run of its own."""


class Terms(msgspec.Struct, frozen=True):
    """What a task is told of its lease, in its environment."""

    leases: str
    """Where slips are: a folder, or a URL."""
    run: str
    """The `luutin crawlall` this task is of."""
    seconds: float

    @classmethod
    def told(cls) -> Terms | None:
        """Those of this process; None where it is no task."""
        said = os.environ.get(VARIABLE)
        return msgspec.json.decode(said, type=cls) if said else None


def portal_lease(key: str) -> str:
    """The name of a portal's lease, whose slip says how far its crawl is, and in the end what came of it."""
    return f"portal {key}"


def stop_name(run: str) -> str:
    """The name under which a run says that its crawls are to end."""
    return f"stop {run}"


def names_of(entry: Entry) -> list[str]:
    """What a crawl must have leased, in the order everyone takes it in: so that none waits for another in a ring."""
    origin = entry.arguments.get("origin", "live")
    servers: set[str] = {f"server {server}" for server in entry.servers} if origin == "live" else set()
    if origin.partition(":")[0] in REMOTE:
        servers = {f"archive {origin}"}
    return [portal_lease(entry.key), *sorted(servers)]


def answer(shelf: Shelf, key: str, run: str) -> dict[str, Any] | None:
    """What came of the crawl of a portal, where it has ended in this run."""
    found = shelf.latest(portal_lease(key))
    return _answered(read_slip(found[1]) if found else None, run)


def _answered(slip: Slip | None, run: str) -> dict[str, Any] | None:
    if slip is None or not slip.released or slip.said.get("run") != run:
        return None
    result: dict[str, Any] | None = slip.said.get("result")
    return result


class Keeper:
    """The leases of one crawl."""

    def __init__(self, terms: Terms, entry: Entry, lost: Callable[[LeaseLost], None] | None = None) -> None:
        self._terms, self._key = terms, entry.key
        self.seconds = terms.seconds
        self._shelf = shelf_at(terms.leases)
        owner = owner_name()
        self._wanted = [Lease(self._shelf, name, owner, terms.seconds) for name in names_of(entry)]
        self._leases: list[Lease] = []
        self._lost = lost or _die
        self._rest_until = 0.0
        self._ended = Event()
        self._turn = Turn()
        """To write slips: nothing is renewed that was released."""
        self._stopped = False
        self.rest: Callable[[], float] = lambda: 0.0
        """For how long servers are to be left alone from now on, in seconds."""
        self.progress: Callable[[], dict[str, Any]] = dict

    def take(self) -> dict[str, Any] | None:
        """Wait for all leases, and keep them; or what came of the crawl, where another of this run has ended it.

        Raises LeasedElsewhere where another has one for a run of its own.
        """
        Thread(target=self._keep, name="lease", daemon=True).start()
        try:
            for lease in self._wanted:
                if (done := self._wait_for(lease)) is not None:
                    self.release(done)
                    return done
        except LeasedElsewhere:
            self._let_go({})
            raise
        return None

    def _wait_for(self, lease: Lease) -> dict[str, Any] | None:
        since = boot_seconds()
        while (rest := lease.take()) is None:
            self._still(lease, boot_seconds() - since)
            time.sleep(self._terms.seconds * LOOKED)
        self._rest_until = max(self._rest_until, time.monotonic() + rest)
        self._leases.append(lease)
        return _answered(lease.before, self._terms.run) if lease.name == portal_lease(self._key) else None

    def _still(self, lease: Lease, waited: float) -> None:
        found = self._shelf.latest(lease.name)
        slip = read_slip(found[1]) if found else None
        if slip is not None and slip.said.get("run") != self._terms.run and waited > self._terms.seconds * ALIVE:
            raise LeasedElsewhere(f"{lease.name}: {lease.holder} is at work there, for another run. Wait for it to end")

    @property
    def rest_left(self) -> float:
        """For how many seconds servers are still to be left alone, as whoever asked them before said."""
        return max(0.0, self._rest_until - time.monotonic())

    def check(self) -> None:
        """To be called before each request: where a lease may be lost, this is the end of the process."""
        try:
            for lease in self._leases:
                lease.check()
        except LeaseLost as error:
            self._lost(error)

    def _keep(self) -> None:
        while not self._ended.wait(self._terms.seconds * RENEWED):
            said = {"run": self._terms.run, **self.progress()}
            try:
                with self._turn:
                    for lease in [] if self._ended.is_set() else list(self._leases):
                        lease.renew(max(self.rest(), self.rest_left), said)
                self._hear()
            except LeaseLost as error:
                self._lost(error)
            except (OSError, ArchiveError) as error:  # as long as earlier renewals last
                logger.warning("%s: the lease could not be renewed: %s", self._key, error)
                self.check()

    def _hear(self) -> None:
        """End in order where the run is to stop."""
        if not self._stopped and self._shelf.latest(stop_name(self._terms.run)) is not None:
            self._stopped = True
            os.kill(os.getpid(), signal.SIGTERM)

    def release(self, result: Any) -> None:
        """Let go, and say what came of it: of the portal last, so that who reads that finds the servers free."""
        self._let_go({"run": self._terms.run, "result": result})

    def _let_go(self, said: dict[str, Any]) -> None:
        with self._turn:
            self._ended.set()
            rest = max(self.rest(), self.rest_left)
            try:
                for lease in reversed(self._leases):
                    lease.release(rest, said)
            except LeaseLost as error:
                self._lost(error)


def _die(error: LeaseLost) -> None:
    sys.stderr.write(f"luutin: {error}. This process ends at once\n")
    sys.stderr.flush()
    os._exit(EXIT_LOST)


_current: list[Keeper] = []


def current() -> Keeper | None:
    """The keeper of this process' leases; None where it needs none."""
    return _current[0] if _current else None


@contextmanager
def keeping(keeper: Keeper) -> Iterator[None]:
    """Have `current` give this one."""
    _current[:] = [keeper]
    try:
        yield
    finally:
        _current.clear()


def end_with_stdin() -> None:
    """End this process when who started it does: the other end of its stdin closes."""
    Thread(target=_watch_stdin, name="stdin", daemon=True).start()


def _watch_stdin() -> None:
    while os.read(0, 4096):
        pass
    os._exit(EXIT_LOST)


def await_lock(folder: Path, seconds: float) -> None:
    """Wait until no other process has a folder: of a machine that died, its storage lets go after a while.

    Raises OutputLocked.
    """
    until = time.monotonic() + seconds
    folder.mkdir(parents=True, exist_ok=True)
    while True:
        try:
            Lock(folder).release()
        except OutputLocked:
            if time.monotonic() > until:
                raise
            time.sleep(min(1.0, seconds / 20))
        else:
            return
