"""Reading one capture back out of the archive, by the place its record lies at."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pipelines.archive.encoded import decode
from pipelines.archive.files import inside
from pipelines.archive.warc import record_at, split_http


@dataclass(frozen=True, slots=True)
class Captured:
    """A response as it was captured; `body` with its transfer and content encoding undone."""

    url: str
    status: int
    headers: dict[str, str]
    """By lower-case name; of a repeated header the last."""
    body: bytes


def open_capture(folder: Path, file: str) -> BinaryIO:
    """A file of an archive, as its rows name it: from its folder, or from the URL that is a working copy of, by range.

    Raises OSError, ArchiveError.
    """
    path = inside(folder, file)
    try:
        return path.open("rb")
    except FileNotFoundError:
        from pipelines.remote.reading import open_absent  # only where an archive lies on object storage

        stream = open_absent(folder, file)
        if stream is None:
            raise
        return stream


def read_capture(folder: Path, file: str, offset: int) -> Captured:
    """The response record at a byte of a WARC file of an archive. Raises ArchiveError, OSError."""
    with open_capture(folder, file) as stream:
        record = record_at(stream, offset, str(folder / file))
    status, pairs, body = split_http(record.block)
    headers = {name.lower(): value for name, value in pairs}
    return Captured(record.url, status, headers, decode(body, headers.get("content-encoding", "")))
