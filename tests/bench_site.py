"""Serves an invented portal of any size, cheaply and from a process of its own.

Run as `python tests/bench_site.py [--articles 3000] [--port 0] [--seed 9]`; another seed is another portal. It says its
address once it answers.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench_pages import Portal

ARTICLES = 3_000
HOST = "127.0.0.1"
ROBOTS = "User-agent: *\nDisallow: /wp-admin/\n"
MAX_HEAD_BYTES = 65_536
COUNTS = "/-counts"
"""Answers with what was asked since it was asked last; no page links to it."""


@dataclass
class Asked:
    """What a crawl asked for: requests of any kind, and different pages and article pages it was given."""

    requests: int = 0
    pages: set[str] = field(default_factory=set)
    articles: set[str] = field(default_factory=set)

    def as_json(self) -> str:
        """What `served` and `counts` hand out."""
        return json.dumps({"requests": self.requests, "pages": len(self.pages), "articles": len(self.articles)})


class Connection(asyncio.Protocol):
    """HTTP/1.1 with keep-alive and pipelining, GET and HEAD, and nothing that a static site would not do."""

    def __init__(self, portal: Portal, asked: list[Asked]) -> None:
        self._portal = portal
        self._asked = asked
        self._head = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._head += data
        while b"\r\n\r\n" in self._head:
            head, _, self._head = self._head.partition(b"\r\n\r\n")
            self._answer(head)
        if len(self._head) > MAX_HEAD_BYTES:
            self._transport.abort()

    def _answer(self, head: bytes) -> None:
        method, _, rest = head.partition(b" ")
        path = rest.split(b" ", 1)[0].decode("ascii", "replace")
        status, kind, body = self._page(path)
        closing = rest.split(b"\r\n", 1)[0].endswith(b"/1.0") or b"connection: close" in head.lower()
        self._transport.write(
            f"HTTP/1.1 {status}\r\nServer: bench\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
            f"Connection: {'close' if closing else 'keep-alive'}\r\n\r\n".encode()
            + (b"" if method == b"HEAD" else body)
        )
        if closing:
            self._transport.close()

    def _page(self, path: str) -> tuple[str, str, bytes]:
        if path == COUNTS:
            said, self._asked[0] = self._asked[0].as_json(), Asked()
            return "200 OK", "application/json", said.encode()
        asked = self._asked[0]
        asked.requests += 1
        if path == "/robots.txt":
            return "200 OK", "text/plain", ROBOTS.encode()
        page = self._portal.page(path)
        if page is None:
            return "404 Not Found", "text/html; charset=UTF-8", b"<html><body class='error404'>404</body></html>"
        asked.pages.add(path)
        if self._portal.is_article(path):
            asked.articles.add(path)
        return "200 OK", "text/html; charset=UTF-8", page.encode()


@contextmanager
def served(articles: int) -> Iterator[str]:
    """The address of such a portal, which a process of its own serves until the end."""
    command = [sys.executable, str(Path(__file__)), "--articles", str(articles)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().split()[0]
        finally:
            process.terminate()


def counts(url: str) -> dict[str, int]:
    """`requests`, `pages` and `articles` asked for since this was called last."""
    with urllib.request.urlopen(url.rstrip("/") + COUNTS) as answer:
        counted: dict[str, int] = json.load(answer)
    return counted


async def serve(articles: int, port: int, seed: int) -> None:
    """Serve until cancelled; say the address and the number of pages on stdout once it answers."""
    portal: Portal | None = None
    asked = [Asked()]

    def connected() -> Connection:
        assert portal is not None
        return Connection(portal, asked)

    server = await asyncio.get_running_loop().create_server(connected, HOST, port, start_serving=False)
    address = f"http://{HOST}:{server.sockets[0].getsockname()[1]}"
    portal = Portal(address, articles, seed)
    portal.page("/")  # the headlines of all articles are made once
    await server.start_serving()
    sys.stdout.write(f"{address}/ {portal.pages} pages\n")
    sys.stdout.flush()
    await server.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=ARTICLES)
    parser.add_argument("--port", type=int, default=0, help="one that is free, unless it is named")
    parser.add_argument("--seed", type=int, default=9)
    options = parser.parse_args()
    asyncio.run(serve(options.articles, options.port, options.seed))


if __name__ == "__main__":
    main()
