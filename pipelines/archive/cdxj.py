"""The CDXJ index of captures, as replay tools read it: one sorted line per capture."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

    from pipelines.archive.database import Database


def write_cdxj(db: Database, portal: str, path: Path) -> int:
    """Write the index of a portal's captures to `path`, whole or not at all; the number of its lines.

    File names are relative to the index.
    """
    partial = path.with_suffix(".cdxj.partial")
    lines = 0
    with partial.open("wb") as stream:
        for row in rows_by_key(db, portal):
            stream.write(cdxj_line(row, row["offset"]))
            lines += 1
    partial.replace(path)
    return lines


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


def _key(line: bytes) -> tuple[bytes, bytes]:
    urlkey, _, rest = line.partition(b" ")
    return urlkey, rest[:14]
