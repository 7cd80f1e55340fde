"""Write what the archive holds in standard forms: a WACZ of portals or a span of time, one index of all captures."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from scrapy.exceptions import UsageError

from crawler.verb import ArchiveCommand


class Command(ArchiveCommand):
    """`luutin export --wacz FILE | --cdxj FILE [PORTAL…] [--since DATE] [--until DATE]`."""

    def short_desc(self) -> str:
        return "Write a WACZ, or one CDXJ index, of what the archive holds"

    def long_desc(self) -> str:
        return (
            "Write the captures of the portals named, or of all, into one WACZ file with an index and the text of the "
            "articles, or the merged index of their captures. A crawl may go on meanwhile."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--wacz", metavar="FILE", type=Path, help="the WACZ file to write")
        parser.add_argument("--cdxj", metavar="FILE", type=Path, help="the index to write, with paths relative to it")
        parser.add_argument("--since", metavar="DATE", type=_date, help="only captures from this day (UTC) on")
        parser.add_argument("--until", metavar="DATE", type=_date, help="only captures before this day (UTC)")

    def act(self, folder: Path, portals: list[str], opts: argparse.Namespace) -> int:
        """Write, and say on stderr what."""
        if bool(opts.wacz) == bool(opts.cdxj):
            raise UsageError("say what to write: --wacz FILE or --cdxj FILE")
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


def _date(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no date like 2025-07-01") from error
    return at if at.tzinfo else at.replace(tzinfo=UTC)
