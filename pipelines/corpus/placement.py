"""One placement of the tone mark in Vietnamese text: `hoà` and `hòa`, `thuý` and `thúy` become one word again.

The old placement is taken (`hòa`, `khỏe`, `thúy`): it is what keyboards write unless told otherwise, and what texts
are compared in throughout the archive (`pipelines.text`). A mark that stands where neither rule puts it (`tòan`,
`qúy`, `gía`) is a slip of typing and moves as well. Nothing else changes: only words that are spelt like one syllable
of Vietnamese are touched, no letter of them but where the mark stands, and case, y and i are kept.
"""

from __future__ import annotations

import re
import unicodedata

from pipelines.syllables import MAX_LETTERS, TONES, is_syllable
from pipelines.text import paragraphs, remember

_WORD = re.compile(r"[^\W\d_]{2,}")
_VOWELS = frozenset("aeiouyăâêôơư")
_WITH_MARKS = frozenset("ăâêôơư")
_BEFORE_OE = frozenset({"", "ch", "đ", "h", "kh", "l", "ng", "nh", "t", "th", "x"})
"""What words in a bare `oe` begin with: Noé is a name from elsewhere."""
_ETH = str.maketrans("Ðð", "Đđ")


class _Placed(dict[str, str]):
    """Words, and the same with the mark in its place."""

    def __missing__(self, word: str) -> str:
        return remember(self, word, place_word(word))


_placed = _Placed()


def normalised(text: str) -> str:
    """Vietnamese `text` in NFC with one tone placement and one form of spaces; quotes and case as they are."""
    return place_tones(paragraphs(text))


def place_tones(text: str) -> str:
    """`text` (NFC) with the tone mark of each syllable where the old placement has it; linear in its length."""
    return _WORD.sub(lambda word: _placed[word[0]], text)


def place_word(word: str) -> str:
    """One word with the mark in its place, in NFC; as it came where it is no syllable of Vietnamese.

    The letter eth (Ð), which looks like Đ and is typed for it, becomes that in a syllable and in capitals (`HÐND`).
    """
    if word.isascii():
        return word
    if not is_syllable(word):
        return word.translate(_ETH) if word.isupper() and len(word) <= MAX_LETTERS else word
    word = word.translate(_ETH)
    decomposed = unicodedata.normalize("NFD", word)
    tone = next((char for char in decomposed if char in TONES), None)
    if tone is None:
        return word
    bare = unicodedata.normalize("NFC", decomposed.replace(tone, ""))
    letters = bare.lower()
    if letters.endswith("oe") and letters[:-2] not in _BEFORE_OE:
        return word
    seat = _seat(letters) + 1
    return unicodedata.normalize("NFC", bare[:seat] + tone + bare[seat:])


def _seat(letters: str) -> int:
    """Which letter of a syllable without its tone bears it: a vowel with a mark of its own, the last of two such; of
    plain ones the second before a consonant, else the first of two and the middle of three. `qu` is a consonant, and
    so is `gi` before a vowel.
    """
    onset = 2 if letters.startswith("qu") or (letters.startswith("gi") and letters[2:3] in _VOWELS) else 0
    vowels = [at for at, letter in enumerate(letters) if letter in _VOWELS and at >= onset]
    if marked := [at for at in vowels if letters[at] in _WITH_MARKS]:
        return marked[-1]
    closed = letters[-1] not in _VOWELS
    return vowels[min(len(vowels) - 1, int(closed or len(vowels) > 2))]
