"""What a file is: told by its first bytes and, of a container, by what it holds; never by its name."""

from __future__ import annotations

import io
import zipfile

import olefile

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "rtf": "application/rtf",
    "ppt": "application/vnd.ms-powerpoint",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "zip": "application/zip",
    "rar": "application/vnd.rar",
    "7z": "application/x-7z-compressed",
    "jpg": "image/jpeg",
    "png": "image/png",
    "html": "text/html",
}
"""The media type of each kind that is told."""

_STARTS = (
    (b"{\\rtf", "rtf"),
    (b"Rar!\x1a\x07", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\xff\xd8\xff", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\x09\x08\x10\x00\x00\x06\x05\x00", "xls"),  # BIFF without a container, which Excel up to 4 wrote
    (b"\x09\x08\x08\x00\x00\x05\x05\x00", "xls"),
    (b"\x09\x04\x06\x00\x00\x00\x10\x00", "xls"),
    (b"\x09\x02\x06\x00\x00\x00\x10\x00", "xls"),
    (b"\x09\x00\x04\x00\x02\x00\x10\x00", "xls"),
)
_OLE_STREAMS = (("WordDocument", "doc"), ("Workbook", "xls"), ("Book", "xls"), ("PowerPoint Document", "ppt"))
_ZIP_MEMBERS = (("word/", "docx"), ("xl/", "xlsx"), ("ppt/", "pptx"))
_PDF_WITHIN_BYTES = 1024
"""Readers of PDF, and so writers, take the header anywhere in the first 1024 bytes (ISO 32000-1, note in H.3)."""
_HTML_STARTS = (b"<!doctype html", b"<html", b"<head", b"<body", b"<meta", b"<script", b"<title")


def kind_of(data: bytes) -> str | None:
    """The kind of a file, a key of MEDIA_TYPES; None where it is none of them."""
    start = data[:_PDF_WITHIN_BYTES]
    for magic, kind in _STARTS:
        if start.startswith(magic):
            return kind
    if start.startswith(olefile.MAGIC):
        return _kind_of_ole(data)
    if start.startswith(b"PK\x03\x04"):
        return _kind_of_zip(data)
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_HTML_STARTS):
        return "html"
    return "pdf" if b"%PDF-" in start else None


def _kind_of_ole(data: bytes) -> str | None:
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            return next((kind for stream, kind in _OLE_STREAMS if ole.exists(stream)), None)
    except OSError:  # olefile's errors are of this kind: a container that cannot be opened
        return None


def _kind_of_zip(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            if "mimetype" in names and archive.getinfo("mimetype").file_size < _PDF_WITHIN_BYTES:
                stated = archive.read("mimetype").decode("ascii", "replace").strip()
                return "odt" if stated == MEDIA_TYPES["odt"] else "zip"
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError):
        return "zip"
    if "[Content_Types].xml" not in names:
        return "zip"
    return next((kind for prefix, kind in _ZIP_MEMBERS if any(name.startswith(prefix) for name in names)), "zip")
