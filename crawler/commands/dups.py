"""What an article is of others: its original, duplicates, near-duplicates with what differs, and its series."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
from scrapy.exceptions import UsageError

from crawler.verb import ArchiveCommand
from pipelines.near.differences import Differences, Piece
from pipelines.near.family import Families, Family, Member, Told

_STYLES = {"same": "", "removed": "red strike", "added": "green"}
_MARKS = {"same": ("", ""), "removed": ("[-", "-]"), "added": ("{+", "+}")}


class Command(ArchiveCommand):
    """`luutin dups ID|URL [--json]`."""

    def syntax(self) -> str:
        return "[options] ID|URL"

    def short_desc(self) -> str:
        return "Show an article's original, duplicates and near-duplicates, and where those differ"

    def long_desc(self) -> str:
        return (
            "ID is an article's, or its URL. Shows who said it first, who said it again word for word, and who said it "
            "changed: for each of these the words that are [-gone-] and {+new+} beside the original. Bulletins of one "
            "form that say something else each are a series, and no copies. Only reads, also while a crawl is writing."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="as JSON")

    def act(self, folder: Path, portals: list[str], opts: argparse.Namespace) -> int:
        """Look up, print."""
        if len(portals) != 1:
            raise UsageError("name one article: its id, 16 hex digits, or its URL")
        with Families(folder) as families:
            family = families.of(families.find(portals[0]))
        if opts.json:
            sys.stdout.write(msgspec.json.format(msgspec.json.encode(family), indent=1).decode() + "\n")
        elif sys.stdout.isatty():
            from rich.console import Console
            from rich.text import Text

            console = Console(highlight=False, soft_wrap=True)
            for line in lines(family):
                console.print(Text.assemble(*((_plain(piece.words), _STYLES[piece.mark]) for piece in line)))
        else:
            for line in lines(family):
                marked = (_plain(piece.words).join(_MARKS[piece.mark]) for piece in line)
                sys.stdout.write("".join(marked) + "\n")
        return 0


def lines(family: Family) -> Iterator[list[Piece]]:
    """A family in words, line by line; `*` stands before the article that was asked for."""
    original = family.original
    yield _line("original")
    yield from _member(original.by, family, "in an earlier version" * original.earlier_version)
    yield from _duplicates(original, family)
    copies = len(family.copies) + family.more_copies
    if copies:
        yield _line(f"{copies} near-duplicate{'s' * (copies > 1)}")
    for copy in family.copies:
        yield from _member(copy.by, family, f"{copy.kind}, {copy.similarity:.0%} alike")
        yield from _differences(copy.differences)
        yield from _duplicates(copy, family)
    if family.more_copies:
        yield _line(f"  and {family.more_copies} more")
    if family.series is not None:
        yield _line(f"series {family.series}: {family.in_series} others of its form, which are no copies")
        for member in family.first_of_series:
            yield from _member(member, family)
    if not (copies or original.duplicates or family.series):
        yield _line("no other article says this")


def _member(member: Member, family: Family, how: str = "") -> Iterator[list[Piece]]:
    star = "*" if member.id == family.asked else " "
    gone = f"  gone since {member.gone_at[:10]}" if member.gone_at else ""
    published = (member.published_at or "no date")[:16].replace("T", " ")
    yield _line(f"{star} {published:16}  {member.portal}  {member.id}  {member.url}{'  ' * bool(how)}{how}{gone}")
    yield _line(f"    {member.title}")


def _duplicates(told: Told, family: Family) -> Iterator[list[Piece]]:
    for member in told.duplicates:
        yield from _member(member, family, "word for word")
    if told.more_duplicates:
        yield _line(f"  and {told.more_duplicates} more, word for word")


def _differences(found: Differences | None) -> Iterator[list[Piece]]:
    if found is None:
        yield _line("      (what differs cannot be said: a text is not to be read; `luutin verify` says more)")
        return
    for run in found.shown:
        yield [Piece("same", "      "), *_spaced(run)]
    if found.more:
        yield _line(f"      and {found.more} more differences")
    if found.cut:
        yield _line("      (long texts: only their beginnings were compared)")


def _spaced(run: list[Piece]) -> Iterator[Piece]:
    for at, piece in enumerate(run):
        if at:
            yield Piece("same", " ")
        yield piece


def _line(text: str) -> list[Piece]:
    return [Piece("same", text)]


def _plain(text: str) -> str:
    """Without what would steer a terminal: titles and texts are a portal's."""
    return "".join(char if char.isprintable() else "�" for char in text)
