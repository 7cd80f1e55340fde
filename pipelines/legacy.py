"""Vietnamese typed for fonts of before Unicode (TCVN3: `.VnTime`, VNI: `VNI-Times`) -> Unicode.

Such text is stored as Western letters that only its font draws as Vietnamese: `®Çu t­` and `ñaàu tö` are "đầu tư". The
font's name is a poor witness, as it is kept when the text is not. What decides is whether the words become syllables of
Vietnamese when converted and are none as they stand: first for the text as a whole, then for each line of it, as one
paragraph may be old and the next one sound.

Tables: TCVN 5712:1993, VN3; VNI for Windows. Neither has letters at 80-9F, so that Latin-1 and windows-1252 bytes are
read alike; what stands there are dashes and quotes. The capitals only VN1 has are left out: no ABC font draws them.

What each threshold rests on (tests/pipelines/test_legacy.py holds such texts of other languages):

| threshold | why |
|---|---|
| MIN_WORDS | Danish, French, Polish read wrongly have one or two such words a sentence: `så`, `laïc`, `s¹` |
| MIN_LETTERS | and always with the same few letters; five syllables of Vietnamese have four different ones |
| MIN_SIGNS | TCVN3: its à á ả ã ạ ă â đ ô ơ ư are signs, of which other languages have not two within words |
| MIN_SHARE | of Vietnamese over nine in ten become syllables (not `Q§`); of VISCII read so, .46-.63 |
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from pipelines.syllables import MAX_LETTERS, TONES, is_syllable

MIN_WORDS = 3
"""Different words that become syllables only when converted, before a text is taken for legacy text."""
MIN_LETTERS = 4
"""Different letters outside ASCII in these words."""
MIN_SIGNS = 2
"""Of them, in TCVN3, how many that are no letters of any Western language."""
MIN_SHARE = 0.75
"""Of the different words with a letter outside ASCII in the lines that are not sound, how many become syllables."""
MAX_LOOK_CHARS = 500_000
"""Of the lines with a letter outside ASCII, how much is looked at before a text is taken for sound..."""
LINE_CHARS = 20
"""... a line counting for so much more, as looking at one costs that."""
MAX_LINE_CHARS = 20_000
"""Of one line, how much is weighed."""
KEPT_WORDS = 1 << 14
"""Words whose answer is kept: a text has a few thousand different ones, over and over."""

_TCVN3 = dict(
    zip(
        "µ¶·¸¹¨»¼½¾Æ©ÇÈÉÊË®ÌÎÏÐÑªÒÓÔÕÖ×ØÜÝÞßáâãä«åæçèé¬êëìíîïñòóô\xadõö÷øùúûüýþ¡¢£¤¥¦§",
        "àảãáạăằẳẵắặâầẩẫấậđèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵĂÂÊÔƠƯĐ",
        strict=True,
    )
)
_SIGNS = frozenset(map(chr, range(0xA1, 0xBF)))
# VNI writes a vowel and, behind it, a letter for its marks: a tone; breve or circumflex, with and without a tone.
_VNI_TONES = dict(zip("ùøûõï", TONES, strict=True))
_VNI_BREVE = {"ê": "\u0306"} | {mark: "\u0306" + tone for mark, tone in zip("éèúüë", TONES, strict=True)}
_VNI_HAT = {"â": "\u0302"} | {mark: "\u0302" + tone for mark, tone in zip("áàåãä", TONES, strict=True)}
_VNI_LETTERS = dict(zip("ôöñíìæóòî", "ơưđíìỉĩịỵ", strict=True))
_VNI_MARKS = {
    "a": _VNI_TONES | _VNI_BREVE | _VNI_HAT,
    "e": _VNI_TONES | _VNI_HAT,
    "o": _VNI_TONES | _VNI_HAT,
    "u": _VNI_TONES,
    "y": _VNI_TONES,
    "ô": _VNI_TONES,
    "ö": _VNI_TONES,
}

_MARKED = "\u00a1-\u036f\u1e00-\u1eff"
_WORD = re.compile(f"[A-Za-z{_MARKED}]+")
"""Words of any of it, sound or not: © and ¬ are letters of TCVN3."""
_MARKED_WORD = re.compile(f"(?<![A-Za-z{_MARKED}])[A-Za-z]*+[{_MARKED}][A-Za-z{_MARKED}]*+")
"""Those with a letter outside ASCII."""
_LINES = re.compile(r"([\n\r\f\v\x07\x1c-\x1e\x85\u2028\u2029]+)")
"""What parts paragraphs, and the cells of an old Word table (BEL)."""


@dataclass(frozen=True, slots=True, eq=False)
class Encoding:
    """One way of typing Vietnamese for a font: its `name`, and the Unicode letter of each sequence of its letters."""

    name: str
    letters: dict[str, str] = field(repr=False)
    signs: int = field(repr=False)
    """How many letters of `_SIGNS` its words must show."""
    pattern: re.Pattern[str] = field(repr=False)

    def convert(self, text: str, *, capitals: bool = False) -> str:
        """`text`, all of which is in this encoding, as Unicode in NFC; words that hold a Unicode letter stay,
        unless they become syllables by it (`®ịnh`, half mended by somebody).

        TCVN3 has small letters with marks only. A word whose other letters are capitals comes out in capitals, and so
        does one of a single ASCII letter beside such words (`VÒ VIÖC`). `capitals`: the font draws every letter as a
        capital (`.VnTimeH`), so all of it does.
        """
        words = list(_WORD.finditer(text))
        upper = _uppers([word[0] for word in words]) if not capitals else []
        parts, end = [], 0
        for number, word in enumerate(words):
            parts += [text[end : word.start()], self._word(word[0], upper=bool(upper) and upper[number])]
            end = word.end()
        converted = unicodedata.normalize("NFC", "".join(parts) + text[end:])
        return converted.upper() if capitals else converted

    def _word(self, word: str, *, upper: bool = False) -> str:
        if word.isascii():
            return word
        converted = self.pattern.sub(lambda found: self.letters[found[0]], word)
        if _holds_unicode(word) and (is_syllable(word) or not is_syllable(converted)):
            return word
        return converted.upper() if upper else converted

    def weigh(self, text: str) -> Evidence:
        """What the words of `text` say for and against its being in this encoding."""
        evidence = Evidence()
        for word in set(_MARKED_WORD.findall(unicodedata.normalize("NFC", text[:MAX_LINE_CHARS]))):
            if _holds_unicode(word):
                evidence.lost.add(word)
            elif len(word) > 1:
                evidence.of(*self._valid(word)).add(word)
        return evidence

    @lru_cache(maxsize=KEPT_WORDS)  # noqa: B019 there are two encodings, and they live as long as the program
    def _valid(self, word: str) -> tuple[bool, bool]:
        """Whether `word` is a syllable when converted, and as it stands; none is as long as two."""
        if len(word) > 2 * MAX_LETTERS:
            return False, False
        return is_syllable(self._word(word)), is_syllable(word)

    def proven(self, evidence: Evidence) -> bool:
        """Whether this is enough evidence for the encoding of a whole text."""
        letters = {char for word in evidence.gained for char in word if not char.isascii()}
        words = sum(map(len, (evidence.gained, evidence.both, evidence.neither)))
        return (
            len(evidence.gained) >= MIN_WORDS
            and len(letters) >= MIN_LETTERS
            and len(letters & _SIGNS) >= self.signs
            and len(evidence.gained) + len(evidence.both) >= MIN_SHARE * words
        )


@dataclass(slots=True)
class Evidence:
    """Different words with a letter outside ASCII, by whether they are syllables only when converted, only as they
    stand (or hold a letter that only Unicode has), in both ways, or in neither."""

    gained: set[str] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)
    both: set[str] = field(default_factory=set)
    neither: set[str] = field(default_factory=set)

    def of(self, converted: bool, sound: bool) -> set[str]:
        """The words that are syllables when `converted`, and as they stand."""
        if converted:
            return self.both if sound else self.gained
        return self.lost if sound else self.neither

    @property
    def verdict(self) -> bool | None:
        """Whether the text is legacy text, where its encoding is one that the whole was found to hold; or None."""
        if len(self.gained) == len(self.lost):
            return None
        return len(self.gained) > len(self.lost)

    def add(self, other: Evidence) -> None:
        """Take in the words of `other`."""
        self.gained |= other.gained
        self.lost |= other.lost
        self.both |= other.both
        self.neither |= other.neither


def _vni() -> dict[str, str]:
    vni = {
        vowel + mark: unicodedata.normalize("NFC", _VNI_LETTERS.get(vowel, vowel) + marks)
        for vowel, table in _VNI_MARKS.items()
        for mark, marks in table.items()
    } | _VNI_LETTERS
    for typed, letter in list(vni.items()):
        vni[typed[0] + typed[1:].upper()] = letter  # a capital mark behind a small vowel is a slip, and the reverse too
        vni[typed.capitalize()] = vni[typed.upper()] = letter.upper()
    return vni


def _encoding(name: str, letters: dict[str, str], signs: int) -> Encoding:
    longest_first = sorted(letters, key=len, reverse=True)
    return Encoding(name, letters, signs, re.compile("|".join(map(re.escape, longest_first))))


TCVN3 = _encoding("tcvn3", _TCVN3, MIN_SIGNS)
VNI = _encoding("vni", _vni(), 0)
ENCODINGS = (TCVN3, VNI)


def recognise(text: str) -> Encoding | None:
    """The legacy encoding that lines of `text` are typed in, the more frequent of two; or None.

    None for sound Vietnamese, other languages, and text too short to tell.
    """
    return next(iter(recognise_lines(_LINES.split(text))), None)


def recognise_lines(lines: Iterable[str]) -> list[Encoding]:
    """The legacy encodings that some of `lines` (or cells, or elements) are typed in, the most frequent first."""
    whole = {encoding: Evidence() for encoding in ENCODINGS}
    seen = 0
    for line in lines:
        if not line.isascii():
            seen += LINE_CHARS + len(line[:MAX_LINE_CHARS])
            if seen > MAX_LOOK_CHARS:
                break
            read = {encoding: encoding.weigh(line) for encoding in ENCODINGS}
            most = max(len(evidence.gained) for evidence in read.values())
            for encoding, evidence in read.items():  # a line in the other encoding says nothing against this one
                if evidence.verdict is not False and len(evidence.gained) == most:
                    whole[encoding].add(evidence)
    found = [encoding for encoding, evidence in whole.items() if encoding.proven(evidence)]
    return sorted(found, key=lambda encoding: -len(whole[encoding].gained))


def convert(text: str) -> str:
    """`text` with its lines in a legacy encoding as Unicode; sound lines, and sound text as a whole, as they came."""
    pieces = _LINES.split(text)
    encodings = recognise_lines(pieces)
    if not encodings:
        return text
    lines = pieces[::2]
    read = follow([judge(line, encodings) for line in lines])
    pieces[::2] = [encoding.convert(line) if encoding else line for line, encoding in zip(lines, read, strict=True)]
    return "".join(pieces)


def judge(line: str, encodings: Sequence[Encoding]) -> Encoding | Literal["sound"] | None:
    """Which of the `encodings` of its text a line is in, or "sound"; None where it does not tell: `Bé` may be "Bộ"."""
    if line.isascii():
        return None
    read = [encoding.weigh(line) for encoding in encodings]
    best = max(range(len(read)), key=lambda n: len(read[n].gained))
    verdict = read[best].verdict
    return None if verdict is None else encodings[best] if verdict else "sound"


def follow(told: Sequence[Encoding | Literal["sound"] | None]) -> list[Encoding | None]:
    """For each line in order the encoding it is in: one that does not tell is as the one that told before it."""
    last = next((each for each in told if each is not None), None)
    out: list[Encoding | None] = []
    for each in told:
        last = last if each is None else each
        out.append(last if isinstance(last, Encoding) else None)
    return out


def _holds_unicode(word: str) -> bool:
    return any(char > "\u00ff" for char in word)


def _uppers(words: list[str]) -> list[bool]:
    """For each word whether it is in capitals: told by its own ASCII letters or by the next words that tell."""
    told = list(map(_upper, words))
    before = _last_told(told)
    after = _last_told(told[::-1])[::-1]
    return [
        own if own is not None else False not in near and True in near
        for own, *near in zip(told, before, after, strict=True)
    ]


def _upper(word: str) -> bool | None:
    """Whether `word` is in capitals; None for one letter, and for plain capitals, which may be an abbreviation."""
    plain = [char for char in word if char.isascii()]
    if any(map(str.islower, plain)):
        return False
    return True if 1 < len(plain) < len(word) else None


def _last_told(told: Iterable[bool | None]) -> list[bool | None]:
    """For each value itself, or where it is None the last one before it that is not."""
    last: bool | None = None
    return [last := last if one is None else one for one in told]
