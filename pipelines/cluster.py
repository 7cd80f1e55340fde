"""The processes of many machines, as an executor of the standard library: those of a scheduler of Dask's.

What is handed to them may be done more than once, and must come out the same: a worker that dies, and a scheduler that
is started again, cost time only.
"""

from __future__ import annotations

import logging
import secrets
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

from pipelines.archive.files import refuse
from pipelines.errors import ArchiveError, ClusterLost, ExtraMissing

if TYPE_CHECKING:
    from distributed import Client
    from distributed import Future as Remote

logger = logging.getLogger(__name__)

SCHEME = "dask://"
PATIENCE_SECONDS = 600.0
"""For how long a scheduler that does not answer is waited for: to be started again takes a minute or two."""
TRY_SECONDS = 10.0
CONNECTING_SECONDS = 0.05
SEEN_SECONDS = 10.0
"""For so long another machine may not see a file of shared storage that was just written: NFS remembers what is not."""

Result = TypeVar("Result")


@dataclass(slots=True, eq=False)
class _Task:
    """What was asked for, and who waits for it."""

    work: Callable[..., Any]
    args: tuple[Any, ...]
    future: Future[Any]


class Cluster(Executor):
    """The workers that are registered with the scheduler at `dask://HOST:PORT`, now and later."""

    def __init__(self, address: str, patience: float = PATIENCE_SECONDS) -> None:
        """Raises ExtraMissing, ClusterLost where none answers."""
        try:
            import distributed  # noqa: F401 - is it there?
        except ImportError:
            raise ExtraMissing(
                f"{address}: needs Dask, which is not installed: pip install 'luutin[cluster]'"
            ) from None
        self.address = address
        self._patience = patience
        self._lock = Lock()
        self._sent: dict[_Task, Remote] = {}
        self._ended = False
        self._client = self._connect(TRY_SECONDS)

    def _connect(self, patience: float) -> Client:
        from distributed import Client

        began = time.monotonic()
        while True:
            try:
                return Client(f"tcp://{self.address.removeprefix(SCHEME)}", timeout=TRY_SECONDS, set_as_default=False)
            except (OSError, ValueError) as error:
                if time.monotonic() - began >= patience:
                    raise ClusterLost(
                        f"{self.address}: no scheduler answers ({error or type(error).__name__}). "
                        "Start one: dask scheduler; and workers: dask worker HOST:PORT"
                    ) from error

    @property
    def width(self) -> int:
        """How many threads all workers have; 1 where there is no worker yet."""
        return sum(self._client.nthreads().values()) or 1

    def submit(self, fn: Callable[..., Result], /, *args: Any, **kwargs: Any) -> Future[Result]:
        """As any executor; what is done on the workers is `fn`, a function of a module they can import."""
        assert not kwargs, "tasks are told by position"
        future: Future[Result] = Future()
        future.set_running_or_notify_cancel()
        self._send(_Task(fn, args, future))
        return future

    def _send(self, task: _Task) -> None:
        with self._lock:
            if self._ended:
                task.future.set_exception(CancelledError())
                return
            try:
                self._reach()
                remote = self._sent[task] = self._client.submit(task.work, *task.args, pure=False)
            except ClusterLost as error:
                task.future.set_exception(error)
                return
        remote.add_done_callback(lambda done: self._done(task, done))

    def _reach(self) -> None:
        """Have a client that is connected: of what is sent before it is, nothing may be heard. Raises ClusterLost."""
        while self._client.status not in ("running", "closed"):
            time.sleep(CONNECTING_SECONDS)
        if self._client.status == "closed":
            self._client = self._connect(self._patience)

    def _done(self, task: _Task, remote: Remote) -> None:
        """Take what became of a task; one that is lost with the scheduler is sent again."""
        try:
            result = remote.result()
        except CancelledError as error:
            if self._ended:
                return
            logger.info("%s: sent again: %s", self.address, error)
            self._send(task)
            return
        except Exception as error:  # noqa: BLE001 - whatever it raised there is raised where it is waited for
            self._sent.pop(task, None)
            task.future.set_exception(_plain(error))
            return
        self._sent.pop(task, None)
        task.future.set_result(result)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Let go of the scheduler; what it has not done yet is not wanted any more."""
        self._ended = True
        self._sent.clear()
        self._client.close()


def _plain(error: Exception) -> Exception:
    from distributed.scheduler import KilledWorker

    if isinstance(error, KilledWorker):
        return ArchiveError(f"{error.allowed_failures + 1} workers died over the same work; is memory short there?")
    return error


def only_waits() -> None:
    """To be called by a task that has only to wait from here on: its worker may do others meanwhile."""
    if "distributed" in sys.modules:
        from distributed import secede

        try:
            secede()
        except (ValueError, KeyError):  # no task of Dask's
            return


# -- storage that all see ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shared:
    """A folder that every worker must see at the same path, with the same luutin."""

    folder: Path
    token: str
    version: str

    def check(self) -> None:
        """To be called in a worker. Raises ArchiveError."""
        _check(self)


@lru_cache(maxsize=64)
def _check(shared: Shared) -> None:
    here = version("luutin")
    if here != shared.version:
        raise ArchiveError(f"{_here()} has luutin {here}, and who asks has {shared.version}: install the same there")
    began = time.monotonic()
    while not _token(shared).exists():
        if time.monotonic() - began > SEEN_SECONDS:
            raise ArchiveError(
                f"{_here()} does not see {shared.folder} as it is here: mount the same storage at the same path there"
            )
        time.sleep(SEEN_SECONDS / 20)


def _here() -> str:
    from distributed import get_worker

    return f"the worker {get_worker().name} at {get_worker().address}"


def _token(shared: Shared) -> Path:
    return shared.folder / f".shared-{shared.token}"


@contextmanager
def seen_by_all(folder: Path) -> Iterator[Shared]:
    """A folder that workers are to see. Raises OutputUnwritable."""
    shared = Shared(folder.absolute(), secrets.token_hex(8), version("luutin"))
    try:
        _token(shared).touch()
    except OSError as error:
        refuse(folder, error)
    try:
        yield shared
    finally:
        _token(shared).unlink(missing_ok=True)
