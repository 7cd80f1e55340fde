"""From the captures to articles and database again, with no network: what a crawl did, done once more, on all cores.

The journal beside the captures says in which order which captures were read as what (`pipelines.archive.journal`). The
pages are read in worker processes, a batch at a time; this process takes the results in the journal's order, so that
neither the number of workers nor their speed shows in what is written. The journals of several portals, which may have
been crawled at the same time, are followed as what they tell took place.
"""

from __future__ import annotations

import gc
import heapq
import logging
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy.spiderloader import get_spider_loader

from crawler.errors import BadArgument
from crawler.learning import decode
from crawler.parse.host import NOTHING
from crawler.platforms.detect import PLATFORMS
from crawler.readers import Afar, Readers
from crawler.rereading import Described, Job, Rereader, Result
from pipelines.archive.journal import Began, Event, Gone, Learnt, Read, Removed, journal_path, read_journal
from pipelines.archive.mend import learnt_path
from pipelines.archive.rebuild import Rebuild
from pipelines.archive.stored import Difference, Line
from pipelines.archive.withdrawn import REASON
from pipelines.workers import cpus

if TYPE_CHECKING:
    from collections.abc import Callable

    from scrapy.settings import BaseSettings

    from pipelines.archive.journal import Page
    from pipelines.cluster import Cluster

logger = logging.getLogger(__name__)

GC_THRESHOLD = 20_000  # objects; a page makes some thousands that die by reference count
BATCH_READS = 32
BATCH_EVENTS = 1_024
"""Events that need no reading ride along with those that do."""
BEFORE_ALL = datetime.min.replace(tzinfo=UTC)

_EXTRACTOR = re.compile(r"(?P<platform>[^/]*)/\S+ (?P<version>\S+)")


@dataclass(frozen=True, slots=True)
class Since:
    """Which stored lines stand as they are: those read by this code version or a later one, or by another platform."""

    version: tuple[int, ...]
    platform: str | None = None

    @classmethod
    def parse(cls, text: str) -> Since:
        """`0.2.0`, or `wordpress/0.2.0`. Raises BadArgument."""
        platform, _, version = text.rpartition("/")
        if platform and platform not in PLATFORMS:
            raise BadArgument(f"--since-version {text}: there is no platform {platform!r}. {', '.join(PLATFORMS)} are.")
        if not re.fullmatch(r"\d+(?:\.\d+)*", version):
            raise BadArgument(f"--since-version {text}: must be a version as in `extractor`: 0.2.0 or wordpress/0.2.0")
        return cls(_numbers(version), platform or None)

    def stands(self, extractor: str) -> bool:
        """Whether a line by this extractor is not to be read again."""
        match = _EXTRACTOR.fullmatch(extractor)
        if match is None:
            return False
        return self.platform not in (None, match["platform"]) or _numbers(match["version"]) >= self.version


ALL_STAND = Since(())
"""Every stored line stands: only what is missing is read."""


@dataclass(slots=True)
class Reparse:
    """What a reparse did. `counts` are outcomes as a crawl counts them, `reasons` of skipped and failed ones."""

    portals: list[str]
    read: int = 0
    """Articles read again; the others' lines stood."""
    counts: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    differences: dict[str, Difference] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)
    """Portals whose captures could not be read again, with the reason: their lines stand."""

    @property
    def failed(self) -> dict[str, int]:
        """What could not be read, by reason."""
        return {name.partition(":")[2]: count for name, count in self.reasons.items() if name.startswith("failed:")}

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        outcomes = {name: count for name, count in sorted(self.counts.items()) if count}
        return {
            "read": self.read,
            "outcomes": outcomes,
            "reasons": dict(sorted(self.reasons.items())),
            "unread": self.unread,
            "portals": {
                name: {**asdict(one), "fields": dict(one.fields.most_common())}
                for name, one in self.differences.items()
            },
        }

    def count(self, outcome: str, reason: str | None = None) -> None:
        self.counts[outcome] += 1
        if reason:
            self.reasons[f"{outcome}:{reason}"] += 1


