"""The live origin against a server that sends exactly the bytes a test gives it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

import pytest
from patience import DEFAULTS
from scrapy import Request
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
)
from scrapy.settings import Settings

from crawler.origins.live import LiveOrigin
from pipelines.archive.warc import Exchange, split_http

PLAIN = (
    b"HTTP/1.1 200 Duoc\r\nserver: IIS\r\nX-Powered-by: ASP.NET\r\nSet-COOKIE: a=1\r\nset-cookie: b=2\r\n"
    b"Content-length: 5\r\n\r\nhello"
)
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"


@dataclass
class Wire:
    """What the server sends, and what it received; it closes after each answer unless `keep` is set."""

    send: bytes = PLAIN
    keep: bool = False
    hang: bool = False
    received: list[bytes] = field(default_factory=list)


@contextlib.asynccontextmanager
async def serving(wire: Wire) -> AsyncIterator[str]:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                wire.received.append(await reader.readuntil(b"\r\n\r\n"))
                writer.write(wire.send)
                await writer.drain()
                if wire.hang:
                    await reader.read()
                if not wire.keep:
                    break
        with contextlib.suppress(ConnectionError):
            writer.close()
            await writer.wait_closed()
        answered.set()

    answered = asyncio.Event()
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}/tin/?a=1&b=%C3%AA"
    finally:
        server.close()
        if wire.received and not wire.keep:
            await answered.wait()


def run(wire: Wire, then: Callable[[LiveOrigin, str], Awaitable[None]], **settings: object) -> None:
    async def main() -> None:
        origin = LiveOrigin(Settings({**DEFAULTS, "DOWNLOAD_MAXSIZE": 10_000, **settings}))
        try:
            async with serving(wire) as url:
                origin.begin_at(url)
                await then(origin, url)
        finally:
            await origin.close()

    asyncio.run(main())


@pytest.mark.parametrize("send", [PLAIN, CHUNKED, b"HTTP/1.0 404 Khong\r\n\r\nno length, to the end"])
def test_the_response_is_kept_byte_for_byte(send: bytes) -> None:
    async def then(origin: LiveOrigin, url: str) -> None:
        exchange = await origin.fetch(Request(url))
        assert exchange.response == send
        assert exchange.ip == "127.0.0.1"
        assert exchange.truncated is None

    run(Wire(send), then)


def test_the_request_is_kept_as_the_server_received_it() -> None:
    wire = Wire()

    async def then(origin: LiveOrigin, url: str) -> None:
        request = Request(url, headers={"User-Agent": "luutin/test", "Accept-Encoding": "gzip", "X-A": ["1", "2"]})
        assert (await origin.fetch(request)).request == wire.received[0]
        assert b"/tin/?a=1&b=%C3%AA HTTP/1.1" in wire.received[0]

    run(wire, then)


def test_one_connection_serves_many_requests_and_captures_do_not_mix() -> None:
    wire = Wire(keep=True)

    async def then(origin: LiveOrigin, url: str) -> None:
        for send in (PLAIN, CHUNKED, PLAIN):
            wire.send = send
            assert (await origin.fetch(Request(url))).response == send

    run(wire, then)


def test_a_body_over_the_limit_is_cut_and_says_so() -> None:
    body = b"x" * 200_000

    async def then(origin: LiveOrigin, url: str) -> None:
        exchange = await origin.fetch(Request(url))
        assert exchange.truncated == "length"
        assert 10_000 < len(exchange.response) < len(body) + 200

    run(Wire(b"HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n" + body), then)


def test_a_body_shorter_than_announced_is_kept_and_says_so() -> None:
    send = b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nonly this"

    async def then(origin: LiveOrigin, url: str) -> None:
        exchange = await origin.fetch(Request(url))
        assert exchange.truncated == "disconnect"
        assert split_http(exchange.response)[2] == b"only this"

    run(Wire(send), then)


def test_a_server_that_stops_in_the_middle_is_not_waited_for() -> None:
    async def then(origin: LiveOrigin, url: str) -> None:
        exchange = await origin.fetch(Request(url))
        assert exchange.truncated == "time"

    run(Wire(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhalf", hang=True), then, DOWNLOAD_GRACE=0.2)


def test_a_server_that_never_answers_is_a_timeout() -> None:
    async def then(origin: LiveOrigin, url: str) -> None:
        with pytest.raises(DownloadTimeoutError, match=r"0\.2 s"):
            await origin.fetch(Request(url))

    run(Wire(b"", hang=True), then, DOWNLOAD_TIMEOUT=0.2)


@pytest.mark.parametrize("send", [b"", b"SSH-2.0-OpenSSH\r\n\r\n", b"HTTP/1.1 999999 ?\r\n\r\n"])
def test_what_is_not_http_fails_by_name(send: bytes) -> None:
    async def then(origin: LiveOrigin, url: str) -> None:
        with pytest.raises(DownloadFailedError):
            await origin.fetch(Request(url))

    run(Wire(send), then)


def test_refused_and_unknown_hosts_fail_by_name() -> None:
    async def then(origin: LiveOrigin, _: str) -> None:
        origin.begin_at("http://127.0.0.1:1/")
        with pytest.raises(DownloadConnectionRefusedError):
            await origin.fetch(Request("http://127.0.0.1:1/"))
        with pytest.raises(CannotResolveHostError):
            await origin.fetch(Request("http://khong-co.invalid/"))

    run(Wire(), then)


def test_it_has_no_index_and_no_past() -> None:
    async def then(origin: LiveOrigin, url: str) -> None:
        assert (origin.home(()), origin.times(url), list(origin.captured_urls())) == (None, [], [])
        assert isinstance(await origin.fetch(Request(url)), Exchange)

    run(Wire(), then)
