"""Where responses come from: the live portal, or captures of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from scrapy import Request

    from pipelines.archive.warc import Exchange


class Origin(Protocol):
    """Answers requests with exchanges, byte for byte as they were on the wire."""

    name: str
    """What an article's `origin` says, e.g. `live` or `warc:sample.wacz`."""
    live: bool
    """Whether asking costs a server something, so that robots.txt, delays and conditional requests apply."""

    async def fetch(self, request: Request) -> Exchange:
        """The exchange that answers `request`. Raises Scrapy's download errors, or NotCaptured."""
        ...

    def home(self, hosts: tuple[str, ...]) -> str | None:
        """The page to start at where nobody named one: the root of one of `hosts`, or of the host it holds most of."""
        ...

    def times(self, url: str) -> list[datetime]:
        """When `url` was captured, oldest first, where every version is wanted; else only the newest time."""
        ...

    def captured_urls(self) -> Iterable[str]:
        """The URLs of the HTML pages it holds; nothing for the live web."""
        ...

    async def close(self) -> None:
        """Let go of connections and files."""
        ...
