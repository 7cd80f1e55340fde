"""Article lines read, and made from article lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from pipelines.archive.files import inside
from pipelines.errors import ArchiveError
from pipelines.items import Article

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path
    from sqlite3 import Row

    from pipelines.near.comparison import Links

_ARTICLE = msgspec.json.Decoder(Article)


def read_article(folder: Path, row: Row | Mapping[str, Any]) -> Article:
    """The article of a line of an output folder, by its row (`file`, `offset`, `length`). Raises ArchiveError."""
    path = inside(folder, row["file"])
    try:
        return _ARTICLE.decode(read_line(folder, row))
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ArchiveError(
            f"{path}: there is no article at byte {row['offset']}: {error}. `luutin verify --repair` mends what can be"
            " mended."
        ) from error


def read_line(folder: Path, row: Row | Mapping[str, Any]) -> bytes:
    """A line of an output folder, by its row. Raises OSError, ArchiveError."""
    with inside(folder, row["file"]).open("rb") as stream:
        stream.seek(row["offset"])
        return stream.read(row["length"])


def gone(line: bytes, at: datetime) -> Article:
    """The version that says that the portal no longer has the article of a line: as that, but for `gone_at`."""
    article = _next(line)
    article.gone_at = at
    return article


def corrected(line: bytes, links: Links, text: bytes | None = None) -> Article:
    """The version that says what the article of a line now is of others: as that, but for the links.

    `text` is a line with the text of an article that becomes an original, whose own has none.
    """
    article = _next(line)
    if text is not None:
        told = _ARTICLE.decode(text)
        article.lead, article.body, article.body_html = told.lead, told.body, told.body_html
    link(article, links)
    return article


def _next(line: bytes) -> Article:
    article = _ARTICLE.decode(line)
    article.version, article.previous_digest = article.version + 1, article.digest
    return article


def link(article: Article, links: Links) -> None:
    """Have an article say what it is of others; a duplicate keeps its place but not its text."""
    article.duplicate_of, article.near_duplicate_of, article.similarity = links[:3]
    article.near_duplicate_kind, article.series = links.near_duplicate_kind, links.series
    if links.duplicate_of:
        article.lead, article.body, article.body_html = None, "", ""
