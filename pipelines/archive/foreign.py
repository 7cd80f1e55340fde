"""Captures others have written: WARC however compressed, and the ARC files that came before it."""

from __future__ import annotations

import gzip
import io
import re
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from pipelines.archive.warc import MAX_RECORD_BYTES, Record, iter_records, read_warc_date
from pipelines.errors import BadWarc

SNIFF_BYTES = 4_096
_GZIP = b"\x1f\x8b"
_DICTIONARY = b"\x5d\x2a\x4d\x18"
"""Magic number of the skippable frame a .warc.zst begins with where its records share a dictionary."""
MAX_DICTIONARY_BYTES = 16 * 1024 * 1024
_ARC_LINE = re.compile(rb"(?:filedesc|https?)://\S+ [\d.:a-fA-F]+ \d{8,17} \S+ ")
"""URL, IP address, date, media type: the line each ARC record begins with (version 1; 2 has more behind it)."""


def foreign_records(stream: BinaryIO, name: str) -> Iterator[Record]:
    """The HTTP responses and revisits of a WARC or ARC file from its start, in its order.

    Raises BadWarc where it is neither, or breaks off inside a record, after the last whole one was given.
    """
    head = stream.read(SNIFF_BYTES)
    stream.seek(0)
    yield from _arc_records(stream, name) if _is_arc(head) else iter_records(stream, name)


def read_one(data: bytes, name: str, dictionary: bytes = b"") -> Record:
    """The first response or revisit in the bytes of one record. Raises BadWarc.

    `dictionary` is what `shared_dictionary` says of the file they come from.
    """
    for record in foreign_records(io.BytesIO(dictionary + data), name):
        return record
    raise BadWarc(f"{name}: no HTTP response lies there. Has the file been changed since it was indexed?")


def shared_dictionary(stream: BinaryIO) -> bytes:
    """The frame with the dictionary a .warc.zst begins with, without which none of its records can be read alone.

    As the IIPC's "Zstandard compression in WARC files" lays it down; empty for any other file.
    """
    head = stream.read(8)
    size = int.from_bytes(head[4:], "little")
    if not head.startswith(_DICTIONARY) or size > MAX_DICTIONARY_BYTES:
        return b""
    return head + stream.read(size)


def _is_arc(head: bytes) -> bool:
    if head.startswith(_GZIP):
        try:
            head = zlib.decompressobj(31).decompress(head, SNIFF_BYTES)
        except zlib.error:
            return False
    return bool(_ARC_LINE.match(head))


def _arc_records(stream: BinaryIO, name: str) -> Iterator[Record]:
    records = ArchiveIterator(stream, arc2warc=True, no_record_parse=True)
    try:
        for raw in records:
            headers = raw.rec_headers
            if raw.rec_type != "response" or not headers.get_header("Content-Type").startswith("application/http"):
                continue
            length = int(headers.get_header("Content-Length"))
            if length > MAX_RECORD_BYTES:
                raise BadWarc(f"{name}: a record of {headers.get_header('WARC-Target-URI')} is {length} bytes long.")
            block = raw.raw_stream.read()
            offset = records.get_record_offset()  # which goes to the end of the record
            if len(block) != length:
                raise BadWarc(f"{name}: the record at byte {offset} breaks off. Is the file complete?")
            yield Record(
                url=headers.get_header("WARC-Target-URI"),
                at=read_warc_date(headers.get_header("WARC-Date")),
                type="response",
                block=block,
                payload_digest=None,
                offset=offset,
                fields={},
            )
    except (ArchiveLoadFailed, ValueError, EOFError, OSError, gzip.BadGzipFile, zlib.error) as error:
        raise BadWarc(f"{name}: cannot be read as ARC: {error}. Is the file complete?") from error
