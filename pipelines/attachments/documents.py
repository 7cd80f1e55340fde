"""Text of PDF, RTF and of Word files since 2007."""

from __future__ import annotations

import io
import zipfile
from itertools import islice
from typing import TYPE_CHECKING

from pipelines.attachments.errors import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

MAX_PAGES = 2000
MAX_UNZIPPED_BYTES = 256 * 1024 * 1024

# PDF writers name glyphs, and some names stand for two characters: what readers make of them is not what was typed
_PDF_LEGACY = str.maketrans({"\u2212": "\u00ad", "\u2219": "\u00b7", "\u03bc": "\u00b5"})
_PDF_MARKS = dict.fromkeys(map(ord, "\x02\ufffe"))
"""What PDFium puts where a word was broken at the end of a line."""

_WORD_XML = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_DOCX_PARTS = ("word/document.xml", "word/footnotes.xml", "word/endnotes.xml")


def read_pdf(data: bytes) -> str:
    """The text, a line of it as a line. Raises Unreadable, with the first MAX_PAGES pages where there are more."""
    import pypdfium2

    from pipelines.legacy import recognise

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise Unreadable("encrypted" if "assword" in str(error) else "damaged", str(error)) from error
    pages = (page.get_textpage().get_text_range() for page in islice(document, MAX_PAGES))
    text = "\n".join(pages).translate(_PDF_MARKS)
    legacy = text.translate(_PDF_LEGACY)
    text = legacy if legacy != text and recognise(legacy) else text
    if len(document) > MAX_PAGES:
        raise Unreadable("cut", f"the PDF has over {MAX_PAGES} pages", text)
    return text


def read_rtf(data: bytes) -> str:
    """The text, cells of a table row parted by `|`."""
    from striprtf.striprtf import rtf_to_text

    text: str = rtf_to_text(data.decode("latin-1"), errors="replace")  # type: ignore[no-untyped-call]
    return text.replace("|", " | ")


def read_docx(data: bytes) -> str:
    """Paragraphs as lines, cells of a table row parted by ` | `; what is marked as deleted is left out.

    Raises Unreadable.
    """
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    with open_zip(data) as archive:
        present = [part for part in _DOCX_PARTS if part in archive.namelist()]
        roots = [etree.fromstring(archive.read(part), parser) for part in present]
    return "\n".join(line for root in roots for line in _blocks(root))


def open_zip(data: bytes) -> zipfile.ZipFile:
    """The ZIP file. Raises Unreadable where it is none, encrypted, or states more than MAX_UNZIPPED_BYTES."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile as error:
        raise Unreadable("damaged", str(error)) from error
    if sum(info.file_size for info in archive.infolist()) > MAX_UNZIPPED_BYTES:
        raise Unreadable("too-large", f"it unpacks to over {MAX_UNZIPPED_BYTES} bytes")
    return archive


def _blocks(element: _Element) -> Iterator[str]:
    """The paragraphs and table rows under an element; a table in a cell gives its own rows."""
    for child in element:
        if child.tag == f"{_WORD_XML}p":
            yield from _paragraph(child)
        elif child.tag == f"{_WORD_XML}tr":
            yield " | ".join(" ".join(_blocks(cell)) for cell in child if cell.tag == f"{_WORD_XML}tc")
        elif child.tag != _FALLBACK:
            yield from _blocks(child)


def _paragraph(paragraph: _Element) -> Iterator[str]:
    """The text of a paragraph, then that of the text boxes anchored in it."""
    texts: list[str] = []
    boxes: list[_Element] = []
    _runs(paragraph, texts, boxes)
    yield "".join(texts)
    for box in boxes:
        yield from _blocks(box)


_TEXTS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


def _runs(element: _Element, texts: list[str], boxes: list[_Element]) -> None:
    for child in element:
        name = child.tag.removeprefix(_WORD_XML) if isinstance(child.tag, str) else ""
        if name == "t":
            texts.append(child.text or "")
        elif name in _TEXTS:
            texts.append(_TEXTS[name])
        elif name == "txbxContent":
            boxes.append(child)
        elif child.tag != _FALLBACK and name not in ("pPr", "rPr"):
            _runs(child, texts, boxes)
