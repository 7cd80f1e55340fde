"""A URL worked on: by one process of all machines to write, by any number to read."""

from __future__ import annotations

import fcntl
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pipelines.archive.files import refuse
from pipelines.archive.lease import LEASE_SECONDS, Lease, owner_name, read_slip
from pipelines.errors import ArchiveError, LeaseLost, OutputLocked, StorageFailed
from pipelines.remote.mirror import Mirror
from pipelines.remote.shelf import UrlShelf
from pipelines.remote.state import load
from pipelines.remote.store import Store

logger = logging.getLogger(__name__)

WRITING = "writing"
"""What the lease on a whole folder is called."""
PUSH_SECONDS = 600.0
"""From one push to the next while work goes on: a machine that is lost costs no more than what was captured in it."""
BEATS = 5
"""Renewals in the time of a lease."""
LOOKS = 20
"""At a lease of another, in its time, for whether that is still renewed."""
PAUSES_SECONDS = (1.0,)
"""A lease is told of soon or not at all."""


class Working:
    """The writer of a URL, from `begin` to `end`: what is pushed by nobody else meanwhile."""

    def __init__(self, url: str, folder: Path, lease_seconds: float = LEASE_SECONDS) -> None:
        """Raises ExtraMissing, StorageFailed."""
        self._seconds = lease_seconds
        self._shelf = UrlShelf(Store(url, PAUSES_SECONDS))
        self._lease = Lease(self._shelf, WRITING, owner_name(), lease_seconds)
        self.mirror = Mirror(url, folder, lambda: self._lease.check())
        self.whole = True
        """Whether what was fetched is: else the database is to be made again from the captures."""
        self._pushing = threading.Lock()
        self._closing = threading.Event()
        self._over = threading.Event()
        self._keeper = self._keeping()

    def begin(self) -> None:
        """Take the lease and fetch. Raises OutputLocked where another machine is at it, StorageFailed."""
        self._take()
        try:
            self.whole = self.mirror.fetch(to_write=True)
        except BaseException:
            with suppress(ArchiveError):
                self._lease.release()
            raise
        self._keeper.start()

    def end(self) -> None:
        """Push, and let others have it. Raises OutputLocked where another machine has it by now, StorageFailed."""
        self._closing.set()
        try:
            with self._pushing:
                self._hold_on()
                self.mirror.push()
        finally:
            self._over.set()
            self._keeper.join()
            with suppress(ArchiveError):  # it ends by itself
                self._lease.release()

    def _hold_on(self) -> None:
        """Take a lease that was lost anew, unless another machine has: what is here goes onto the same state only."""
        with suppress(LeaseLost):
            self._lease.check()
            return
        self._lease = Lease(self._shelf, WRITING, owner_name(), self._seconds)
        self._take()
        if not self._keeper.is_alive():
            self._keeper = self._keeping()
            self._keeper.start()

    def _keeping(self) -> threading.Thread:
        return threading.Thread(target=self._keep, name="lease", daemon=True)

    # -- the lease ------------------------------------------------------------------------------------

    def _take(self) -> None:
        """Take the lease; that of a machine that has died once its time is over. Raises OutputLocked, StorageFailed."""
        told = False
        first = self._shelf.latest(WRITING)
        while self._lease.take() is None:
            now = self._shelf.latest(WRITING)
            if now is not None and first is not None and now != first and not read_slip(now[1]).released:
                raise OutputLocked(
                    f"{self.mirror.url}: {read_slip(now[1]).owner} is writing to it. "
                    "Wait for it to end, or name another place with LUUTIN_OUTPUT."
                )
            if not told:
                told = True
                logger.warning(
                    "%s: %s may still write to it; watched for a minute", self.mirror.url, self._lease.holder
                )
            first = first or now
            time.sleep(self._seconds / LOOKS)

    def _keep(self) -> None:
        """Renew the lease, and push what cannot be made again, until it is over."""
        pushed = time.monotonic()
        pusher: threading.Thread | None = None
        while not self._over.wait(self._seconds / BEATS):
            try:
                self._lease.renew()
            except LeaseLost as error:
                logger.error("%s: %s", self.mirror.url, error)  # noqa: TRY400 - one line
                return
            except ArchiveError as error:
                logger.warning("%s", error)
            if time.monotonic() - pushed > PUSH_SECONDS and (pusher is None or not pusher.is_alive()):
                pushed = time.monotonic()
                pusher = threading.Thread(target=self._push, name="push", daemon=True)
                pusher.start()

    def _push(self) -> None:
        """What is captured so far; what fails now is pushed with the rest."""
        with self._pushing:
            if self._closing.is_set():
                return
            try:
                self.mirror.push(whole=False)
            except ArchiveError as error:
                logger.warning("%s", error)


@contextmanager
def alone(folder: Path) -> Iterator[bool]:
    """Whether no other process of this machine works in a folder; then none does until the end of the `with`."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder.with_name(f"{folder.name}.lock"), os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        refuse(folder, error)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(descriptor)


@contextmanager
def writing(url: str, folder: Path, mend: Callable[[], None], lease_seconds: float = LEASE_SECONDS) -> Iterator[Mirror]:
    """Have a folder be what a URL holds, and the URL hold what the folder is at the end; however the work ends.

    `mend` is called where the database is to be made again. Raises OutputLocked, StorageFailed, and what `mend` does.
    """
    with alone(folder) as free:
        if not free:
            raise OutputLocked(
                f"{url}: another process of this machine is writing to it, in {folder}. Wait for it to end."
            )
        working = Working(url, folder, lease_seconds)
        working.begin()
        try:
            if not working.whole:
                mend()
            yield working.mirror
        except BaseException:
            try:
                working.end()
            except ArchiveError as error:  # what ended the work counts
                logger.error("%s", error)  # noqa: TRY400 - one line
            raise
        working.end()


def reading(url: str, folder: Path, *, captures: bool) -> bool:
    """Have a folder be what a URL holds, to be read; whether it is another than it was. While another process of this
    machine works there it is left as it is.

    Raises StorageFailed where nothing is stored at the URL.
    """
    with alone(folder) as free:
        if not free:
            return True
        before = load(folder, url.rstrip("/")).token
        mirror = Mirror(url, folder)
        mirror.fetch(captures=captures)
        if mirror.empty:
            raise StorageFailed(f"{url}: holds nothing. Crawl into it, or name another place with LUUTIN_OUTPUT.")
        return load(folder, url.rstrip("/")).token != before
