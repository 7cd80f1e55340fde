"""Bytes of a page -> text: which charset it is really in, whatever it declares, and mojibake undone."""

from __future__ import annotations

import codecs
import re

from bs4.dammit import UnicodeDammit

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
MIN_VALID_SHARE = 0.9
"""Of the non-ASCII characters, how many must decode for damaged bytes still to be UTF-8."""
MIN_TONES = 3
"""Vowels followed by a windows-1258 combining mark before Western text is read as Vietnamese."""
MIN_MOJIBAKE = 4
"""Twice-encoded Vietnamese letters before a text is repaired; in sound text not one occurs."""

_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_WESTERN = frozenset({"iso8859-1", "cp1252", "ascii", "iso8859-15"})
# In windows-1258 the tones are these bytes, after the vowel; in windows-1252 they are Ì Ò Þ ì ò.
_TONE_BYTES = re.compile(rb"[aeiouyAEIOUY\xe2\xc2\xea\xca\xf4\xd4\xf5\xd5\xfd\xdd\xe3\xc3][\xcc\xd2\xde\xec\xf2]")
_TWICE = re.compile("[áÃÄÆÅÂâ][\u0080-\u00ff\u0152-\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]{1,2}")
_VIETNAMESE = re.compile("[\u1ea0-\u1ef9ăĂđĐơƠưƯ]")


def decode(body: bytes, content_type: str = "") -> tuple[str, str]:
    """The text of a page and the name of its charset.

    In this order: byte order mark; UTF-8 that decodes strictly; UTF-8 with a few damaged bytes;
    the charset of the HTTP header, of the page's own declaration, or what UnicodeDammit finds.
    """
    text, name = _decode(body, content_type)
    if "\0" in text:
        text = text.replace("\0", "")
    return undouble(text), name


def _decode(body: bytes, content_type: str) -> tuple[str, str]:
    for bom, name in BOMS:
        if body.startswith(bom):
            return body[len(bom) :].decode(name, "replace"), name
    declared = _known(_CHARSET.search(content_type))
    if declared and declared.startswith("utf-16"):
        return body.decode(declared, "replace"), declared
    try:
        return body.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    damaged = body.decode("utf-8", "replace")
    lost = damaged.count("\ufffd")
    kept = _non_ascii(damaged) - lost
    if kept > 0 and kept >= MIN_VALID_SHARE * (kept + lost):
        return damaged, "utf-8"
    return _legacy(body, declared)


def _non_ascii(text: str) -> int:
    return len(text) - len(text.encode("ascii", "ignore"))


def _known(match: re.Match[str] | None) -> str | None:
    """The codec's canonical name, or None for a charset Python does not know."""
    if match is None:
        return None
    try:
        return codecs.lookup(match[1]).name
    except LookupError:
        return None


def _legacy(body: bytes, declared: str | None) -> tuple[str, str]:
    """Bytes that are not UTF-8. A declared UTF-8 is wrong; Western charsets hide windows-1258."""
    definite = [declared] if declared and declared != "utf-8" else []
    dammit = UnicodeDammit(body, known_definite_encodings=definite, is_html=True)
    name = dammit.original_encoding or "cp1252"
    try:
        name = codecs.lookup(name).name
    except LookupError:
        name = "cp1252"
    if name in _WESTERN or name == "utf-8":
        name = "cp1258" if len(_TONE_BYTES.findall(body)) >= MIN_TONES else "cp1252"
    elif isinstance(dammit.unicode_markup, str):
        return dammit.unicode_markup, name
    return body.decode(name, "replace"), name


def undouble(text: str) -> str:
    """Repair UTF-8 that was encoded twice, where it is unmistakable; other text is returned as it came.

    A sound page never holds `áº` or `á»` and a further character of that range over and over; a page whose theme is
    sound and whose text is not is repaired run by run.
    """
    if text.count("áº") + text.count("á»") < MIN_MOJIBAKE:
        return text
    hits = 0

    def once(match: re.Match[str]) -> str:
        nonlocal hits
        whole = match[0]
        for run in (whole, whole[:2]):
            letter = _letter(run)
            if letter is not None:
                hits += bool(_VIETNAMESE.match(letter))
                return letter + whole[len(run) :]
        return whole

    repaired = _TWICE.sub(once, text)
    return repaired if hits >= MIN_MOJIBAKE else text


def _letter(run: str) -> str | None:
    """The one character `run` is the twice-encoded form of, or None."""
    try:
        raw = b"".join(_byte(c) for c in run)
        text = raw.decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return None
    return text if len(text) == 1 else None


def _byte(char: str) -> bytes:
    """The byte a Western reader took for `char`; the five bytes windows-1252 leaves open pass as C1 controls."""
    return char.encode("latin-1") if char < "\u0100" else char.encode("cp1252")
