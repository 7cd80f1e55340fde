"""Read the captures again: articles and database anew, with no network."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from crawler.counting import counting
from crawler.engine import add_engine, engine_of
from crawler.reparse import Reparse, Since, reparse
from crawler.storage import Use
from crawler.verb import ArchiveCommand

SHOWN_FIELDS = 8


class Command(ArchiveCommand):
    """`luutin reparse [PORTAL…] [--workers N | --engine E] [--since-version X] [--dry-run] [--json]`."""

    def short_desc(self) -> str:
        return "Read the captures again: articles and database anew, with no network"

    def long_desc(self) -> str:
        return (
            "Read what captures/ holds again with the readers of today, and say what that changes in the stored "
            "articles before they are replaced. Without a name every portal of the folder is read. After all but "
            "captures/ was deleted this makes the same archive again."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        add_engine(parser)
        parser.add_argument(
            "--since-version", metavar="X", help="only articles read by a version before X, as 0.2.0 or wordpress/0.2.0"
        )
        parser.add_argument("--dry-run", action="store_true", help="only say what would change")
        parser.add_argument("--json", action="store_true", help="as JSON")

    def use(self, opts: argparse.Namespace) -> Use:
        return Use.WRITES

    def act(self, folder: Path, portals: list[str], opts: argparse.Namespace) -> int:
        """Reparse, and print what changed."""
        assert self.settings is not None
        engine = engine_of(opts)
        since = Since.parse(opts.since_version) if opts.since_version else None
        with engine.cluster() as cluster, counting("reparse", "steps of the crawls") as progress:
            done = reparse(
                folder,
                portals,
                self.settings,
                workers=engine.count,
                cluster=cluster,
                since=since,
                dry_run=opts.dry_run,
                progress=progress,
                show=lambda done: _show(done, as_json=opts.json, dry_run=opts.dry_run),
            )
        return 1 if done.failed or done.unread else 0


def _show(done: Reparse, *, as_json: bool, dry_run: bool) -> None:
    """What is different, on stdout."""
    if as_json:
        data = {"dry_run": dry_run, **done.as_dict()}
        text = msgspec.json.format(msgspec.json.encode(data), indent=1).decode() + "\n"
    else:
        text = "".join(f"{line}\n" for line in lines(done, dry_run=dry_run))
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:  # `luutin reparse | head -1` replaces what it read all the same
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def lines(done: Reparse, *, dry_run: bool = False) -> Iterator[str]:
    """What is different, in words."""
    for name, one in done.differences.items():
        counts = f"{one.same} lines the same, {one.changed} changed, {one.added} added, {one.removed} removed"
        yield f"{name}: {counts}{' (nothing is replaced)' if dry_run else ''}"
        fields = one.fields.most_common()
        if fields:
            more = f", and {len(fields) - SHOWN_FIELDS} fields more" if len(fields) > SHOWN_FIELDS else ""
            yield f"  changed in {', '.join(f'{field} {count}' for field, count in fields[:SHOWN_FIELDS])}{more}"
        yield from (f"  {example}" for example in one.examples)
    yield from (f"{name}: its lines stay as they are: {why}" for name, why in done.unread.items())
    if done.failed:
        yield f"  failed: {', '.join(f'{why} {count}' for why, count in sorted(done.failed.items()))}"
