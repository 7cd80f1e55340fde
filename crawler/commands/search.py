"""Search the archive's articles and the text of their attachments."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from crawler.verb import ArchiveCommand

if TYPE_CHECKING:
    from pipelines.search.results import Found, Hit, Piece

SORTS = ("relevance", "newest", "oldest")


class Command(ArchiveCommand):
    """`luutin search WORDS… [--portal NAME] [--since DATE] … [--json]`."""

    def syntax(self) -> str:
        return "[options] WORDS…"

    def short_desc(self) -> str:
        return "Search the articles and their attachments"

    def long_desc(self) -> str:
        return (
            "Finds the articles that have all the words, typed with or without diacritics: `hoi nghi ba be` finds Hội "
            'nghị … Ba Bể. "Words in quotes" follow each other, a word with a * only begins so, and one with a minus '
            "before it is in none (`luutin search -- nước -thải`). Only reads the archive; a crawl may go on meanwhile."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--portal", metavar="NAME", help="only of this portal")
        parser.add_argument("--province", metavar="NAME", help="only of this province")
        parser.add_argument("--section", metavar="LABEL", help="only of this section, as the portal calls it")
        parser.add_argument("--author", metavar="NAME", help="only by this author")
        parser.add_argument("--since", metavar="DATE", type=_date, help="only published on this day or later")
        parser.add_argument("--until", metavar="DATE", type=_date, help="only published before this day")
        parser.add_argument("--files", action="store_true", help="only with attachments")
        parser.add_argument("--gone", action="store_true", help="only gone from the web")
        parser.add_argument(
            "--sort", choices=SORTS, default="relevance", help="default: relevance; without words newest"
        )
        parser.add_argument("--limit", metavar="N", type=int, default=10, help="how many to show (default: 10)")
        parser.add_argument("--json", action="store_true", help="the articles as JSON, one a line")

    def act(self, folder: Path, portals: list[str], opts: argparse.Namespace) -> int:
        """Bring the index up to date, search, print; what was found how is said on stderr."""
        from pipelines.search.index import catch_up
        from pipelines.search.results import Asked
        from pipelines.search.searcher import Searcher

        if catch_up(folder).busy:
            sys.stderr.write("the index is being brought up to date: what was stored last may be missing\n")
        found = Searcher(folder).search(
            Asked(
                words=" ".join(portals),
                portal=opts.portal,
                province=opts.province,
                section=opts.section,
                author=opts.author,
                since=opts.since,
                until=opts.until,
                files=opts.files,
                gone=opts.gone,
                sort=opts.sort,
                limit=opts.limit,
            )
        )
        for hit in found.hits:
            if opts.json:
                sys.stdout.write(msgspec.json.encode(hit.article).decode() + "\n")
            else:
                sys.stdout.writelines(f"{line}\n" for line in lines(hit, marked=sys.stdout.isatty()))
        sys.stderr.writelines(f"{line}\n" for line in remarks(found))
        return 0


def lines(hit: Hit, *, marked: bool) -> Iterator[str]:
    """A hit in words; what was looked for stands out on a terminal."""
    article = hit.article
    published = article.published_at.date().isoformat() if article.published_at else "no date"
    gone = f"  gone since {article.gone_at.date().isoformat()}" if article.gone_at else ""
    yield _plain(hit.title, marked=marked)
    yield f"  {published}  {article.portal}  {article.id}  {article.url}{gone}"
    if hit.snippet:
        yield f"  {f'{hit.file}: ' if hit.file else ''}{_plain(hit.snippet, marked=marked)}"
    yield ""


def remarks(found: Found) -> Iterator[str]:
    """What is to be known of the hits."""
    if found.loosened:
        yield "no article has all the words; these have some"
    if found.suggestion:
        yield f"did you mean: {found.suggestion}"
    shown = f", {len(found.hits)} shown" if len(found.hits) < found.total else ""
    yield f"{found.total} article{'s' * (found.total != 1)} found{shown}" if found.total else "nothing found"


def _plain(pieces: list[Piece], *, marked: bool) -> str:
    """On one line, without what would steer a terminal: titles and texts are a portal's."""
    return "".join(
        f"\x1b[1m{text}\x1b[0m" if marked and piece.hit else text
        for piece in pieces
        for text in ["".join(char if char.isprintable() else "�" for char in piece.text.replace("\n", " "))]
    )


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no date like 2025-07-01") from error
