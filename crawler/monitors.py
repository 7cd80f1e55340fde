"""Extension that turns a finished crawl into its run report, and holds it against the portal's expectations."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Self

from scrapy import signals

from crawler.outcomes import LOST
from pipelines.errors import ArchiveError
from pipelines.report.run import OUTCOMES
from pipelines.report.run import RunReport as Report

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from pipelines.archive.folder import Archive


class RunReport:
    """Leaves the report as `spider.report` when the spider closes."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._started = datetime.now(UTC)
        crawler.signals.connect(self._closed, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def _closed(self, spider: Any, reason: str) -> None:
        if getattr(spider, "archive", None) is None or isinstance(spider.fatal, ArchiveError):
            return
        stats, archive = self._crawler.stats, spider.archive
        count = archive.count()
        report = Report(
            run=f"{self._started:%Y%m%dT%H%M%SZ}-{archive.portal}",
            portal=archive.portal,
            start_url=spider.start_url,
            origin=spider.origin.name,
            luutin=version("luutin"),
            started_at=self._started,
            ended_at=datetime.now(UTC),
            finished=reason,
            pages=stats.get_value("luutin/pages", 0),
            bytes=stats.get_value("luutin/bytes", 0),
            cpu_seconds=round(time.process_time(), 2),
            outcomes={name: spider.outcomes.counts[name] for name in OUTCOMES if spider.outcomes.counts[name]},
            reasons=dict(sorted(spider.outcomes.reasons.items())),
            articles_in_archive=count,
            error=str(spider.fatal) if spider.fatal else None,
        )
        if reason == "finished":
            report.unmet = list(_unmet(spider, archive, count))
        spider.report = report


def _unmet(spider: Any, archive: Archive, articles: int) -> Any:
    """What the portal's `expects` names and the archive does not show (design: exit code 3)."""
    from crawler.portal import Expects

    expects: Expects = getattr(spider, "expects", Expects())
    if articles < expects.articles:
        yield f"at least {expects.articles} articles, the archive has {articles}"
    for name, share in expects.fill if articles else ():
        if (have := archive.share_with(name)) < share:
            yield f"{name} in {share:.0%} of articles, it is in {have:.0%}"
    if lost := spider.outcomes.reasons[f"failed:{LOST}"]:
        yield f"every capture the archive lists; {lost} did not come, the next run asks for them again"
    newest = archive.newest()
    if expects.silent_days is not None and newest and spider.origin.live:
        silence = datetime.now(UTC) - newest
        if silence > timedelta(days=expects.silent_days):
            yield f"an article every {expects.silent_days} days, the newest is {silence.days} days old"