@dataclass(frozen=True, slots=True)
class _Step:
    """One event, in its place and time among those of all portals; None for a line the journal does not speak of.

    `job` is the pages it read, which are read again unless `line`, what was read from them, `stands`.
    """

    portal: str
    at: datetime | None
    event: Event | None
    job: Job | None = None
    line: Line | None = None
    stands: bool = False

    @property
    def reads(self) -> bool:
        """Whether pages are to be read for it."""
        return self.job is not None and not self.stands


def reparse(
    folder: Path,
    names: Sequence[str],
    settings: BaseSettings,
    *,
    workers: int | None = None,
    cluster: Cluster | None = None,
    since: Since | None = None,
    dry_run: bool = False,
    show: Callable[[Reparse], None] = lambda _: None,
    progress: Callable[[int, int], None] = lambda _, __: None,
) -> Reparse:
    """Read the portals `names` of an output folder again, all where none is named.

    The pages are read by so many `workers` of this machine, or by those of a `cluster`, which must see the folder.
    `show` is given what will be different before anything is replaced, `progress` (events done, events in all) now and
    then. Raises BadArgument, ArchiveError.
    """
    # what start-up made lives to the end: the collector need not walk it, nor look after every few pages
    gc.freeze()
    gc.set_threshold(GC_THRESHOLD)
    portals = portals_in(folder)
    if unknown := sorted(set(names) - set(portals)):
        raise BadArgument(f"{folder / 'captures'}: holds no captures of {unknown[0]!r}, but of {', '.join(portals)}")
    anew = [name for name in portals if name in names] if names else portals
    reread = reader_of(folder, settings)
    readers = Readers(reread, workers or cpus()) if cluster is None else Afar(cluster, folder, settings)
    with readers, Rebuild(folder, portals, anew) as rebuild:
        run = _Run(rebuild, Reparse(anew), reread, since)
        total, done = run.survey(), 0
        batches = ((steps, [step.job for step in steps if step.job and step.reads]) for steps in _batches(run.steps()))
        for steps, results in readers.read(batches):
            for step in steps:
                run.take(step, next(results) if step.reads else None)
            done += len(steps)
            progress(done, total)
        run.done.differences = {name: one for name, one in rebuild.compared().items() if one.any or name in anew}
        show(run.done)
        if not dry_run:
            rebuild.commit()
    reread.close()
    return run.done


def portals_in(folder: Path) -> list[str]:
    """The portals an output folder has captures of, by name. Raises BadArgument where it has none."""
    captures = folder / "captures"
    names = sorted(path.name for path in captures.iterdir() if path.is_dir()) if captures.is_dir() else []
    if not names:
        raise BadArgument(f"{captures}: there are no captures. Crawl first, or name the folder with LUUTIN_OUTPUT=DIR")
    return names


def reader_of(folder: Path, settings: BaseSettings) -> Rereader:
    """What reads the captures of an output folder again. Raises BadArgument where it has none."""
    return Rereader(folder, {name: described(folder, name, settings) for name in portals_in(folder)}, settings)


def described(folder: Path, name: str, settings: BaseSettings) -> Described:
    """What is known of a portal of an output folder beside its captures."""
    from crawler.portal import AnyPortal, Portal

    loader = get_spider_loader(settings)
    portal = loader.load(name) if name in loader.list() else AnyPortal
    facts, learnt = NOTHING, learnt_path(folder, name)
    if learnt.exists():
        try:
            facts = decode(learnt.read_text("utf-8"))
        except (ValueError, KeyError, TypeError):
            logger.warning("%s: cannot be read; articles are read as if nothing had been learnt", learnt)
    if not issubclass(portal, Portal):
        return Described(None, (), None, facts)
    return Described(PLATFORMS[portal.platform], portal.layouts, portal.province, facts)


