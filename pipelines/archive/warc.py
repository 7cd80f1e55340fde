"""WARC 1.1 files: writing HTTP exchanges as they were on the wire, and reading them back.

Records follow ISO 28500:2017. Every record is a gzip member of its own, so that an offset is enough to
read it. The block of a response is the bytes as sent: status line, header order and case, repeated
headers, transfer and content encoding. Payload digests are taken over the payload as it lies in the
record, which is what `warcio check` and replay tools verify.
"""

from __future__ import annotations

import hashlib
import logging
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Literal

import deflate
from fastwarc import ArchiveIterator, WarcRecord, WarcRecordType

from pipelines.archive.files import GrowingFile, is_shared
from pipelines.errors import BadWarc, Withdrawn

logger = logging.getLogger(__name__)

_POST = b"POST "
_HTTP = "application/http"
GZIP_LEVEL = 6
"""Of libdeflate, which on pages of newspapers gives what zlib does for less than half of the time; level 1 would take
half of that again, for files 8 % larger that are kept for good."""
MAX_FILE_BYTES = 1_000_000_000
"""A file that has grown past this is closed and the next serial number begun (ISO 28500 annex C)."""
MAX_RECORD_BYTES = 256 * 1024 * 1024
"""A longer record is not read into memory but refused."""

NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
SAME_PAYLOAD = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"

WITHDRAWN_AT = "Luutin-Withdrawn-At"
"""A field of ours: when what a record held, or some of it, was withdrawn (see `pipelines.archive.removal`)."""
AS_CAPTURED = "Luutin-Captured-Payload-Digest"
"""A field of ours: the payload digest of a capture as it was before a phrase in it was made unreadable."""

Truncated = Literal["length", "time", "disconnect"]


@dataclass(slots=True)
class Exchange:
    """One HTTP request and its response, byte for byte.

    `request` and `response` hold head and body as they went over the wire. `truncated` says why the
    response ends early, `source` is the URI of the archived copy where it was not fetched live.
    """

    url: str
    at: datetime
    request: bytes
    response: bytes
    ip: str | None = None
    truncated: Truncated | None = None
    source: str | None = None

    @property
    def posted(self) -> bytes | None:
        """The form that was posted, or None where the request was a GET or is not known."""
        return posted_form(self.request)

    @property
    def head_length(self) -> int:
        """Length of the response's status line and headers with the blank line, in bytes."""
        return head_length(self.response)

    def payload_digest(self) -> str:
        """`sha256:<hex>` of the response body as sent."""
        return digest(memoryview(self.response)[self.head_length :])


@dataclass(frozen=True, slots=True)
class Earlier:
    """The capture a revisit record refers to: its URL, time and payload digest."""

    url: str
    at: datetime
    payload_digest: str


@dataclass(frozen=True, slots=True)
class Written:
    """Where a response (or revisit) record was put: file name, offset and length in bytes."""

    file: str
    offset: int
    length: int
    payload_digest: str
    revisit: bool


@dataclass(frozen=True, slots=True)
class Record:
    """A response or revisit record read back. `block` is the HTTP message as sent."""

    url: str
    at: datetime
    type: Literal["response", "revisit"]
    block: bytes
    payload_digest: str | None
    offset: int
    fields: dict[str, str]
    """What the concurrent metadata record says (`via`, `section`, …); empty without one."""
    request: bytes = b""
    """Its concurrent request as sent, where that is a POST."""
    source: str | None = None
    """WARC-Source-URI: what it was copied from, where it was not fetched live."""
    refers_to: tuple[str, str] | None = None
    """URL and WARC-Date of the capture a revisit record repeats, where it names one."""
    truncated: str | None = None
    """WARC-Truncated: why it ends early, where it does."""
    length: int = 0
    """Of the record as it lies in the file, in bytes; 0 where nothing follows it."""

    @property
    def posted(self) -> bytes | None:
        """The form it answers, where it answers one."""
        return posted_form(self.request)


