"""The portals luutin knows."""

from __future__ import annotations

import argparse
import sys
from typing import Any, ClassVar

import msgspec
from scrapy.commands import ScrapyCommand
from scrapy.spiderloader import get_spider_loader

FIELDS = ("name", "title", "province", "hosts", "platform", "gone_since", "successor", "evidence", "verified_on")


class Command(ScrapyCommand):
    """`luutin list [--json]`."""

    requires_project = True
    requires_crawler_process = False
    default_settings: ClassVar[dict[str, Any]] = {"LOG_ENABLED": False}

    def short_desc(self) -> str:
        return "List the portals that are described, with their titles"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.usage = (parser.usage or "").replace("scrapy ", "luutin ")
        parser.add_argument("--json", action="store_true", help="as a JSON list with every attribute")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        from crawler.portal import Portal

        assert self.settings is not None
        loader = get_spider_loader(self.settings)
        portals = [cls for name in sorted(loader.list()) if issubclass(cls := loader.load(name), Portal)]
        if opts.json:
            rows = [{field: getattr(portal, field) for field in FIELDS} for portal in portals]
            sys.stdout.write(msgspec.json.format(msgspec.json.encode(rows), indent=1).decode() + "\n")
            return
        width = max((len(portal.name) for portal in portals), default=0)
        for portal in portals:
            sys.stdout.write(f"{portal.name:<{width}}  {portal.title}\n")
