"""Many portals crawled by the workers of an engine: which goes next, how far each is, and what came of it."""

from __future__ import annotations

import logging
import os
import secrets
import signal
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Executor, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crawler.board import Board
from crawler.engine import Engine
from crawler.leased import Terms, portal_lease, stop_name
from crawler.many import INTERRUPTED, Result
from crawler.readers import said_for_this
from crawler.roster import Entry, asks_one, in_turn
from crawler.talk import say
from crawler.tasks import Order, crawl
from pipelines.archive.files import refuse
from pipelines.archive.lease import LEASE_SECONDS, Shelf, read_slip
from pipelines.archive.shelf import shelf_at
from pipelines.cluster import Shared, seen_by_all
from pipelines.errors import ArchiveError
from pipelines.remote.places import is_url

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

logger = logging.getLogger(__name__)

LOOK_SECONDS = 5.0
"""Between looks at how far the crawls are."""
A_SLOT = 8
"""Crawls at a time for each processor of an engine: a portal is asked once a second. Each takes 100 MB of memory."""
_NOT_TOLD = ("LOG_ENABLED", "LOG_FILE")
"""Settings that say where this process logs."""
PARTS, LEASES = "parts", "leases"
"""In the output folder: an output folder for each portal, and the slips."""


@dataclass(slots=True)
class Afar:
    """A crawl that was handed to the engine: how far it is when it was last looked at."""

    key: str
    where: str = ""
    pages: int = 0
    outcomes: Mapping[str, int] = field(default_factory=dict)

    def progress(self) -> tuple[int, Mapping[str, int]]:
        """As a run has it."""
        return self.pages, self.outcomes


class Fleet:
    """The crawls of one `luutin crawlall --engine`. A crawl that fails, however it does, is a result and no more.

    Interrupted, the crawls under way end in order, and no other begins; interrupted again, they are not waited for.
    """

    def __init__(
        self,
        engine: Executor,
        output: str,
        entries: Sequence[Entry],
        options: Sequence[str],
        *,
        seconds: float = LEASE_SECONDS,
        shared: Shared | None = None,
    ) -> None:
        """`options` are those of `luutin crawlall` for each portal."""
        self._engine, self._output, self._entries, self._options = engine, output, entries, options
        self._shared = shared
        run = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"
        self._terms = Terms(f"{output}/{LEASES}", run, seconds)
        self._shelf: Shelf = shelf_at(self._terms.leases)
        self._groups = deque(sorted(map(deque, in_turn(entries, apart=not asks_one(entries))), key=len, reverse=True))
        self._results: dict[int, Result] = {}
        self._sent: dict[Future[Result], tuple[Entry, deque[Entry]]] = {}
        self._stopping = False
        self._shown = time.monotonic()
        self.running: dict[int, Afar] = {}

    @property
    def results(self) -> list[Result]:
        """How those ended that have, in the order of the entries."""
        return [self._results[id(entry)] for entry in self._entries if id(entry) in self._results]

    def crawl(self, jobs: int, board: Board) -> list[Result]:
        """Crawl them all, at most `jobs` at a time; a result for each."""
        for _ in range(min(jobs, len(self._groups))):
            self._next(deque())
        while self._sent:
            try:
                self._await(board)
            except KeyboardInterrupt:
                if self._stopping:
                    break
                self._stop()
        for entry in self._entries:
            why = INTERRUPTED if id(entry) in self.running else f"not begun: {INTERRUPTED}"
            self._results.setdefault(id(entry), Result(entry.key, entry.url, 1, why))
        return self.results

    def _await(self, board: Board) -> None:
        done, _ = wait(self._sent, LOOK_SECONDS, FIRST_COMPLETED)
        for future in done:
            entry, group = self._sent.pop(future)
            self._results[id(entry)] = _result(entry, future)
            del self.running[id(entry)]
            self._next(group)
        self._look()
        if time.monotonic() - self._shown >= board.seconds:
            self._shown = time.monotonic()
            board.show()

    def _next(self, group: deque[Entry]) -> None:
        """Hand over the next crawl of a group, or of a group that waits."""
        if self._stopping or not (group or self._groups):
            return
        group = group or self._groups.popleft()
        entry = group.popleft()
        self.running[id(entry)] = Afar(entry.key)
        self._sent[self._engine.submit(crawl, self._order(entry))] = entry, group

    def _order(self, entry: Entry) -> Order:
        arguments = dict(entry.arguments)
        word = arguments.pop("url") if entry.name == "portal" else entry.name
        given = [part for name, value in arguments.items() for part in ("-a", f"{name}={value}")]
        words = ("crawlall", word, "--jobs", "1", "--json", *given, *self._options)
        folder = f"{self._output}/{PARTS}/{entry.key}"
        return Order(entry.key, entry.url, words, folder, self._terms, os.environ.get("LUUTIN_CONTACT"), self._shared)

    def _look(self) -> None:
        """How far the crawls under way are, by the slips of their leases."""
        for afar in self.running.values():
            try:
                found = self._shelf.latest(portal_lease(afar.key))
            except (OSError, ArchiveError) as error:
                logger.warning("%s: how far it is cannot be seen: %s", afar.key, error)
                continue
            slip = read_slip(found[1]) if found else None
            if slip is not None and slip.said.get("run") == self._terms.run and not slip.released:
                afar.where = slip.owner.rpartition(":")[0]
                afar.pages, afar.outcomes = slip.said.get("pages", 0), slip.said.get("outcomes", {})

    def _stop(self) -> None:
        self._stopping = True
        say(f"{INTERRUPTED}: the crawls under way end in order. Interrupt again not to wait for them.")
        self._shelf.create(stop_name(self._terms.run), 1, b"{}")


