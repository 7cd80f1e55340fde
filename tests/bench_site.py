"""Serves an invented portal of any size, cheaply and from a process of its own.

Run as `python tests/bench_site.py [--articles 3000] [--port 0]`; it says its address once it answers.
"""

from __future__ import annotations

import argparse
import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench_pages import Portal

ARTICLES = 3_000
HOST = "127.0.0.1"
ROBOTS = "User-agent: *\nDisallow: /wp-admin/\n"
MAX_HEAD_BYTES = 65_536


class Connection(asyncio.Protocol):
    """HTTP/1.1 with keep-alive and pipelining, GET and HEAD, and nothing that a static site would not do."""

    def __init__(self, portal: Portal) -> None:
        self._portal = portal
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
        if path == "/robots.txt":
            return "200 OK", "text/plain", ROBOTS.encode()
        page = self._portal.page(path)
        if page is None:
            return "404 Not Found", "text/html; charset=UTF-8", b"<html><body class='error404'>404</body></html>"
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


async def serve(articles: int, port: int) -> None:
    """Serve until cancelled; say the address and the number of pages on stdout once it answers."""
    portal: Portal | None = None

    def connected() -> Connection:
        assert portal is not None
        return Connection(portal)

    server = await asyncio.get_running_loop().create_server(connected, HOST, port, start_serving=False)
    address = f"http://{HOST}:{server.sockets[0].getsockname()[1]}"
    portal = Portal(address, articles)
    portal.page("/")  # the headlines of all articles are made once
    await server.start_serving()
    sys.stdout.write(f"{address}/ {portal.pages} pages\n")
    sys.stdout.flush()
    await server.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=ARTICLES)
    parser.add_argument("--port", type=int, default=0, help="one that is free, unless it is named")
    options = parser.parse_args()
    asyncio.run(serve(options.articles, options.port))


if __name__ == "__main__":
    main()
