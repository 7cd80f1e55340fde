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

from crawler.errors import BadHttp
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


Server = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@contextlib.asynccontextmanager
async def listening(answer: Server) -> AsyncIterator[str]:
    """The URL of a server that does `answer` with each connection; all are closed in the end."""
    connections: list[asyncio.Task[None]] = []

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        connections.append(task)
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await answer(reader, writer)
        with contextlib.suppress(ConnectionError):
            writer.close()
            await writer.wait_closed()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/tin/?a=1&b=%C3%AA"
    finally:
        server.close()
        for task in connections:
            task.cancel()
        await asyncio.gather(*connections, return_exceptions=True)


@contextlib.asynccontextmanager
async def serving(wire: Wire) -> AsyncIterator[str]:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            wire.received.append(await reader.readuntil(b"\r\n\r\n"))
            writer.write(wire.send)
            await writer.drain()
            if wire.hang:
                await reader.read()
            if not wire.keep:
                break

    async with listening(answer) as url:
        yield url


def run(wire: Wire | Server, then: Callable[[LiveOrigin, str], Awaitable[None]], **settings: object) -> None:
    async def main() -> None:
        origin = LiveOrigin(Settings({**DEFAULTS, "DOWNLOAD_MAXSIZE": 10_000, **settings}))
        async with serving(wire) if isinstance(wire, Wire) else listening(wire) as url:
            origin.begin_at(url)
            try:
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


BODY = b"<html><body>Tin</body></html>"
LENGTH = b"Content-Length: %d\r\n" % len(BODY)
CHUNKS = b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY)


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n", CHUNKS),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 9000\r\n", CHUNKS),
        (b"HTTP/1.1 200 OK\r\n" + LENGTH + LENGTH, BODY),
        (b"HTTP/1.1 200 OK\r\n" + LENGTH + b"Content-Length: 9\r\n", BODY),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n", BODY),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n", BODY),
        (b"HTTP/1.1 200 OK\r\nkhong co dau hai cham\r\nX: a\0b\r\nContent-Type : text/html\r\n" + LENGTH, BODY),
        (b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: a\r\n" % n for n in range(900)) + LENGTH, BODY),
        (b"HTTP/1.1 200\r\n" + LENGTH, BODY),
    ],
)
def test_what_servers_get_wrong_about_the_head_is_borne_and_kept(head: bytes, body: bytes) -> None:
    send = head + b"\r\n" + body

    async def then(origin: LiveOrigin, url: str) -> None:
        exchange = await origin.fetch(Request(url))
        assert (exchange.response, exchange.truncated) == (send, None)
        assert split_http(exchange.response)[2] == BODY

    run(Wire(send), then)


@pytest.mark.parametrize(
    "before", [b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n" * 3]
)
def test_what_comes_before_the_answer_is_no_part_of_it(before: bytes) -> None:
    async def then(origin: LiveOrigin, url: str) -> None:
        assert (await origin.fetch(Request(url))).response == PLAIN

    run(Wire(before + PLAIN), then)


@pytest.mark.parametrize("head", [b"Content-Length: 5\r\n\r\nhello", b"Content-Length: 0\r\n\r\n"])
@pytest.mark.parametrize("behind", [b" and more than it says", PLAIN])
def test_what_comes_behind_it_is_neither_and_no_answer_to_the_next(head: bytes, behind: bytes) -> None:
    wire = Wire(b"HTTP/1.1 200 OK\r\n" + head + behind, keep=True)

    async def then(origin: LiveOrigin, url: str) -> None:
        for _ in range(2):
            assert (await origin.fetch(Request(url))).response == b"HTTP/1.1 200 OK\r\n" + head

    run(wire, then)


@pytest.mark.parametrize("send", [b"HTTP/1.1 204 Khong\r\nContent-Length: 9\r\n\r\n", b"HTTP/1.1 205 Lai\r\n\r\n"])
def test_an_answer_without_a_body_is_not_waited_for(send: bytes) -> None:
    async def then(origin: LiveOrigin, url: str) -> None:
        assert (await origin.fetch(Request(url))).response == send

    run(Wire(send), then)


def _endless(line: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\n" + line * (400_000 // len(line))


@pytest.mark.parametrize(
    "send",
    [
        _endless(b"X: a\r\n"),
        _endless(b"a"),
        b"<html>HTTP/0.9</html>",
        b"ICY 200 OK\r\n\r\n",
        b"HTTP/1.1 999999 ?\r\n\r\n",
    ],
)
def test_a_head_that_never_ends_or_is_none_is_bad_http(send: bytes) -> None:
    async def then(origin: LiveOrigin, url: str) -> None:
        with pytest.raises(BadHttp):
            await origin.fetch(Request(url))

    run(Wire(send, hang=True), then)


def test_chunks_that_are_none_end_the_body_there() -> None:
    async def then(origin: LiveOrigin, url: str) -> None:
        assert (await origin.fetch(Request(url))).truncated == "disconnect"

    run(Wire(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nTin\r\n", hang=True), then)


def in_pieces(size: int, piece: int, seconds: float) -> Server:
    """A server that takes so long between the pieces of a body."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size)
        for _ in range(size // piece):
            writer.write(b"x" * piece)
            await writer.drain()
            await asyncio.sleep(seconds)

    return answer


def test_a_trickle_is_cut_off_though_it_goes_on() -> None:
    async def then(origin: LiveOrigin, url: str) -> None:
        began = asyncio.get_running_loop().time()
        exchange = await origin.fetch(Request(url))
        assert exchange.truncated == "time"
        assert exchange.response.endswith(b"xx")
        assert asyncio.get_running_loop().time() - began < 5

    run(in_pieces(5_000, 1, 0.02), then, DOWNLOAD_GRACE=0.2)


def test_a_large_body_may_take_the_time_it_needs() -> None:
    async def then(origin: LiveOrigin, url: str) -> None:
        assert (await origin.fetch(Request(url))).truncated is None

    limits = {"DOWNLOAD_GRACE": 0.1, "DOWNLOAD_MIN_RATE": 10_000, "DOWNLOAD_MAXSIZE": 100_000}
    run(in_pieces(60_000, 10_000, 0.05), then, **limits)


def test_one_connection_broken_by_the_server_is_not_asked_twice_behind_our_back() -> None:
    wire = Wire(keep=True)

    async def then(origin: LiveOrigin, url: str) -> None:
        await origin.fetch(Request(url))
        wire.send, wire.keep = b"", False
        with pytest.raises(DownloadFailedError):
            await origin.fetch(Request(url))
        assert len(wire.received) == 2

    run(wire, then)
