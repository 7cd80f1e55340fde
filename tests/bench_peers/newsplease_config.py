"""Writes news-please's settings for one site beside its own: `newsplease_config.py URL FOLDER`, then `-c FOLDER`."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import newsplease

# Of its own settings: one crawler that follows links from page to page, and what tells an article here: lists, which
# link their headlines, it is spared. Scrapy's middleware for other hosts does not know a host with a port in what
# news-please names as the site's, so that a pattern stands in.
CHANGED = {
    "default": "RecursiveCrawler",
    "number_of_parallel_crawlers": "1",
    "enabled_heuristics": '{"linked_headlines": "<=0.2"}',
    "pass_heuristics_condition": '"linked_headlines"',
    "ignore_regex": r'"(mail[tT]o)|([jJ]avascript)|(tel)|(fax)|(.*\.example)"',
    "relative_to_start_processes_file": "False",
}
ANY_HOST = {"scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None}


def main() -> None:
    url, folder = sys.argv[1], Path(sys.argv[2]).absolute()
    folder.mkdir()
    settings = (Path(newsplease.__file__).parent / "config" / "config.cfg").read_text("utf-8")
    for name, value in {**CHANGED, "working_path": str(folder)}.items():
        line = f"{name} = {value}".replace("\\", r"\\")
        settings, count = re.subn(rf"(?m)^{name} *=.*$", line, settings)
        if count != 1:
            raise SystemExit(f"news-please's config.cfg has {count} lines of {name}: see what its version calls it")
    settings = settings.replace("[Scrapy]\n", f"[Scrapy]\n\nDOWNLOADER_MIDDLEWARES = {ANY_HOST}\n", 1)
    (folder / "config.cfg").write_text(settings, "utf-8")
    (folder / "sitelist.hjson").write_text(json.dumps({"base_urls": [{"url": url}]}), "utf-8")


if __name__ == "__main__":
    main()
