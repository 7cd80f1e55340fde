"""Walk one portal and keep what it published."""

from __future__ import annotations

import argparse
import difflib
import gc
import logging
import os
import sys
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

from scrapy.commands import BaseRunSpiderCommand
from scrapy.exceptions import UsageError
from scrapy.spiderloader import get_spider_loader

from crawler.errors import BadArgument, Blocked, CrawlError
from pipelines.archive.folder import Archive
from pipelines.errors import ArchiveError
from pipelines.urls import fold_url, portal_name

if TYPE_CHECKING:
    from crawler.origins import Origin
    from crawler.spider import PortalSpider
    from pipelines.report.run import RunReport


GC_THRESHOLD = 20_000  # objects; a page makes some thousands that die by reference count
ARGUMENTS = ("url", "origin", "captures", "full")


class Command(BaseRunSpiderCommand):
    """`luutin crawl PORTAL [-a url=URL] [-a origin=FILE] [-a full=1]`."""

    requires_project = True
    default_settings: ClassVar[dict[str, Any]] = {"LUUTIN_PROGRESS": True}

    def syntax(self) -> str:
        return "[options] PORTAL"

    def short_desc(self) -> str:
        return "Walk a portal (see `luutin list`), or any other with `portal -a url=https://…`"

    def long_desc(self) -> str:
        return (
            "Walk a portal's news sections and keep captures and articles under output/ (or LUUTIN_OUTPUT). "
            "PORTAL is a name of `luutin list`, or `portal` with -a url=https://… for any other. "
            "-a origin=FILE.wacz|.warc.gz reads captures instead of the network; -a captures=all reads every version "
            "of a page in them. -a full=1 walks every listing to its end again."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.usage = (parser.usage or "").replace("scrapy ", "luutin ")
        parser.add_argument("--debug", action="store_true", help="log everything, and show tracebacks")

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)
        assert self.settings is not None
        if opts.debug:
            self.settings.set("LOG_LEVEL", "DEBUG", priority="cmdline")
        else:
            logging.setLogRecordFactory(brief_record)
            # what it says of a failing start page is said again, and better, when the crawl ends
            logging.getLogger("scrapy.downloadermiddlewares.robotstxt").setLevel(logging.CRITICAL)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Crawl, print a summary, leave the exit code."""
        if len(args) != 1:
            raise UsageError("name one portal, e.g. `luutin crawl skhdt_backan`, or `portal -a url=https://…`")
        try:
            self._crawl(args[0], dict(opts.spargs))
        except (CrawlError, ArchiveError) as error:
            if opts.debug:
                raise
            sys.stderr.write(f"luutin crawl: {error}\n")
            self.exitcode = 2 if isinstance(error, BadArgument) else 4 if isinstance(error, Blocked) else 1

    def _crawl(self, name: str, arguments: dict[str, str]) -> None:
        assert self.settings is not None
        assert self.crawler_process is not None
        if unknown := arguments.keys() - ARGUMENTS:
            raise BadArgument(f"-a {unknown.pop()}=…: there is no such argument; there are {', '.join(ARGUMENTS)}")
        portal = self._portal(name, arguments)
        origin = _origin(self.settings, arguments)
        url = _url(name, portal, origin, arguments)
        folder = Path(os.environ.get("LUUTIN_OUTPUT") or self.settings["OUTPUT"])
        key = portal_name(url) if portal.name == "portal" else portal.name
        archive = Archive(folder, key, f"luutin/{version('luutin')}")
        if not origin.live:
            self.settings.set("ROBOTSTXT_OBEY", value=False, priority="cmdline")  # nobody's server is asked
        with archive:
            crawler = self.crawler_process.create_crawler(portal)
            self.crawler_process.crawl(crawler, url=url, archive=archive, origin=origin, **arguments)
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

    def _portal(self, name: str, arguments: dict[str, str]) -> type[PortalSpider]:
        """The class of a portal; for `portal -a url=…` the described one of that host, if there is one."""
        assert self.settings is not None
        from crawler.portal import AnyPortal, Portal, described

        loader = get_spider_loader(self.settings)
        names = loader.list()
        if name not in names:
            near = difflib.get_close_matches(name, names, 1)
            hint = f"Did you mean {near[0]}?" if near else "`luutin list` shows them all."
            raise BadArgument(
                f"there is no portal {name!r}. {hint} Any other is crawled with `portal -a url=https://…`"
            )
        portal: type[PortalSpider] = loader.load(name)  # type: ignore[assignment]  # ours are the only spiders
        if portal is AnyPortal and (url := arguments.get("url")):
            portals = [cls for cls in map(loader.load, names) if issubclass(cls, Portal)]
            return described(urlsplit(url).netloc.lower(), portals) or portal
        return portal


def brief_record(*args: Any, **kwargs: Any) -> logging.LogRecord:
    """A log record that names an exception in its message instead of carrying the traceback."""
    record = logging.LogRecord(*args, **kwargs)
    if record.exc_info and record.exc_info[1] is not None:
        error = record.exc_info[1]
        record.msg, record.args = f"{record.getMessage()} ({type(error).__name__}: {error}; --debug shows where)", ()
        record.exc_info = None
    return record


def _origin(settings: Any, arguments: dict[str, str]) -> Origin:
    """Where responses come from: `live`, or a WARC or WACZ file."""
    origin, captures = arguments.pop("origin", "live"), arguments.pop("captures", "newest")
    if captures not in ("newest", "all"):
        raise BadArgument(f"captures={captures}: must be `newest` or `all`")
    if origin == "live":
        from crawler.origins.live import LiveOrigin

        return LiveOrigin(settings)
    from crawler.origins.warc import WarcOrigin

    return WarcOrigin(Path(origin), every_version=captures == "all")


def _url(name: str, portal: type[PortalSpider], origin: Origin, arguments: dict[str, str]) -> str:
    """The page to start at. Raises BadArgument where it is no URL."""
    url = arguments.pop("url", None) or origin.home(portal.hosts)
    if url is None and portal.hosts:
        url = f"https://{portal.hosts[0]}/"
    if url is None:
        raise BadArgument(f"`crawl {name}` needs to know where: -a url=https://…")
    try:
        fold_url(url)
    except ValueError as error:
        raise BadArgument(
            f"url={url}: is no URL of a web site. It begins with http:// or https:// and a host."
        ) from error
    return url
