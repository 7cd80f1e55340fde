"""The journals of a portal out of several folders as one: in the order of time, and what several tell once.

An event that does not say when it took place belongs to the last one before it that does: with it it is a block. Blocks
of all journals are put in order, so that events keep theirs and two runs at the same time are told as they went on.
"""

from __future__ import annotations

import heapq
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

import msgspec

from pipelines.archive.journal import (
    Began,
    Checked,
    Ended,
    Event,
    Gone,
    Page,
    Read,
    Removed,
    encode,
    read_journal,
)
from pipelines.archive.merging.captures import Moved
from pipelines.archive.merging.removals import Removals
from pipelines.archive.removal.events import url_of
from pipelines.archive.rows import REMOVED

BEFORE_ALL = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Told:
    """A journal, up to where it is read, and where the records it names now are."""

    path: Path
    end: int
    moved: Mapping[str, Moved]

    def events(self) -> Iterator[Event]:
        """Its events as they are to be told now. Raises ArchiveError."""
        for event in read_journal(self.path, self.end):
            yield _moved(event, self.moved)


@dataclass(slots=True)
class _Block:
    at: datetime
    lines: list[bytes]


def unite(journals: Sequence[Told], removals: Removals, portal: str, others: Sequence[Removed], to: Path) -> None:
    """Write the journals of one portal as one; `others` are removals none of them tells of.


    What they say of pages of withdrawn articles is left out, as where something is withdrawn. Raises OSError,
    ArchiveError.
    """
    withdrawn = removals.urls[portal].union(*(event.urls for event in others))
    further = (_Block(event.at, [encode(event)]) for event in sorted(others, key=lambda event: event.at))
    order = heapq.merge(*(_blocks(told, removals, withdrawn) for told in journals), further, key=lambda block: block.at)
    with to.open("wb") as stream:
        for at, blocks in groupby(order, key=lambda block: block.at):
            stream.writelines(_once([block.lines for block in blocks], timed=at != BEFORE_ALL))
        stream.flush()
        os.fsync(stream.fileno())


def _blocks(told: Told, removals: Removals, withdrawn: set[str]) -> Iterator[_Block]:
    """The blocks of a journal, without what it says of the pages of withdrawn articles."""
    block = _Block(BEFORE_ALL, [])
    for event in told.events():
        if _is_left_out(event, withdrawn) or removals.says(event):
            continue
        at = event.at if isinstance(event, Began | Read | Checked | Gone | Removed) else None
        if at is not None and at >= block.at:  # a clock may have been set back
            if block.lines:
                yield block
            block = _Block(at, [])
        block.lines.append(encode(event))
    if block.lines:
        yield block


def _is_left_out(event: Event, withdrawn: set[str]) -> bool:
    if isinstance(event, Ended) and event.outcome == REMOVED:
        return False
    return url_of(event) in withdrawn


def _once(blocks: list[list[bytes]], *, timed: bool) -> Iterator[bytes]:
    """The lines of blocks of one time, each once; blocks that begin with the same event are states of one."""
    found: dict[bytes, list[bytes]] = {}
    for block in blocks:
        first = block[0] if timed else b""
        short, long = sorted((found.setdefault(first, block), block), key=len)
        if long[: len(short)] != short:  # copies that have gone on differently
            long = block[:timed] + sorted({*short[timed:], *long[timed:]})
        found[first] = long
    for first in sorted(found):
        yield from found[first]


def _moved(event: Event, moved: Mapping[str, Moved]) -> Event:
    """An event that names records where they now are."""
    if isinstance(event, Began):
        return msgspec.structs.replace(event, page=_page(event.page, moved))
    if isinstance(event, Read):
        pages = tuple(_page(page, moved) for page in event.pages)
        files = tuple((url, _page(page, moved)) for url, page in event.files)
        return msgspec.structs.replace(event, pages=pages, files=files)
    return event


def _page(page: Page, moved: Mapping[str, Moved]) -> Page:
    if (there := moved.get(page.file)) is None:
        return page
    return Page(there.name, there.offsets.get(page.offset, page.offset), page.at)
