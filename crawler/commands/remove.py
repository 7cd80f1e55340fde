"""Withdraw articles, so that nothing in the output folder says them any more and no crawl brings them back."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
from scrapy.exceptions import UsageError

from crawler.counting import counting
from crawler.errors import BadArgument
from crawler.reparse import ALL_STAND, portals_in, reparse
from crawler.running import catch_up
from crawler.storage import Use
from crawler.unmasking import ReadsOtherwise
from crawler.verb import ArchiveCommand
from pipelines.archive.removal.chosen import Chosen
from pipelines.archive.removal.withdrawing import Withdrawal, Withdrawing
from pipelines.archive.removal.workers import Workers
from pipelines.text import one_line
from pipelines.workers import cpus

MAX_REASON_CHARS = 200
SHOWN = 20
"""Articles, captures and files that are named, of each kind; `--json` names all."""


class Command(ArchiveCommand):
    """`luutin remove URL|ID… [--pattern REGEX] --reason TEXT [--near] [--dry-run] [--yes] [--workers N] [--json]`."""

    def syntax(self) -> str:
        return "[options] URL|ID… --reason TEXT"

    def short_desc(self) -> str:
        return "Withdraw articles from lines, database, captures, index and exports; no crawl brings them back"

    def long_desc(self) -> str:
        return (
            "Withdraws the articles named, with all versions, and all that say the same word for word, of any portal. "
            "A tombstone with date and reason stays. Captures of lists and feeds that say the headline or a sentence "
            "are withdrawn too; in pages of other articles only these words are made unreadable. Near copies are "
            "listed, and stay unless --near. Copies elsewhere (backups, exports to other folders) are yours to see to."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--pattern", metavar="REGEX", help="articles whose URL or headline this is found in")
        parser.add_argument(
            "--reason", metavar="TEXT", help="why: kept with the tombstone, and shown to who asks for it"
        )
        parser.add_argument("--near", action="store_true", help="withdraw near copies and what these are copies of too")
        parser.add_argument("--dry-run", action="store_true", help="only say what would be withdrawn")
        parser.add_argument("--yes", action="store_true", help="do not ask")
        parser.add_argument("--workers", type=int, metavar="N", help="processes this takes (one per core)")
        parser.add_argument("--json", action="store_true", help="as JSON")

    def use(self, opts: argparse.Namespace) -> Use:
        return Use.WRITES

    def act(self, folder: Path, portals: list[str], opts: argparse.Namespace) -> int:
        """Choose, ask, withdraw, print."""
        assert self.settings is not None
        reason = _reason(opts)
        if not portals and not opts.pattern:
            raise UsageError("name articles by URL or id, or by --pattern")
        if opts.workers is not None and opts.workers < 1:
            raise BadArgument(f"--workers {opts.workers}: must be 1 or more")
        if not (opts.yes or opts.dry_run or sys.stdin.isatty()):
            raise UsageError("nobody can be asked: say --yes to withdraw, or --dry-run to see what that would be")
        catch_up(folder, portals_in(folder), self.settings)
        with (
            Workers(opts.workers or cpus()) as workers,
            counting("remove", "parts of the archive") as progress,
            Withdrawing(folder, workers, ReadsOtherwise(folder, self.settings), progress) as withdrawing,
        ):
            chosen = withdrawing.choose(portals, opts.pattern, near=opts.near)
            if not chosen.articles:
                was = ", ".join(chosen.already)
                sys.stderr.write(f"{was}: withdrawn before\n" if was else "no article is so: nothing is withdrawn\n")
                return 0 if was else 1
            if not (opts.yes or opts.dry_run) and not _agreed(chosen):
                sys.stderr.write("nothing is withdrawn\n")
                return 1
            done = withdrawing.withdraw(chosen, reason, dry_run=opts.dry_run)
        if done.places and not opts.dry_run:
            reparse(folder, [], self.settings, since=ALL_STAND)
        _show(done, dry_run=opts.dry_run, as_json=opts.json)
        return 0


def _reason(opts: argparse.Namespace) -> str:
    reason = one_line(opts.reason or "")
    if not reason:
        raise UsageError("say why with --reason: it is kept with the tombstone")
    if len(reason) > MAX_REASON_CHARS:
        raise UsageError(f"--reason has {len(reason)} characters; at most {MAX_REASON_CHARS} are kept")
    return reason


def _agreed(chosen: Withdrawal) -> bool:
    sys.stderr.writelines(f"{line}\n" for line in _named(chosen))
    sys.stderr.write(f"Withdraw {_count(len(chosen.articles), 'article')} for good? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes", "c", "có")


def _show(done: Withdrawal, *, dry_run: bool, as_json: bool) -> None:
    """What was done: on stderr in words, or on stdout as JSON."""
    if as_json:
        data = {"dry_run": dry_run, **msgspec.to_builtins(done)}
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(data), indent=1).decode() + "\n")
        return
    sys.stderr.writelines(f"{line}\n" for line in _lines(done, dry_run=dry_run))


def _lines(done: Withdrawal, *, dry_run: bool) -> Iterator[str]:
    yield from _named(done)
    would = "would be" if dry_run else "is" if len(done.articles) == 1 else "are"
    yield f"{_count(len(done.articles), 'article')} of {_count(done.lines, 'line')} {would} withdrawn"
    yield f"  captures   {done.withdrawn:,} withdrawn, {done.masked:,} with the words made unreadable"
    if done.stranded:
        yield f"             of those withdrawn {done.stranded:,} are of pages that articles which stay were read from"
    if done.unreadable:
        yield f"             {len(done.unreadable):,} cannot be read: nobody can tell what they say"
        yield from _some(done.unreadable)
    if done.quoted_by:
        yield f"  quoted by  {_count(len(done.quoted_by), 'article')} that stay: of it, what they say themselves stays"
    if done.deleted:
        yield f"  files      {len(done.deleted):,} deleted that held it, or may have: export again"
        yield from _some(done.deleted)


def _named(done: Withdrawal) -> Iterator[str]:
    """The articles, and what is like them."""
    yield from _some([_line(one) for one in done.articles], 2)
    if done.near:
        yield f"{_count(len(done.near), 'near copy', 'near copies')} stay unless --near is said:"
        yield from _some([_line(one) for one in done.near], 2)


def _line(one: Chosen) -> str:
    title = "".join(char if char.isprintable() else "�" for char in one.title)
    return f"{one.id}  {(one.published_at or 'no date')[:10]}  {one.portal}  {one.url}  {title}  ({one.why})"


def _some(lines: list[str], indent: int = 13) -> Iterator[str]:
    yield from (f"{' ' * indent}{line}" for line in lines[:SHOWN])
    if len(lines) > SHOWN:
        yield f"{' ' * indent}and {len(lines) - SHOWN:,} more"


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"
