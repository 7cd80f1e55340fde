"""Whether a portal still is as it is described."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from typing import Any, ClassVar

import msgspec

from crawler.arguments import portal_of, refuse_unknown, url_of
from crawler.errors import BadArgument, Unreachable
from crawler.manners.contact import introduce
from crawler.origins.named import origin_of
from crawler.verb import PortalCommand

ARGUMENTS = ("url", "origin", "since", "until")


class Command(PortalCommand):
    """`luutin check PORTAL [-a origin=FILE] [-a url=URL] [--pages N] [--json]`."""

    default_settings: ClassVar[dict[str, Any]] = {"LOG_LEVEL": "ERROR"}
    example = "`luutin check skhdt_backan`, or `portal -a url=https://…`"

    def short_desc(self) -> str:
        return "Visit a few pages of a portal and say field by field whether its description holds"

    def long_desc(self) -> str:
        return (
            "Visit a portal's start page, one section and a few articles, and say for each field where it was read and "
            "which selectors match. -a origin=FILE|wayback|commoncrawl reads captures instead of the portal. Nothing "
            "is kept. Exits 3 where the description does not hold, 4 where the portal refuses."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--pages", type=int, default=5, metavar="N", help="how many articles to read (5)")
        parser.add_argument("--json", action="store_true", help="as JSON")

    def act(self, name: str, arguments: dict[str, str], opts: argparse.Namespace) -> None:
        """Visit, print what was found, leave the exit code."""
        from crawler.check import check, rows
        from crawler.portal import Portal
        from crawler.probe import visit

        assert self.settings is not None
        assert self.crawler_process is not None
        refuse_unknown(arguments, ARGUMENTS)
        if opts.pages < 1:
            raise BadArgument(f"--pages {opts.pages}: must be 1 or more")
        portal = portal_of(self.settings, name, arguments)
        origin = origin_of(self.settings, arguments)
        url = url_of(f"check {name}", portal, origin, arguments)
        if origin.live:
            introduce(self.settings, url)
        try:
            findings = visit(self.crawler_process, portal, url, origin, pages=opts.pages)
        except Unreachable as error:
            if issubclass(portal, Portal) and portal.gone_since:
                heir = portal.successor or "nothing known"
                raise type(error)(f"{error} It is gone since {portal.gone_since}, into {heir}.") from error
            raise
        result = check(portal, url, findings)
        if opts.json:
            text = msgspec.json.format(msgspec.json.encode(result), indent=1).decode()
            sys.stdout.write(f"{text}\n")
        else:
            sys.stdout.writelines(f"{row}\n" for row in rows(result))
        if not result.holds:
            self.exitcode = 3
        elif name != "portal":
            today = datetime.now(UTC).date()
            day = f"date({today.year}, {today.month}, {today.day})"
            sys.stderr.write(f"Note it in crawler/portals/{portal.name}.py: verified_on = {day}\n")
