"""Walk one portal and keep what it published."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from crawler.arguments import portal_of, refuse_unknown, url_of
from crawler.errors import CrawlError
from crawler.origins.named import origin_of, period_of
from crawler.parse.article import VIETNAM
from crawler.reparse import ALL_STAND, GC_THRESHOLD, reparse
from crawler.verb import PortalCommand
from pipelines.archive.folder import Archive
from pipelines.archive.mend import behind
from pipelines.errors import ArchiveError
from pipelines.urls import portal_name

if TYPE_CHECKING:
    from pipelines.report.run import RunReport


ARGUMENTS = ("url", "origin", "captures", "since", "until", "full")


class Command(PortalCommand):
    """`luutin crawl PORTAL [-a url=URL] [-a origin=ORIGIN] [-a full=1]`."""

    default_settings: ClassVar[dict[str, Any]] = {"LUUTIN_PROGRESS": True}

    example = "`luutin crawl skhdt_backan`, or `portal -a url=https://…`"

    def short_desc(self) -> str:
        return "Walk a portal (see `luutin list`), or any other with `portal -a url=https://…`"

    def long_desc(self) -> str:
        return (
            "Walk a portal's news sections and keep captures and articles under output/ (or LUUTIN_OUTPUT). "
            "PORTAL is a name of `luutin list`, or `portal` with -a url=https://… for any other. "
            "-a origin=… reads captures instead: a WARC, ARC or WACZ file, a folder or pattern of them, `wayback` (or "
            "wayback:CDX-URL,WEB-URL), `commoncrawl` (or commoncrawl:INDEX-URL,DATA-URL, or a folder). -a captures=all"
            " reads every version of a page, -a since=DATE -a until=DATE bound when they were made. -a full=1 walks "
            "every listing to its end again."
        )

    def act(self, name: str, arguments: dict[str, str], opts: argparse.Namespace) -> None:
        """Crawl, print a summary, leave the exit code."""
        assert self.settings is not None
        assert self.crawler_process is not None
        refuse_unknown(arguments, ARGUMENTS)
        portal = portal_of(self.settings, name, arguments)
        origin = origin_of(self.settings, arguments, published=True)
        since, until = period_of(arguments, VIETNAM)
        url = url_of(f"crawl {name}", portal, origin, arguments)
        folder = Path(os.environ.get("LUUTIN_OUTPUT") or self.settings["OUTPUT"])
        key = portal_name(url) if portal.name == "portal" else portal.name
        if why := behind(folder, key):
            sys.stderr.write(f"{key}: {why}; its articles are read again from the captures\n")
            reparse(folder, [], self.settings, since=ALL_STAND)
        archive = Archive(folder, key, f"luutin/{version('luutin')}")
        if not origin.live:
            self.settings.set("ROBOTSTXT_OBEY", value=False, priority="cmdline")  # nobody's server is asked
        with archive:
            crawler = self.crawler_process.create_crawler(portal)
            self.crawler_process.crawl(
                crawler, url=url, archive=archive, origin=origin, since=since, until=until, **arguments
            )
            # what start-up made lives to the end: the collector need not walk it, nor look after every few pages
            gc.freeze()
            gc.set_threshold(GC_THRESHOLD)
            self.crawler_process.start()
            spider: Any = crawler.spider
            if isinstance(getattr(spider, "fatal", None), ArchiveError):
                raise spider.fatal
            report: RunReport | None = getattr(spider, "report", None)
            if self.crawler_process.bootstrap_failed or report is None:
                raise CrawlError(f"{key}: the crawl could not start; --debug shows why")
            path = archive.record_run(report)
        if report.pages:
            sys.stderr.write(f"{report.summary()}\n")
            sys.stderr.write(f"  articles  {folder / 'articles' / f'{key}.jsonl'}\n")
            sys.stderr.write(f"  captures  {folder / 'captures' / key}\n  report    {path}\n")
        if spider.fatal is not None:
            raise spider.fatal
        self.exitcode = report.exit_code
