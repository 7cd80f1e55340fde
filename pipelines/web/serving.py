"""The server under the site: uvicorn, with bounds for clients that are slow, many, or say too much."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING, Any

import h11
from uvicorn import Config, Server
from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    from starlette.types import ASGIApp

HEAD_SECONDS = 15
"""For a request to be there whole, from its first byte or from when the connection was made."""
KEPT_OPEN_SECONDS = 10
"""A connection without a request: while one reads, the next page costs a connection anew."""
MAX_HEAD_BYTES = 16_384
MAX_CONNECTIONS = 500
"""Of more, those that come are told to come later (503): a file each, and their answers in memory."""
END_SECONDS = 5
"""For answers under way, when told to end."""


class Timely(H11Protocol):
    """HTTP/1.1 as uvicorn speaks it, but a connection is closed whose request does not come: uvicorn waits for ever."""

    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as h11_impl has it
        super().connection_made(transport)
        self._await_head()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget()
        super().connection_lost(exc)

    def _await_head(self) -> None:
        """Time a request that is awaited; one that is there is timed no more."""
        if self.conn.their_state is not h11.IDLE:
            self._forget()
        elif self._late is None:
            self._late = self.loop.call_later(HEAD_SECONDS, self._too_late)

    def _too_late(self) -> None:
        self._late = None
        if self.conn.their_state is h11.IDLE and not self.transport.is_closing():
            self.transport.close()

    def _forget(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None


def listening(host: str, port: int) -> socket.socket:
    """A socket to serve on; port 0 takes a free one. Raises OSError, OverflowError.

    What asyncio opens itself sends at once what there is; of one it is given that has to be asked for, or the body of
    an answer waits 40 ms for its head to be acknowledged.
    """
    made = socket.create_server((host, port))
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # which the accepted ones inherit
    return made


def server(app: ASGIApp, **options: Any) -> Server:
    """What serves an application; `options` are those of `uvicorn.Config`."""
    return Server(
        Config(
            app,
            **{
                "http": Timely,
                "ws": "none",
                "lifespan": "on",
                "log_level": "warning",
                "server_header": False,
                "timeout_keep_alive": KEPT_OPEN_SECONDS,
                "timeout_graceful_shutdown": END_SECONDS,
                "limit_concurrency": MAX_CONNECTIONS,
                "h11_max_incomplete_event_size": MAX_HEAD_BYTES,
                **options,
            },
        )
    )
