"""Serve the archive on this machine: captures to search, to look at and to replay."""

from __future__ import annotations

import argparse
import socket
import sys
from pathlib import Path

from scrapy.exceptions import UsageError

from crawler.verb import ArchiveCommand
from pipelines.errors import ArchiveError

HOST = "127.0.0.1"
PORT = 8017


class Command(ArchiveCommand):
    """`luutin serve --replay [--port N]`."""

    def short_desc(self) -> str:
        return "Show captures in a browser on this machine"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--replay", action="store_true", help="the captures; there is nothing else so far")
        parser.add_argument("--port", metavar="N", type=int, default=PORT, help=f"0 takes a free one (default: {PORT})")

    def syntax(self) -> str:
        return "[options]"

    def act(self, folder: Path, portals: list[str], opts: argparse.Namespace) -> int:
        """Serve until interrupted; the address is said on stderr."""
        if portals or not opts.replay:
            raise UsageError("say what to serve: --replay")
        if not (folder / "archive.db").exists():
            raise ArchiveError(f"{folder}: holds no archive.db. Crawl into it, or name another with LUUTIN_OUTPUT=DIR.")
        try:
            listening = socket.create_server((HOST, opts.port))
        except (OSError, OverflowError) as error:
            raise ArchiveError(f"port {opts.port}: {error}. Name another with --port.") from error
        import uvicorn

        from pipelines.web.replay import replay_app

        server = uvicorn.Server(uvicorn.Config(replay_app(folder), log_level="warning"))
        sys.stderr.write(f"http://{HOST}:{listening.getsockname()[1]}/ shows {folder}; Ctrl-C ends it\n")
        sys.stderr.flush()
        server.run(sockets=[listening])
        return 0
