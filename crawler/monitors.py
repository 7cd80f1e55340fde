"""Extension that turns a finished crawl into its run report, and holds it against what the portal should give."""

from __future__ import annotations

import resource
import sys
import time
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Self

from scrapy import signals

from crawler.asking import ARTICLE
from crawler.errors import Blocked
from crawler.expectations import LAST_RUNS, Facts, judge, judge_end
from crawler.manners.keeping import Manners
from pipelines.archive.folder import SHARES
from pipelines.errors import ArchiveError
from pipelines.report.issues import Judgement
from pipelines.report.run import OUTCOMES
from pipelines.report.run import RunReport as Report
from pipelines.report.stored import last_runs

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from pipelines.archive.folder import Archive
    from pipelines.report.tally import Tally

SETTINGS = (
    "USER_AGENT",
    "ROBOTSTXT_OBEY",
    "DOWNLOAD_DELAY",
    "CONCURRENT_REQUESTS_PER_DOMAIN",
    "RETRY_TIMES",
    "DOWNLOAD_TIMEOUT",
    "DOWNLOAD_MAXSIZE",
    "DOWNLOAD_VERIFY_CERTIFICATES",
    "ATTACHMENTS_PER_ARTICLE",
    "IMAGES_PER_ARTICLE",
)
"""Those a report tells."""
ARGUMENTS = ("full", "since", "until")


class RunReport:
    """Counts what passes in the spider's tally, and leaves the report as `spider.report` when the spider closes."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._started = datetime.now(UTC)
        self._begun = time.monotonic()
        for receiver, signal in (
            (self._scheduled, signals.request_scheduled),
            (self._downloaded, signals.response_downloaded),
            (self._received, signals.response_received),
            (self._closed, signals.spider_closed),
        ):
            crawler.signals.connect(receiver, signal)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    # -- while it runs ----------------------------------------------------------------------------

    @property
    def _tally(self) -> Tally | None:
        outcomes = getattr(self._crawler.spider, "outcomes", None)  # `luutin shell` has a spider of its own
        return outcomes.tally if outcomes is not None else None

    def _scheduled(self, request: Request, spider: Any) -> None:
        if request.priority <= ARTICLE and (tally := self._tally) is not None and "kept" in request.cb_kwargs:
            again = bool(request.cb_kwargs["hops"] or request.meta.get("older"))
            tally.asking(request.url, redirected=again)

    def _downloaded(self, response: Response, request: Request, spider: Any) -> None:
        if (tally := self._tally) is None:
            return
        at = time.monotonic() - self._begun
        seconds = request.meta.get("download_latency", 0.0)
        tally.traffic.answered(at, seconds, len(response.body), request.url)

    def _received(self, response: Response, request: Request, spider: Any) -> None:
        if response.status != 304 or (tally := self._tally) is None:
            return
        if request.priority <= ARTICLE:
            tally.ended(request.url, "unchanged", None)
        else:
            tally.walk.listings_unchanged += 1

    # -- when it ends -----------------------------------------------------------------------------

    def _closed(self, spider: Any, reason: str) -> None:
        if getattr(spider, "archive", None) is None:
            return
        spider.report = self.report(spider, reason)

    def report(self, spider: Any, reason: str) -> Report:
        """The report of a run that ended for `reason`; where the archive failed, without what only that knows."""
        archive: Archive = spider.archive
        failed = isinstance(spider.fatal, ArchiveError)
        earlier = [] if failed else last_runs(archive.db, archive.folder, archive.portal, LAST_RUNS * 2)
        report = self._counted(spider, reason)
        report.walk.whole = spider.full or not any(one.finished == "finished" for one in earlier)
        if not failed:
            report.articles_in_archive, report.newest = archive.count(), archive.newest()
        judgement = judge_end(report)
        if reason == "finished" and not report.error:
            told = judge(report, earlier, expects_of(spider), _facts(spider, archive))
            report.unmet = [issue.message for issue in told.issues]
            report.blocked = any(issue.kind == "blocked" for issue in told.issues)
            judgement = Judgement(told.issues, judgement.checked + told.checked)
        report.issues, report.checked = judgement.issues, judgement.checked
        return report

    def _counted(self, spider: Any, reason: str) -> Report:
        stats, tally = self._crawler.stats, spider.outcomes.tally
        counted = stats.get_stats()
        alone = self._crawler.settings.getbool("LUUTIN_ALONE", True)  # else others are crawled in the same process
        tally.conclude()
        tally.stored.corrected = spider.archive.corrected
        if (manners := self._crawler.get_extension(Manners)) is not None:
            tally.traffic.delays = manners.delays()
        tally.traffic.requests = stats.get_value("downloader/request_count", 0)
        tally.traffic.retries = stats.get_value("retry/count", 0)
        tally.traffic.statuses = _under(counted, "downloader/response_status_count/")
        errors = _under(counted, "downloader/exception_type_count/")
        tally.traffic.unanswered = {name.rpartition(".")[2]: count for name, count in errors.items()}
        return Report(
            run=f"{self._started:%Y%m%dT%H%M%S}{self._started.microsecond // 1000:03}Z-{spider.archive.portal}",
            portal=spider.archive.portal,
            start_url=spider.start_url,
            origin=spider.origin.name,
            luutin=version("luutin"),
            started_at=self._started,
            ended_at=datetime.now(UTC),
            finished=reason,
            pages=stats.get_value("luutin/pages", 0),
            bytes=stats.get_value("luutin/bytes", 0),
            cpu_seconds=round(time.process_time(), 2) if alone else None,
            memory_mb=_memory_mb() if alone else None,
            outcomes={name: spider.outcomes.counts[name] for name in OUTCOMES if spider.outcomes.counts[name]},
            reasons=dict(sorted(spider.outcomes.reasons.items())),
            articles_in_archive=0,
            error=str(spider.fatal) if spider.fatal else None,
            blocked=isinstance(spider.fatal, Blocked),
            platform=spider.family.name if spider.family else None,
            walk=tally.walk,
            traffic=tally.traffic,
            stored=tally.stored,
            examples=dict(sorted(tally.examples.items())),
            settings=self._settings(spider),
        )

    def _settings(self, spider: Any) -> dict[str, str | float | int | bool | None]:
        told = {name: self._crawler.settings.get(name) for name in SETTINGS}
        told |= {name: getattr(spider, name, None) for name in ARGUMENTS}
        kept = (str, float, int, bool)
        return {
            name: value if isinstance(value, kept) else str(value) for name, value in told.items() if value is not None
        }


def expects_of(spider: Any) -> Any:
    """What the portal's file says a run should give, or what is said of any."""
    from crawler.portal import Expects

    return getattr(spider, "expects", Expects())


def _facts(spider: Any, archive: Archive) -> Facts:
    described = hasattr(type(spider), "platform")  # a portal nobody has described may well be read generically
    return Facts(
        now=datetime.now(UTC),
        live=spider.origin.live,
        described=described and bool(spider.layouts or (spider.family and spider.family.layouts)),
        limited=any(getattr(spider, name, None) for name in ("since", "until")),
        archive_shares={name: archive.share_with(name) for name in SHARES},
        longest_pause_days=archive.longest_pause_days(),
        watched_since=archive.first_run(),
    )


def _under(counted: dict[str, Any], prefix: str) -> dict[str, int]:
    return {name.removeprefix(prefix): n for name, n in sorted(counted.items()) if name.startswith(prefix)}


def _memory_mb() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1e6 if sys.platform == "darwin" else 1e3), 1)  # macOS tells bytes, Linux kilobytes
