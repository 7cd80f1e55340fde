"""Item pipeline 5: the article's line and its row; a duplicate keeps its place but not its text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

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
        """The article as it was stored. Raises OutputUnwritable."""
        folded = fold_digest(item)
        if item.duplicate_of:
            item.lead, item.body, item.body_html = None, "", ""
        self._archive.append(item, folded)
        return item
