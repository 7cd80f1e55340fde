"""Describe a portal nobody has described: its file and its first fixtures."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

from scrapy.spiderloader import get_spider_loader

import crawler
from crawler.arguments import page_url, portals_of, refuse_unknown
from crawler.errors import BadArgument
from crawler.manners.contact import introduce
from crawler.origins.named import origin_of
from crawler.verb import PortalCommand

ARGUMENTS = ("origin", "since", "until")


class Command(PortalCommand):
    """`luutin addportal URL [-a origin=FILE] [--name NAME] [--into DIR]`."""

    default_settings: ClassVar[dict[str, Any]] = {"LOG_LEVEL": "ERROR"}
    takes = "URL"
    example = "`luutin addportal https://so.example.gov.vn/`"

    def short_desc(self) -> str:
        return "Describe a portal: probe it, write its file and its first fixtures"

    def long_desc(self) -> str:
        return (
            "Visit a portal (robots.txt, feeds, sitemaps, REST API, one section, a few articles), detect its platform, "
            "write crawler/portals/NAME.py and tests/portals/NAME/, and say what was found and what was not. -a "
            "origin=FILE|wayback|commoncrawl reads captures instead of the portal. What is there is never overwritten."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--name", help="the portal's name, snake_case; without it, its host")
        parser.add_argument(
            "--into", metavar="DIR", help="the checkout to write to; without it, the one luutin runs from"
        )
        parser.add_argument("--pages", type=int, default=5, metavar="N", help="how many articles to read (5)")

    def act(self, name: str, arguments: dict[str, str], opts: argparse.Namespace) -> None:
        """Visit, write, say what was found, leave the exit code."""
        from crawler.describe import check_free, describe, found, lacking, named, write
        from crawler.portal import AnyPortal, described
        from crawler.probe import visit

        assert self.settings is not None
        assert self.crawler_process is not None
        refuse_unknown(arguments, ARGUMENTS)
        if opts.pages < 1:
            raise BadArgument(f"--pages {opts.pages}: must be 1 or more")
        url = page_url(name)
        root = Path(opts.into or Path(crawler.__file__).parents[1]).absolute()
        if known := described(urlsplit(url).netloc, portals_of(self.settings)):
            raise BadArgument(f"{url}: is described already, as {known.name}. `luutin check {known.name}` looks at it.")
        new = named(url, opts.name)
        check_free(new, root, get_spider_loader(self.settings).list())
        origin = origin_of(self.settings, arguments)
        if origin.live:
            introduce(self.settings, url)
        findings = visit(self.crawler_process, AnyPortal, url, origin, pages=opts.pages, sources=True)
        description = describe(new, findings, datetime.now(UTC).date())
        proven = any((root / "tests" / "platforms" / description.platform).glob("*/expected.json"))
        sys.stdout.write("Found\n")
        sys.stdout.writelines(f"  {line}\n" for line in found(findings, description))
        sys.stdout.write("Not found\n")
        sys.stdout.writelines(f"  {line}\n" for line in lacking(findings, description, proven=proven))
        if not findings.articles:
            sys.stdout.write("Written\n  nothing: not one article could be read\n")
            self.exitcode = 3
            return
        sys.stdout.write("Written\n")
        sys.stdout.writelines(f"  {path.relative_to(root)}\n" for path in write(description, root))
        sys.stdout.write(
            "To be checked by a careful reader: each expected.json holds what was read, not what stands on the page. "
            "Compare "
            f"them, then: pytest tests/test_fixtures.py -k {description.name}\n"
            "Pages that are not yours to publish are rewritten before they are committed: tests/portals/README.md\n"
        )
