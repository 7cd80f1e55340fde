"""Pages, or parts of them, typed for fonts of before Unicode (`<font face=".VnTime">`): their trees made Unicode."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import Literal

from lxml import etree, html

from pipelines.legacy import MIN_WORDS, TCVN3, VNI, Encoding, follow, judge, recognise_lines

_MARKS = "ÄÅÆÇËÎÏÑÖØÛÜÞßäåæçëîïñöøûüþ"
"""Letters that legacy text of some ten syllables holds (ñ is đ or ủ, ö is ư or ử) and sound Vietnamese never does."""
# In UTF-8, each with a literal first byte, which is what makes the search quick.
_SIGNS = re.compile(rb"\xc2[\xa1-\xaa\xac-\xaf\xb1\xb4-\xb6\xb8-\xba\xbc-\xbe]")
"""Signs that TCVN3 has for letters: ® is đ."""
_VNI_MARKS = re.compile(rb"\xc3[\x84\x85\x8b\x8f\x91\x98\x9b\x9c\xa4\xa5\xab\xaf\xb1\xb8\xbb\xbc]")
"""Marks that VNI sets behind vowels and no other language so often, and its đ (ñ)."""
_ENYE = (b"\xc3\x91", b"\xc3\xb1")
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
_INLINE = frozenset("a b i u s em strong font span big small sub sup tt strike abbr label o:p".split())


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
    found = chain(_within_words(sound), _behind_vowels(sound), _ENTITIES.finditer(sound))
    return next(islice(found, MIN_WORDS - 1, None), None) is not None


def _within_words(sound: bytes) -> Iterator[re.Match[bytes]]:
    """Signs that stand beside a letter."""
    for match in _SIGNS.finditer(sound):
        before, after = sound[match.start() - 1 : match.start()], sound[match.end() : match.end() + 1]
        if before.isalpha() or after.isalpha() or after == b"\xc3":
            yield match


def _behind_vowels(sound: bytes) -> Iterator[re.Match[bytes]]:
    """Marks of VNI behind the vowels they may mark, and its đ at the start of words."""
    for match in _VNI_MARKS.finditer(sound):
        before, after = sound[match.start() - 1 : match.start()], sound[match.end() : match.end() + 1]
        if match[0] in _ENYE:
            if not before.isalpha() and after and after in b"aeiouyAEIOUY\xc3":
                yield match
        elif before and before in b"aeouyAEOUY":
            yield match


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
