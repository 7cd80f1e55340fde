"""Text of a page: line breaks inside it, and what two spellings of one line share."""

from __future__ import annotations

from pipelines.text import one_line as squeeze

__all__ = ["BREAK", "fold", "lines", "same", "squeeze"]

BREAK = "\0"
"""A line break (`<br>`) inside collected text; no text of a page can hold it."""


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
