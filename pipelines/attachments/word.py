"""Text of binary Word files: Word 6, 95 and 97-2003, by their piece table.

Source: [MS-DOC] 2.4.1 "Retrieving Text"; for Word 6 and 95 the same structures at the places Microsoft's "Word 6.0 file
format" gives. The container is read by olefile.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.attachments.errors import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from olefile import OleFileIO

MAX_PIECES = 200_000
_FIRST_UNICODE_FIB = 106
"""nFib of Word 97 is 193 and more, of Word 6 and 95 from 101 to 105."""
_COMPLEX, _ENCRYPTED, _TABLE_1 = 0x0004, 0x0100, 0x0200
_COMPRESSED = 0x4000_0000

_STORIES = ("text", "footnotes", "headers", "macros", "comments", "endnotes", "boxes", "header boxes")
"""The stories in the order their text lies in."""
_SHOWN = ("text", "footnotes", "endnotes", "boxes", "headers", "header boxes")
"""What a reader of the pages sees, in the order of our text."""

_FIELD = re.compile("\x13[^\x13\x14\x15]*\x14([^\x13\x14\x15]*)\x15|\x13[^\x13\x14\x15]*\x15")
"""A field: its instruction, then its result, which may be missing."""
_MAX_NESTED_FIELDS = 20
_SIGNS = str.maketrans(
    {"\x07": " | ", "\x0b": "\n", "\x0c": "\n", "\x0d": "\n", "\x0e": "\n", "\x1e": "-", "\x1f": None}
)
_NO_TEXT = re.compile("[\x00-\x08\x0f-\x1d]")
_ROW_END = re.compile("\x07\x07")


@dataclass(frozen=True, slots=True)
class _Fib:
    """What of the file information block the text needs: sizes in characters, places in bytes."""

    unicode: bool
    table: str
    clx: tuple[int, int]
    text_start: int
    stories: tuple[int, ...]


def read_word(ole: OleFileIO) -> str:
    """The text: paragraphs as lines, cells of a table row parted by ` | `, footnotes and text boxes behind the body.

    Raises Unreadable.
    """
    stream = ole.openstream("WordDocument").read()
    try:
        fib = _read_fib(stream)
        table = ole.openstream(fib.table).read() if fib.table != "WordDocument" and ole.exists(fib.table) else stream
        text = "".join(_pieces(stream, table, fib))
    except struct.error as error:
        raise Unreadable("damaged", f"a table of the Word file lies outside it: {error}") from error
    parts, start = {}, 0
    for story, length in zip(_STORIES, fib.stories, strict=True):
        parts[story] = _plain(text[start : start + length])
        start += length
    parts["headers"] = "\n".join(dict.fromkeys(parts["headers"].split("\n")))  # each section repeats them
    return "\n".join(parts[story] for story in _SHOWN)


def _read_fib(stream: bytes) -> _Fib:
    """Raises Unreadable, struct.error."""
    version, flags = struct.unpack_from("<H", stream, 2)[0], struct.unpack_from("<H", stream, 10)[0]
    if flags & _ENCRYPTED:
        raise Unreadable("encrypted", "the Word file is protected by a password")
    start = struct.unpack_from("<I", stream, 0x18)[0]
    if version < _FIRST_UNICODE_FIB:
        stories = struct.unpack_from("<8i", stream, 0x34)
        clx = struct.unpack_from("<II", stream, 0x160) if flags & _COMPLEX else (0, 0)
        return _Fib(False, "WordDocument", clx, start, _lengths(stories))
    # fixed sizes up to the lengths of the stories: csw is 14, cslw 22 in every version
    stories = struct.unpack_from("<8i", stream, 0x4C)
    table = "1Table" if flags & _TABLE_1 else "0Table"
    return _Fib(True, table, struct.unpack_from("<II", stream, 0x1A2), start, _lengths(stories))


def _lengths(stories: tuple[int, ...]) -> tuple[int, ...]:
    if any(length < 0 for length in stories):
        raise Unreadable("damaged", "the Word file states a text of negative length")
    return stories


def _pieces(stream: bytes, table: bytes, fib: _Fib) -> Iterator[str]:
    """The text piece by piece. Raises Unreadable, struct.error."""
    plain = b"" if fib.clx[1] == 0 else _piece_table(table[fib.clx[0] : fib.clx[0] + fib.clx[1]])
    if not plain:  # never saved fast: one piece
        length = sum(fib.stories)
        yield _single_bytes(stream[fib.text_start : fib.text_start + length])
        return
    count = (len(plain) - 4) // 12
    if count > MAX_PIECES:
        raise Unreadable("too-large", f"the Word file has {count} pieces, over {MAX_PIECES}")
    ends = struct.unpack_from(f"<{count + 1}I", plain)
    for number in range(count):
        length = ends[number + 1] - ends[number]
        at = struct.unpack_from("<I", plain, 4 * (count + 1) + 8 * number + 2)[0]
        if length < 0:
            raise Unreadable("damaged", "the pieces of the Word file are out of order")
        if not fib.unicode:
            yield _single_bytes(stream[at : at + length])
        elif at & _COMPRESSED:
            at = (at & ~_COMPRESSED) // 2
            yield _single_bytes(stream[at : at + length])
        else:
            yield stream[at : at + 2 * length].decode("utf-16-le", "replace")


def _piece_table(clx: bytes) -> bytes:
    """The PlcPcd of a Clx: positions, then descriptors of 8 bytes. Raises Unreadable, struct.error."""
    at = 0
    while at < len(clx) and clx[at] == 1:
        at += 3 + struct.unpack_from("<H", clx, at + 1)[0]
    if at >= len(clx) or clx[at] != 2:
        raise Unreadable("damaged", "the Word file has no table of its pieces")
    length = struct.unpack_from("<I", clx, at + 1)[0]
    return clx[at + 5 : at + 5 + length]


def _single_bytes(data: bytes) -> str:
    """windows-1252, with what it leaves free as Latin-1 has it ([MS-DOC] FcCompressed)."""
    return data.decode("cp1252", "surrogateescape").translate(_FREE)


_FREE = {0xDC00 + byte: chr(byte) for byte in range(0x80, 0x100)}


def _plain(text: str) -> str:
    """A story without its fields' instructions, anchors and marks."""
    for _ in range(_MAX_NESTED_FIELDS):
        text, found = _FIELD.subn(r"\1", text)
        if not found:
            break
    return _NO_TEXT.sub("", _ROW_END.sub("\x0d", text).translate(_SIGNS))
