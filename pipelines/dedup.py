"""Item pipeline 3: the same page again, a new version of it, or another page with the same text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from pipelines.errors import Dropped
from pipelines.text import fold_digest

if TYPE_CHECKING:
    from pipelines.archive.folder import Archive
    from pipelines.items import Article


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
        stored = self._archive.latest(item.id)
        if stored and stored.digest == item.digest:
            raise Dropped("unchanged", item.url)
        if stored:
            item.version = stored.version + 1
            item.previous_digest = stored.digest
        item.duplicate_of = self._archive.original_of(fold_digest(item), item.id)
        return item
