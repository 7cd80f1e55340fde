"""Many portals crawled in one process: some at a time, each on a connection of its own, none disturbed by another."""

from __future__ import annotations

import asyncio
import logging
import resource
from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crawler.errors import BadArgument, CrawlError, exit_code_of
from crawler.notify import after_run
from crawler.roster import Entry, asks_one, in_turn
from crawler.running import Run, plan
from crawler.talk import in_json
from pipelines.errors import ArchiveError, OutputUnwritable
from pipelines.report.run import RunReport

if TYPE_CHECKING:
    from scrapy.crawler import CrawlerProcessBase

    from pipelines.archive.held import Held

logger = logging.getLogger(__name__)

SPARE_THREADS = 8
"""Beside the one for each portal that may wait for its name to be resolved."""
TELLERS = 4
"""Threads for hooks and metrics of runs that have ended."""
SEVERITY = (2, 1, 4, 3, 0)
"""Exit codes, the worst first: what was not meant, what could not be done, what was refused, what fell short."""
FILES_A_JOB = 6
"""Captures, journal, lines and connections of a portal."""
SPARE_FILES = 200
INTERRUPTED = "interrupted"
PORTAL: ContextVar[str | None] = ContextVar("PORTAL", default=None)
"""The portal whose crawl the current task is part of."""


@dataclass(slots=True)
class Result:
    """How the crawl of one portal ended. `why` says what was wrong where `exit_code` is not 0."""

    portal: str
    url: str
    exit_code: int
    why: str | None = None
    run: str | None = None
    """The name of its report; null where there is none."""
    pages: int = 0
    bytes: int = 0
    seconds: float = 0.0
    outcomes: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, report: RunReport, fatal: Exception | None) -> Result:
        """The result of a run that left a report."""
        code = exit_code_of(fatal) if fatal else report.exit_code
        why = report.error or "; ".join(report.unmet) or None
        if code and not why:
            why = INTERRUPTED if report.finished == "shutdown" else f"ended early: {report.finished}"
        seconds = (report.ended_at - report.started_at).total_seconds()
        counted = (report.pages, report.bytes, round(seconds, 1), report.outcomes)
        return cls(report.portal, report.start_url, code, why, report.run, *counted)


def worst(results: Iterable[Result]) -> int:
    """The exit code of them all: 1 where one could not be crawled, else 4 where one refused, else 3, else 0."""
    return min((result.exit_code for result in results), key=SEVERITY.index, default=0)


def allow_files(jobs: int) -> None:
    """Let this process open as many files as `jobs` crawls take. Raises BadArgument where the system forbids it."""
    needed = SPARE_FILES + FILES_A_JOB * jobs
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft in range(needed):
        if hard in range(needed):
            raise BadArgument(f"--jobs {jobs}: takes some {needed} open files, and {hard} are allowed. Name fewer.")
        resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))


