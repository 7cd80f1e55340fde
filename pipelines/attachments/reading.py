"""The text of one file, in this process: what `pipelines.attachments.child` runs within its limits."""

from __future__ import annotations

import io
import re

from pipelines.attachments import FileText
from pipelines.attachments.documents import read_docx, read_pdf, read_rtf
from pipelines.attachments.errors import Unreadable
from pipelines.attachments.kinds import MEDIA_TYPES, kind_of
from pipelines.attachments.sheets import read_xls, read_xlsx
from pipelines.attachments.word import read_word
from pipelines.legacy import convert
from pipelines.text import paragraphs

MAX_TEXT_CHARS = 2_000_000
_SYMBOLS = re.compile("[\uf020-\uf0ff]{2,}")
"""Words in a font of the symbol character set, as some for TCVN3 and VNI are: Office puts their bytes there."""
_EMPTY_CELLS = re.compile(r"(?:[ \t]*\|)+[ \t]*$", re.MULTILINE)


def read_doc(data: bytes) -> str:
    """The text of a Word 6, 95 or 97-2003 file. Raises Unreadable."""
    import olefile

    with olefile.OleFileIO(io.BytesIO(data)) as ole:
        return read_word(ole)


_READERS = {
    "pdf": read_pdf,
    "doc": read_doc,
    "docx": read_docx,
    "xls": read_xls,
    "xlsx": read_xlsx,
    "rtf": read_rtf,
}


def read_here(data: bytes) -> FileText:
    """What a file is and its text, with TCVN3 and VNI converted, in NFC, at most MAX_TEXT_CHARS of it.

    A damaged file may make a library raise anything, take for ever or all memory: this is for the child.
    """
    kind = kind_of(data)
    media_type = MEDIA_TYPES.get(kind or "")
    if kind not in _READERS:
        return FileText(media_type, problem="html-page" if kind == "html" else "unsupported")  # a soft 404, a log-in
    problem = None
    try:
        text = _READERS[kind](data)
    except Unreadable as error:
        text, problem = error.text, error.reason
    if len(text) > MAX_TEXT_CHARS:
        problem = "cut"
    text = _SYMBOLS.sub(lambda word: "".join(chr(ord(char) - 0xF000) for char in word[0]), text[:MAX_TEXT_CHARS])
    text = paragraphs(_EMPTY_CELLS.sub("", convert(text)))
    return FileText(media_type, text or None, problem if text or problem else "no-text")  # a scan, say
