"""The portals luutin knows, and the provinces they belong to."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec
from scrapy.commands import ScrapyCommand

from crawler.arguments import portals_of
from crawler.provinces import PROVINCES, province_of

if TYPE_CHECKING:
    from crawler.portal import Portal

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
    "accepts_bad_certificate",
    "evidence",
    "verified_on",
)


class Command(ScrapyCommand):
    """`luutin list [--provinces] [--json]`."""

    requires_project = True
    requires_crawler_process = False
    default_settings: ClassVar[dict[str, Any]] = {"LOG_ENABLED": False}

    def short_desc(self) -> str:
        return "List the portals that are described, and what became of them in 2025"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.usage = (parser.usage or "").replace("scrapy ", "luutin ")
        parser.add_argument(
            "--json", action="store_true", help="as JSON: `portals` with every attribute, `provinces` with what became"
        )
        parser.add_argument(
            "--provinces", action="store_true", help="the 63 provinces until 2025 instead, with what they went into"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        portals = portals_of(self.settings)
        if opts.json:
            data = {"portals": [_portal(portal) for portal in portals], "provinces": _provinces(portals)}
            sys.stdout.write(msgspec.json.format(msgspec.json.encode(data), indent=1).decode() + "\n")
        elif opts.provinces:
            _table(
                [(row["name"], _fate(row["successor"]), row["host"], row["newspaper"]) for row in _provinces(portals)]
            )
        else:
            _table([(one.name, one.province or "", one.platform, _fate(one.successor), one.title) for one in portals])


def _portal(portal: type[Portal]) -> dict[str, Any]:
    """Every attribute of a portal; of its layouts the names."""
    row = {field: getattr(portal, field) for field in FIELDS}
    row["layouts"] = [layout.name for layout in portal.layouts]
    return row


def _provinces(portals: Sequence[type[Portal]]) -> list[dict[str, Any]]:
    """Every province of old with what became of it, and the portals described of it."""
    return [
        {
            "name": province.name,
            "gone_since": province.gone_since,
            "successor": province.successor,
            "host": province.host,
            "newspaper": province.newspaper,
            "portals": [one.name for one in portals if one.province and province_of(one.province) is province],
        }
        for province in PROVINCES.values()
    ]


def _fate(successor: str | None) -> str:
    return f"→ {successor}" if successor else ""


def _table(rows: Sequence[Sequence[str]]) -> None:
    """The rows in columns."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        line = "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True))
        sys.stdout.write(line.rstrip() + "\n")