class Many:
    """The crawls of one `luutin crawlall`, some at a time, in one folder that is held for all of them.

    `running` are those under way. A crawl that fails, however it does, is a result and no more.
    Interrupted, the crawls under way end in order, and no other begins.
    """

    def __init__(self, process: CrawlerProcessBase, folder: Path, held: Held, entries: Sequence[Entry]) -> None:
        self._process = process
        self._folder = folder
        self._held = held
        self._entries = entries
        self._groups = deque(sorted(map(deque, in_turn(entries, apart=not asks_one(entries))), key=len, reverse=True))
        self._results: dict[int, Result] = {}
        self._usage: BadArgument | None = None
        self._tellers = ThreadPoolExecutor(TELLERS, thread_name_prefix="tell")
        self._stopping: str | None = None
        """Why no other crawl begins."""
        self.running: dict[int, Run] = {}
        self.on_end: Callable[[], None] = lambda: None

    @property
    def results(self) -> list[Result]:
        """How those ended that have, in the order of the entries."""
        return [self._results[id(entry)] for entry in self._entries if id(entry) in self._results]

    def progress(self) -> dict[str, Any]:
        """Pages and outcomes so far of the crawls under way."""
        pages, outcomes = 0, Counter[str]()
        for run in list(self.running.values()):
            more, counts = run.progress()
            pages += more
            outcomes.update(dict(counts))
        return {"pages": pages, "outcomes": dict(outcomes)}

    def crawl(self, jobs: int) -> list[Result]:
        """Crawl them all, at most `jobs` at a time; a result for each. Raises BadArgument."""
        loop = asyncio.get_event_loop()
        # a name no server answers for keeps its thread as long as the resolver is patient
        loop.set_default_executor(ThreadPoolExecutor(jobs + SPARE_THREADS, thread_name_prefix="resolve"))
        for _ in range(min(jobs, len(self._groups))):
            self._next(deque())
        if self.running:
            self._process.start()
        for entry in self._entries:
            if (run := self.running.pop(id(entry), None)) is not None:  # told to stop twice, the process waits for none
                self._settle(entry, run)
        self._tellers.shutdown()
        if self._usage is not None:
            raise self._usage
        for entry in self._entries:
            why = f"not begun: {self._stopping or INTERRUPTED}"
            self._results.setdefault(id(entry), Result(entry.key, entry.url, 1, why))
        return self.results

    def _next(self, group: deque[Entry]) -> None:
        """Begin the next crawl of a group, or of a group that waits."""
        while self._stopping is None and (group or self._groups):
            group = group or self._groups.popleft()
            if self._begin(group.popleft(), group):
                return

    def _begin(self, entry: Entry, group: deque[Entry]) -> bool:
        """Begin a crawl, whose tasks all know its portal; False where it cannot begin."""
        token = PORTAL.set(entry.key)
        try:
            run = Run(plan(self._process.settings, entry.name, entry.arguments), self._folder, self._held)
            crawl = run.begin(self._process)
        except BadArgument as error:  # what is wrong with it is wrong with the others
            self._usage, self._stopping = error, str(error)
            return False
        except (CrawlError, ArchiveError) as error:
            self._fail(entry, error)
            return False
        finally:
            PORTAL.reset(token)
        assert isinstance(crawl, asyncio.Task)
        self.running[id(entry)] = run
        crawl.add_done_callback(lambda _: self._done(entry, run, group))
        return True

    def _done(self, entry: Entry, run: Run, group: deque[Entry]) -> None:
        """A crawl has ended: note how, and begin the next."""
        del self.running[id(entry)]
        self._settle(entry, run)
        self._next(group)
        self.on_end()

    def _settle(self, entry: Entry, run: Run) -> None:
        """Keep a run's report, close its archive, note its result."""
        try:
            with run:
                ended = run.end()
        except (CrawlError, ArchiveError) as error:
            self._fail(entry, error)
            return
        self._tellers.submit(after_run, ended.report, ended.path, self._process.settings)
        if isinstance(ended.fatal, OutputUnwritable):  # nor can the others write
            self._stopping = str(ended.fatal)
        result = self._results[id(entry)] = Result.of(ended.report, ended.fatal)
        if result.why == INTERRUPTED:
            self._stopping = INTERRUPTED

    def _fail(self, entry: Entry, error: CrawlError | ArchiveError) -> None:
        self._results[id(entry)] = Result(entry.key, entry.url, exit_code_of(error), str(error))
        if isinstance(error, OutputUnwritable):  # nor can the others write
            self._stopping = str(error)


def name_portals_in_logs() -> None:
    """From here on a log record made in a crawl begins with its portal, which is also its attribute `portal`."""
    make = logging.getLogRecordFactory()

    def named(*args: Any, **kwargs: Any) -> logging.LogRecord:
        record = make(*args, **kwargs)
        if (portal := PORTAL.get()) is not None:
            record.portal = portal
            if not in_json():
                record.msg = f"{portal}: {record.msg}"
        return record

    logging.setLogRecordFactory(named)
