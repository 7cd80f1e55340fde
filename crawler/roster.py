"""Which portals are to be crawled together, and which of them one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.arguments import page_url, portal_of, portals_of
from crawler.errors import BadArgument
from crawler.origins.addresses import is_loopback
from pipelines.urls import portal_name

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

MAX_LIST_BYTES = 1_000_000
REMOTE = ("wayback", "commoncrawl")
"""Origins whose server takes one request at a time, whatever portal it is for."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One portal: its name (`portal` for one nobody has described), what goes with it, its name in the archive.

    `servers` are the machines a live crawl of it asks.
    """

    name: str
    arguments: dict[str, str]
    key: str
    url: str
    servers: frozenset[str]


def standing(settings: BaseSettings, *, gone_too: bool) -> list[str]:
    """The names of the described portals that are still there, as far as is known; of all where archives are asked."""
    today = datetime.now(UTC).date()
    return [one.name for one in portals_of(settings) if gone_too or not _is_gone(one.gone_since, today)]


def _is_gone(since: date | None, today: date) -> bool:
    return since is not None and since <= today


def read_list(path: Path) -> list[str]:
    """The words of a list file: a portal's name or a start URL a line; what follows a `#` is a comment.

    Raises BadArgument.
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_LIST_BYTES + 1)
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise BadArgument(f"--file {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise BadArgument(f"--file {path}: is no text in UTF-8 ({error.reason} at byte {error.start})") from error
    if len(data) > MAX_LIST_BYTES:
        raise BadArgument(f"--file {path}: is longer than {MAX_LIST_BYTES} bytes. Name a portal or a URL a line.")
    words = list(_words(path, text))
    if not words:
        raise BadArgument(f"--file {path}: names no portal. Write a name of `luutin list` or a start URL a line.")
    return words


def _words(path: Path, text: str) -> Iterator[str]:
    for number, line in enumerate(text.splitlines(), 1):
        said = line.strip()
        said = "" if said.startswith("#") else said.partition(" #")[0].strip()
        if len(said.split()) > 1:
            raise BadArgument(f"--file {path}: line {number}: {said!r}: one portal or URL a line; # begins a comment")
        if said:
            yield said


def roster(settings: BaseSettings, words: Sequence[str], arguments: dict[str, str]) -> list[Entry]:
    """The portals that `words` (names and start URLs) mean, each once. Raises BadArgument."""
    entries = dict.fromkeys(words)
    return [_entry(settings, word, arguments) for word in entries]


def _entry(settings: BaseSettings, word: str, arguments: dict[str, str]) -> Entry:
    url = page_url(word) if "://" in word else None
    name, arguments = ("portal", {"url": url, **arguments}) if url else (word, arguments)
    if word == "portal":
        raise BadArgument("`portal` needs to know where: name the start URL itself, https://…")
    portal = portal_of(settings, name, arguments)
    key = portal_name(url) if url and portal.name == "portal" else portal.name
    start = url or f"https://{portal.hosts[0]}/"
    servers = frozenset(map(_server, [start, *(f"//{host}" for host in portal.hosts)]))
    return Entry(name, arguments, key, start, servers)


def _server(url: str) -> str:
    """The machine a URL lies on; on loopback every port is one of its own, as nobody's server is asked there."""
    parts = urlsplit(url)
    return parts.netloc if is_loopback(url) else (parts.hostname or "").removeprefix("www.")


def in_turn(entries: Iterable[Entry], *, apart: bool = True) -> list[list[Entry]]:
    """The entries in groups: those of one share a server or a key, so that they go one after the other.

    Where not `apart`, all share the server of an archive.
    """
    groups: list[tuple[set[str], list[Entry]]] = []
    for entry in entries:
        shared = {f"key {entry.key}", *entry.servers} if apart else {"all"}
        joined = [group for group in groups if not group[0].isdisjoint(shared)]
        groups = [group for group in groups if group not in joined]
        members = [member for _, members in joined for member in members]
        groups.append((shared.union(*(servers for servers, _ in joined)), [*members, entry]))
    return [members for _, members in groups]


def asks_one(entries: Sequence[Entry]) -> bool:
    """Whether all crawls ask the same server: an archive's."""
    return any(entry.arguments.get("origin", "").partition(":")[0] in REMOTE for entry in entries)
