"""All articles of an archive compared anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pipelines.items import Article
from pipelines.near.comparison import Comparison, Published

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipelines.archive.held import Held

_ARTICLE = msgspec.json.Decoder(Article)


def compare_anew(
    held: Held,
    *,
    by_portal: bool,
    workers: int | None = None,  # noqa: ARG001 - one process for now
    progress: Callable[[int, int], None] = lambda _, __: None,
) -> list[str]:
    """Make the tables of the comparison anew from the lines, in the caller's transaction.

    Returns the ids of articles whose line may say something else of others than it should.
    """
    comparison = Comparison(held.db)
    comparison.begin(by_portal=by_portal)
    rows = list(
        held.db.rows("SELECT id, version, digest, folded, portal, file, offset, length FROM articles ORDER BY nth")
    )
    digests: dict[str, str] = {}
    for done, row in enumerate(rows, 1):
        last, digests[row["id"]] = digests.get(row["id"]), row["digest"]
        if last == row["digest"] or not row["folded"]:
            continue
        article = _ARTICLE.decode(held.read(row))
        published = Published.of(article.published_at, article.published_precision, article.captured_at)
        if article.duplicate_of and comparison.lacks(article.id, row["folded"], row["portal"], published):
            continue
        text = "\n\n".join(part for part in (article.lead, article.body) if part)
        comparison.place(article.id, row["folded"], row["portal"], published, lambda: (article.title, text))  # noqa: B023
        progress(done, len(rows))
    return list(digests)
