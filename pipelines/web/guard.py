"""What stands before the site: who asks too much, too long or for what is not answered is told so at once."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from typing import TYPE_CHECKING, Any

from starlette.datastructures import MutableHeaders
from starlette.requests import Request

from pipelines.web.answering import PAGE_POLICY, SAFE

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

ANSWERED = ("GET", "HEAD")
POSTED = "/oai"
"""Where an address may be posted instead: OAI-PMH demands it (3.1.1)."""
MAX_ADDRESS_BYTES = 8_000
"""Of path and query: what servers on the way let pass (RFC 9110, 4.1)."""
MAX_CLIENT_CHARS = 64
_SPOKEN = {**SAFE, "Content-Security-Policy": PAGE_POLICY}

Refuse = Callable[[Request, int, str, Mapping[str, str]], "Response"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much one client may ask. A reader never gets near: a page with all its pictures is a few dozen requests at
    once, and then read; a harvester gets 100 records with each.
    """

    requests_per_second: float = 20.0
    burst: int = 100
    clients: int = 50_000
    """That are remembered; of more, those unheard of for longest are forgotten."""
    local: bool = False
    """Whether those on this machine are limited too: they are whoever runs it, unless a proxy hides who asks."""


class Buckets:
    """Tokens of clients: a request takes one, and they come back with time. Memory is bounded."""

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits, self._clock = limits, clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, client: str) -> float:
        """Take a token of a client: 0.0, or the seconds until there is one."""
        now, limits = self._clock(), self._limits
        left, at = self._left.pop(client, (float(limits.burst), now))
        left = min(left + (now - at) * limits.requests_per_second, float(limits.burst))
        wait = 0.0 if left >= 1 else (1 - left) / limits.requests_per_second
        self._left[client] = (left if wait else left - 1, now)
        if len(self._left) > limits.clients:
            self._left.popitem(last=False)
        return wait

    def __len__(self) -> int:
        return len(self._left)


def client_of(address: str) -> tuple[str, bool]:
    """Who an address is, and whether on this machine: of IPv6 the /64, which is one line's."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:  # a proxy may name something else
        return address[:MAX_CLIENT_CHARS], False
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is None:
            return f"{found.exploded[:19]}::/64", found.is_loopback
        found = found.ipv4_mapped
    return str(found), found.is_loopback


class Guard:
    """ASGI middleware: rates, methods, lengths; and no answer without the headers that keep a browser safe.

    `refuse` makes the answer out of request, status, message and headers.
    """

    def __init__(self, app: ASGIApp, limits: Limits, refuse: Refuse) -> None:
        self._app, self._limits, self._refuse = app, limits, refuse
        self._buckets = Buckets(limits)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def spoken(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _SPOKEN.items():
                    headers.setdefault(name, value)
            await send(message)

        request = Request(scope)
        if refusal := self._refusal(request):
            await self._refuse(request, *refusal)(scope, receive, spoken)
        else:
            await self._app(scope, receive, spoken)

    def _refusal(self, request: Request) -> tuple[int, str, dict[str, str]] | None:
        """Why a request is not met: status, message, headers."""
        scope: dict[str, Any] = dict(request.scope)
        if wait := self._wait(scope.get("client")):
            seconds = math.ceil(wait)
            return 429, f"too many requests: go on after {seconds} s", {"Retry-After": str(seconds)}
        posted = scope["method"] == "POST" and scope["path"] == POSTED
        if not posted and scope["method"] not in ANSWERED:
            return 405, "only GET and HEAD are answered: nothing can be changed here", {"Allow": ", ".join(ANSWERED)}
        if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > MAX_ADDRESS_BYTES:
            return 414, f"the address is longer than {MAX_ADDRESS_BYTES} bytes: ask for less", {}
        size = request.headers.get("content-length", "0").strip()
        if "transfer-encoding" in request.headers or not size.isdecimal() or int(size[:9]) > posted * MAX_ADDRESS_BYTES:
            return 413, "a request has no body here: say all in the address", {"Connection": "close"}
        return None

    def _wait(self, client: tuple[str, int] | None) -> float:
        name, local = client_of(client[0]) if client else ("", True)
        return 0.0 if local and not self._limits.local else self._buckets.take(name)
