"""Builds the office files the tests read: the smallest of their kind, with text of our own."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Sequence

SECTOR = 512
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def ole_file(streams: dict[str, bytes]) -> bytes:
    """An OLE compound file ([MS-CFB] version 3) of `streams`, each filled up to what needs no mini stream."""
    sectors: list[bytes] = []
    fat: list[int] = []
    starts = {}
    padded = {name: data.ljust(4096, b"\0") for name, data in streams.items()}
    for name, data in padded.items():
        starts[name] = len(sectors)
        count = -(-len(data) // SECTOR)
        data = data.ljust(count * SECTOR, b"\0")
        sectors += [data[at : at + SECTOR] for at in range(0, len(data), SECTOR)]
        fat += [*range(starts[name] + 1, starts[name] + count), _END]
    entries = [_entry("Root Entry", 5, _END, 0, child=1)]
    names = list(padded)
    entries += [
        _entry(name, 2, starts[name], len(padded[name]), right=at + 2 if at + 1 < len(names) else _FREE)
        for at, name in enumerate(names)
    ]
    directory = b"".join(entries)
    directory = directory.ljust(-(-len(directory) // SECTOR) * SECTOR, b"\0")
    directory_start = len(sectors)
    count = len(directory) // SECTOR
    sectors += [directory[at : at + SECTOR] for at in range(0, len(directory), SECTOR)]
    fat += [*range(directory_start + 1, directory_start + count), _END]
    fat_start = len(sectors)
    fat_sectors = -(-(len(fat) + 2) * 4 // SECTOR)
    fat += [_FAT] * fat_sectors
    table = struct.pack(f"<{len(fat)}I", *fat).ljust(fat_sectors * SECTOR, b"\xff")
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        0x3E,
        3,
        0xFFFE,
        9,
        6,
        0,
        fat_sectors,
        directory_start,
        0,
        4096,
        _END,
        0,
        _END,
        0,
    )
    places = [fat_start + at for at in range(fat_sectors)]
    header += struct.pack("<109I", *places, *[_FREE] * (109 - len(places)))
    return header + b"".join(sectors) + table


def _entry(name: str, kind: int, start: int, size: int, *, child: int = _FREE, right: int = _FREE) -> bytes:
    encoded = (name + "\0").encode("utf-16-le")
    return struct.pack("<64sHBBIII16x4x8x8xIQ", encoded, len(encoded), kind, 1, _FREE, right, child, start, size)


def word_97(text: str | Sequence[bytes | str], stories: Sequence[int] = (), flags: int = 0) -> bytes:
    """A Word 97 file of pieces, `bytes` as windows-1252 `str` as UTF-16; `stories` are lengths behind the body's."""
    pieces = [text] if isinstance(text, str) else list(text)
    total = sum(map(len, pieces))
    lengths = [total - sum(stories), *stories]
    body, positions, descriptors = b"", [0], b""
    for piece in pieces:
        start = 2048 + len(body)
        at = (start * 2) | 0x40000000 if isinstance(piece, bytes) else start
        body += (piece if isinstance(piece, bytes) else piece.encode("utf-16-le")) + b"\0" * (len(piece) % 2)
        positions.append(positions[-1] + len(piece))
        descriptors += struct.pack("<HIH", 0, at, 0)
    plc = struct.pack(f"<{len(positions)}I", *positions) + descriptors
    clx = b"\x01\x03\x00abc" + b"\x02" + struct.pack("<I", len(plc)) + plc
    fib = bytearray(2048)
    struct.pack_into("<HHxxxxxxH", fib, 0, 0xA5EC, 193, 0x0200 | flags)
    struct.pack_into("<8i", fib, 0x4C, *lengths, *[0] * (8 - len(lengths)))
    struct.pack_into("<II", fib, 0x1A2, 0, len(clx))
    return ole_file({"WordDocument": bytes(fib) + body, "1Table": clx})


def word_6(text: bytes) -> bytes:
    """A Word 6 file that was never saved fast."""
    fib = bytearray(768)
    struct.pack_into("<HHxxxxxxH", fib, 0, 0xA5DC, 101, 0)
    struct.pack_into("<II", fib, 0x18, 768, 768 + len(text))
    struct.pack_into("<8i", fib, 0x34, len(text), *[0] * 7)
    return ole_file({"WordDocument": bytes(fib) + text})


def excel_2(rows: Sequence[Sequence[bytes | float]]) -> bytes:
    """An Excel 2 file, which has no container."""
    out = b"\x09\x00\x04\x00\x02\x00\x10\x00"
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            place = struct.pack("<HH3x", row, column)
            if isinstance(cell, bytes):
                out += struct.pack("<HH", 4, len(place) + 1 + len(cell)) + place + bytes([len(cell)]) + cell
            else:
                out += struct.pack("<HH", 3, len(place) + 8) + place + struct.pack("<d", cell)
    return out + b"\x0a\x00\x00\x00"


def zip_file(members: dict[str, str | bytes]) -> bytes:
    """A ZIP file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def docx(body: str, doctype: str = "") -> bytes:
    """A DOCX file with this XML in its body."""
    namespaces = (
        'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    )
    document = (
        f'<?xml version="1.0" encoding="UTF-8"?>{doctype}<w:document {namespaces}><w:body>{body}</w:body></w:document>'
    )
    return zip_file({"[Content_Types].xml": "<Types/>", "word/document.xml": document})


def pdf(lines: Sequence[bytes]) -> bytes:
    """A PDF file of one page; `lines` are in its font's encoding, windows-1252."""
    shown = b"".join(b"(" + line + b") Tj 0 -20 Td " for line in lines)
    content = b"BT /F1 12 Tf 50 700 Td " + shown + b"ET"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding 6 0 R>>",
        b"<</Type/Encoding/BaseEncoding/WinAnsiEncoding/Differences[173/minus 183/periodcentered 181/mu]>>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"xref\n0 7\n0000000000 65535 f \n%strailer<</Size 7/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        table,
        len(out),
    )
