"""Item pipeline 2: an article that says nothing, or cannot be true, is refused with a reason."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from pipelines.errors import Dropped

if TYPE_CHECKING:
    from pipelines.items import Article

FIRST_PORTAL = datetime(1997, 11, 19, tzinfo=UTC)
"""Viet Nam joined the Internet on 19 November 1997: nothing was published on a portal before."""
CLOCK_SKEW = timedelta(days=1)
"""How far a stated date may lie after the capture: servers' clocks and time zones are off."""


class Validate:
    """Refuses what is no article; a date that cannot be true becomes null, with the text it was read from kept."""

    def process_item(self, item: Article) -> Article:
        """The article, or Dropped: `no-title`, `empty-body`."""
        if not item.title:
            raise Dropped("no-title", item.url)
        if not (item.body or item.lead or item.attachments or item.images):
            raise Dropped("empty-body", item.url)
        latest = (item.captured_at or datetime.now(UTC)) + CLOCK_SKEW
        if item.published_at and not FIRST_PORTAL <= item.published_at <= latest:
            item.published_at = item.published_precision = None
            item.evidence["published_at"] = "refused: before the first portal or after the capture"
        if item.modified_at and not FIRST_PORTAL <= item.modified_at <= latest:
            item.modified_at = None
        return item
