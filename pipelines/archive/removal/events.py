"""The journal of a portal without what it says of articles that are withdrawn; every other line stays byte for byte."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.archive.journal import Began, Checked, Ended, Event, Gone, Marked, Read, Removed, decode, encode
from pipelines.archive.removal.wording import words_of
from pipelines.urls import fold_url

if TYPE_CHECKING:
    from pipelines.archive.database import Database
    from pipelines.archive.journal import Page
    from pipelines.archive.removal.wording import Phrases


@dataclass
class Surveyed:
    """What a journal says of the captures beside it, once the events of what is withdrawn are taken out."""

    portal: str
    needed: set[tuple[str, int]] = field(default_factory=set)
    """The captures that other events name, by file and offset."""
    dropped: set[tuple[str, int]] = field(default_factory=set)
    """Those that only the events taken out name."""
    aliases: set[str] = field(default_factory=set)
    """Folded URLs that lists gave a withdrawn headline, and at which no article that stays is."""


def survey(path: Path, db: Database, portal: str, urls: set[str], titles: Phrases, mine: frozenset[str]) -> Surveyed:
    """Look through a journal: `urls` are the withdrawn articles', folded, `titles` the phrases of their headlines.

    `mine` are the ids of what is withdrawn.
    """
    found = Surveyed(portal)
    for _, event in _lines(path, 0):
        url = url_of(event)
        taken = url is not None and (url in urls or url in found.aliases)
        if url is not None and not taken and _says(event, titles) and not _stays(db, portal, url, mine):
            found.aliases.add(url)
            taken = True
        pages = found.dropped if taken else found.needed
        pages.update((f"captures/{portal}/{page.file}", page.offset) for page in _pages(event))
    found.dropped -= found.needed
    return found


def write_without(path: Path, new: Path, end: int, urls: set[str], then: Iterable[Removed]) -> int:
    """Write a journal, up to its recorded end, without the events of some URLs, and with others at its end; its size.

    Raises OSError.
    """
    with new.open("wb") as stream:
        for line, event in _lines(path, end):
            if url_of(event) not in urls:
                stream.write(line)
        for one in then:
            stream.write(encode(one))
        stream.flush()
        os.fsync(stream.fileno())
        return stream.tell()


def _lines(path: Path, end: int) -> Iterator[tuple[bytes, Event | None]]:
    if not path.exists():
        return
    read = 0
    with path.open("rb") as stream:
        for line in stream:
            read += len(line)
            if end and read > end:
                return
            yield line, decode(line)


def url_of(event: Event | None) -> str | None:
    """The folded URL of the page an event is about."""
    if isinstance(event, Read):
        return fold_url(event.url)
    return event.url if isinstance(event, Ended | Checked | Gone | Marked) else None


def _says(event: Event | None, titles: Phrases) -> bool:
    """Whether what sources said of a page is a headline that is withdrawn."""
    told = list(event.fields.values()) if isinstance(event, Read) else [getattr(event, "mark", None)]
    return any(titles.said_by(words_of(text)) for text in told if text)


def _stays(db: Database, portal: str, url: str, mine: frozenset[str]) -> bool:
    row = db.one("SELECT article FROM urls WHERE portal = ? AND url = ? AND article NOT NULL", (portal, url))
    return row is not None and row["article"] not in mine


def _pages(event: Event | None) -> Iterator[Page]:
    if isinstance(event, Began):
        yield event.page
    elif isinstance(event, Read):
        yield from event.pages
        yield from (page for _, page in event.files)
