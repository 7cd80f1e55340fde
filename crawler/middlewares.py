"""The item processor that runs the record side's pipelines."""

from __future__ import annotations

import asyncio
from typing import Any

from scrapy.exceptions import DropItem
from scrapy.pipelines import ItemPipelineManager

from pipelines.errors import ArchiveError, Dropped


class RecordSide(ItemPipelineManager):
    """Runs the item pipelines of the record side, which know no Scrapy, and tells the spider how each article ended.

    One article at a time, in the order they come: one that waits for its attachments is not overtaken by its reposts.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._turn = asyncio.Lock()

    async def process_item_async(self, item: Any) -> Any:
        async with self._turn:
            return await self._process(item)

    async def _process(self, item: Any) -> Any:
        assert self.crawler is not None
        spider: Any = self.crawler.spider
        try:
            item = await super().process_item_async(item)
        except Dropped as dropped:
            spider.outcomes.settle_article(item, dropped.reason)
            raise DropItem(str(dropped), log_level="DEBUG") from dropped
        except ArchiveError as error:
            spider.abort(error)
            raise DropItem(str(error), log_level="DEBUG") from error
        spider.outcomes.settle_article(
            item, "duplicate" if item.duplicate_of else "version" if item.version > 1 else "article"
        )
        return item
