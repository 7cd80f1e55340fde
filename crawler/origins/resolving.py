"""aiohttp's name resolution, without what leads into a network or to this machine."""

from __future__ import annotations

import errno
import socket

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import DefaultResolver

from crawler.origins.addresses import is_public


class NotPublic(OSError):
    """A host has no address of the public Internet. Raised by `PublicResolver`; `live` names it for the crawl."""

    def __init__(self, host: str, address: str) -> None:
        super().__init__(errno.EACCES, f"{host} is {address}, which is not an address of the public Internet")


class PublicResolver(AbstractResolver):
    """Resolves names as usual and leaves out every address that is not public, so that no name can lead inside.

    What it gives is what is connected to: a name that means something else a moment later changes nothing.
    """

    def __init__(self) -> None:
        self._resolver = DefaultResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The public addresses of a host. Raises NotPublic where it has only others, OSError where it has none."""
        found = await self._resolver.resolve(host, port, family)
        public = [one for one in found if is_public(one["host"])]
        if found and not public:
            raise NotPublic(host, found[0]["host"])
        return public

    async def close(self) -> None:
        await self._resolver.close()
