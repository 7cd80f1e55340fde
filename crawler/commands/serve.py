"""Serve the archive as a web site: search, articles, versions, portals, runs, captures."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from urllib.parse import urlsplit

from scrapy.exceptions import UsageError

from crawler.storage import refreshing
from crawler.verb import ArchiveCommand
from pipelines.errors import ArchiveError

HOST = "127.0.0.1"
PORT = 8017


class Command(ArchiveCommand):
    """`luutin serve [--port N] [--bind ADDRESS] [--name HOST…] [--base-url URL] [--licence TEXT] …`."""

    def short_desc(self) -> str:
        return "Show the archive in a browser"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--port", metavar="N", type=int, default=PORT, help=f"0 takes a free one (default: {PORT})")
        parser.add_argument("--bind", metavar="ADDRESS", default=HOST, help=f"to listen on (default: {HOST})")
        parser.add_argument(
            "--name", metavar="HOST", action="append", default=[], help="a host name it answers to, besides localhost"
        )
        parser.add_argument("--base-url", metavar="URL", default="", help="where it is, as feeds and citations say it")
        parser.add_argument("--licence", metavar="TEXT", default="", help="of the data, as the about page says it")
        parser.add_argument("--contact", metavar="E-MAIL", default="", help="of whoever runs it, as OAI-PMH says it")
        parser.add_argument(
            "--limit-all",
            action="store_true",
            help="limit how much is asked from this machine too: behind a proxy that does not say who asks",
        )
        parser.add_argument("--replay", action="store_true", help=argparse.SUPPRESS)  # units written before ask for it

    def syntax(self) -> str:
        return "[options]"

    def act(self, folder: Path, portals: list[str], opts: argparse.Namespace) -> int:
        """Bring the index up to date, and serve until interrupted; the address is said on stderr."""
        if portals:
            raise UsageError("the site is of all portals; name none")
        if not (folder / "archive.db").exists():
            raise ArchiveError(f"{folder}: holds no archive.db. Crawl into it, or name another with LUUTIN_OUTPUT=DIR.")
        from pipelines.web.serving import listening, server

        try:
            place = listening(opts.bind, opts.port)
        except (OSError, OverflowError) as error:
            raise ArchiveError(f"{opts.bind}:{opts.port}: {error}. Name another with --port or --bind.") from error
        from crawler.arguments import facts_of
        from pipelines.search.index import catch_up
        from pipelines.web.guard import Limits
        from pipelines.web.site import HOSTS, Settings, site_app

        assert self.settings is not None
        caught = catch_up(folder)
        if caught.busy:
            sys.stderr.write("another process is writing the index: what it has so far is shown\n")
        names = [*HOSTS, *opts.name, *([urlsplit(opts.base_url).hostname or ""] if opts.base_url else [])]
        settings = Settings(
            portals=facts_of(self.settings),
            base_url=opts.base_url,
            licence=opts.licence,
            hosts=names,
            contact=opts.contact,
            limits=Limits(local=opts.limit_all),
        )
        app = site_app(folder, settings, follow=True, refresh=refreshing(self.settings))
        sys.stderr.write(f"http://{opts.bind}:{place.getsockname()[1]}/ shows {folder}; Ctrl-C ends it\n")
        sys.stderr.flush()
        server(app).run(sockets=[place])
        return 0
