"""Records that take the place of others, to the byte as long, so that every other record stays in its place.

A tombstone is a `metadata` record that says when what was captured there was withdrawn, and why. A masked capture is
the `response` with the withdrawn phrases made unreadable: with a block digest of its own, and the payload digest as
captured under another name, by which articles, index and database still know it.
"""

from __future__ import annotations

import mmap
import re
import struct
import uuid
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from pipelines.archive.warc import AS_CAPTURED, WITHDRAWN_AT, digest, warc_date

LEVEL = 9
STORED_BYTES = 8_192
"""From this length on a tombstone is stored, not compressed: what fills it up is blanks."""
_MAX_BLOCK = 65_535
_FCOMMENT = 0x10
_HEAD = struct.Struct("<4sIBB")
_DROPPED = re.compile(
    rb"^(?:WARC-Payload-Digest|WARC-Block-Digest|Content-Length|%s|%s):.*\r\n"
    % (WITHDRAWN_AT.encode(), AS_CAPTURED.encode()),
    re.IGNORECASE | re.MULTILINE,
)
_PAYLOAD = re.compile(rb"^(?:WARC-Payload-Digest|%s):[ \t]*(\S+)" % AS_CAPTURED.encode(), re.IGNORECASE | re.MULTILINE)
_CHUNK_BYTES = 1 << 16
MAX_MEMBER_BYTES = 256 * 1024 * 1024


class DoesNotFit(Exception):
    """A record is longer than the one whose place it is to take. Raised by `masked_record` and `tombstone`."""


@dataclass(frozen=True, slots=True)
class Member:
    """A record as it lies in its file: its head with the blank line, its block; where it begins and how long it is."""

    offset: int
    length: int
    head: bytes
    block: bytes

    def value(self, name: str) -> str:
        """What a field of the head says; of several the first."""
        field = rb"^%s:[ \t]*(.*?)[ \t]*\r$" % re.escape(name.encode())
        found = re.search(field, self.head, re.IGNORECASE | re.MULTILINE)
        return found[1].decode("utf-8", "replace") if found else ""


def members_from(data: mmap.mmap | bytes, offset: int, end: int) -> Iterator[Member]:
    """The records of a file from a byte on, to another. Ends at what is no sound record."""
    while offset < end:
        inflate = zlib.decompressobj(31)
        out, at = bytearray(), offset
        try:
            while not inflate.eof and at < end and len(out) <= MAX_MEMBER_BYTES:
                out += inflate.decompress(data[at : at + _CHUNK_BYTES])
                at += min(_CHUNK_BYTES, end - at)
        except zlib.error:
            return
        if not inflate.eof:
            return
        length = at - len(inflate.unused_data) - offset
        head, gap, rest = bytes(out).partition(b"\r\n\r\n")
        if not gap:
            return
        yield Member(offset, length, head + gap, rest[: -len(gap)])
        offset += length


def exchange_at(data: mmap.mmap | bytes, offset: int, end: int) -> list[Member]:
    """The record at a byte of a file and those kept beside it: its request, what was noted of it."""
    found: list[Member] = []
    for member in members_from(data, offset, end):
        if found and member.value("WARC-Concurrent-To") != found[0].value("WARC-Record-ID"):
            break
        found.append(member)
    return found


def tombstone(url: str, at: str, withdrawn: datetime, reason: str, length: int) -> bytes:
    """A record of so many bytes in the place of what was captured of `url` at `at` (WARC-Date). Raises DoesNotFit."""
    said = f"withdrawn-at: {warc_date(withdrawn)}\r\nreason: {reason}\r\n".encode()
    fields = [("WARC-Target-URI", url), ("WARC-Date", at), (WITHDRAWN_AT, warc_date(withdrawn))]
    if length < STORED_BYTES:
        for block, some in ((said, fields), (b"", fields), (b"", fields[1:])):
            packed = _deflated(_head(some, block) + block + b"\r\n\r\n")
            if len(packed) <= length:
                return _filled(packed, length)
        raise DoesNotFit
    return _stored(fields, said, length)


def masked_record(member: Member, block: bytes, withdrawn: datetime, length: int) -> bytes:
    """A record of so many bytes with another block, in the place of one. Raises DoesNotFit.

    Where room is short it has no block digest, which is optional: gzip's checksum is over it, too.
    """
    captured = _PAYLOAD.search(member.head)
    head = _DROPPED.sub(b"", member.head[:-2])
    fields = {AS_CAPTURED: captured[1].decode()} if captured else {}
    fields |= {WITHDRAWN_AT: warc_date(withdrawn.replace(microsecond=0)), "Content-Length": str(len(block))}
    for some in ({**fields, "WARC-Block-Digest": digest(block)}, fields):
        lines = "".join(f"{name}: {value}\r\n" for name, value in some.items()).encode()
        packed = _deflated(head + lines + b"\r\n" + block + b"\r\n\r\n")
        if len(packed) <= length:
            return _filled(packed, length)
    raise DoesNotFit


def _head(fields: list[tuple[str, str]], block: bytes, digits: int = 0) -> bytes:
    lines = [
        "WARC/1.1",
        "WARC-Type: metadata",
        f"WARC-Record-ID: <urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, ' '.join(value for _, value in fields))}>",
        *(f"{name}: {value}" for name, value in fields),
        "Content-Type: application/warc-fields",
        f"Content-Length: {len(block):>{digits}}",
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


def _deflated(record: bytes) -> bytes:
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, 31, 9)
    return packer.compress(record) + packer.flush()


def _filled(packed: bytes, length: int) -> bytes:
    """A gzip member made so many bytes long by a comment of blanks (RFC 1952, 2.3), which readers pass over."""
    if not (blanks := length - len(packed)):
        return packed
    return packed[:3] + bytes((packed[3] | _FCOMMENT,)) + packed[4:10] + b" " * (blanks - 1) + b"\0" + packed[10:]


def _stored(fields: list[tuple[str, str]], said: bytes, length: int) -> bytes:
    """A record whose block is made so long by blanks that its member, not compressed, has so many bytes."""
    blocks = -(-(length - 18) // (_MAX_BLOCK + 5))
    size = length - 18 - 5 * blocks
    digits = len(str(size))
    fixed = len(_head(fields, b"", digits)) + 4
    if fixed + len(said) > size:
        raise DoesNotFit
    block = said.ljust(size - fixed)
    record = _head(fields, block, digits) + block + b"\r\n\r\n"
    out = [_HEAD.pack(b"\x1f\x8b\x08\x00", 0, 0, 255)]
    for number in range(blocks):
        part = record[number * _MAX_BLOCK : (number + 1) * _MAX_BLOCK]
        out.append(struct.pack("<BHH", number == blocks - 1, len(part), len(part) ^ 0xFFFF) + part)
    out.append(struct.pack("<II", zlib.crc32(record), len(record) & 0xFFFFFFFF))
    return b"".join(out)
