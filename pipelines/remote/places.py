"""What is a URL of a storage, and where on this machine its working copy lies."""

from __future__ import annotations

import os
import re
from hashlib import blake2b
from pathlib import Path

_URL = re.compile(r"[a-z][a-z0-9+.-]+(?:::|://)", re.IGNORECASE)
"""Two letters at least: a drive of Windows has one."""


def is_url(place: str | Path) -> bool:
    """Whether a place is a URL of a storage (`s3://bucket/tin`, `file:///srv/tin`), and not a path."""
    return isinstance(place, str) and bool(_URL.match(place))


def joined(url: str, *names: str) -> str:
    """A place below a URL."""
    return "/".join([url.rstrip("/"), *names])


def working_copy(url: str) -> Path:
    """The folder of this machine in which what lies at a URL is worked on.

    `LUUTIN_CACHE` names where such folders are; without it they are where the system keeps caches (XDG Base Directory).
    """
    caches = os.environ.get("LUUTIN_CACHE")
    if not caches:
        home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
        caches = str(Path(home) / "luutin")
    url = url.rstrip("/")
    name = re.sub(r"[^\w.-]+", "-", url.partition("://")[2])[-60:].strip("-.") or "root"
    return Path(caches) / f"{name}-{blake2b(url.encode(), digest_size=6).hexdigest()}"
