"""How two texts differ, word by word, with a few words around each difference."""

from __future__ import annotations

import time
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal

CONTEXT_WORDS = 4
MAX_WORDS = 20_000
"""Of a text; what follows is not compared."""
RUN_WORDS = 3
"""Texts are held together by runs of so many words that each has once."""
MAX_BETWEEN_WORDS, MAX_SECONDS = 500, 2.0
"""What lies between two of those is compared word by word where it is no longer, and while there is time."""
MAX_DIFFERENCES = 30

Mark = Literal["same", "removed", "added"]
_Words = list[str]
_Step = tuple[Mark, _Words]


@dataclass(frozen=True, slots=True)
class Piece:
    """A few words, and whether both texts have them, the earlier one alone, or the later one alone."""

    mark: Mark
    words: str


@dataclass(slots=True)
class Differences:
    """Each is a run of pieces. `more` of them are left out; `cut`: a text is longer than what was compared of it."""

    shown: list[list[Piece]] = field(default_factory=list)
    more: int = 0
    cut: bool = False


def differences(earlier: str, later: str) -> Differences:
    """How a later text differs from an earlier one. Takes a few seconds at most, whatever the texts are."""
    one, other = (text.split(maxsplit=MAX_WORDS) for text in (earlier, later))
    found = Differences(cut=max(len(one), len(other)) > MAX_WORDS)
    for run in _runs(_steps(one[:MAX_WORDS], other[:MAX_WORDS])):
        if len(found.shown) < MAX_DIFFERENCES:
            found.shown.append(run)
        else:
            found.more += 1
    return found


def _steps(one: _Words, other: _Words) -> Iterator[_Step]:
    """From one text to the other."""
    until = time.monotonic() + MAX_SECONDS
    at = other_at = 0
    for start, other_start in [*_held(_once(one), _once(other)), (len(one), len(other))]:
        if start < at or other_start < other_at:  # it begins within the last one
            if start - at != other_start - other_at:
                continue
        else:
            yield from _between(one[at:start], other[other_at:other_start], until)
            at, other_at = start, other_start
        end = min(start + RUN_WORDS, len(one))
        yield "same", one[at:end]
        at, other_at = end, other_at + end - at


def _once(words: _Words) -> dict[tuple[str, ...], int]:
    """Where the runs are that there is one of."""
    runs: dict[tuple[str, ...], int] = {}
    for at in range(len(words) - RUN_WORDS + 1):
        run = tuple(words[at : at + RUN_WORDS])
        runs[run] = -1 if run in runs else at
    return {run: at for run, at in runs.items() if at >= 0}


def _held(one: dict[tuple[str, ...], int], other: dict[tuple[str, ...], int]) -> list[tuple[int, int]]:
    """Where both have the same run: as many as are in the same order in both (the longest increasing subsequence)."""
    pairs = [(at, other[run]) for run, at in one.items() if run in other]  # in the order of one
    ends: list[int] = []
    lasts: list[int] = []
    before: list[int] = []
    for number, (_, at) in enumerate(pairs):
        length = bisect_left(ends, at)
        ends[length : length + 1] = [at]
        lasts[length : length + 1] = [number]
        before.append(lasts[length - 1] if length else -1)
    held = []
    number = lasts[-1] if lasts else -1
    while number >= 0:
        held.append(pairs[number])
        number = before[number]
    return held[::-1]


def _between(one: _Words, other: _Words, until: float) -> Iterator[_Step]:
    if not one or not other or max(len(one), len(other)) > MAX_BETWEEN_WORDS or time.monotonic() > until:
        yield from (("removed", one), ("added", other))
        return
    for tag, start, end, other_start, other_end in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if tag == "equal":
            yield "same", one[start:end]
        else:
            yield from (("removed", one[start:end]), ("added", other[other_start:other_end]))


def _runs(steps: Iterator[_Step]) -> Iterator[list[Piece]]:
    """Differences with the words around them; those that lie close to each other are one."""
    run: list[Piece] = []
    same: _Words = []
    for mark, group in groupby((step for step in steps if step[1]), lambda step: step[0]):
        words = [word for _, part in group for word in part]
        if mark == "same":
            same = words
            if run and len(same) > 2 * CONTEXT_WORDS:
                yield [*run, _after(same)]
                run = []
            continue
        if same:
            run.append(Piece("same", " ".join(same)) if run else _before(same))
            same = []
        run.append(Piece(mark, " ".join(words)))
    if run:
        yield [*run, _after(same)] if same else run


def _before(words: _Words) -> Piece:
    more = "… " if len(words) > CONTEXT_WORDS else ""
    return Piece("same", more + " ".join(words[-CONTEXT_WORDS:]))


def _after(words: _Words) -> Piece:
    more = " …" if len(words) > CONTEXT_WORDS else ""
    return Piece("same", " ".join(words[:CONTEXT_WORDS]) + more)
