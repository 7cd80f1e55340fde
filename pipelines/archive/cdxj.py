"""The CDXJ index of captures, as replay tools read it: one sorted line per capture."""

from __future__ import annotations

import heapq
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

import msgspec

from pipelines.archive.warc import digest

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

    from pipelines.archive.database import Database

BLOCK_LINES = 300
"""Lines of a block of a compressed index: about 10 kB, as cdxj-indexer makes them."""


def write_cdxj(db: Database, portal: str, path: Path) -> int:
    """Write the index of a portal's captures to `path`, whole or not at all; the number of its lines.

    File names are relative to the index.
    """
    partial = path.with_suffix(".cdxj.partial")
    lines = 0
    with partial.open("wb") as stream:
        for line in cdxj_lines(db, portal):
            stream.write(line)
            lines += 1
    partial.replace(path)
    return lines


def cdxj_lines(db: Database, portal: str) -> Iterator[bytes]:
    """The lines of the index of a portal's captures."""
    return (cdxj_line(row, row["offset"]) for row in rows_by_key(db, portal))


def rows_by_key(db: Database, portal: str) -> Iterator[sqlite3.Row]:
    """The captures of a portal in the order of the index."""
    return db.rows("SELECT * FROM captures WHERE portal = ? ORDER BY urlkey, at, id", (portal,))


def cdxj_line(row: sqlite3.Row, offset: int, folder: str = "") -> bytes:
    """The line of a capture whose record lies at `offset` of its file in `folder`.

    The form is CDXJ 1.0 of the web archiving community: SURT, 14-digit time, JSON with text values.
    """
    fields = {
        "url": row["url"],
        "mime": "warc/revisit" if row["revisit"] else row["mime"],
        "status": str(row["status"]),
        "digest": row["digest"],
        "length": str(row["length"]),
        "offset": str(offset),
        "filename": folder + row["file"].rpartition("/")[2],
    }
    if "__wb_method=post" in row["urlkey"]:
        fields["method"] = "POST"
    stamp = "".join(char for char in row["at"].partition(".")[0] if char.isdigit())
    return f"{row['urlkey']} {stamp} ".encode() + msgspec.json.encode(fields) + b"\n"


def merged(indexes: Iterable[Iterable[bytes]]) -> Iterator[bytes]:
    """The lines of several sorted indexes as one, sorted by SURT and time, without reading any of them whole.

    Of lines with the same SURT and time those of the earlier index come first.
    """
    return heapq.merge(*indexes, key=_key)


@dataclass(slots=True)
class Zipped:
    """A sorted index in blocks that are compressed one by one (`cdxj-gzip-1.0`), so that readers need only one."""

    filename: str
    lines: int = 0
    table: list[bytes] = field(default_factory=list)
    """The index of the index: a line with key, offset and length of each block; whole once `blocks` is through."""

    def blocks(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        """The compressed blocks, one behind the other."""
        self.table = [b"!meta 0 " + msgspec.json.encode({"format": "cdxj-gzip-1.0", "filename": self.filename}) + b"\n"]
        offset, rest = 0, iter(lines)
        while block := list(islice(rest, BLOCK_LINES)):
            gzip = zlib.compressobj(9, zlib.DEFLATED, 31)
            data = gzip.compress(b"".join(block)) + gzip.flush()
            place = {"offset": offset, "length": len(data), "digest": digest(data)}
            self.table.append(block[0].partition(b"{")[0] + msgspec.json.encode(place) + b"\n")
            self.lines += len(block)
            offset += len(data)
            yield data


def _key(line: bytes) -> tuple[bytes, bytes]:
    urlkey, _, rest = line.partition(b" ")
    return urlkey, rest[:14]
