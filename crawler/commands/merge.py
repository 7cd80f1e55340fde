"""Join output folders into one archive."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
from scrapy.exceptions import UsageError

from crawler.counting import counting
from crawler.errors import BadArgument
from crawler.merging import Merged, merge
from crawler.storage import Use, inputs
from crawler.verb import ArchiveCommand

SHOWN = 20
"""Portals that are named; `--json` names all."""


class Command(ArchiveCommand):
    """`luutin merge FOLDER… [--workers N] [--json]`."""

    def syntax(self) -> str:
        return "[options] FOLDER…"

    def short_desc(self) -> str:
        return "Join output folders into this one: one archive, duplicates told across all of them"

    def long_desc(self) -> str:
        return (
            "Joins the output folders named into the one LUUTIN_OUTPUT names, beside what that holds already, as if "
            "one had done all their crawls. They stay as they are; captures are not copied where both lie on one file "
            "system. The bytes do not depend on the order: a portal that several of them hold is told once, in the "
            "order of time. What was withdrawn in one of them is withdrawn. Joining the same folders again, when they "
            "have grown, adds what is new. Folders may be URLs, as s3://bucket/tin/parts/*/."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--workers", type=int, metavar="N", help="processes that read pages (one per core)")
        parser.add_argument("--json", action="store_true", help="as JSON")

    def use(self, opts: argparse.Namespace) -> Use:
        return Use.WRITES

    def act(self, folder: Path, portals: list[str], opts: argparse.Namespace) -> int:
        """Merge, and say what came of it; the arguments are folders."""
        assert self.settings is not None
        if not portals:
            raise UsageError("name the output folders to join, e.g. LUUTIN_OUTPUT=all luutin merge output-a output-b")
        if opts.workers is not None and opts.workers < 1:
            raise BadArgument(f"--workers {opts.workers}: must be 1 or more")
        with counting("merge", "steps of the crawls") as progress:
            merged = merge(folder, inputs(portals), self.settings, workers=opts.workers, progress=progress)
        if opts.json:
            sys.stdout.write(msgspec.json.format(msgspec.json.encode(merged.as_dict()), indent=1).decode() + "\n")
        else:
            sys.stderr.writelines(f"{line}\n" for line in _lines(folder, merged))
        return 1 if merged.done and (merged.done.failed or merged.done.unread) else 0


def _lines(folder: Path, merged: Merged) -> Iterator[str]:
    count = len(merged.portals)
    yield f"{folder}: {count:,} portal{'s' * (count != 1)}" + ("; nothing is new" if merged.done is None else "")
    if merged.several:
        named = ", ".join(merged.several[:SHOWN])
        more = f" and {len(merged.several) - SHOWN:,} more" if len(merged.several) > SHOWN else ""
        yield f"  of several folders: {named}{more}"
    if merged.done is not None:
        counts = merged.done.counts
        yield f"  {counts['article']:>9,} articles, {counts['version']:,} further versions of them"
        yield f"  {counts['duplicate']:>9,} that say the same as one of these"
        yield from (f"  {name}: its lines stay as they are: {why}" for name, why in merged.done.unread.items())
        yield from (f"  {n:>9,} pages could not be read: {why}" for why, n in sorted(merged.done.failed.items()))
    if merged.withdrawn:
        yield f"  {merged.withdrawn:>9,} captures said what was withdrawn in another folder, and do no more"
