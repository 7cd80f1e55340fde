"""Files of an archive written anew beside the old ones, without what is withdrawn."""

from __future__ import annotations

import mmap
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, BinaryIO, Self

from pipelines.archive.mend import NEW
from pipelines.archive.removal.message import Message, Unreadable
from pipelines.archive.removal.records import DoesNotFit, Member, exchange_at, masked_record, tombstone
from pipelines.archive.removal.wording import Phrases, masked
from pipelines.errors import ArchiveError, BadWarc

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from sqlite3 import Row

MAX_SHARE = 0.5
"""A capture that says more of what is withdrawn than of all else is the article, at another address."""
GAP_WORDS = 12
_PIECE_BYTES = 1 << 20


@dataclass(frozen=True)
class Order:
    """When and why, as tombstones say it."""

    at: datetime
    reason: str


@dataclass(frozen=True)
class Mask:
    """What is made unreadable in a capture; `needed`: others are read from it, so that nothing else may change."""

    phrases: Phrases
    needed: bool


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


class NewCaptures:
    """WARC files written anew, beside the old, until somebody has them take their places.

    Raises OSError, ArchiveError.
    """

    def __init__(self, folder: Path, ends: Mapping[str, int], order: Order) -> None:
        """`ends` says where each file ends."""
        self._folder, self._ends, self._order = folder, ends, order
        self._stack = ExitStack()
        self._open: dict[str, tuple[mmap.mmap, BinaryIO]] = {}
        self.done: dict[str, Rewritten] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._stack.close()
        if kind is not None:
            for file in self.done:
                new_of(self._folder / file).unlink(missing_ok=True)

    def withdraw(self, row: Row) -> None:
        """Put a tombstone in the place of a capture."""
        data, stream = self._file(row["file"])
        exchange = exchange_at(data, row["offset"], self._ends[row["file"]])
        length = sum(member.length for member in exchange) or row["length"]
        try:
            record = tombstone(row["url"], row["at"], self._order.at, self._order.reason, length)
        except DoesNotFit as error:
            raise ArchiveError(
                f"{row['file']}: the capture at byte {row['offset']} is too short for a tombstone; nothing was changed"
            ) from error
        _put(stream, row["offset"], record)
        self.done[row["file"]].withdrawn.add(row["offset"])

    def mask(self, row: Row, mask: Mask) -> None:
        """Make phrases in a capture unreadable; where that cannot be, or nothing else is in it, withdraw it."""
        data, stream = self._file(row["file"])
        exchange = exchange_at(data, row["offset"], self._ends[row["file"]])
        records = _masked(exchange, mask, self._order.at)
        done = self.done[row["file"]]
        if records is None and mask.needed:
            self.strand(row)
        elif records is None:
            self.withdraw(row)
        if records is None:
            return
        for offset, record in records.items():
            _put(stream, offset, record)
        done.masked[row["offset"]] = len(records[row["offset"]]) if row["offset"] in records else row["length"]

    def strand(self, row: Row) -> None:
        """Withdraw a capture that others are read from."""
        self.withdraw(row)
        self.done[row["file"]].masked.pop(row["offset"], None)
        self.done[row["file"]].stranded.add(row["offset"])

    def masked(self) -> set[tuple[str, int]]:
        """The captures masked so far, by file and offset."""
        return {(file, offset) for file, one in self.done.items() for offset in one.masked}

    @contextmanager
    def seen(self) -> Iterator[Path]:
        """The captures as they would be: a folder of links, for a time."""
        for _, stream in self._open.values():
            stream.flush()
        with TemporaryDirectory(prefix="luutin-") as name:
            for path in self._folder.glob("captures/*/*"):
                link = Path(name) / path.relative_to(self._folder)
                link.parent.mkdir(parents=True, exist_ok=True)
                if path.name.endswith((".warc.gz", ".learnt.json")):
                    new = new_of(path)
                    link.symlink_to((new if new.exists() else path).absolute())
            yield Path(name)

    def repeats(self, rows: Iterable[Row]) -> None:
        """Withdraw what only says that a capture which is withdrawn was had again; `rows` are all of one portal."""
        rows = list(rows)
        gone = {file: one.withdrawn for file, one in self.done.items()}
        if not any(gone.values()):
            return
        kept = {row["digest"] for row in rows if not row["revisit"] and row["offset"] not in gone.get(row["file"], ())}
        for row in rows:
            if row["revisit"] and row["digest"] not in kept and row["offset"] not in gone.get(row["file"], ()):
                self.withdraw(row)

    def sync(self) -> None:
        """Have all of it on the disk."""
        for _, stream in self._open.values():
            stream.flush()
            os.fsync(stream.fileno())

    def _file(self, file: str) -> tuple[mmap.mmap, BinaryIO]:
        if file not in self._open:
            path = self._folder / file
            old = self._stack.enter_context(path.open("rb"))
            data = self._stack.enter_context(mmap.mmap(old.fileno(), 0, access=mmap.ACCESS_READ))
            self.done[file] = Rewritten()
            shutil.copyfile(path, new_of(path))
            stream = self._stack.enter_context(new_of(path).open("r+b"))
            stream.truncate(self._ends[file])
            self._open[file] = data, stream
        return self._open[file]


def _put(stream: BinaryIO, offset: int, record: bytes) -> None:
    stream.seek(offset)
    stream.write(record)


def _masked(exchange: list[Member], mask: Mask, at: datetime) -> dict[int, bytes] | None:
    """The records of a capture that say none of the phrases any more, by where they begin.

    None where that takes more room than there is, where it cannot be told what they say, or nothing else is said.
    """
    if not exchange:
        return None
    response, *beside = exchange
    found: dict[int, bytes] = {}
    try:
        for member in beside:
            if member.value("WARC-Type") == "metadata":
                told = masked(member.block.decode("utf-8", "replace"), mask.phrases)
                if told.said:
                    found[member.offset] = masked_record(member, told.text.encode(), at, member.length)
        message = Message.of(response.block)
        said = masked(message.text or "", mask.phrases, gap=0 if mask.needed else GAP_WORDS)
        if said.share > MAX_SHARE and not mask.needed:
            return None
        if said.said:
            found[response.offset] = _fitted(response, message.saying(said.text), beside, at)
    except (Unreadable, BadWarc, DoesNotFit):
        return None
    return found


def _fitted(response: Member, block: bytes, beside: list[Member], at: datetime) -> bytes:
    """A masked response in its place, or in that and the place of the request behind it. Raises DoesNotFit."""
    try:
        return masked_record(response, block, at, response.length)
    except DoesNotFit:
        if beside and beside[0].value("WARC-Type") == "request" and beside[0].block.startswith(b"GET "):
            return masked_record(response, block, at, response.length + beside[0].length)  # what was asked its URL says
        raise


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
