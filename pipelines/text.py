"""Text as it is stored and as it is compared: NFC and clean spaces; folded for duplicates."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

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
_NEW_TONE = re.compile(f"(?<!q)(o)([ae])([{_TONES}])(?!\\w)|(?<!q)(u)(y)([{_TONES}])(?!\\w)")
_ANY_TONE = re.compile(f"[oOuU][aeyAEY][{_TONES}]")
_NOT_WORD = re.compile(r"[\W_]+")


def one_line(text: str) -> str:
    """`text` in NFC on one line: invisible characters out, every run of white space one space."""
    line = " ".join(text.split())
    if line.isascii():
        return line if line.isprintable() else " ".join(_clean(text).split())
    # The three invisible characters that count as printable are looked for one by one: far quicker than the pattern.
    if line.isprintable() and "\ufe0f" not in line and "\ufe0e" not in line and "\u034f" not in line:
        return unicodedata.normalize("NFC", line)
    return " ".join(_clean(text).split())


def _clean(text: str) -> str:
    if _INVISIBLE.search(text):
        text = _INVISIBLE.sub("", text)
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def paragraphs(text: str) -> str:
    """`text` in NFC with its line breaks: spaces within lines collapsed, at most one blank line in a row."""
    text = _clean(text).replace("\r\n", "\n").replace("\r", "\n")
    return _BLANK_LINES.sub("\n\n", _LINE_ENDS.sub("\n", _SPACES.sub(" ", text))).strip()


def fold(text: str) -> str:
    """`text` as it is compared: NFC, lower case, the old tone placement, words parted by single spaces."""
    text = unicodedata.normalize("NFD", text.casefold().replace("\u00f0", "đ"))
    if _ANY_TONE.search(text):
        text = _NEW_TONE.sub(lambda m: f"{m[1]}{m[3]}{m[2]}" if m[1] else f"{m[4]}{m[6]}{m[5]}", text)
    return _NOT_WORD.sub(" ", unicodedata.normalize("NFC", text)).strip()


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
