"""Item pipeline 6: the article's line and its row, with its place among all others.

While an article waited for its attachments, another portal may have stored the same text: what it is of others is told
only now.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from pipelines.archive.rows import version_of
from pipelines.text import fold_digest

if TYPE_CHECKING:
    from pipelines.archive.folder import Archive
    from pipelines.items import Article


class Store:
    """Appends to the archive."""

    def __init__(self, archive: Any) -> None:
        self._archive: Archive = archive

    @classmethod
    def from_crawler(cls, crawler: Any) -> Self:
        """Made by Scrapy; the spider holds the archive (in `luutin shell` there is none, and no article either)."""
        return cls(getattr(crawler.spider, "archive", None))

    def process_item(self, item: Article) -> Article:
        """The article as it was stored. Raises OutputUnwritable, Dropped("unchanged")."""
        folded = fold_digest(item)
        item.version, item.previous_digest = version_of(self._archive.rows, item.id, item.digest)
        self._archive.append(item, folded)
        return item
