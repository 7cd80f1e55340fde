"""Item pipeline 4: the same page again, a new version of it, or another page with the same text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from pipelines.archive.linking import published_of
from pipelines.archive.rows import version_of
from pipelines.archive.withdrawn import refuse_withdrawn
from pipelines.text import fold_digest

if TYPE_CHECKING:
    from pipelines.archive.folder import Archive
    from pipelines.items import Article


class Dedup:
    """Compares an article with what the archive holds (see DESIGN: duplicates, versions).

    Only so far as is to be known before it is stored: a duplicate's attachments are not fetched.
    """

    def __init__(self, archive: Any) -> None:
        self._archive: Archive = archive

    @classmethod
    def from_crawler(cls, crawler: Any) -> Self:
        """Made by Scrapy; the spider holds the archive (in `luutin shell` there is none, and no article either)."""
        return cls(getattr(crawler.spider, "archive", None))

    def process_item(self, item: Article) -> Article:
        """The article with `version`, `previous_digest`, `duplicate_of`.

        Raises Dropped: "unchanged" where it is known, "withdrawn" where it, or what it says, was.
        """
        if self._archive.any_withdrawn:
            refuse_withdrawn(self._archive.db, item.id, fold_digest(item))
        item.version, item.previous_digest = version_of(self._archive.rows, item.id, item.digest)
        item.duplicate_of = self._archive.comparison.repeats(
            item.id, fold_digest(item), item.portal, published_of(item)
        )
        return item
