"""The text of a captured HTTP answer, taken out of it, and put back changed as it was encoded."""

from __future__ import annotations

import codecs
import re
import zlib
from dataclasses import dataclass

import brotli
import zstandard

from pipelines.archive.encoded import MAX_BYTES, decode, is_encoded
from pipelines.archive.warc import head_length, split_http

MAX_TEXT_BYTES = 16 * 1024 * 1024
"""Of a longer answer it cannot be told what it says."""
_WIDE = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w.:-]{1,40})|encoding\s*=\s*[\"']([\w.:-]{1,40})", re.IGNORECASE)
_SNIFF_BYTES = 4_096
_LENGTH = re.compile(rb"^(content-length:[ \t]*)\d+", re.IGNORECASE | re.MULTILINE)
_TEXTUAL = ("text/", "application/json", "application/xml", "application/xhtml", "application/javascript", "unk")
_BINARY = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"PK\x03\x04", b"RIFF", b"\xd0\xcf\x11\xe0", b"\x00\x00\x00")


class Unreadable(Exception):
    """An answer of which it cannot be told what it says. Raised by `Message.of`."""


def may_say(mime: str) -> bool:
    """Whether an answer of a media type may be text."""
    return mime.startswith(_TEXTUAL) or mime.endswith(("+xml", "+json")) or "/" not in mime


@dataclass(frozen=True, slots=True)
class Message:
    """An HTTP answer with the text of its body; `text` is None where that is none."""

    head: bytes
    text: str | None
    charset: str
    errors: str
    encodings: tuple[str, ...]
    """Content-Encoding, in the order it was applied."""
    chunked: bool

    @classmethod
    def of(cls, block: bytes) -> Message:
        """Raises Unreadable; BadWarc where the block is no HTTP answer."""
        end = head_length(block)
        _, pairs, body = split_http(block)
        headers = {name.lower(): value for name, value in pairs}
        chunked = body != block[end:]
        stated = headers.get("content-encoding", "")
        encodings = tuple(part.strip().lower() for part in stated.split(",") if part.strip())
        encodings = tuple(name for name in encodings if name != "identity")
        data = body
        if encodings and body and is_encoded(body, stated):
            data = decode(body, stated)
            if data == body or len(data) >= MAX_BYTES:
                raise Unreadable(f"its {stated} cannot be undone")
        else:
            encodings = ()
        if data.startswith(_BINARY):
            return cls(block[:end], None, "", "", encodings, chunked)
        if len(data) > MAX_TEXT_BYTES:
            raise Unreadable(f"it is {len(data)} bytes long")
        charset, errors = _charset(data, headers.get("content-type", ""))
        return cls(block[:end], data.decode(charset, errors), charset, errors, encodings, chunked)

    def saying(self, text: str) -> bytes:
        """The answer with another text, encoded as it was, at the highest level; its Content-Length kept true."""
        body = text.encode(self.charset, self.errors)
        for name in self.encodings:
            body = _encode(body, name)
        head = _LENGTH.sub(lambda match: match[1] + str(len(body)).encode(), self.head)
        if self.chunked:
            body = (b"%x\r\n" % len(body) + body + b"\r\n" if body else b"") + b"0\r\n\r\n"
        return head + body


def _charset(data: bytes, content_type: str) -> tuple[str, str]:
    """By which codec data is read so that it can be written again, byte for byte where nothing is changed."""
    for mark, codec in _WIDE:
        if data.startswith(mark):
            return codec, "surrogatepass" if codec != "utf-8" else "surrogateescape"
    try:
        data.decode()
    except UnicodeDecodeError:
        stated = _CHARSET.search(content_type.encode("latin-1", "replace")) or _CHARSET.search(data[:_SNIFF_BYTES])
        name = (stated[1] or stated[2]).decode("ascii", "replace") if stated else "utf-8"
        return (name, "strict") if _is_faithful(data, name) else ("utf-8", "surrogateescape")
    return "utf-8", "surrogateescape"


def _is_faithful(data: bytes, name: str) -> bool:
    try:
        return data.decode(name).encode(name) == data
    except (LookupError, UnicodeError):
        return False


def _encode(body: bytes, name: str) -> bytes:
    if name == "br":
        return bytes(brotli.compress(body, quality=11))
    if name == "zstd":
        return zstandard.ZstdCompressor(level=19).compress(body)
    window = 15 if name == "deflate" else 31
    packer = zlib.compressobj(9, zlib.DEFLATED, window, 9)
    return packer.compress(body) + packer.flush()
