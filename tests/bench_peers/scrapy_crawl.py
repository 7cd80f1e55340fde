"""Scrapy's CrawlSpider over a whole site, as its tutorial has it.

Run as `scrapy_crawl.py URL OUTPUT.jsonl [trafilatura | webarchive]`: with texts, or with WARC in a WACZ.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scrapy.crawler import CrawlerProcess
from scrapy.http import TextResponse
from scrapy.linkextractors import LinkExtractor
from scrapy.spiders import CrawlSpider, Rule

ARTICLE = re.compile(r"-\d+/$")
SETTINGS = {"LOG_LEVEL": "INFO", "ROBOTSTXT_OBEY": True, "TELNETCONSOLE_ENABLED": False, "DOWNLOAD_DELAY": 0}
WACZ = {"EXTENSIONS": {"scrapy_webarchive.extensions.WaczExporter": 543}, "SW_EXPORT_URI": f"{Path.cwd().as_uri()}/"}


class Walk(CrawlSpider):
    """Follows every link of the host; with `text` trafilatura reads the article pages, lists it is spared."""

    name = "walk"

    def __init__(self, url: str, *, text: bool) -> None:
        self.rules = (Rule(LinkExtractor(allow_domains=[urlsplit(url).netloc]), callback="page", follow=True),)
        self.start_urls, self._text = [url], text
        super().__init__()

    def page(self, response: TextResponse) -> Iterator[dict[str, Any]]:
        if not ARTICLE.search(response.url):
            return
        if not self._text:
            yield {"url": response.url}
            return
        import trafilatura

        document = trafilatura.bare_extraction(response.text, url=response.url, with_metadata=True)
        if document is not None and document.text:
            yield {"url": response.url, "title": document.title, "date": document.date, "text": document.text}


def main() -> None:
    url, output, *more = sys.argv[1:]
    archive = WACZ if more == ["webarchive"] else {}
    process = CrawlerProcess({**SETTINGS, **archive, "FEEDS": {output: {"format": "jsonlines"}}})
    process.crawl(Walk, url=url, text=more == ["trafilatura"])
    process.start()


if __name__ == "__main__":
    main()
