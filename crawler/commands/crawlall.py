"""Walk many portals at once and keep what they published."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, ClassVar

import msgspec

from crawler.arguments import refuse_unknown
from crawler.board import TimedBoard, table
from crawler.engine import add_engine, engine_of
from crawler.errors import BadArgument, CrawlError
from crawler.fleet import A_SLOT, crawl_on
from crawler.leased import ALIVE, Keeper, Terms, await_lock, end_with_stdin, keeping
from crawler.many import Many, Result, allow_files, name_portals_in_logs, worst
from crawler.roster import Entry, read_list, roster, standing
from crawler.running import ARGUMENTS, catch_up, settle_memory
from crawler.storage import Use, opened, place_of
from crawler.talk import say
from crawler.verb import PortalCommand, told
from pipelines.archive.held import Held
from pipelines.errors import ArchiveError

JOBS = 80
"""A portal is asked once a second, and a page costs some 12 ms: about so many keep a core busy. Each takes 1 MB of
memory and four open files.
"""


class Command(PortalCommand):
    """`luutin crawlall [PORTAL…] [--file LIST] [--jobs N] [--engine E] [-a …] [--json]`."""

    default_settings: ClassVar[dict[str, Any]] = {"LUUTIN_ALONE": False}
    takes = "[PORTAL…]"

    def short_desc(self) -> str:
        return "Walk many portals at once: those named, those of a list, or all that are described and not gone"

    def long_desc(self) -> str:
        return (
            "Walk portals as `luutin crawl` does, many at a time in one process; each server has one polite "
            "connection. PORTAL is a name of `luutin list` or a start URL; --file names a file with one of them a "
            "line. Without either all described portals are walked that are not gone (with -a origin=… those too). -a "
            "is what `luutin crawl` takes, for all of them. Exits 0 where all went well, else 1 where one could not "
            "be crawled or the run was interrupted, else 4 where one refused, else 3 where one fell short. With "
            "--engine each portal is crawled in a process of its own, here or on the machines of a cluster, into "
            "parts/PORTAL/ of the output folder, which all must see; `luutin merge` makes one archive of them."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--file", metavar="LIST", help="a portal's name or a start URL a line; # is a comment")
        parser.add_argument(
            "--jobs", type=int, metavar="N", help=f"how many at a time ({JOBS}; of an engine: {A_SLOT} a processor)"
        )
        add_engine(parser, alone=True)
        parser.add_argument("--json", action="store_true", help="the results as JSON on stdout")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Crawl, and leave the exit code."""
        try:
            self.crawl(args, dict(opts.spargs), opts)
        except (CrawlError, ArchiveError) as error:
            if opts.debug:
                raise
            self.exitcode = told(self, error)

    def crawl(self, words: list[str], arguments: dict[str, str], opts: argparse.Namespace) -> None:
        """Crawl, print the summary. Raises BadArgument, ArchiveError."""
        assert self.settings is not None
        refuse_unknown(arguments, [name for name in ARGUMENTS if name != "url"])
        if opts.jobs is not None and opts.jobs < 1:
            raise BadArgument(f"--jobs {opts.jobs}: must be 1 or more")
        words = words + (read_list(Path(opts.file)) if opts.file else [])
        words = words or standing(self.settings, gone_too="origin" in arguments)
        entries = roster(self.settings, words, arguments)
        started = time.monotonic()
        if opts.engine is not None:
            results = crawl_on(engine_of(opts), place_of(self.settings), entries, self.settings, opts.jobs)
        elif (terms := Terms.told()) is not None:
            results = self._leased(terms, entries)
        else:
            results = self._here(entries, opts.jobs or JOBS)
        self.exitcode = worst(results)
        _print(results, self.exitcode, time.monotonic() - started, as_json=opts.json)

    def _here(self, entries: Sequence[Entry], jobs: int, keeper: Keeper | None = None) -> list[Result]:
        """Crawl them in this process. Raises BadArgument, ArchiveError."""
        assert self.settings is not None
        assert self.crawler_process is not None
        allow_files(jobs)
        with opened(self.settings, Use.WRITES) as folder:
            if keeper is not None:
                await_lock(folder, keeper.seconds * ALIVE)
            catch_up(folder, [entry.key for entry in entries], self.settings)
            with closing(Held(folder)) as held:
                many = Many(self.crawler_process, folder, held, entries)
                if keeper is not None:
                    keeper.progress = many.progress
                name_portals_in_logs()
                settle_memory()
                with closing(TimedBoard(many, len(entries))):
                    return many.crawl(jobs)

    def _leased(self, terms: Terms, entries: Sequence[Entry]) -> list[Result]:
        """Crawl one as the task of an engine. Raises as `_here`, and LeasedElsewhere."""
        (entry,) = entries
        end_with_stdin()
        keeper = Keeper(terms, entry)
        if (done := keeper.take()) is not None:
            return [msgspec.convert(done, Result)]
        with keeping(keeper):
            results = self._here(entries, 1, keeper)
        keeper.release(results[0])
        return results


def _print(results: list[Result], code: int, seconds: float, *, as_json: bool) -> None:
    """The summary on stderr, the data on stdout."""
    for line in table(results):
        say(line)
    if as_json:
        cpu = round(time.process_time(), 2)
        data = {"exit_code": code, "seconds": round(seconds, 1), "cpu_seconds": cpu, "portals": results}
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(data), indent=1).decode() + "\n")
