"""Compare all articles of the archive anew: which are the same, nearly the same, or of one form."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import msgspec
from scrapy.exceptions import UsageError

from crawler.counting import counting
from crawler.errors import BadArgument
from crawler.reparse import ALL_STAND, portals_in, reparse
from crawler.storage import Use
from crawler.verb import ArchiveCommand
from pipelines.archive.held import Held
from pipelines.archive.linking import Recompared, compare_all, forget, uncompared, wants_by_portal
from pipelines.archive.mend import Mender
from pipelines.workers import cpus


class Command(ArchiveCommand):
    """`luutin dedup --all [--per-portal | --across-portals] [--workers N] [--dry-run] [--json]`."""

    def syntax(self) -> str:
        return "--all [options]"

    def short_desc(self) -> str:
        return "Compare all articles anew: duplicates, near-duplicates, series"

    def long_desc(self) -> str:
        return (
            "Articles are compared as they are stored. This compares all of them once more, in the order they were "
            "stored, from their lines, with no network: after a change of luutin, or to compare within portals only or "
            "across them again. Links are replaced in one step; an article that is something else of others than its "
            "last line says gets another line that says so."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--all", action="store_true", help="all articles: what this is for")
        scope = parser.add_mutually_exclusive_group()
        scope.add_argument("--per-portal", action="store_true", help="from here on compare within portals only")
        scope.add_argument("--across-portals", action="store_true", help="from here on compare across portals")
        parser.add_argument("--workers", type=int, metavar="N", help="processes this takes (one per core)")
        parser.add_argument("--dry-run", action="store_true", help="only say what would be found")
        parser.add_argument("--json", action="store_true", help="as JSON")

    def use(self, opts: argparse.Namespace) -> Use:
        return Use.WRITES

    def act(self, folder: Path, portals: list[str], opts: argparse.Namespace) -> int:
        """Compare, print."""
        if portals or not opts.all:
            raise UsageError(
                "say `luutin dedup --all`: it compares all articles of all portals anew. New ones are compared as they "
                "are stored, with no need of this. `luutin dups ID` shows what one article is of others"
            )
        if opts.workers is not None and opts.workers < 1:
            raise BadArgument(f"--workers {opts.workers}: must be 1 or more")
        assert self.settings is not None
        names = portals_in(folder)
        with closing(Held(folder)) as held:
            for name in names:
                Mender(folder, held.db, name).mend()
            by_portal = opts.per_portal or (not opts.across_portals and wants_by_portal(held.db))
            with counting("dedup", "texts") as progress:
                done = compare_all(
                    held, by_portal=by_portal, workers=opts.workers or cpus(), progress=progress, dry_run=opts.dry_run
                )
            lacking = [] if opts.dry_run else uncompared(held)
            if lacking:  # until they are read again
                with held.step():
                    forget(held.db)
        _show(done, lacking, by_portal=by_portal, dry_run=opts.dry_run, as_json=opts.json)
        if lacking:
            reparse(folder, [], self.settings, since=ALL_STAND)
        return 0


def _show(done: Recompared, read_again: list[str], *, by_portal: bool, dry_run: bool, as_json: bool) -> None:
    """What was found, on stderr in words, or on stdout as JSON."""
    if as_json:
        data = {"by_portal": by_portal, "dry_run": dry_run, **asdict(done), "read_again": read_again}
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(data), indent=1).decode() + "\n")
        return
    sys.stderr.writelines(f"{line}\n" for line in _lines(done, read_again, by_portal=by_portal, dry_run=dry_run))


def _lines(done: Recompared, read_again: list[str], *, by_portal: bool, dry_run: bool) -> Iterator[str]:
    found = done.found
    scope = "within each portal" if by_portal else "across portals"
    rate = done.lines / done.seconds if done.seconds else 0.0
    yield f"{found.articles:,} articles compared {scope} in {done.seconds:,.1f} s ({done.lines:,} texts, {rate:,.0f}/s)"
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in found.near_duplicates.items())
    yield f"  duplicates       {found.duplicates:,}"
    yield f"  near-duplicates  {sum(found.near_duplicates.values()):,}" + (f": {kinds}" if kinds else "")
    yield f"  series           {found.series:,}, of {found.in_series:,} articles"
    if dry_run:
        yield f"  {done.differing:,} articles would be something else than their lines say; nothing is replaced"
    else:
        yield f"  corrections      {done.corrected:,} lines appended"
    for name in read_again:
        yield f"  {name}: duplicates whose text no line has are read again from the captures"
