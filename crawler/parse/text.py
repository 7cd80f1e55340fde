"""White space, invisible characters and Unicode form of the text the parser hands on."""

from __future__ import annotations

import re
import unicodedata

BREAK = "\0"
"""A line break (`<br>`) inside collected text; no text of a page can hold it."""

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb\x01-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]"
)


def squeeze(text: str) -> str:
    """One line: NFC, white space (no-break too) collapsed, zero-width characters and soft hyphens gone."""
    if not text.isascii():
        if _INVISIBLE.search(text):
            text = _INVISIBLE.sub("", text)
        text = unicodedata.normalize("NFC", text)
    elif _INVISIBLE.search(text):
        text = _INVISIBLE.sub("", text)
    return " ".join(text.split())


def lines(text: str) -> str:
    """Like `squeeze`, with each `BREAK` a line break; empty lines go."""
    if BREAK not in text:
        return squeeze(text)
    return "\n".join(line for line in map(squeeze, text.split(BREAK)) if line)


def same(text: str) -> str:
    """What two spellings of one line share: case and the shapes of dashes and quotes do not count."""
    return text.casefold().translate(_SAME).replace("…", "...")


def fold(text: str) -> str:
    """Like `same`, without outer punctuation."""
    return " ".join(same(text).split()).strip(" .,:;-\"'")


_SAME = {ord(c): "-" for c in "‐‑‒–—―−"} | {ord(c): '"' for c in "“”„«»″"} | {ord(c): "'" for c in "‘’′"}
