"""The live web: aiohttp with a tap on the connection, so that captures hold the bytes as sent."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import aiohttp
import yarl
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    UnsupportedURLSchemeError,
)

from crawler.errors import BadCertificate, BadHttp, PrivateAddress
from crawler.origins.addresses import authority, is_public, leads_inside, literal
from crawler.origins.resolving import NotPublic
from crawler.origins.wire import TappedResponse, tapped_session
from pipelines.archive.warc import Exchange, Truncated

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from scrapy import Request
    from scrapy.settings import BaseSettings

_HOP_HEADERS = (b"Proxy-Authorization",)


class LiveOrigin:
    """Fetches from the portal itself.

    With `anywhere` it connects to any address; else to public ones, and to the one a crawl was started at (`begin_at`).
    """

    name = "live"
    live = True

    def __init__(self, settings: BaseSettings, *, anywhere: bool = False) -> None:
        self.max_bytes = settings.getint("DOWNLOAD_MAXSIZE")
        self.accepts_bad_certificate: Callable[[str], bool] = lambda _: False
        """Whether the certificate of a URL's host need not be sound: what the portal's description says."""
        self._timeout = settings.getfloat("DOWNLOAD_TIMEOUT")
        self._grace = settings.getfloat("DOWNLOAD_GRACE")
        self._rate = settings.getfloat("DOWNLOAD_MIN_RATE")
        self._body_timeout = settings.getfloat("DOWNLOAD_BODY_TIMEOUT")
        self._verify = settings.getbool("DOWNLOAD_VERIFY_CERTIFICATES")
        self._per_host = settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN")
        self._anywhere = anywhere
        self._start: str | None = None
        self._inside: tuple[str, int] | None = None
        """Host and port the crawl was started at, where those are not of the public Internet."""
        self._sessions: dict[bool, aiohttp.ClientSession] = {}

    def begin_at(self, url: str) -> None:
        """Say where the crawl starts: if that lies inside a network, or on this machine, it may be asked."""
        self._start = url

    async def _session(self, request: Request) -> aiohttp.ClientSession:
        """The session for a request. Raises PrivateAddress where its host is written as an address inside."""
        if self._start is not None:
            self._inside = _place(self._start) if await leads_inside(self._start) else None
            self._start = None
        host, _ = here = _place(request.url)
        proxied = request.meta.get("proxy") is not None  # then the proxy resolves names, and its own address is ours
        free = self._anywhere or here == self._inside
        if not free:
            address = literal("127.0.0.1" if host == "localhost" else host)
            if address is not None and not is_public(address):
                raise PrivateAddress(f"{request.url}: {address} is not an address of the public Internet")
        public = not (free or proxied)
        if public not in self._sessions:
            self._sessions[public] = tapped_session(per_host=self._per_host, public=public)
        return self._sessions[public]

    async def fetch(self, request: Request) -> Exchange:
        """The exchange; a body that is too long, comes too slowly or is cut short is kept as truncated.

        `request.meta["download_latency"]` is set to the seconds until the head of the answer was there. Raises
        Scrapy's download errors and `crawler.errors.NoPage`.
        """
        timeout = request.meta.get("download_timeout", self._timeout)
        try:
            return await self._fetch(request, timeout)
        except TimeoutError as error:
            raise DownloadTimeoutError(f"no answer from {request.url} within {timeout:g} s") from error
        except aiohttp.ClientSSLError as error:  # one of them is a ValueError
            raise BadCertificate(f"{request.url}: {error}") from error
        except (ValueError, aiohttp.InvalidUrlClientError, aiohttp.NonHttpUrlClientError) as error:
            raise UnsupportedURLSchemeError(f"{request.url}: {error}") from error
        except aiohttp.ClientConnectorDNSError as error:
            if isinstance(error.os_error, NotPublic):
                raise PrivateAddress(f"{request.url}: {error.os_error.strerror}") from error
            raise CannotResolveHostError(str(error)) from error
        except aiohttp.ClientConnectorError as error:
            raise DownloadConnectionRefusedError(str(error)) from error
        except aiohttp.ClientResponseError as error:
            raise BadHttp(f"{request.url}: {' '.join(error.message.split())}") from error
        except aiohttp.ClientError as error:
            raise DownloadFailedError(f"{type(error).__name__}: {error}") from error

    async def _fetch(self, request: Request, timeout: float) -> Exchange:
        session = await self._session(request)
        headers = [
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, values in request.headers.items()
            for value in values
            if name not in _HOP_HEADERS
        ]
        at = datetime.now(UTC).replace(microsecond=0)
        loop = asyncio.get_running_loop()
        began = loop.time()
        async with asyncio.timeout(timeout) as patience:
            async with session.request(
                request.method,
                yarl.URL(request.url, encoded=True),
                data=request.body or None,
                headers=headers,
                timeout=aiohttp.ClientTimeout(total=None),
                allow_redirects=False,
                proxy=request.meta.get("proxy"),
                ssl=self._verify and not self.accepts_bad_certificate(request.url),
            ) as response:
                assert isinstance(response, TappedResponse)
                request.meta["download_latency"] = loop.time() - began
                patience.reschedule(None)
                truncated = await self._drain(response, request)
                return Exchange(
                    url=request.url,
                    at=at,
                    request=_request_bytes(request, response),
                    response=bytes(response.tap.wire),
                    ip=response.ip,
                    truncated=truncated,
                )

    async def _drain(self, response: TappedResponse, request: Request) -> Truncated | None:
        """Read the body to its end; why it ended early, if it did.

        It may take DOWNLOAD_GRACE seconds and the time its bytes take at DOWNLOAD_MIN_RATE, and DOWNLOAD_BODY_TIMEOUT
        in all: a trickle is cut off soon, a large file on a slow line is not.
        """
        loop, tap = asyncio.get_running_loop(), response.tap
        most = request.meta.get("download_maxsize", self.max_bytes)
        grace = request.meta.get("download_timeout", self._grace)
        began = loop.time()
        try:
            async with asyncio.timeout(grace) as patience:
                async for _ in response.content.iter_any():
                    if len(tap.wire) > most:
                        response.close()
                        return "length"
                    allowed = grace + len(tap.wire) / self._rate if self._rate else grace
                    patience.reschedule(began + min(allowed, max(grace, self._body_timeout)))
        except TimeoutError:
            response.close()
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
        for session in self._sessions.values():
            await session.close()


def _place(url: str) -> tuple[str, int]:
    """Host and port of a URL; those of http and https are one place. Raises ValueError."""
    host, port = authority(url)
    return host, 80 if port == 443 else port


def _request_bytes(request: Request, response: aiohttp.ClientResponse) -> bytes:
    """The request as aiohttp wrote it (aiohttp keeps its headers, in order, but not the bytes)."""
    info = response.request_info
    lines = [f"{info.method} {info.url.raw_path_qs} HTTP/1.1", *(f"{n}: {v}" for n, v in info.headers.items())]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + request.body
