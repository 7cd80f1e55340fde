"""The CDXJ index beside the captures, as replay tools read it: one sorted line per capture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipelines.archive.database import Database


def write_cdxj(db: Database, portal: str, path: Path) -> int:
    """Write the index of a portal's captures to `path`, whole or not at all; the number of its lines.

    The form is CDXJ 1.0 of the web archiving community: SURT, 14-digit time, JSON with text values; file names
    are relative to the index.
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
    for row in db.rows("SELECT * FROM captures WHERE portal = ? ORDER BY urlkey, at, id", (portal,)):
        fields = {
            "url": row["url"],
            "mime": "warc/revisit" if row["revisit"] else row["mime"],
            "status": str(row["status"]),
            "digest": row["digest"],
            "length": str(row["length"]),
            "offset": str(row["offset"]),
            "filename": row["file"].rpartition("/")[2],
        }
        if "__wb_method=post" in row["urlkey"]:
            fields["method"] = "POST"
        stamp = "".join(char for char in row["at"].partition(".")[0] if char.isdigit())
        yield f"{row['urlkey']} {stamp} ".encode() + msgspec.json.encode(fields) + b"\n"
