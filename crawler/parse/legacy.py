"""Pages, or parts of them, typed for fonts of before Unicode (`<font face=".VnTime">`): their trees made Unicode."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from lxml import etree, html

from pipelines.legacy import TCVN3, VNI, Encoding, follow, judge, recognise_lines

_MARKS = "ÄÅÆÇËÎÏÑÖØÛÜÞßäåæçëîïñöøûüþ"
"""Letters that legacy text of some ten syllables holds (ñ is đ or ủ, ö is ư or ử) and sound Vietnamese never does."""
_BYTES = re.compile(b"\xc3[%b]" % bytes(char.encode()[1] for char in _MARKS))
_NAMES = "[AEIOUaeiou]uml|[IUiu]circ|[Nn]tilde|[Aa]ring|[Cc]cedil|[Oo]slash|AElig|aelig|THORN|thorn|szlig"
_DECIMALS = "|".join(str(ord(char)) for char in _MARKS)
_HEXADECIMALS = "|".join(f"{ord(char):x}|{ord(char):X}" for char in _MARKS)
_ENTITIES = re.compile(f"&(?:#(?:0*(?:{_DECIMALS})|[xX]0*(?:{_HEXADECIMALS}))|{_NAMES})\\b".encode())

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What the parser lets through and the tree does not take back."""
_SHOWN = etree.XPath("//text()[not(parent::script or parent::style)]", smart_strings=False)
_ATTRIBUTES = ("title", "alt", "content", "value", "summary")
_NO_TEXT = frozenset({"script", "style"})
_OLD_FONT = re.compile(r"(?:^|[\s:;,'\"])(?:(\.)vn|vni-)", re.IGNORECASE)
_FAMILY = re.compile(r"(?<![\w-])font(?:-family)?\s*:\s*([^;]*)", re.IGNORECASE)
_CAPITALS_FONT = re.compile(r"(?:^|[\s:;,'\"])\.vn[a-z\d ]*h\s*(?:$|[;,'\"!])", re.IGNORECASE)
_INLINE = frozenset("a b i u s em strong font span big small sub sup tt strike abbr label o:p".split())  # noqa: SIM905


@dataclass(slots=True)
class _Text:
    """One text of a tree: `key` is `text`, `tail` or an attribute's name; `font` the face it is drawn in."""

    element: html.HtmlElement
    key: str
    value: str
    font: str
    block: html.HtmlElement

    @property
    def in_capitals(self) -> bool:
        """Whether its font draws every letter as a capital."""
        return self.key in ("text", "tail") and _CAPITALS_FONT.search(self.font) is not None

    def put(self, value: str) -> None:
        """Write `value` into the tree."""
        self.value = value = _NOT_XML.sub(" ", value)
        if self.key == "text":
            self.element.text = value
        elif self.key == "tail":
            self.element.tail = value
        else:
            self.element.set(self.key, value)


def suspect(sound: bytes) -> bool:
    """Whether the UTF-8 bytes of a page hold letters of legacy text: where not, its tree need not be looked at."""
    return bool(_BYTES.search(sound) or _ENTITIES.search(sound))


def mend(root: html.HtmlElement) -> str | None:
    """Make every text and attribute of a tree that is in a legacy encoding Unicode in NFC; the encoding's name, if any.

    A text that does not tell (`Bé` is "Bộ" and a word of its own) is taken for what its font says, or its paragraph,
    or the text before it.
    """
    encodings = recognise_lines(_SHOWN(root))
    if not encodings:
        return None
    texts = list(_texts(root))
    for text, encoding in zip(texts, follow(_told(texts, encodings)), strict=True):
        plain = text.value.isascii()
        if TCVN3 in encodings and text.in_capitals and (plain or encoding is TCVN3):
            text.put(TCVN3.convert(text.value, capitals=True))
        elif encoding and not plain:
            text.put(encoding.convert(text.value))
    return encodings[0].name


def _told(texts: list[_Text], encodings: list[Encoding]) -> list[Encoding | Literal["sound"] | None]:
    """What each text says of itself; else its font, where it has letters that ask for one; else its paragraph."""
    blocks: dict[html.HtmlElement, list[str]] = {}
    for text in texts:
        blocks.setdefault(text.block, []).append(text.value)
    of_block = {block: judge(" ".join(values), encodings) for block, values in blocks.items()}
    return [judge(text.value, encodings) or _of_font(text, encodings) or of_block[text.block] for text in texts]


def _of_font(text: _Text, encodings: list[Encoding]) -> Encoding | None:
    """The encoding that the font of a text with letters outside ASCII is made for, if the page holds it."""
    font = None if text.value.isascii() else _OLD_FONT.search(text.font)
    encoding = font and (TCVN3 if font[1] else VNI)
    return encoding if encoding in encodings else None


def _texts(root: html.HtmlElement) -> Iterator[_Text]:
    """The texts of a tree in document order."""
    fonts, blocks = [""], [root]
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "start":
            fonts.append(element.get("face") or _family(element.get("style")) or fonts[-1])
            blocks.append(blocks[-1] if element.tag in _INLINE else element)
            if element.text and element.tag not in _NO_TEXT:
                yield _Text(element, "text", element.text, fonts[-1], blocks[-1])
            for key in _ATTRIBUTES:
                if value := element.get(key):
                    yield _Text(element, key, value, fonts[-1], blocks[-1])
        else:
            fonts.pop()
            blocks.pop()
            if element.tail:
                yield _Text(element, "tail", element.tail, fonts[-1], blocks[-1])


def _family(style: str | None) -> str:
    """The fonts that an element's own style names."""
    match = _FAMILY.search(style) if style else None
    return match[1] if match else ""
