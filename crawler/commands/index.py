"""Bring the full-text index up to date with the articles, or make it anew."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from scrapy.exceptions import UsageError

from crawler.verb import ArchiveCommand


class Command(ArchiveCommand):
    """`luutin index [--rebuild]`."""

    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return "Bring the full-text index up to date"

    def long_desc(self) -> str:
        return (
            "Index the articles that were stored since the last time; `search` and `serve` do the same when they "
            "start. A crawl may go on meanwhile."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--rebuild", action="store_true", help="index all articles anew")

    def act(self, folder: Path, portals: list[str], opts: argparse.Namespace) -> int:
        """Index, and say on stderr what was done."""
        if portals:
            raise UsageError("the index is of the whole archive: name no portal")
        from pipelines.search.index import catch_up
        from pipelines.search.state import invalidate

        began = time.monotonic()
        if opts.rebuild:
            invalidate(folder)
        done = catch_up(folder, _show if sys.stderr.isatty() else None)
        if done.busy:
            sys.stderr.write(f"{folder / 'index'}: another process is bringing it up to date\n")
            return 0
        made = "made anew" if done.rebuilt else f"{done.added} more"
        sys.stderr.write(
            f"{folder / 'index'}: {made}, {done.total} articles, in {time.monotonic() - began:.1f} seconds\n"
        )
        return 0


def _show(done: int, of: int) -> None:
    sys.stderr.write(f"\rindexed {done} of {of} lines" + "\n" * (done == of))
    sys.stderr.flush()
