"""Reading one capture back out of the archive, by the place its record lies at."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from fastwarc import ArchiveIterator

from pipelines.archive.encoded import decode
from pipelines.archive.warc import MAX_RECORD_BYTES, split_http
from pipelines.errors import BadWarc

_REDIRECTS = (301, 302, 303, 307, 308)


@dataclass(frozen=True, slots=True)
class Captured:
    """A response as it was captured; `body` with its transfer and content encoding undone."""

    url: str
    status: int
    headers: dict[str, str]
    """By lower-case name; of a repeated header the last."""
    body: bytes
    truncated: bool
    """Whether the connection or the size limit cut it short."""

    @property
    def location(self) -> str | None:
        """Where it redirects to, as stated."""
        return self.headers.get("location") if self.status in _REDIRECTS else None


def read_capture(path: Path, offset: int) -> Captured:
    """The response record at a byte of a WARC file. Raises BadWarc, OSError."""
    with path.open("rb") as stream:
        stream.seek(offset)
        try:
            record = next(iter(ArchiveIterator(stream, parse_http=False, strict_mode=True)), None)
            if record is None or record.content_length > MAX_RECORD_BYTES:
                raise BadWarc(f"{path}: no record that can be read begins at byte {offset}")
            block = record.reader.read()
        except (ValueError, EOFError, RuntimeError) as error:
            raise BadWarc(f"{path}: the record at byte {offset} cannot be read: {error}") from error
        url = (record.headers.get("WARC-Target-URI") or "").strip("<>")
        truncated = "WARC-Truncated" in record.headers
    status, pairs, body = split_http(block)
    headers = {name.lower(): value for name, value in pairs}
    return Captured(url, status, headers, decode(body, headers.get("content-encoding", "")), truncated)
