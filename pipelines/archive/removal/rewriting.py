"""Files of an archive written anew beside the old ones, without what is withdrawn."""

from __future__ import annotations

import mmap
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from pipelines.archive.mend import NEW
from pipelines.archive.removal.message import Message, Unreadable
from pipelines.archive.removal.records import DoesNotFit, Member, exchange_at, masked_record, tombstone
from pipelines.archive.removal.wording import masked
from pipelines.errors import ArchiveError, BadWarc

if TYPE_CHECKING:
    from collections.abc import Iterable
    from sqlite3 import Row

    from pipelines.archive.removal.wording import Phrases


_PIECE_BYTES = 1 << 20


@dataclass(frozen=True)
class Order:
    """When and why, as tombstones say it."""

    at: datetime
    reason: str


@dataclass
class Rewritten:
    """What became of the captures of a file, by their offsets."""

    withdrawn: set[int] = field(default_factory=set)
    masked: dict[int, int] = field(default_factory=dict)
    """With how long each now is."""
    stranded: set[int] = field(default_factory=set)
    """Withdrawn, though others were read from them, as what is left of them takes more room than there is."""


def new_of(path: Path) -> Path:
    """Where the new state of a file is written."""
    return path.with_name(path.name + NEW)


def rewrite_captures(
    path: Path, end: int, rows: Mapping[int, Row], masks: Mapping[int, Phrases], order: Order
) -> Rewritten:
    """Write a WARC file anew, with tombstones in the place of some captures and others masked.

    `rows` are those of both, by offset, `masks` what is made unreadable in the latter. Raises OSError, ArchiveError.
    """
    done, new = Rewritten(), new_of(path)
    shutil.copyfile(path, new)
    with path.open("rb") as old, mmap.mmap(old.fileno(), 0, access=mmap.ACCESS_READ) as data, new.open("r+b") as stream:
        stream.truncate(end)
        for offset, row in sorted(rows.items()):
            exchange = exchange_at(data, offset, end)
            if offset in masks and exchange and (record := _masked(exchange, masks[offset], order)):
                done.masked[offset] = len(record)
            else:
                length = sum(member.length for member in exchange) or row["length"]
                record = _tombstone(row, path, order, length)
                done.withdrawn.add(offset)
                done.stranded.update({offset} & masks.keys())
            stream.seek(offset)
            stream.write(record)
        stream.flush()
        os.fsync(stream.fileno())
    return done


def _tombstone(row: Row, path: Path, order: Order, length: int) -> bytes:
    try:
        return tombstone(row["url"], row["at"], order.at, order.reason, length)
    except DoesNotFit as error:
        raise ArchiveError(
            f"{path}: the capture at byte {row['offset']} is too short for a tombstone; nothing was changed"
        ) from error


def _masked(exchange: list[Member], phrases: Phrases, order: Order) -> bytes | None:
    """A capture that says none of the phrases any more; None where that takes more room than there is."""
    response = exchange[0]
    try:
        message = Message.of(response.block)
    except (Unreadable, BadWarc):
        return None
    if message.text is None:
        return None
    text, _ = masked(message.text, phrases)
    if masked(text, phrases)[1]:
        return None
    length = response.length
    rooms = [length]
    if len(exchange) > 1 and exchange[1].value("WARC-Type") == "request" and exchange[1].block.startswith(b"GET "):
        rooms.append(length + exchange[1].length)  # what was asked is told by the URL
    for room in rooms:
        try:
            return masked_record(response, message.saying(text), order.at, room)
        except DoesNotFit:
            continue
    return None


def write_without(path: Path, cuts: Iterable[tuple[int, int]], end: int) -> int:
    """Write a file of lines, up to its recorded end, without some (where each begins, how long it is); its size.

    Raises OSError.
    """
    with path.open("rb") as old, new_of(path).open("wb") as stream:
        at = 0
        for offset, length in [*sorted(cuts), (end, 0)]:
            _copy(old, stream, at, offset)
            at = offset + length
        stream.flush()
        os.fsync(stream.fileno())
        return stream.tell()


def _copy(old: BinaryIO, new: BinaryIO, start: int, end: int) -> None:
    old.seek(start)
    while start < end and (piece := old.read(min(_PIECE_BYTES, end - start))):
        new.write(piece)
        start += len(piece)