def digest(data: bytes | memoryview) -> str:
    """`sha256:<hex>` of `data`, the form of WARC-Payload-Digest that readers verify."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def warc_date(at: datetime) -> str:
    """`at` as WARC-Date: UTC, with microseconds only where there are any (ISO 28500, 5.4)."""
    at = at.astimezone(UTC).replace(tzinfo=None)
    return at.isoformat(timespec="microseconds" if at.microsecond else "seconds") + "Z"


def read_warc_date(text: str) -> datetime:
    """WARC-Date as an aware UTC time. Raises ValueError where it is none."""
    return datetime.fromisoformat(text).astimezone(UTC)


class UndatedRecord(ValueError):
    """A record whose WARC-Date cannot be read. Raised and caught where records are read."""


class WarcWriter:
    """Appends exchanges to `<folder>/<prefix>-<serial>.warc.gz`, going on in the last file there is."""

    def __init__(self, folder: Path, prefix: str, software: str, max_bytes: int = MAX_FILE_BYTES) -> None:
        self._folder = folder
        self._prefix = prefix
        self._software = software
        self._max_bytes = max_bytes
        self._file: GrowingFile | None = None
        self.path = folder / f"{prefix}-00001.warc.gz"
        if files := sorted(folder.glob(f"{prefix}-[0-9][0-9][0-9][0-9][0-9].warc.gz")):
            self.path = files[-1]

    def write(
        self,
        exchange: Exchange,
        *,
        earlier: Earlier | None = None,
        fields: dict[str, str] | None = None,
        payload_digest: str | None = None,
    ) -> Written:
        """Append `exchange`.

        With `earlier` the response becomes a revisit record of that capture; `fields` become a metadata
        record beside it; `payload_digest` is the exchange's, where who calls has it already. Raises OSError where the
        disk refuses; what was there before stays whole.
        """
        response_id, payload_digest = _record_id(), payload_digest or exchange.payload_digest()
        common = [("WARC-Target-URI", exchange.url), ("WARC-Date", warc_date(exchange.at))]
        if exchange.ip:
            common.append(("WARC-IP-Address", exchange.ip))
        records = [self._response(exchange, response_id, payload_digest, common, earlier)]
        beside = [*common, ("WARC-Concurrent-To", response_id)]
        if exchange.request:
            records.append(_record("request", _record_id(), beside, exchange.request))
        if fields:
            text = "".join(f"{name}: {' '.join(value.split())}\r\n" for name, value in fields.items())
            records.append(_record("metadata", _record_id(), beside, text.encode()))
        offset = self._ready().append(b"".join(records))
        return Written(self.path.name, offset, len(records[0]), payload_digest, earlier is not None)

    def _response(
        self,
        exchange: Exchange,
        response_id: str,
        payload_digest: str,
        common: list[tuple[str, str]],
        earlier: Earlier | None,
    ) -> bytes:
        headers = list(common)
        block = exchange.response
        if exchange.source:  # as pywb marks what it copies: the date above is the capture's own
            headers.append(("WARC-Source-URI", exchange.source))
            headers.append(("WARC-Creation-Date", warc_date(datetime.now(UTC).replace(microsecond=0))))
        if exchange.truncated:
            headers.append(("WARC-Truncated", exchange.truncated))
        if earlier is None:
            headers.append(("WARC-Payload-Digest", payload_digest))
            return _record("response", response_id, headers, block)
        not_modified = block[9:12] == b"304"
        headers += [
            ("WARC-Payload-Digest", earlier.payload_digest),
            ("WARC-Profile", NOT_MODIFIED if not_modified else SAME_PAYLOAD),
            ("WARC-Refers-To-Target-URI", earlier.url),
            ("WARC-Refers-To-Date", warc_date(earlier.at)),
        ]
        return _record("revisit", response_id, headers, block[: exchange.head_length])

    def _ready(self) -> GrowingFile:
        if self._file is not None and self._file.end >= self._max_bytes:
            self.close()
        if self._file is None:
            if self.path.exists() and (is_shared(self.path) or self.path.stat().st_size >= self._max_bytes):
                serial = int(self.path.name.removesuffix(".warc.gz")[-5:]) + 1
                self.path = self._folder / f"{self._prefix}-{serial:05d}.warc.gz"
            self._file = GrowingFile(self.path)
            if self._file.end == 0:
                info = f"software: {self._software}\r\nformat: WARC File Format 1.1\r\n"
                headers = [("WARC-Date", warc_date(datetime.now(UTC))), ("WARC-Filename", self.path.name)]
                self._file.append(_record("warcinfo", _record_id(), headers, info.encode()))
        return self._file

    @property
    def end(self) -> int:
        """Where the current file ends, in bytes."""
        return self._file.end if self._file else 0

    def sync(self) -> None:
        """Have the operating system put everything written on the disk."""
        if self._file is not None:
            self._file.sync()

    def close(self) -> None:
        """Put everything on the disk and let go of the file."""
        if self._file is not None:
            self._file.close()
            self._file = None


def _record_id() -> str:
    return f"<urn:uuid:{uuid.uuid4()}>"


_CONTENT_TYPES = {
    "response": "application/http; msgtype=response",
    "revisit": "application/http; msgtype=response",
    "request": "application/http; msgtype=request",
    "metadata": "application/warc-fields",
    "warcinfo": "application/warc-fields",
}


def _record(kind: str, record_id: str, headers: list[tuple[str, str]], block: bytes) -> bytes:
    """One WARC record as a gzip member."""
    lines = [
        "WARC/1.1",
        f"WARC-Type: {kind}",
        f"WARC-Record-ID: {record_id}",
        *(f"{name}: {value}" for name, value in headers),
        f"WARC-Block-Digest: {digest(block)}",
        f"Content-Type: {_CONTENT_TYPES[kind]}",
        f"Content-Length: {len(block)}",
    ]
    head = "\r\n".join(lines).encode() + b"\r\n\r\n"
    return bytes(deflate.gzip_compress(b"".join((head, block, b"\r\n\r\n")), GZIP_LEVEL))


def read_records(path: Path) -> Iterator[Record]:
    """The HTTP response and revisit records of a .warc or .warc.gz file, in its order.

    Raises BadWarc where the file holds no WARC record, or breaks off inside one, after the last whole one was given.
    """
    with path.open("rb") as stream:
        yield from iter_records(stream, str(path))


def record_at(stream: BinaryIO, offset: int, name: str) -> Record:
    """The response or revisit record at a byte of a stream, without what was kept beside it.

    Raises BadWarc, Withdrawn.
    """
    stream.seek(offset)
    try:
        for raw in ArchiveIterator(stream, parse_http=False, strict_mode=True):
            if raw.record_type in (WarcRecordType.response, WarcRecordType.revisit):
                return replace(_read_exchange(raw, name), offset=offset)
            if at := raw.headers.get(WITHDRAWN_AT):
                raise Withdrawn(f"{name}: what was captured at byte {offset} was withdrawn at {at}")
            break
    except (ValueError, EOFError, OSError, RuntimeError) as error:
        raise BadWarc(f"{name}: the record at byte {offset} cannot be read: {error}") from error
    raise BadWarc(f"{name}: holds no capture at byte {offset}")


def iter_records(stream: BinaryIO, name: str) -> Iterator[Record]:
    """As `read_records`, from an open stream; `name` is what errors call it."""
    kinds = (
        WarcRecordType.response
        | WarcRecordType.revisit
        | WarcRecordType.metadata
        | WarcRecordType.warcinfo
        | WarcRecordType.request
    )
    asked: _Asked | None = None
    pending: Record | None = None
    pending_id = ""
    any_record = False
    try:
        for raw in ArchiveIterator(stream, record_types=kinds, parse_http=False, strict_mode=True):
            any_record = True
            pending = _measured(pending, raw.stream_pos)
            kind, beside = raw.record_type, raw.headers.get("WARC-Concurrent-To")
            if kind == WarcRecordType.metadata:
                fields = pending.fields if pending is not None and beside == pending_id else {}
                fields.update(_read_fields(raw.reader.read()))
                continue
            if kind == WarcRecordType.request:
                if (asked := _read_asked(raw) or asked) and pending is not None and asked.beside == pending_id:
                    pending, asked = replace(pending, request=asked.request), None
                continue
            yield from _some(pending)
            pending = None
            if kind == WarcRecordType.warcinfo or not (raw.headers.get("Content-Type") or "").startswith(_HTTP):
                continue
            pending, pending_id = _dated(raw, name), raw.headers.get("WARC-Record-ID") or ""
            is_asked = asked is not None and (beside == asked.id or asked.beside == pending_id)
            if pending is not None and asked and is_asked:  # other writers put the request first
                pending = replace(pending, request=asked.request)
            asked = None
    except (ValueError, EOFError, OSError, RuntimeError) as error:
        yield from _some(pending)  # it lies before the damage
        raise BadWarc(f"{name}: cannot be read as WARC: {error}. Is the file complete?") from error
    yield from _some(pending)
    if not any_record:
        raise BadWarc(f"{name}: holds no WARC record. Is it a .warc or .warc.gz file, and complete?")


def _some(record: Record | None) -> tuple[Record, ...]:
    return () if record is None else (record,)


def _measured(record: Record | None, following: int) -> Record | None:
    """A record with its length, told by where the one after it begins."""
    return replace(record, length=following - record.offset) if record is not None and not record.length else record


def _dated(raw: WarcRecord, name: str) -> Record | None:
    """A response or revisit record; one without a date is told and left out. Raises BadWarc, EOFError."""
    try:
        return _read_exchange(raw, name)
    except UndatedRecord as error:
        logger.warning("%s; it is left out", error)
        return None


def posted_form(request: bytes) -> bytes | None:
    """The body of a request as sent, where it is a POST."""
    return request.partition(b"\r\n\r\n")[2] if request.startswith(_POST) else None


def _read_exchange(raw: WarcRecord, name: str) -> Record:
    """A response or revisit record. Raises BadWarc, EOFError, UndatedRecord."""
    if raw.content_length > MAX_RECORD_BYTES:
        raise BadWarc(
            f"{name}: the record at byte {raw.stream_pos} is {raw.content_length} bytes long; "
            f"records over {MAX_RECORD_BYTES} bytes are not read. Split or remove it."
        )
    block = raw.reader.read()
    if len(block) != raw.content_length:
        raise EOFError(f"the record at byte {raw.stream_pos} breaks off")
    date = raw.headers.get("WARC-Date") or ""
    try:
        at = read_warc_date(date)
    except ValueError as error:
        raise UndatedRecord(f"{name}: the record at byte {raw.stream_pos} has no date but {date!r}") from error
    refers_to = (raw.headers.get("WARC-Refers-To-Target-URI") or "").strip("<>")
    return Record(
        url=(raw.headers.get("WARC-Target-URI") or "").strip("<>"),
        at=at,
        type="revisit" if raw.record_type == WarcRecordType.revisit else "response",
        block=block,
        payload_digest=raw.headers.get(AS_CAPTURED) or raw.headers.get("WARC-Payload-Digest"),
        offset=raw.stream_pos,
        fields={},
        source=raw.headers.get("WARC-Source-URI"),
        truncated=raw.headers.get("WARC-Truncated"),
        refers_to=(refers_to, raw.headers.get("WARC-Refers-To-Date") or "") if refers_to else None,
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    """A POST request record: its id, and the id of the record it says it stands beside."""

    id: str
    beside: str
    request: bytes


def _read_asked(raw: WarcRecord) -> _Asked | None:
    """A request record, where it is a POST; of others nothing is needed."""
    if (start := raw.reader.read(len(_POST))) != _POST or raw.content_length > MAX_RECORD_BYTES:
        return None
    headers = raw.headers
    return _Asked(
        headers.get("WARC-Record-ID") or "", headers.get("WARC-Concurrent-To") or "", start + raw.reader.read()
    )


def _read_fields(block: bytes) -> dict[str, str]:
    lines = (line.partition(":") for line in block.decode("utf-8", "replace").splitlines())
    return {name.strip(): value.strip() for name, colon, value in lines if colon}


def head_length(block: bytes) -> int:
    """Length of the status line and headers of an HTTP message with the blank line; all of it where none ends them.

    Old servers end lines with LF alone, and archives keep them so (RFC 9112, 2.2 has readers accept it).
    """
    end = block.find(b"\r\n\r\n")
    end = len(block) if end < 0 else end + 4
    bare = block.find(b"\n\n", 0, end)
    return end if bare < 0 else bare + 2


def split_http(block: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
    """An HTTP response as sent -> (status, headers in order, body with the transfer encoding undone).

    Raises BadWarc where the block has no status line.
    """
    end = head_length(block)
    head, body = block[:end], block[end:]
    lines = head.splitlines() or [b""]
    parts = lines[0].split(None, 2)
    if len(parts) < 2 or not parts[0].startswith(b"HTTP/") or not parts[1].isdigit():
        raise BadWarc(f"a response record does not begin with an HTTP status line but with {lines[0][:40]!r}")
    pairs = (line.partition(b":") for line in lines[1:])
    headers = [(n.decode("latin-1").strip(), v.decode("latin-1").strip()) for n, colon, v in pairs if colon]
    if any(n.lower() == "transfer-encoding" and "chunked" in v.lower() for n, v in headers):
        body = unchunk(body)
    return int(parts[1]), headers, body


def unchunk(body: bytes) -> bytes:
    """`body` with chunked framing taken off; as it is where it turns out not to be framed (RFC 9112, 7.1).

    Archives often keep the header and store the body unframed.
    """
    out: list[bytes] = []
    at = 0
    while True:
        end = body.find(b"\r\n", at)
        size_text = body[at:end].split(b";", 1)[0].strip() if end >= 0 else b""
        try:
            size = int(size_text, 16)
        except ValueError:
            return b"".join(out) if out else body
        if size == 0:
            return b"".join(out)
        out.append(body[end + 2 : end + 2 + size])
        at = end + 2 + size + 2
