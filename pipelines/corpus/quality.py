"""How much an article's text is running text: signals to filter by, and one score of them."""

from __future__ import annotations

import re

import msgspec

from pipelines.items import Article
from pipelines.text import article_text

PROSE_WORDS, LONG_WORDS = 8, 25
"""Words with a letter that make a line one of running text where a sign ends it that ends sentences, and where none
does: entries of menus, headlines and table rows are shorter, or end in a word."""
ENOUGH_WORDS = 50
"""Words in such lines from which on a text is not short."""
ENOUGH_PROSE = 0.5
"""Share of the words in such lines from which on a text is not a list."""
FINE_DIGITS, MOST_DIGITS = 0.15, 0.40
"""Share of digits that takes nothing, and that takes all: reports of figures have up to the first."""
FINE_REPEATED, MOST_REPEATED = 0.05, 0.65
"""Share of repeated lines, likewise."""
FINE_UNCOMMON, MOST_UNCOMMON = 0.01, 0.10
"""Share of uncommon characters, likewise: of text read in a wrong encoding or for an old font it is over the second."""
GENERIC_WEIGHT = 0.2
"""What an article loses all of whose fields were read without selectors: most such are sound."""
MAX_END_CHARS = 8
"""At the end of a line, how much is looked at for the sign that ends a sentence."""
LETTERS_PER_WORD = 4
"""In scripts without spaces between words."""
UNSPACED = frozenset({"zh", "ja", "th", "lo", "km", "blt"})

_END = re.compile(r"[.!?:;…。！？ฯ។៕][\s\"'”’»)\]/.]*$")
_LETTER = re.compile(r"[^\W\d_]")
_DIGIT = re.compile(r"\d")
_PUNCTUATION = "!-/:-@\\[-`{-~–—‘’“”…•·°²³×÷±≤≥₫€£→"
_MARKED = "àáâãèéêìíòóôõùúýăđĩũơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ"
_UNCOMMON = re.compile(f"[^\\sA-Za-z0-9{_PUNCTUATION}{_MARKED}{_MARKED.upper()}]")
"""In Vietnamese."""
_STRANGE = re.compile(f"[^\\s\\w{_PUNCTUATION}«»、-〿！-｠\u0300-\u036f\u0e00-\u0eff\u1780-\u17ff\uaa00-\uaadf]")
"""In any language: neither letter nor digit nor ordinary punctuation."""


class Quality(msgspec.Struct, frozen=True):
    """Signals of one article's title, lead and body; shares are from 0 to 1, with four decimals."""

    score: float
    """From 0 to 1; see `quality`."""
    characters: int
    words: int
    """Parted by white space and with a letter in them; in scripts without spaces a fourth of the letters."""
    generic: float
    """Of the fields that name their source, the share read without selectors."""
    prose: float
    """Of the words, the share in lines of running text."""
    repeated_lines: float
    """Of the lines, the share that stands further up already."""
    digits: float
    """Of the characters that are no spaces."""
    uncommon: float
    """Of these, the share that are no letters of the Vietnamese alphabet, digits or common punctuation: what wrong
    encodings and old fonts leave. In other languages every letter is common."""


def quality(article: Article) -> Quality:
    """The signals of an article, and their score: the product of six factors, each from 0 to 1.

    Words in lines of running text (50 are enough); the share of the words that are in such lines (half is enough);
    and what digits (over .15, none left at .40), repeated lines (.05, .65), uncommon characters (.01, .10) and generic
    reading (a fifth at most) leave. So it never falls with more running text, nor rises with more of the others. Half
    is where articles end. Of 408 pages with truth of newspapers of the world five texts lie below, all shopping lists
    and tables of results, half lie at .9 or more; of 23 Vietnamese pages those filled with one paragraph over and over;
    of 969 made articles none. Menus, lists of headlines, empty notices, tables of figures, mojibake and text typed for
    fonts of before Unicode lie below. 0.5 ms for 5,500 characters.
    """
    text = article_text(article)
    lines = [line for line in text.split("\n") if line]
    unspaced = article.language.partition("-")[0] in UNSPACED
    counts = [_words(line, unspaced=unspaced) for line in lines]
    words, prose_words = sum(counts), sum(_running(line, count) for line, count in zip(lines, counts, strict=True))
    visible = sum(map(len, text.split())) or 1
    pattern = _UNCOMMON if article.language.partition("-")[0] in ("vi", "und") else _STRANGE
    signals = {
        "generic": _generic(article),
        "prose": prose_words / (words or 1),
        "repeated_lines": 1 - len(set(lines)) / (len(lines) or 1),
        "digits": len(_DIGIT.findall(text)) / visible,
        "uncommon": len(pattern.findall(text)) / visible,
    }
    score = (
        min(1.0, prose_words / ENOUGH_WORDS)
        * min(1.0, signals["prose"] / ENOUGH_PROSE)
        * _left(signals["digits"], FINE_DIGITS, MOST_DIGITS)
        * _left(signals["repeated_lines"], FINE_REPEATED, MOST_REPEATED)
        * _left(signals["uncommon"], FINE_UNCOMMON, MOST_UNCOMMON)
        * (1 - GENERIC_WEIGHT * signals["generic"])
    )
    rounded = {name: round(value, 4) for name, value in signals.items()}
    return Quality(score=round(score, 4), characters=len(text), words=words, **rounded)


def _words(line: str, *, unspaced: bool) -> int:
    if unspaced:
        return len(_LETTER.findall(line)) // LETTERS_PER_WORD
    return sum(1 for word in line.split() if word.isalpha() or _LETTER.search(word))


def _running(line: str, words: int) -> int:
    """The words of a line of running text, else 0."""
    return words if words >= LONG_WORDS or (words >= PROSE_WORDS and _END.search(line[-MAX_END_CHARS:])) else 0


def _generic(article: Article) -> float:
    sources = [source for name, source in article.evidence.items() if name != "language"]
    return sum(source.startswith("generic") for source in sources) / (len(sources) or 1)


def _left(value: float, fine: float, most: float) -> float:
    """1 up to `fine`, 0 from `most` on, and straight between."""
    return min(1.0, max(0.0, (most - value) / (most - fine)))
