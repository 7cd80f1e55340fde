"""Whether a WARC file is what it says it is: every record of it, byte by byte, also behind a damaged one.

FastWARC reads what it can of a damaged file; to tell what is wrong, and where it goes on, the gzip members are walked
here. Every record of ours is a member of its own.
"""

from __future__ import annotations

import base64
import hashlib
import mmap
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipelines.archive.warc import AS_CAPTURED, MAX_RECORD_BYTES, head_length

_MAGIC = b"\x1f\x8b\x08"
_WARC = b"WARC/1."
_CHUNK_BYTES = 1 << 20
_HEADER_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Member:
    """One record as it lies in its file; `problem` says what is wrong with it, if anything is.

    `torn`: the file ends inside it, and so all before it is whole.
    """

    offset: int
    length: int
    kind: str = ""
    url: str = ""
    at: str = ""
    payload_digest: str = ""
    problem: str | None = None
    torn: bool = False


def members(path: Path) -> Iterator[Member]:
    """Every record of a .warc.gz file, in order; behind a damaged one, those after it."""
    size = path.stat().st_size
    if size == 0:
        return
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        at = 0
        while at < size:
            member = _member(data, at, size)
            yield member
            at = member.offset + member.length


def next_sound(path: Path, after: int) -> int | None:
    """Where the first record behind a byte of a file begins, or None where there is none."""
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return _next_start(data, after + 1)


def _next_start(data: mmap.mmap, at: int) -> int | None:
    while (at := data.find(_MAGIC, at)) >= 0:
        try:
            if zlib.decompressobj(31).decompress(data[at : at + 512], len(_WARC)) == _WARC:
                return at
        except zlib.error:
            pass
        at += 1
    return None


def _member(data: mmap.mmap, offset: int, size: int) -> Member:
    inflate = zlib.decompressobj(31)
    out, at = bytearray(), offset
    try:
        while not inflate.eof and at < size and len(out) <= MAX_RECORD_BYTES:
            chunk = data[at : at + _CHUNK_BYTES]
            out += inflate.decompress(chunk, MAX_RECORD_BYTES)
            at += len(chunk)
    except zlib.error as error:
        after = _next_start(data, offset + 1)
        end = size if after is None else after
        return Member(offset, end - offset, problem=f"cannot be decompressed ({error})")
    if not inflate.eof:
        after = _next_start(data, offset + 1)
        if after is None:
            return Member(offset, size - offset, problem="breaks off at the end of the file", torn=True)
        return Member(offset, after - offset, problem="breaks off")
    return _checked(bytes(out), offset, at - len(inflate.unused_data) - offset)


def _checked(record: bytes, offset: int, length: int) -> Member:
    """A record that could be decompressed, its length and digests told."""
    head, gap, rest = record.partition(b"\r\n\r\n")
    lines = head[:_HEADER_BYTES].decode("utf-8", "replace").split("\r\n")
    if not head.startswith(_WARC) or not gap:
        return Member(offset, length, problem="is no WARC record")
    pairs = (line.partition(":") for line in lines[1:])
    headers = {name.strip().lower(): value.strip() for name, colon, value in pairs if colon}
    kind, payload = headers.get("warc-type", ""), headers.get("warc-payload-digest", "")
    problem = None
    stated = headers.get("content-length", "")
    block = rest[: int(stated)] if stated.isdigit() else b""
    if not stated.isdigit() or rest[len(block) :] != b"\r\n\r\n" or len(block) != int(stated):
        problem = "is not as long as its Content-Length says"
    elif not _holds(headers.get("warc-block-digest", ""), block):
        problem = "has another block than its WARC-Block-Digest says"
    elif kind == "response" and not _holds(payload, block[head_length(block) :]):
        problem = "has another payload than its WARC-Payload-Digest says"
    payload = headers.get(AS_CAPTURED.lower(), payload)
    url, at = headers.get("warc-target-uri", "").strip("<>"), headers.get("warc-date", "")
    return Member(offset, length, kind, url, at, payload, problem)


def _holds(stated: str, data: bytes) -> bool:
    """Whether data has the digest stated; one by a function not known here is not held against it."""
    name, _, value = stated.partition(":")
    if not value or name.replace("-", "") not in ("sha256", "sha1", "md5", "sha512"):
        return True
    found = hashlib.new(name.replace("-", ""), data, usedforsecurity=False).digest()
    return value.lower() == found.hex() or value.upper() == base64.b32encode(found).decode()
