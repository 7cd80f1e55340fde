"""Crawlee's ParselCrawler over a whole site, with trafilatura: `crawlee_crawl.py URL OUTPUT.jsonl`."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from pathlib import Path

import trafilatura
from crawlee.crawlers import ParselCrawler, ParselCrawlingContext

ARTICLE = re.compile(r"-\d+/$")


async def crawl(url: str, output: Path) -> None:
    crawler = ParselCrawler(respect_robots_txt_file=True)
    with output.open("w", encoding="utf-8") as stream:

        async def page(context: ParselCrawlingContext) -> None:
            await context.enqueue_links()
            if not ARTICLE.search(context.request.url):
                return
            body = await context.http_response.read()
            document = trafilatura.bare_extraction(body, url=context.request.url, with_metadata=True)
            if document is not None and document.text:
                said = {"url": context.request.url, "title": document.title, "text": document.text}
                stream.write(json.dumps(said, ensure_ascii=False) + "\n")

        crawler.router.default_handler(page)
        await crawler.run([url])


if __name__ == "__main__":
    asyncio.run(crawl(sys.argv[1], Path(sys.argv[2])))
