"""Which addresses a crawl may connect to: those of the public Internet, and the one host it was started at."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from urllib.parse import urlsplit

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
"""Addresses that carry an IPv4 address (RFC 6052), as mapped and 6to4 ones do."""


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public Internet: not of this machine, a private network, a link, a group.

    An IPv6 address that stands for an IPv4 one is judged by that. Raises ValueError where it is no address.
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inside = ip.ipv4_mapped or ip.sixtofour
        if inside is None and ip in _NAT64:
            inside = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        ip = inside or ip
    return ip.is_global and not ip.is_multicast


def literal(host: str) -> str | None:
    """The IP address a host is written as, in any way `inet_aton` reads (decimal, octal, short); None for names."""
    bare = host.rstrip(".")
    try:
        return str(ipaddress.ip_address(bare.partition("%")[0]))
    except ValueError:
        pass
    try:
        return socket.inet_ntoa(socket.inet_aton(bare)) if bare[:1].isdigit() else None
    except OSError:
        return None


async def leads_inside(url: str) -> bool:
    """Whether the host of a URL is, or resolves to, an address that is not public; False where it has none."""
    host = urlsplit(url).hostname or ""
    if (address := literal(host)) is not None:
        return not is_public(address)
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return False
    return any(not is_public(str(one[4][0])) for one in found)


def authority(url: str) -> tuple[str, int]:
    """Host and port of a URL. Raises ValueError where it has no sensible port."""
    parts = urlsplit(url)
    return (parts.hostname or "").rstrip("."), parts.port or (443 if parts.scheme == "https" else 80)


def is_loopback(url: str) -> bool:
    """Whether a URL is one of this machine, which needs no sparing."""
    host = (urlsplit(url).hostname or "").rstrip(".")
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
