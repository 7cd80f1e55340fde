"""Bytes of a page -> text: which charset it is really in, whatever it declares, and mojibake undone."""

from __future__ import annotations

import codecs
import re

from pipelines import legacy

BOMS = (
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
SNIFF_BYTES = 1024
MIN_VALID_SHARE = 0.9
"""Of the non-ASCII characters, how many must decode for damaged bytes still to be UTF-8."""
MIN_TONES = 3
"""Vowels followed by a windows-1258 combining mark before Western text is read as Vietnamese."""
MIN_MOJIBAKE = 4
"""Twice-encoded Vietnamese letters before a text is repaired; in sound text not one occurs."""

_TWICE_BYTES = b"\xc3\xa1\xc2"  # of both á(º) and á(»): what `undouble` looks for
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_WESTERN = frozenset({"iso8859-1", "cp1252", "ascii", "iso8859-15"})
# In windows-1258 the tones are these bytes, after the vowel; in windows-1252 they are Ì Ò Þ ì ò.
_TONE_BYTES = re.compile(rb"[aeiouyAEIOUY\xe2\xc2\xea\xca\xf4\xd4\xf5\xd5\xfd\xdd\xe3\xc3][\xcc\xd2\xde\xec\xf2]")
# The bytes 80–BF as windows-1252 or Latin-1 shows them, behind the lead bytes of two and of three.
_FOLLOW = "[\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
_TWICE = re.compile(f"[ÂÃÄÅÆÌ]{_FOLLOW}|[áâ]{_FOLLOW}{_FOLLOW}")
_VIETNAMESE = re.compile("[\u1ea0-\u1ef9ăĂđĐơƠưƯ]")


def to_utf8(body: bytes, content_type: str = "") -> tuple[bytes, str]:
    """The bytes of a page as sound UTF-8 without NULs, and the name of the charset they came in.

    Most pages are UTF-8 and come back as they are: looking costs a tenth of decoding and encoding again.
    The charset is told, in this order, by: a byte order mark; NULs where UTF-16 has them; UTF-8 that decodes
    strictly; UTF-8 with a few damaged bytes; the charset of the HTTP header, of the page's own declaration, or the
    tones of windows-1258.
    """
    name = "utf-8"
    body = body.removeprefix(codecs.BOM_UTF8)
    if _is_utf8(body) and (b"\0" not in body[:SNIFF_BYTES] or _wide(body) is None):
        if b"\0" in body:
            body = body.replace(b"\0", b"")
        if _TWICE_BYTES not in body:
            return body, name
        text = body.decode("utf-8")
    else:
        text, name = _decode(body, content_type)
        text = text.replace("\0", "")
    return undouble(text).encode("utf-8", "replace"), name


def decode(body: bytes, content_type: str = "") -> tuple[str, str]:
    """The text of a page and the name of its charset: `to_utf8`, decoded."""
    sound, name = to_utf8(body, content_type)
    return sound.decode("utf-8"), name


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _wide(body: bytes) -> str | None:
    """UTF-16 with or without a byte order mark: every other byte of its markup is a NUL."""
    for bom, name in BOMS:
        if body.startswith(bom):
            return name
    head = body[:SNIFF_BYTES]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if 4 * max(even, odd) < len(head) or 8 * min(even, odd) > len(head):
        return None
    return "utf-16-be" if even > odd else "utf-16-le"


def _decode(body: bytes, content_type: str) -> tuple[str, str]:
    wide = _wide(body)
    if wide is not None:
        return body.decode(wide, "replace").removeprefix("\ufeff"), wide
    match = _CHARSET.search(content_type)
    declared = _codec(match[1]) if match else None
    damaged = body.decode("utf-8", "replace")
    lost = damaged.count("\ufffd")
    kept = _non_ascii(damaged) - lost
    if kept > 0 and kept >= MIN_VALID_SHARE * (kept + lost):
        return damaged, "utf-8"
    return _legacy(body, declared)


def _non_ascii(text: str) -> int:
    return len(text) - len(text.encode("ascii", "ignore"))


def _codec(name: str | None) -> str | None:
    """The canonical name of a charset, or None for one Python does not know."""
    try:
        return codecs.lookup(name).name if name else None
    except (LookupError, ValueError):
        return None


def _legacy(body: bytes, declared: str | None) -> tuple[str, str]:
    """Bytes that are not UTF-8. A declared UTF-8 is wrong; Western charsets hide windows-1258.

    Text typed for fonts of before Unicode is Western letters, though windows-1258 may be declared, and its `iÒ` (iề) be
    as common as that charset's tones: it passes as windows-1252, for `crawler.parse.legacy` to convert.
    """
    from bs4.dammit import EncodingDetector, UnicodeDammit  # 45 ms to import, and most pages are plain UTF-8

    named = EncodingDetector.find_declared_encoding(body, is_html=True, search_entire_document=False)
    names = [name for name in (declared, _codec(named)) if name and name not in _WESTERN and name != "utf-8"]
    if all(name == "cp1258" for name in names) and legacy.recognise(western := body.decode("cp1252", "replace")):
        return western, "cp1252"
    for name in names:
        text = UnicodeDammit(body, known_definite_encodings=[name], is_html=True)
        if text.original_encoding and _codec(text.original_encoding) == name and text.unicode_markup:
            return text.unicode_markup, name
    # Undeclared or declared as what it is not: UnicodeDammit's guesses at Vietnamese are wild, the tones are not.
    name = "cp1258" if len(_TONE_BYTES.findall(body)) >= MIN_TONES else "cp1252"
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
        letter = _letter(match[0])
        if letter is None:
            return match[0]
        hits += bool(_VIETNAMESE.match(letter))
        return letter

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
