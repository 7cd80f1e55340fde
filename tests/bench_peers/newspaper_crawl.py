"""newspaper4k's source of a site, each article it finds downloaded and read: `newspaper_crawl.py URL OUTPUT.jsonl`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import newspaper


def main() -> None:
    url, output = sys.argv[1:]
    source = newspaper.build(url, memoize_articles=False, language="vi", number_threads=1)
    with Path(output).open("w", encoding="utf-8") as stream:
        for article in source.articles:
            article.download()
            article.parse()
            if article.text:
                said = {"url": article.url, "title": article.title, "text": article.text}
                stream.write(json.dumps(said, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
