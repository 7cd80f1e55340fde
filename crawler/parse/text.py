"""Text of a page: line breaks inside it, and what two spellings of one line share."""

from __future__ import annotations

import re
import unicodedata

from pipelines.text import fold_word, remember
from pipelines.text import one_line as squeeze

__all__ = ["BREAK", "fold", "lines", "plain", "same", "squeeze"]

BREAK = "\0"
"""A line break (`<br>`) inside collected text; no text of a page can hold it."""


def lines(text: str) -> str:
    """Like `squeeze`, with each `BREAK` a line break; empty lines go."""
    if BREAK not in text:
        return squeeze(text)
    return "\n".join(line for line in map(squeeze, text.split(BREAK)) if line)


def same(text: str) -> str:
    """What two spellings of one line share: case and the shapes of dashes and quotes do not count."""
    text = text.casefold()
    if _ODD_SIGNS.search(text):
        text = text.translate(_SAME).replace("…", "...")
    return text


def fold(text: str) -> str:
    """Like `same`, without outer punctuation."""
    return " ".join(same(text).split()).strip(" .,:;-\"'")


def plain(text: str) -> str:
    """`text` folded as it is compared and without diacritics: portals write buttons and notices with and without."""
    return " ".join(filter(None, map(_plain.__getitem__, text.split())))


class _Plain(dict[str, str]):
    """Words as white space parts them, folded and without diacritics."""

    def __missing__(self, word: str) -> str:
        bare = _MARKS.sub("", unicodedata.normalize("NFD", fold_word(word))).replace("đ", "d")
        return remember(self, word, bare)


_plain = _Plain()
_MARKS = re.compile("[\u0300-\u036f]+")
_SAME = {ord(c): "-" for c in "‐‑‒–—―−"} | {ord(c): '"' for c in "“”„«»″"} | {ord(c): "'" for c in "‘’′"}
_ODD_SIGNS = re.compile(f"[…{''.join(map(chr, _SAME))}]")
