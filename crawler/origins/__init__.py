"""Where responses come from: the live portal, or captures of it.

`LiveOrigin` asks the portal. The others are archives (`ArchiveOrigin`): each learns what it holds of a portal
(`discover`), keeps that in one index (`Copies`), and reads the copy a request means. `named` makes one from what
`-a origin=…` says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from scrapy import Request

    from pipelines.archive.warc import Exchange


class Origin(Protocol):
    """Answers requests with exchanges, byte for byte as they were on the wire."""

    name: str
    """What an article's `origin` says, e.g. `live`, `wacz:sample.wacz` or `wayback:web.archive.org`."""
    live: bool
    """Whether the portal itself is asked, so that its robots.txt, delays and conditional requests apply."""

    async def discover(self, hosts: Collection[str]) -> None:
        """Learn what there is of a portal on these hosts, before anything is fetched. Raises CrawlError."""
        ...

    async def fetch(self, request: Request) -> Exchange:
        """The exchange that answers `request`. Raises Scrapy's download errors, NotCaptured or CrawlError."""
        ...

    def home(self, hosts: tuple[str, ...]) -> str | None:
        """The page to start at where nobody named one: the root of one of `hosts`, or of the host it holds most of."""
        ...

    def spelled(self, url: str) -> str:
        """`url` as it was captured: with `www.` or without, by http or https; itself where it was not."""
        ...

    def times(self, url: str) -> list[datetime]:
        """When `url` was captured, oldest first, where every version is wanted; else only the newest time."""
        ...

    def before(self, url: str, at: datetime | None) -> datetime | None:
        """When `url` was captured before `at` with other content, where one capture is wanted and that was no good."""
        ...

    def captured_urls(self) -> Iterable[str]:
        """The URLs of the HTML pages it holds; nothing for the live web."""
        ...

    async def close(self) -> None:
        """Let go of connections and files."""
        ...
