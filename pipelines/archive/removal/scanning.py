"""Which captures say what is withdrawn: every one is looked at once, in worker processes."""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.archive.removal.message import Message, Unreadable, may_say
from pipelines.archive.removal.records import Member, members_from
from pipelines.archive.removal.wording import Phrases, said_in
from pipelines.errors import BadWarc

if TYPE_CHECKING:
    from pipelines.archive.database import Database

BATCH_CAPTURES = 256


@dataclass(frozen=True, slots=True)
class Lot:
    """Some captures of one file: of each where it begins and ends with what is kept beside it, whether it is text."""

    path: Path
    file: str
    spots: tuple[tuple[int, int, bool], ...]


@dataclass
class Hits:
    """By file and offset, the digests of the phrases a capture says; how much was read, and what could not be."""

    said: dict[tuple[str, int], frozenset[int]] = field(default_factory=dict)
    unreadable: list[tuple[str, int]] = field(default_factory=list)
    captures: int = 0
    bytes: int = 0
    """Of text, decoded."""

    def add(self, other: Hits) -> None:
        self.said |= other.said
        self.unreadable += other.unreadable
        self.captures += other.captures
        self.bytes += other.bytes


def lots(folder: Path, db: Database, file: str, end: int, start: int = 0) -> Iterator[Lot]:
    """The captures of a WARC file from a byte on up to its recorded end, in lots."""
    rows = db.rows(
        "SELECT offset, mime, revisit FROM captures WHERE file = ? AND offset >= ? ORDER BY offset", (file, start)
    )
    spots: list[tuple[int, int, bool]] = []
    last = None
    for row in [*rows, None]:
        if last is not None:
            spots.append((last["offset"], row["offset"] if row else end, may_say(last["mime"]) and not last["revisit"]))
        if spots and (row is None or len(spots) >= BATCH_CAPTURES):
            yield Lot(folder / file, file, tuple(spots))
            spots = []
        last = row


def scan(lot: Lot, phrases: Phrases) -> Hits:
    """What the captures of a lot say."""
    hits = Hits()
    with lot.path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        for offset, end, is_text in lot.spots:
            hits.captures += 1
            said: set[int] = set()
            try:
                for number, member in enumerate(members_from(data, offset, end)):
                    if number == 0 and is_text:
                        text = text_of(member)
                        hits.bytes += len(text or "")
                        said |= said_in(text, phrases) if text else frozenset()
                    elif member.value("WARC-Type") == "metadata":
                        said |= said_in(member.block.decode("utf-8", "replace"), phrases)
            except (Unreadable, BadWarc):
                hits.unreadable.append((lot.file, offset))
            if said:
                hits.said[lot.file, offset] = frozenset(said)
    return hits


def text_of(member: Member) -> str | None:
    """The text of a captured answer; None where it is none. Raises Unreadable, BadWarc."""
    return Message.of(member.block).text if member.value("WARC-Type") == "response" else None
