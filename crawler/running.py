"""One run of one portal: what it is to do, its archive while it lasts, and how it ended."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from crawler.arguments import portal_of, refuse_unknown, url_of
from crawler.errors import CrawlError
from crawler.loop import crawler_of
from crawler.manners.contact import introduce
from crawler.notify import keep
from crawler.origins import Origin
from crawler.origins.named import origin_of, period_of
from crawler.parse.article import VIETNAM
from crawler.reparse import ALL_STAND, reparse
from crawler.spider import PortalSpider
from crawler.talk import say
from crawler.unmasking import ReadsOtherwise
from pipelines.archive.folder import Archive
from pipelines.archive.held import Held
from pipelines.archive.linking import forget, make_ready, uncompared
from pipelines.archive.mend import Mender, behind
from pipelines.report.run import RunReport
from pipelines.urls import portal_name

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from scrapy.crawler import Crawler, CrawlerProcessBase
    from scrapy.settings import BaseSettings

GC_THRESHOLD = 2_000
"""Objects. With ten times as many, pages that are done with stay so long that a crawl takes three times the memory."""
ARGUMENTS = ("url", "origin", "captures", "since", "until", "full")
"""What `-a` may name."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run is to do. `key` is the portal's name in the archive, `arguments` are the spider's own."""

    portal: type[PortalSpider]
    origin: Origin
    url: str
    key: str
    arguments: dict[str, Any]


def plan(settings: BaseSettings, name: str, arguments: dict[str, str]) -> Plan:
    """What `luutin crawl NAME -a …` means. Raises BadArgument, BadWarc."""
    arguments = dict(arguments)
    refuse_unknown(arguments, ARGUMENTS)
    portal = portal_of(settings, name, arguments)
    origin = origin_of(settings, arguments, published=True)
    since, until = period_of(arguments, VIETNAM)
    url = url_of(f"crawl {name}", portal, origin, arguments)
    if origin.live:
        introduce(settings, url)
    key = portal_name(url) if portal.name == "portal" else portal.name
    return Plan(portal, origin, url, key, {**arguments, "since": since, "until": until})


def catch_up(folder: Path, keys: Sequence[str], settings: BaseSettings) -> None:
    """Read articles again where some of these portals' lines or rows are missing, or cannot be compared with others.

    Raises ArchiveError.
    """
    reasons = behind(folder, keys)
    for key, why in reasons.items():
        say(f"{key}: {why}; its articles are read again from the captures")
    lacking = [] if reasons else _compare(folder, keys)
    if lacking:
        say(f"{', '.join(lacking)}: duplicates that may have been published first are read again from the captures")
    if reasons or lacking:
        reparse(folder, [], settings, since=ALL_STAND)


def _compare(folder: Path, keys: Sequence[str]) -> list[str]:
    """Compare all articles anew where an older luutin did not, or otherwise; the portals where a text is lacking."""
    if not (folder / "archive.db").exists():
        return []
    with closing(Held(folder)) as held:
        if held.comparison.by_portal is not None:
            return []
        for key in keys:
            Mender(folder, held.db, key).mend()
        make_ready(held)
        lacking = uncompared(held)
        if lacking:  # until they are read again
            with held.step():
                forget(held.db)
        return lacking


def settle_memory() -> None:
    """What start-up made lives to the end: the collector need not walk it, nor look after every few pages."""
    gc.freeze()
    gc.set_threshold(GC_THRESHOLD)


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended: its report, where that lies unless the disk took none, and what ended it early."""

    report: RunReport
    path: Path | None
    fatal: Exception | None


class Run:
    """One run: its archive is open until the end of a `with`."""

    def __init__(self, plan: Plan, folder: Path, held: Held | None = None) -> None:
        """`held` where the folder is held for several runs. Raises ArchiveError."""
        self.plan = plan
        self.archive = Archive(folder, plan.key, f"luutin/{version('luutin')}", held)
        self.crawler: Crawler | None = None
        self._crawl: Awaitable[None] | None = None

    def begin(self, process: CrawlerProcessBase) -> Awaitable[None]:
        """Start the crawl, which goes on as `process` does."""
        plan = self.plan
        self.crawler = crawler_of(process, plan.portal)
        self.archive.otherwise = ReadsOtherwise(self.archive.folder, self.crawler.settings)
        if not plan.origin.live:
            self.crawler.settings.set("ROBOTSTXT_OBEY", value=False, priority="cmdline")  # nobody's server is asked
        self._crawl = process.crawl(
            self.crawler, url=plan.url, archive=self.archive, origin=plan.origin, **plan.arguments
        )
        return self._crawl

    @property
    def key(self) -> str:
        """The portal's name in the archive."""
        return self.plan.key

    @property
    def where(self) -> str:
        """The machine it runs on: this one, which need not be said."""
        return ""

    def progress(self) -> tuple[int, Mapping[str, int]]:
        """Pages received so far, and how many ended in which way."""
        spider: Any = self.crawler and self.crawler.spider
        if spider is None or self.crawler is None or self.crawler.engine is None:
            return 0, {}
        return self.crawler.stats.get_value("luutin/pages", 0), spider.outcomes.counts

    def end(self) -> Ended:
        """After the crawl: keep its report. Raises CrawlError where it gave none, OutputUnwritable."""
        spider: Any = self.crawler and self.crawler.spider
        report: RunReport | None = getattr(spider, "report", None)
        if report is None or self._failed():
            raise CrawlError(f"{self.plan.key}: the crawl could not start, or was broken off; --debug shows why")
        return Ended(report, keep(self.archive, report), getattr(spider, "fatal", None))

    def _failed(self) -> bool:
        """Whether Scrapy itself fell over."""
        crawl = self._crawl
        return isinstance(crawl, asyncio.Task) and crawl.done() and not crawl.cancelled() and bool(crawl.exception())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: Any) -> None:
        self.archive.__exit__(*error)
