"""aiohttp's connection with a tap on it: keeps the bytes as sent, and bears what servers get wrong about HTTP."""

from __future__ import annotations

import asyncio
import functools
import re
from typing import Any

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.http_exceptions import HttpProcessingError

from crawler.origins.resolving import PublicResolver
from pipelines.archive.warc import head_length

MAX_HEAD_BYTES = 64 * 1024
"""Of status line and headers together; the largest seen is under 4 KiB."""
MAX_HEADERS = 2_000
_LINE = re.compile(rb"([!#$%&'*+\-.^_`|~0-9A-Za-z]+)[ \t]*:([^\0\r\n]*)")
_NO_BODY = (204, 304)


class Tap(ResponseHandler):
    """Keeps in `wire` what it receives of the current response; what a server sends before or behind that is no part.

    The parser is given a head it cannot stumble over: see `mended`.
    """

    wire = bytearray()
    _head: bytearray | None = None
    """What came of the head, while that is not whole."""
    _left: int | None = None
    """Bytes of the body still to come, where its length was announced."""

    def set_response_params(self, **params: Any) -> None:
        self.wire, self._head, self._left = bytearray(), bytearray(), None  # called once per request, before it is sent
        super().set_response_params(**params)

    def data_received(self, data: bytes) -> None:
        if self._parser is None or not data:  # between two requests, or the parser goes on where it paused
            super().data_received(data)
            return
        if self._head is not None:
            data = self._head_received(data)
        if self._left is not None:
            if len(data) > self._left:
                self.force_close()
                data = data[: self._left]
            self._left -= len(data)
        if data:
            self.wire += data
            payload = self._payload
            super().data_received(data)
            if (error := self.exception()) is not None and payload is not None and not payload.is_eof():
                payload.set_exception(aiohttp.ClientPayloadError(str(error)))  # else nobody would tell who reads it

    def _head_received(self, data: bytes) -> bytes:
        """What of `data` lies behind the head; nothing while that is not whole."""
        assert self._head is not None
        self._head += data
        while True:
            head = bytes(self._head[:MAX_HEAD_BYTES])
            end = head_length(head)
            if not head.startswith(b"HTTP/"[: len(head)]):
                return self._refuse("no HTTP status line")
            if not head[:end].endswith(b"\n\n") and not head[:end].endswith(b"\r\n\r\n"):
                return self._refuse(f"over {MAX_HEAD_BYTES} bytes") if len(head) == MAX_HEAD_BYTES else b""
            if not re.match(rb"HTTP/\S+ +1(?!01)\d\d\b", head):
                break
            del self._head[:end]  # 100 Continue, 103 Early Hints: the answer comes after it
        rest, self._head = bytes(self._head[end:]), None
        self.wire += head[:end]
        plain, self._left = mended(head[:end])
        super().data_received(plain)
        return rest

    def _refuse(self, why: str) -> bytes:
        """End the exchange: what came is no HTTP."""
        self._head = None
        self._left = 0
        if self.transport is not None:
            self.transport.close()
        self.set_exception(HttpProcessingError(code=400, message=f"the head of the answer has {why}"))
        return b""


def mended(head: bytes) -> tuple[bytes, int | None]:
    """The head of a response as a strict parser takes it -> (head, bytes of the body where announced).

    Lines that are no header are left out, and of contradicting lengths what browsers leave out: Content-Length beside
    chunks (RFC 9112, 6.3), every one after the first, and one that is no number.
    """
    first, *lines = head.splitlines()
    headers = [(match[1], match[2]) for line in lines if (match := _LINE.fullmatch(line))]
    chunked = any(name.lower() == b"transfer-encoding" and b"chunked" in value.lower() for name, value in headers)
    lengths = [value.strip() for name, value in headers if name.lower() == b"content-length"]
    length = int(lengths[0]) if lengths and lengths[0].isdigit() and len(lengths[0]) < 16 and not chunked else None
    kept = [first, *(name + b":" + value for name, value in headers if name.lower() != b"content-length")]
    if length is not None:
        kept.append(b"Content-Length: %d" % length)
    status = first.split(None, 2)[1:2]
    if status and status[0].isdigit() and int(status[0]) in _NO_BODY:
        length = 0
    return b"\r\n".join(kept) + b"\r\n\r\n", length


class TappedResponse(aiohttp.ClientResponse):
    """Holds on to what aiohttp lets go of once the body has been read."""

    tap: Tap
    ip: str | None = None

    async def start(self, connection: Any) -> aiohttp.ClientResponse:
        self.tap = connection.protocol
        peer = connection.transport.get_extra_info("peername")
        self.ip = peer[0] if peer else None
        return await super().start(connection)


def tapped_session(*, per_host: int, public: bool) -> aiohttp.ClientSession:
    """A session whose responses are `TappedResponse`; with `public` it connects to public addresses only."""
    resolver = PublicResolver() if public else None
    connector = aiohttp.TCPConnector(limit_per_host=per_host, resolver=resolver)
    # aiohttp offers no public hook below its parser, which drops header case and chunk framing
    connector._factory = functools.partial(Tap, loop=asyncio.get_running_loop())  # type: ignore[assignment]  # noqa: SLF001
    session = aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        response_class=TappedResponse,
        skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
        max_line_size=MAX_HEAD_BYTES,
        max_field_size=MAX_HEAD_BYTES,
        max_headers=MAX_HEADERS,
    )
    session._retry_connection = False  # noqa: SLF001 - it would ask twice without a pause, and nobody would count it
    return session
