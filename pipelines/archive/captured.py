"""Reading one capture back out of the archive, by the place its record lies at."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipelines.archive.encoded import decode
from pipelines.archive.warc import record_at, split_http


@dataclass(frozen=True, slots=True)
class Captured:
    """A response as it was captured; `body` with its transfer and content encoding undone."""

    url: str
    status: int
    headers: dict[str, str]
    """By lower-case name; of a repeated header the last."""
    body: bytes


def read_capture(path: Path, offset: int) -> Captured:
    """The response record at a byte of a WARC file. Raises BadWarc, OSError."""
    with path.open("rb") as stream:
        record = record_at(stream, offset, str(path))
    status, pairs, body = split_http(record.block)
    headers = {name.lower(): value for name, value in pairs}
    return Captured(record.url, status, headers, decode(body, headers.get("content-encoding", "")))
