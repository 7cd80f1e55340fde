"""Text as it is stored and as it is compared: NFC and clean spaces; folded for duplicates."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from pipelines.items import Article

# Soft hyphens, joiners, marks of direction, what makes an emoji of a sign, control characters: they have no look of
# their own
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe0e\ufe0f\ufeff\ufff9-\ufffb"
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]"
)
_SPACES = re.compile(r"[^\S\n]+")
_LINE_ENDS = re.compile(r" ?\n ?")
_BLANK_LINES = re.compile(r"\n{3,}")

# The old style puts the tone of oa, oe, uy on the first vowel (hòa, thúy), the new on the second (hoà, thuý).
_TONES = "\u0300\u0301\u0309\u0303\u0323"
_MARKED = ("oa\u0323\u0306", "oa\u0323\u0302", "oe\u0323\u0302")
"""oặ, oậ, oệ: compared with the dot on the first vowel too, whatever follows."""


def _old_tones() -> dict[str, str]:
    """The new placement -> the old, both in NFC."""
    pairs = [(a + b + tone, a + tone + b) for a, b in ("oa", "oe", "uy") for tone in _TONES]
    pairs += [(text, text[0] + text[2] + text[1] + text[3]) for text in _MARKED]
    return {unicodedata.normalize("NFC", new): unicodedata.normalize("NFC", old) for new, old in pairs}


_OLD_TONE = _old_tones()
_BARE_O, _BARE_U, _HATTED = (
    "".join(new[1] for new in _OLD_TONE if new[0] == first and (unicodedata.normalize("NFD", new[1])[-1] in tones))
    for first, tones in (("o", _TONES), ("u", _TONES), ("o", "\u0306\u0302"))
)
_NEW_TONE = re.compile(rf"[ou](?<!q[ou])(?:(?<=o)[{_BARE_O}](?!\w)|(?<=u)[{_BARE_U}](?!\w)|(?<=o)[{_HATTED}])")
MAX_WORDS, MAX_REMEMBERED = 16_384, 40
"""Words remembered, and letters of one: Vietnamese has some 7,000 syllables; what is written with them is endless."""
Value = TypeVar("Value")
_FIRST, _SECOND = itemgetter(0), itemgetter(1)
_NOT_WORD = re.compile(r"[\W_]+")


def one_line(text: str) -> str:
    """`text` in NFC on one line: invisible characters out, every run of white space one space."""
    line = " ".join(text.split())
    return unicodedata.normalize("NFC", line) if _is_clean(line) else " ".join(_clean(text).split())


def _is_clean(line: str) -> bool:
    """Whether a line has no invisible characters for sure."""
    # The three of them that count as printable are looked for one by one: far quicker than the pattern.
    return line.isprintable() and (
        line.isascii() or ("\ufe0f" not in line and "\ufe0e" not in line and "\u034f" not in line)
    )


def _clean(text: str) -> str:
    if _INVISIBLE.search(text):
        text = _INVISIBLE.sub("", text)
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def paragraphs(text: str) -> str:
    """`text` in NFC with its line breaks: spaces within lines collapsed, at most one blank line in a row."""
    if "\r" not in text:  # most texts; a pattern that meets every space takes four times as long
        lines = [" ".join(line.split()) for line in text.split("\n")]
        if _is_clean("".join(lines)):
            return _BLANK_LINES.sub("\n\n", unicodedata.normalize("NFC", "\n".join(lines))).strip()
    text = _clean(text).replace("\r\n", "\n").replace("\r", "\n")
    return _BLANK_LINES.sub("\n\n", _LINE_ENDS.sub("\n", _SPACES.sub(" ", text))).strip()


def fold(text: str) -> str:
    """`text` as it is compared: NFC, lower case, the old tone placement, words parted by single spaces."""
    return " ".join(filter(None, map(_folded.__getitem__, text.split())))


class _Folded(dict[str, str]):
    """Words as white space parts them, folded: the same few thousand make up all texts."""

    def __missing__(self, word: str) -> str:
        return remember(self, word, fold_word(word))


_folded = _Folded()


def remember(known: dict[str, Value], word: str, value: Value) -> Value:
    """Keep what was found out about a word, unless it is none that will come again; bounded."""
    if len(word) <= MAX_REMEMBERED:
        if len(known) >= MAX_WORDS:
            known.clear()
        known[word] = value
    return value


def fold_word(text: str) -> str:
    """`fold` of one word, or of any text: without what is remembered."""
    text = unicodedata.normalize("NFC", text.casefold().replace("\u00f0", "đ"))
    return _NOT_WORD.sub(" ", _NEW_TONE.sub(lambda match: _OLD_TONE[match[0]], text)).strip()


def bare(folded: str) -> str:
    """Folded text without its marks: `đà nẵng` as `da nang`, word for word."""
    letters = unicodedata.normalize("NFD", folded).replace("đ", "d")
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def fold_both(text: str) -> tuple[str, str]:
    """`text` folded, and that without its marks; words are parted by one space or two."""
    both = list(map(_both.__getitem__, text.split()))
    return " ".join(map(_FIRST, both)), " ".join(map(_SECOND, both))


def both_of(word: str) -> tuple[str, str]:
    """A word folded, and that without its marks."""
    return _both[word]


class _Both(dict[str, tuple[str, str]]):
    """Words as white space parts them, folded and bare."""

    def __missing__(self, word: str) -> tuple[str, str]:
        folded = fold_word(word)
        return remember(self, word, (folded, bare(folded)))


_both = _Both()


def article_text(article: Article) -> str:
    """What an article says: title, lead and body, each on lines of its own."""
    return "\n\n".join(part for part in (article.title, article.lead, article.body) if part)


def article_digest(article: Article) -> str:
    """SHA-256 of the article's text after normalising, in hex: equal for unchanged articles."""
    return hashlib.sha256(article_text(article).encode()).hexdigest()


def fold_digest(article: Article) -> str:
    """SHA-256 of the article's folded text, in hex: equal for exact reposts."""
    return _fold_digest(article_text(article))


@lru_cache(maxsize=4)  # looked up when an article is compared, and again when it is stored
def _fold_digest(text: str) -> str:
    return hashlib.sha256(fold(text).encode()).hexdigest()