class _Run:
    """One reparse: what is read again, and where each result goes."""

    def __init__(self, rebuild: Rebuild, done: Reparse, reread: Rereader, since: Since | None) -> None:
        self._rebuild = rebuild
        self.done = done
        self._reread = reread
        self._since = since
        self._state: dict[str, tuple[Page | None, bool]] = dict.fromkeys(rebuild.portals, (None, False))
        """Of each portal the start page of its run, and whether it was learnt."""

    def survey(self) -> int:
        """Look through the journals: how many events there are, and which lines they speak of."""
        total = 0
        for portal in self._rebuild.portals:
            path = journal_path(self._rebuild.folder, portal)
            if not path.exists() and portal in self._rebuild.anew:
                self.done.unread[portal] = f"{path} is not there, which says what to read; restore it from a copy"
            for event in self._events(portal):
                total += 1
                if isinstance(event, Removed):
                    self._rebuild.withdraw(portal, event)
                if isinstance(event, Read | Gone):
                    self._rebuild.stored.tell(portal, event)
        return total

    def _events(self, portal: str) -> Iterator[Event]:
        path = journal_path(self._rebuild.folder, portal)
        return read_journal(path) if path.exists() else iter(())

    def steps(self) -> Iterator[_Step]:
        """Everything that happened, in its order; lines no journal speaks of come first."""
        for portal in self._rebuild.portals:
            for line in self._rebuild.stored.untold(portal):
                yield _Step(portal, None, None, None, line, stands=True)
        journals = (self._timed(portal) for portal in self._rebuild.portals)
        for at, portal, event in heapq.merge(*journals, key=lambda one: one[0]):
            if isinstance(event, Began):
                self._state[portal] = event.page, event.learnt
            elif isinstance(event, Learnt):
                self._state[portal] = self._state[portal][0], True
            yield self._step(portal, None if at == BEFORE_ALL else at, event)

    def _timed(self, portal: str) -> Iterator[tuple[datetime, str, Event]]:
        """The events of a portal with when they took place; of an old journal, with when their run began."""
        at = BEFORE_ALL
        for event in self._events(portal):
            if isinstance(event, Began | Read | Gone) and event.at:
                at = max(at, event.at)
            yield at, portal, event

    def _step(self, portal: str, at: datetime | None, event: Event) -> _Step:
        if not isinstance(event, Read):
            return _Step(portal, at, event)
        line = self._rebuild.stored.of_reading(portal, event)
        stands = portal not in self._rebuild.anew or bool(line and self._since and self._since.stands(line.extractor))
        return _Step(portal, at, event, Job(portal, event, *self._state[portal]), line, stands)

    def take(self, step: _Step, result: Result | None) -> None:
        """Put one result in its place."""
        self._rebuild.at = step.at
        if isinstance(step.event, Read) or step.event is None:
            self._read(step, result)
        elif isinstance(step.event, Gone):
            self._rebuild.gone(step.portal, step.event)
        elif step.portal in self._rebuild.anew:
            self._rebuild.replay(step.portal, step.event)

    def _read(self, step: _Step, result: Result | None) -> None:
        if result is None:
            self._stand(step)
            return
        assert step.job is not None
        read = step.job.read
        self.done.read += 1
        if result.reason in ("capture-unreadable", REASON) and step.line is not None:
            self.done.reasons[f"{result.outcome}:{result.reason}"] += 1
            self._stand(step)
            return
        for part in result.parts:
            self.done.count("part")
            self._rebuild.part(step.portal, part)
        if result.outcome == "article":
            self._count(self._rebuild.store(step.portal, result.line, result.folded, read))
            return
        self.done.count(result.outcome, result.reason)
        if result.line:
            self._rebuild.drop(step.portal, result.line, read, result.reason)
        else:
            self._rebuild.ended(step.portal, read, result.outcome, result.reason)

    def _stand(self, step: _Step) -> None:
        """A stored line takes its place as it is, unless it cannot stand and its captures can be read again."""
        if step.line is None:
            return
        if step.job is not None and self._rebuild.falls(step.portal, step.line):
            result = self._reread.read(step.job)
            if result.outcome == "article":
                self._read(step, result)
                return
        ended = self._rebuild.stand(step.portal, step.line, step.job.read if step.job else None)
        if step.portal in self._rebuild.anew:
            self._count(ended)

    def _count(self, ended: str) -> None:
        """How an article ended that was to be put in its place."""
        self.done.count(*(("skipped", REASON) if ended == REASON else (ended,)))


def _batches(steps: Iterator[_Step]) -> Iterator[list[_Step]]:
    batch: list[_Step] = []
    reads = 0
    for step in steps:
        batch.append(step)
        reads += step.reads
        if reads >= BATCH_READS or len(batch) >= BATCH_EVENTS:
            yield batch
            batch, reads = [], 0
    if batch:
        yield batch


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version))
