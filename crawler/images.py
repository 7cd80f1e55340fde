"""Item pipeline 3: the pictures of an article are fetched and kept as captures, where that is wished."""

from __future__ import annotations

import logging
from collections import Counter
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urljoin, urlsplit

from crawler.beside import Beside, NotHad, location_of
from pipelines.archive.kept import images_of
from pipelines.archive.linking import published_of
from pipelines.text import fold_digest
from pipelines.urls import fold_url

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from pipelines.archive.folder import Archive
    from pipelines.items import Article

logger = logging.getLogger(__name__)

MAX_IN_VAIN = 3
"""Pictures in a row for which a host has no answer: then it is asked for none in this run, as each costs minutes."""
_NO_ANSWER = ("bad-http", "dns", "download", "http-429", "refused", "slow", "timeout", "tls", "truncated")


class Images:
    """Asks for pictures like for any page; one that is kept is not asked for again, whatever article shows it.

    IMAGES_PER_ARTICLE bounds how many (0: none), IMAGE_MAXSIZE how large. It comes before what is known as it is leaves
    the pipelines, so that `full=1` brings the pictures of articles that were stored without.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._beside = Beside(crawler)
        self._most = crawler.settings.getint("IMAGES_PER_ARTICLE")
        self._max_bytes = crawler.settings.getint("IMAGE_MAXSIZE")
        self._asked: set[str] = set()
        """Folded URLs: what could not be had once is not asked for again in the same run."""
        self._in_vain: Counter[str] = Counter()
        """By host, how many there was no answer for since there last was one."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_item(self, item: Article) -> Article:
        """The same article as it is. Raises ArchiveError."""
        spider: Any = self._crawler.spider
        if spider.archive is None or not self._most or not item.images or self._is_duplicate(spider.archive, item):
            return item
        urls = list(dict.fromkeys(image.url for image in item.images))
        kept = self._kept(spider.archive, urls)
        for number, url in enumerate(urls):
            if url in kept:
                continue
            try:
                if number >= self._most:
                    raise NotHad("too-many")
                asked = await self._fetch(item, url)
            except NotHad as error:
                self._beside.count_lost("image", item.url, url, error.reason)
            else:
                if asked:
                    spider.outcomes.count("image")
        return item

    @staticmethod
    def _is_duplicate(archive: Archive, item: Article) -> bool:
        """Whether an article is of those whose pictures are not wanted: its original has them."""
        folded = fold_digest(item)
        return archive.comparison.repeats(item.id, folded, item.portal, published_of(item)) is not None

    @staticmethod
    def _kept(archive: Archive, urls: list[str]) -> set[str]:
        found = images_of(archive.db, archive.portal, urls)
        return {url for url, capture in found.items() if archive.kept.is_whole(capture)}

    async def _fetch(self, article: Article, url: str) -> bool:
        """Have one kept, unless this run has asked for it; whether it was asked for. Raises NotHad."""
        try:
            key, host = fold_url(url), urlsplit(url).netloc.lower()
        except ValueError as error:
            raise NotHad("bad-url") from error
        if key in self._asked:
            return False
        if self._in_vain[host] >= MAX_IN_VAIN:
            raise NotHad("host-in-trouble")
        self._asked.add(key)
        try:
            await self._follow(article, url)
        except NotHad as error:
            self._in_vain[host] = self._in_vain[host] + 1 if _says_nothing(error.reason) else 0
            raise
        self._in_vain[host] = 0
        return True

    async def _follow(self, article: Article, url: str) -> None:
        """Ask for one, wherever it has moved to. Raises NotHad."""
        spider: Any = self._crawler.spider
        meta = {"download_maxsize": self._max_bytes, "beside": True}
        for _ in range(spider.traps.limits.redirects + 1):
            response = await self._beside.ask(url, {"image-of": article.url}, meta=meta)
            location = location_of(response)
            if location is None:
                break
            url = urljoin(url, location)
        else:
            raise NotHad("redirect-loop")
        if response.status != 200:
            raise NotHad(f"http-{response.status}")
        if not (response.headers.get("Content-Type") or b"").strip().lower().startswith(b"image/"):
            raise NotHad("not-image")


def _says_nothing(reason: str) -> bool:
    """Whether a picture was not had because its host did not answer, or not in earnest."""
    return reason in _NO_ANSWER or reason.startswith("http-5")
