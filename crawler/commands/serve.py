"""Serve the archive on this machine: captures to search, to look at and to replay."""

from __future__ import annotations

import argparse
import os
import socket
import sys
from pathlib import Path
from typing import Any, ClassVar

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

HOST = "127.0.0.1"
PORT = 8017


class Command(ScrapyCommand):
    """`luutin serve --replay [--port N]`."""

    requires_project = True
    requires_crawler_process = False
    default_settings: ClassVar[dict[str, Any]] = {"LOG_ENABLED": False}

    def short_desc(self) -> str:
        return "Show captures in a browser on this machine"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.usage = (parser.usage or "").replace("scrapy ", "luutin ")
        parser.add_argument("--replay", action="store_true", help="the captures; there is nothing else so far")
        parser.add_argument("--port", metavar="N", type=int, default=PORT, help=f"0 takes a free one (default: {PORT})")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Serve until interrupted; the address is said on stderr. Exit code 1 where that cannot be."""
        if args or not opts.replay:
            raise UsageError("say what to serve: --replay")
        assert self.settings is not None
        folder = Path(os.environ.get("LUUTIN_OUTPUT") or self.settings["OUTPUT"])
        if not (folder / "archive.db").exists():
            self._fail(f"{folder}: holds no archive.db. Crawl into it, or name another with LUUTIN_OUTPUT=DIR.")
            return
        try:
            listening = socket.create_server((HOST, opts.port))
        except (OSError, OverflowError) as error:
            self._fail(f"port {opts.port}: {error}. Name another with --port.")
            return
        import uvicorn

        from pipelines.web.replay import replay_app

        server = uvicorn.Server(uvicorn.Config(replay_app(folder), log_level="warning"))
        sys.stderr.write(f"http://{HOST}:{listening.getsockname()[1]}/ shows {folder}; Ctrl-C ends it\n")
        sys.stderr.flush()
        server.run(sockets=[listening])

    def _fail(self, message: str) -> None:
        sys.stderr.write(f"luutin serve: {message}\n")
        self.exitcode = 1
