"""Item pipeline 3: the same page again, a new version of it, or another page with the same text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Self

from pipelines.errors import Dropped
from pipelines.text import fold_digest

if TYPE_CHECKING:
    from pipelines.archive.folder import Archive
    from pipelines.archive.rows import Rows
    from pipelines.items import Article


class Place(NamedTuple):
    """What an article's line says of the others."""

    version: int
    previous_digest: str | None
    duplicate_of: str | None


class Dedup:
    """Compares an article with what the archive holds (see DESIGN: duplicates, versions)."""

    def __init__(self, archive: Any) -> None:
        self._archive: Archive = archive

    @classmethod
    def from_crawler(cls, crawler: Any) -> Self:
        """Made by Scrapy; the spider holds the archive (in `luutin shell` there is none, and no article either)."""
        return cls(getattr(crawler.spider, "archive", None))

    def process_item(self, item: Article) -> Article:
        """The article with `version`, `previous_digest`, `duplicate_of`; Dropped("unchanged") where it is known."""
        item.version, item.previous_digest, item.duplicate_of = place_of(
            self._archive.rows, item.id, item.digest, fold_digest(item)
        )
        return item


def place_of(rows: Rows, article_id: str, digest: str, folded: str) -> Place:
    """The place of an article among those stored. Raises Dropped("unchanged") where it is known as it is.

    One that was gone and is back is a version, whatever it says.
    """
    stored = rows.latest(article_id)
    if stored and stored.digest == digest and not stored.gone_at:
        raise Dropped("unchanged", article_id)
    original = rows.original_of(folded, article_id)
    return Place(stored.version + 1, stored.digest, original) if stored else Place(1, None, original)
