"""Bring the full-text index up to date with the articles, or make it anew; or fill a search engine of others."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

from scrapy.exceptions import UsageError

from crawler.engine import Engine, add_engine, engine_of
from crawler.storage import Use
from crawler.verb import ArchiveCommand

SEARCH_ENGINES = ("opensearch", "meilisearch")


class Command(ArchiveCommand):
    """`luutin index [--rebuild] [--workers N | --engine E] | --into URL --engine ENGINE`."""

    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return "Bring the full-text index up to date"

    def long_desc(self) -> str:
        return (
            "Index the articles that were stored since the last time; `search` and `serve` do the same when they "
            "start. A crawl may go on meanwhile. With --into all are sent to a search engine instead, and what "
            "an earlier run has sent and is none any more is removed there; the environment variable LUUTIN_ENGINE_KEY "
            "holds its key, or user:password."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--rebuild", action="store_true", help="index all articles anew")
        parser.add_argument("--into", metavar="URL", help="an engine's index, e.g. http://127.0.0.1:9200/luutin")
        add_engine(parser, also="; with --into what is at the URL: opensearch or meilisearch")

    def use(self, opts: argparse.Namespace) -> Use:
        return Use.READS if opts.into else Use.WRITES

    def act(self, folder: Path, portals: list[str], opts: argparse.Namespace) -> int:
        """Index, and say on stderr what was done."""
        if portals:
            raise UsageError("the index is of the whole archive: name no portal")
        if bool(opts.into) != (opts.engine in SEARCH_ENGINES) or (opts.into and opts.rebuild):
            told = " or ".join(SEARCH_ENGINES)
            raise UsageError(f"--into URL goes with --engine {told}, and without --rebuild: all is sent each time")
        if opts.into:
            return _fill(folder, opts.into, opts.engine)
        from pipelines.export.working import Workers
        from pipelines.search.index import catch_up
        from pipelines.search.state import invalidate

        engine = engine_of(opts) if opts.engine or opts.workers is not None else Engine(1)
        folder = folder if engine.address is None else folder.absolute()
        began = time.monotonic()
        if opts.rebuild:
            invalidate(folder)
        with engine.cluster() as cluster, Workers(engine.count, cluster, folder) as workers:
            done = catch_up(folder, _show if sys.stderr.isatty() else None, workers)
        if done.busy:
            sys.stderr.write(f"{folder / 'index'}: another process is bringing it up to date\n")
            return 0
        made = "made anew" if done.rebuilt else f"{done.added} more"
        sys.stderr.write(
            f"{folder / 'index'}: {made}, {done.total} articles, in {time.monotonic() - began:.1f} seconds\n"
        )
        return 0


def _fill(folder: Path, url: str, kind: str) -> int:
    from crawler.search_engines import KEY_VARIABLE, engine_at, fill

    began = time.monotonic()
    engine = engine_at(url, kind, os.environ.get(KEY_VARIABLE))
    done = fill(engine, folder, _show_sent if sys.stderr.isatty() else None)
    told = f"{done.sent} articles sent, {done.removed} that are none any more removed"
    sys.stderr.write(f"{url}: {told}, in {time.monotonic() - began:.1f} seconds\n")
    return 0


def _show_sent(sent: int) -> None:
    sys.stderr.write(f"\rsent {sent} articles ")
    sys.stderr.flush()


def _show(done: int, of: int) -> None:
    sys.stderr.write(f"\rindexed {done} of {of} lines" + "\n" * (done == of))
    sys.stderr.flush()
