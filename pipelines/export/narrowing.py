"""Which of the chosen lines stay, where that is told by what they say and not by the database."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import msgspec

from pipelines.corpus.quality import quality
from pipelines.export.chosen import Chosen, Filters, Ref
from pipelines.export.record import read_lines
from pipelines.export.working import Workers, batches
from pipelines.items import Article

UNIT = 500


class _Language(msgspec.Struct):
    language: str = "vi"


_LANGUAGE = msgspec.json.Decoder(_Language)
_ARTICLE = msgspec.json.Decoder(Article)


def narrow(chosen: Chosen, workers: Workers, progress: Callable[[int], None] = lambda _: None) -> None:
    """Leave out what is not of the languages or the quality asked for. Raises ArchiveError."""
    if not chosen.filters.languages and chosen.filters.min_quality is None:
        return
    out: list[int] = []
    counted = chosen.refs()
    places = (row["place"] for row in chosen.db.rows("SELECT place FROM chosen ORDER BY place"))
    for stays in workers.map(partial(_stay, chosen.folder, chosen.filters), batches(counted, UNIT)):
        out += [place for stay, place in zip(stays, places, strict=False) if not stay]
        progress(len(stays))
    chosen.leave_out(out)


def _stay(folder: Path, filters: Filters, refs: list[Ref]) -> list[bool]:
    return [_meets(line, filters) for _, line in read_lines(folder, refs)]


def _meets(line: bytes, filters: Filters) -> bool:
    if filters.languages and not speaks(_LANGUAGE.decode(line).language, filters.languages):
        return False
    return filters.min_quality is None or quality(_ARTICLE.decode(line)).score >= filters.min_quality


def speaks(language: str, asked: tuple[str, ...]) -> bool:
    """Whether a language is one of those asked for, or a kind of one: `vi-VN` is `vi` (RFC 4647, 3.3.1)."""
    said = language.lower()
    return any(said == one.lower() or said.startswith(f"{one.lower()}-") for one in asked)
