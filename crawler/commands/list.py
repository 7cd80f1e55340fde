"""The portals luutin knows."""

from __future__ import annotations

import argparse
import sys
from typing import Any, ClassVar

import msgspec
from scrapy.commands import ScrapyCommand
from scrapy.spiderloader import get_spider_loader

from crawler.provinces import PROVINCES, province_of

FIELDS = (
    "name",
    "title",
    "province",
    "hosts",
    "deprecated_hosts",
    "platform",
    "sections",
    "layouts",
    "expects",
    "gone_since",
    "successor",
    "evidence",
    "verified_on",
)


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
        parser.add_argument(
            "--provinces", action="store_true", help="the 63 provinces until 2025 instead, with what they went into"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        from crawler.portal import Portal

        assert self.settings is not None
        loader = get_spider_loader(self.settings)
        portals = [cls for name in sorted(loader.list()) if issubclass(cls := loader.load(name), Portal)]
        if opts.provinces:
            provinces = [
                {
                    "name": province.name,
                    "gone_since": province.gone_since,
                    "successor": province.successor,
                    "portals": [p.name for p in portals if p.province and province_of(p.province) is province],
                }
                for province in PROVINCES.values()
            ]
            _write(provinces, "name", "successor", as_json=opts.json)
            return
        rows = [{field: getattr(portal, field) for field in FIELDS} for portal in portals]
        for row in rows:
            row["layouts"] = [layout.name for layout in row["layouts"]]
        _write(rows, "name", "title", as_json=opts.json)


def _write(rows: list[dict[str, Any]], first: str, second: str, *, as_json: bool) -> None:
    """The rows as JSON, or two of their fields in columns."""
    if as_json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(rows), indent=1).decode() + "\n")
        return
    width = max((len(row[first]) for row in rows), default=0)
    for row in rows:
        sys.stdout.write(f"{row[first]:<{width}}  {row[second] or ''}".rstrip() + "\n")
