"""Whether the archive on disk is what it says it is; mend what can be mended."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import msgspec

from crawler.errors import BadArgument
from crawler.repair import repair
from crawler.reparse import portals_in
from crawler.storage import Use
from crawler.verb import ArchiveCommand
from pipelines.archive.lock import Lock
from pipelines.archive.verify import Problem, verify


class Command(ArchiveCommand):
    """`luutin verify [PORTAL…] [--repair] [--json]`."""

    def short_desc(self) -> str:
        return "Check every digest, index entry and line of the archive; --repair mends what can be mended"

    def long_desc(self) -> str:
        return (
            "Check captures, index, journal, article lines and database, each by the others. Every problem is a line "
            "that says what is wrong, where, and what to do. Exits 0 where there is none, 1 where there is. What a run "
            "that was cut short left in flight is no problem: the next one goes on from it."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--repair", action="store_true", help="mend what can be mended, and say what cannot")
        parser.add_argument("--json", action="store_true", help="as JSON")

    def use(self, opts: argparse.Namespace) -> Use:
        return Use.WRITES if opts.repair else Use.READS_CAPTURES

    def act(self, folder: Path, portals: list[str], opts: argparse.Namespace) -> int:
        """Verify, repair, print."""
        assert self.settings is not None
        there = portals_in(folder)
        if unknown := sorted(set(portals) - set(there)):
            held = ", ".join(there)
            raise BadArgument(f"{folder / 'captures'}: holds no captures of {unknown[0]!r}, but of {held}")
        portals = [name for name in there if name in portals or not portals]
        problems = _verified(folder, portals)
        mended: list[Problem] = []
        if opts.repair and any(problem.mendable for problem in problems):
            repair(folder, self.settings)
            left = _verified(folder, portals)
            mended = [problem for problem in problems if problem not in left]
            problems = [problem.unmended() for problem in left]
        _print(portals, problems, mended, as_json=opts.json)
        return 1 if problems else 0


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
