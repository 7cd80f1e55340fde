"""The live web: aiohttp with a tap on the connection, so that captures hold the bytes as sent."""

from __future__ import annotations

import asyncio
import functools
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import aiohttp
import yarl
from aiohttp.client_proto import ResponseHandler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    UnsupportedURLSchemeError,
)

from pipelines.archive.warc import Exchange, Truncated

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from scrapy import Request
    from scrapy.settings import BaseSettings

MAX_HEADER_BYTES = 64 * 1024
_HOP_HEADERS = (b"Proxy-Authorization",)


class _Tap(ResponseHandler):
    """aiohttp's connection, keeping what it receives for the current response."""

    wire = bytearray()

    def set_response_params(self, **params: Any) -> None:
        self.wire = bytearray()  # aiohttp calls this once per request, before sending it
        super().set_response_params(**params)

    def data_received(self, data: bytes) -> None:
        self.wire += data
        super().data_received(data)


class _TappedResponse(aiohttp.ClientResponse):
    """Holds on to what aiohttp lets go of once the body has been read."""

    tap: _Tap
    ip: str | None = None

    async def start(self, connection: Any) -> aiohttp.ClientResponse:
        self.tap = connection.protocol
        peer = connection.transport.get_extra_info("peername")
        self.ip = peer[0] if peer else None
        return await super().start(connection)


class LiveOrigin:
    """Fetches from the portal itself."""

    name = "live"
    live = True

    def __init__(self, settings: BaseSettings) -> None:
        self.max_bytes = settings.getint("DOWNLOAD_MAXSIZE")
        self._timeout = settings.getfloat("DOWNLOAD_TIMEOUT")
        self._verify = settings.getbool("DOWNLOAD_VERIFY_CERTIFICATES")
        self._per_host = settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN")
        self._session: aiohttp.ClientSession | None = None

    def _ready(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit_per_host=self._per_host, ssl=self._verify)
            # aiohttp offers no public hook below its parser, which drops header case and chunk framing
            connector._factory = functools.partial(_Tap, loop=asyncio.get_running_loop())  # type: ignore[assignment]  # noqa: SLF001
            self._session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                response_class=_TappedResponse,
                skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
                max_line_size=MAX_HEADER_BYTES,
                max_field_size=MAX_HEADER_BYTES,
            )
        return self._session

    async def fetch(self, request: Request) -> Exchange:
        """The exchange; a body over DOWNLOAD_MAXSIZE, past the timeout or cut short is kept as truncated."""
        timeout = request.meta.get("download_timeout", self._timeout)
        headers = [
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, values in request.headers.items()
            for value in values
            if name not in _HOP_HEADERS
        ]
        at = datetime.now(UTC).replace(microsecond=0)
        try:
            async with self._ready().request(
                request.method,
                yarl.URL(request.url, encoded=True),
                data=request.body or None,
                headers=headers,
                timeout=aiohttp.ClientTimeout(total=timeout),
                allow_redirects=False,
                proxy=request.meta.get("proxy"),
            ) as response:
                assert isinstance(response, _TappedResponse)
                truncated = await self._drain(response)
                return Exchange(
                    url=request.url,
                    at=at,
                    request=_request_bytes(request, response),
                    response=bytes(response.tap.wire),
                    ip=response.ip,
                    truncated=truncated,
                )
        except TimeoutError as error:
            raise DownloadTimeoutError(f"no answer from {request.url} within {timeout:g} s") from error
        except (aiohttp.InvalidUrlClientError, aiohttp.NonHttpUrlClientError) as error:
            raise UnsupportedURLSchemeError(str(error)) from error
        except aiohttp.ClientConnectorDNSError as error:
            raise CannotResolveHostError(str(error)) from error
        except aiohttp.ClientConnectorError as error:
            raise DownloadConnectionRefusedError(str(error)) from error
        except aiohttp.ClientError as error:
            raise DownloadFailedError(f"{type(error).__name__}: {error}") from error

    async def _drain(self, response: _TappedResponse) -> Truncated | None:
        """Read the body to its end; why it ended early, if it did."""
        try:
            async for _ in response.content.iter_any():
                if len(response.tap.wire) > self.max_bytes:
                    response.close()
                    return "length"
        except TimeoutError:
            return "time"
        except aiohttp.ClientPayloadError:
            return "disconnect"
        return None

    async def discover(self, hosts: Collection[str]) -> None:
        """Nothing: a walk finds what there is."""

    def spelled(self, url: str) -> str:
        """As it is: the portal answers to any spelling as it likes."""
        return url

    def before(self, url: str, at: datetime | None) -> None:
        """Nothing: the live web has only a present."""

    def home(self, hosts: tuple[str, ...]) -> str | None:
        """Nothing: a live crawl is told where to go."""
        return None

    def times(self, url: str) -> list[datetime]:
        """Nothing: the live web has only a present."""
        return []

    def captured_urls(self) -> Iterable[str]:
        """Nothing: the live web has no index."""
        return ()

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


def _request_bytes(request: Request, response: aiohttp.ClientResponse) -> bytes:
    """The request as aiohttp wrote it (aiohttp keeps its headers, in order, but not the bytes)."""
    info = response.request_info
    lines = [f"{info.method} {info.url.raw_path_qs} HTTP/1.1", *(f"{n}: {v}" for n, v in info.headers.items())]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + request.body
