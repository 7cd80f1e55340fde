"""Whether the archive on disk is what it says it is; mend what can be mended."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any, ClassVar

import msgspec
from scrapy.commands import ScrapyCommand

from crawler.errors import BadArgument, CrawlError
from crawler.repair import repair
from crawler.reparse import portals_in
from pipelines.archive.lock import Lock
from pipelines.archive.verify import Problem, verify
from pipelines.errors import ArchiveError


class Command(ScrapyCommand):
    """`luutin verify [PORTAL…] [--repair] [--json]`."""

    requires_project = True
    requires_crawler_process = False
    default_settings: ClassVar[dict[str, Any]] = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        return "[options] [PORTAL…]"

    def short_desc(self) -> str:
        return "Check every digest, index entry and line of the archive; --repair mends what can be mended"

    def long_desc(self) -> str:
        return (
            "Check captures, index, journal, article lines and database, each by the others. Every problem is a line "
            "that says what is wrong, where, and what to do. Exits 0 where there is none, 1 where there is."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.usage = (parser.usage or "").replace("scrapy ", "luutin ")
        parser.add_argument("--repair", action="store_true", help="mend what can be mended, and say what cannot")
        parser.add_argument("--json", action="store_true", help="as JSON")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Verify, repair, print, leave the exit code."""
        assert self.settings is not None
        folder = Path(os.environ.get("LUUTIN_OUTPUT") or self.settings["OUTPUT"])
        try:
            there = portals_in(folder)
            if unknown := sorted(set(args) - set(there)):
                held = ", ".join(there)
                raise BadArgument(f"{folder / 'captures'}: holds no captures of {unknown[0]!r}, but of {held}")
            portals = [name for name in there if name in args or not args]
            problems = _verified(folder, portals)
            mended: list[Problem] = []
            if opts.repair and any(problem.mendable for problem in problems):
                repair(folder, self.settings)
                left = _verified(folder, portals)
                mended = [problem for problem in problems if problem not in left]
                problems = [problem.unmended() for problem in left]
        except (CrawlError, ArchiveError) as error:
            sys.stderr.write(f"luutin verify: {error}\n")
            self.exitcode = 2 if isinstance(error, BadArgument) else 1
            return
        _print(portals, problems, mended, as_json=opts.json)
        self.exitcode = 1 if problems else 0


def _verified(folder: Path, portals: list[str]) -> list[Problem]:
    lock = Lock(folder)  # nobody writes meanwhile
    try:
        return list(verify(folder, portals))
    finally:
        lock.release()


def _print(portals: list[str], problems: list[Problem], mended: list[Problem], *, as_json: bool) -> None:
    if as_json:
        data = {"portals": portals, "problems": problems, "mended": mended}
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(data), indent=1).decode() + "\n")
        return
    sys.stdout.writelines(f"mended: {problem.where}: {problem.what}\n" for problem in mended)
    sys.stdout.writelines(f"{problem}\n" for problem in problems)
    if not problems:
        sys.stdout.write(f"{', '.join(portals)}: every record, index entry and line is as it should be.\n")