def _result(entry: Entry, future: Future[Any]) -> Result:
    try:
        result: Result = future.result()
    except CancelledError:
        return Result(entry.key, entry.url, 1, INTERRUPTED)
    except Exception as error:  # noqa: BLE001 - of whatever kind: the others go on
        return Result(entry.key, entry.url, 1, f"{type(error).__name__}: {error}")
    return result


@contextmanager
def _interrupted_by_sigterm() -> Iterator[None]:
    """Have SIGTERM do what SIGINT does."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def crawl_on(
    engine: Engine, place: str, entries: Sequence[Entry], settings: BaseSettings, jobs: int | None
) -> list[Result]:
    """Crawl portals on an engine, each into `parts/PORTAL` of an output folder or URL; `jobs` at a time.

    Raises ArchiveError.
    """
    output = place if is_url(place) else str(_made(Path(place).absolute()))
    said = [(name, value) for name, value in said_for_this(settings) if name not in _NOT_TOLD]
    options = [part for name, value in said for part in ("-s", f"{name}={value}")]
    with ExitStack() as stack:
        cluster = stack.enter_context(engine.cluster())
        slots = cluster.width if cluster else engine.count
        jobs = jobs or (slots if engine.named else A_SLOT * slots)
        # each crawl is a process of its own: on this machine it takes only a thread to wait for it
        pool: Executor = cluster or stack.enter_context(ThreadPoolExecutor(jobs, thread_name_prefix="crawl"))
        shared = stack.enter_context(seen_by_all(Path(output))) if cluster and not is_url(output) else None
        seconds = settings.getfloat("LEASE_SECONDS")
        fleet = Fleet(pool, output, entries, options, seconds=seconds, shared=shared)
        with _interrupted_by_sigterm(), closing(Board(fleet, len(entries))) as board:
            results = fleet.crawl(jobs, board)
    say(f"Each portal is in a folder of its own. One archive of them: luutin merge {output}/{PARTS}/*/")
    return results


def _made(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        refuse(folder, error)
    return folder
