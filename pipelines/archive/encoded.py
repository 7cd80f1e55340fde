"""Content encodings (RFC 9110, 8.4.1): whether a body is encoded as its head says, and undoing it."""

from __future__ import annotations

import zlib

import brotli
import zstandard

MAX_BYTES = 64 * 1024 * 1024
"""What unpacks to more is cut there."""
_GZIP = ("gzip", "x-gzip")
_MARKUP = (b"<!doc", b"<html", b"<?xml", b"<head", b"<body", b"<rss ")
_BLANK = b" \t\r\n\xef\xbb\xbf"


def is_encoded(body: bytes, encoding: str) -> bool:
    """Whether a body can be what `Content-Encoding` says: archives and their tools often unpack it and keep the header.

    What has a magic number is told by it; anything else is not encoded where it begins as markup does.
    """
    last = encoding.lower().rpartition(",")[2].strip()
    if last in _GZIP:
        return body.startswith(b"\x1f\x8b")
    if last == "zstd":
        return body.startswith(b"\x28\xb5\x2f\xfd") or body[1:4] == b"\x2a\x4d\x18"
    return not body[:100].lstrip(_BLANK).lower().startswith(_MARKUP)


def decode(body: bytes, encoding: str) -> bytes:
    """The body with its encodings undone, the last first; as it is where that fails or an encoding is not known."""
    out = body
    for name in reversed([part.strip().lower() for part in encoding.split(",")]):
        try:
            if name in _GZIP:
                out = zlib.decompressobj(31).decompress(out, MAX_BYTES)
            elif name == "deflate":
                out = _inflate(out)
            elif name == "br":
                out = brotli.Decompressor().process(out, output_buffer_limit=MAX_BYTES)
            elif name == "zstd":
                out = zstandard.ZstdDecompressor().stream_reader(out).read(MAX_BYTES)
            elif name not in ("identity", ""):
                return body
        except (zlib.error, brotli.error, zstandard.ZstdError):
            return body
    return out


def _inflate(body: bytes) -> bytes:
    """`deflate` is zlib's format by the standard and the bare one by custom."""
    try:
        return zlib.decompressobj().decompress(body, MAX_BYTES)
    except zlib.error:
        return zlib.decompressobj(-15).decompress(body, MAX_BYTES)
