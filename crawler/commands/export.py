"""Write what the archive holds in standard forms: a WACZ of portals or a span of time, one index of all captures, or
the site as static files.
"""

from __future__ import annotations

import argparse
import sys
import time
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from scrapy.exceptions import UsageError

from crawler.verb import ArchiveCommand


class Command(ArchiveCommand):
    """`luutin export --wacz FILE | --cdxj FILE | --site DIR [PORTAL…] [--since DATE] [--until DATE]`."""

    def short_desc(self) -> str:
        return "Write a WACZ, one CDXJ index, or a static site of what the archive holds"

    def long_desc(self) -> str:
        return (
            "Write the captures of the portals named, or of all, into one WACZ file with an index and the text of the "
            "articles, or the merged index of their captures; or the web site over all of the archive as static files, "
            "which any web server, or none, shows. A crawl may go on meanwhile."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--wacz", metavar="FILE", type=Path, help="the WACZ file to write")
        parser.add_argument("--cdxj", metavar="FILE", type=Path, help="the index to write, with paths relative to it")
        parser.add_argument(
            "--site", metavar="DIR", type=Path, help="the folder to write the web site to, of all portals"
        )
        parser.add_argument("--base-url", metavar="URL", default="", help="where the site will be, for its sitemap")
        parser.add_argument(
            "--licence", metavar="TEXT", default="", help="of the data, as the site's about page says it"
        )
        parser.add_argument("--since", metavar="DATE", type=_date, help="only captures from this day (UTC) on")
        parser.add_argument("--until", metavar="DATE", type=_date, help="only captures before this day (UTC)")

    def act(self, folder: Path, portals: list[str], opts: argparse.Namespace) -> int:
        """Write, and say on stderr what."""
        if sum(bool(one) for one in (opts.wacz, opts.cdxj, opts.site)) != 1:
            raise UsageError("say what to write: --wacz FILE, --cdxj FILE or --site DIR")
        if opts.site:
            return self._site(folder, portals, opts)
        if opts.base_url or opts.licence:
            raise UsageError("--base-url and --licence are of a site")
        if opts.cdxj and (opts.since or opts.until):
            raise UsageError("--since and --until select what goes into a WACZ; an index is of whole files")
        from pipelines.export.selection import Selection
        from pipelines.export.wacz import export_cdxj, export_wacz

        with Selection(folder, tuple(portals), opts.since, opts.until) as selection:
            if opts.cdxj:
                lines = export_cdxj(selection, opts.cdxj)
                sys.stderr.write(f"{opts.cdxj}: {lines} captures of {len(selection.portals)} portals\n")
                return 0
            done = export_wacz(selection, opts.wacz, f"luutin/{version('luutin')}")
        sys.stderr.write(f"{opts.wacz}: {done.captures} captures, {done.pages} pages, {done.bytes / 1e6:.1f} MB\n")
        return 0

    def _site(self, folder: Path, portals: list[str], opts: argparse.Namespace) -> int:
        if portals or opts.since or opts.until:
            raise UsageError("the site is of the whole archive: name no portal and no day")
        if opts.base_url and not opts.base_url.startswith(("http://", "https://")):
            raise UsageError("--base-url: name an address, like https://tin.example.org/kho")
        from crawler.arguments import facts_of
        from pipelines.export.site import export_site
        from pipelines.search.index import catch_up
        from pipelines.web.site import Settings

        assert self.settings is not None
        began = time.monotonic()
        if catch_up(folder).busy:
            sys.stderr.write("another process is writing the index: what it has so far is written\n")
        settings = Settings(portals=facts_of(self.settings), base_url=opts.base_url, licence=opts.licence)
        done = export_site(folder, opts.site, settings, _show if sys.stderr.isatty() else None)
        told = f"{done.pages} pages, {done.files} files, {done.bytes / 1e6:.1f} MB"
        sys.stderr.write(f"{opts.site / 'index.html'}: {told}, in {time.monotonic() - began:.1f} seconds\n")
        return 0


def _show(done: int, of: int) -> None:
    if done % 50 == 0 or done == of:
        sys.stderr.write(f"\rwritten {done} of {of} pages or more " + "\n" * (done == of))
        sys.stderr.flush()


def _date(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no date like 2025-07-01") from error
    return at if at.tzinfo else at.replace(tzinfo=UTC)
