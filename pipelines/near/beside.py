"""Two texts side by side, paragraph by paragraph, with the words marked that only one of them has."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import zip_longest

from pipelines.near.differences import Piece

MAX_PARAGRAPHS = 1_000
MAX_WORDS = 1_500
"""Of a paragraph that is compared word by word, rather than as a whole."""
MAX_PAIRED = 60
"""Of paragraphs on each side of a changed stretch, which are looked through for pairs; of more, the order tells."""
MAX_LOOKS = 30_000
"""Pairs of a word, or paragraph, of one text and the same of the other; of more, what is there OFTEN gives no hold."""
OFTEN = 5
MAX_SECONDS = 2.0
"""After which changed paragraphs are shown whole."""
ALIKE = 0.4
"""The share of the longer of two paragraphs' words that both have, from which one is the other, changed."""


@dataclass(frozen=True, slots=True)
class Row:
    """A paragraph of the earlier text beside that of the later; None where one has none there."""

    left: list[Piece] | None
    right: list[Piece] | None

    @property
    def same(self) -> bool:
        """Whether both say the same."""
        return self.left == self.right


@dataclass(slots=True)
class Beside:
    """Rows in order. `cut`: a text has more paragraphs than were compared."""

    rows: list[Row] = field(default_factory=list)
    cut: bool = False

    @property
    def changed(self) -> int:
        return sum(not row.same for row in self.rows)


def beside(earlier: Sequence[str], later: Sequence[str]) -> Beside:
    """The paragraphs of two texts. Takes a few seconds at most, whatever the texts are."""
    found = Beside(cut=max(len(earlier), len(later)) > MAX_PARAGRAPHS)
    one, other = earlier[:MAX_PARAGRAPHS], later[:MAX_PARAGRAPHS]
    until = time.monotonic() + MAX_SECONDS
    for tag, start, end, other_start, other_end in _opcodes(one, other):
        if tag == "equal":
            found.rows += [Row([Piece("same", text)], [Piece("same", text)]) for text in one[start:end]]
            continue
        for left, right in _pairs(one[start:end], other[other_start:other_end]):
            found.rows.append(_row(left, right, until))
    return found


def _opcodes(one: Sequence[str], other: Sequence[str]) -> list[tuple[str, int, int, int, int]]:
    """What makes one sequence the other, as `difflib` has it, which takes minutes where all is alike."""
    counts = Counter(other)
    many = sum(counts[said] for said in one) > MAX_LOOKS
    often = (lambda said: counts[said] > OFTEN) if many else None
    return list(SequenceMatcher(often, one, other, autojunk=False).get_opcodes())


def _pairs(one: Sequence[str], other: Sequence[str]) -> Iterator[tuple[str | None, str | None]]:
    """Paragraphs of a changed stretch, each beside what it has become."""
    if max(len(one), len(other)) > MAX_PAIRED:
        yield from zip_longest(one, other)
        return
    words = [Counter(text.split()) for text in other]
    at = 0
    for text in one:
        have = Counter(text.split())
        partner = next((n for n in range(at, len(other)) if _alike(have, words[n])), None)
        if partner is None:
            yield text, None
            continue
        yield from ((None, other[n]) for n in range(at, partner))
        yield text, other[partner]
        at = partner + 1
    yield from ((None, text) for text in other[at:])


def _alike(one: Counter[str], other: Counter[str]) -> bool:
    return (one & other).total() >= ALIKE * max(one.total(), other.total(), 1)


def _row(left: str | None, right: str | None, until: float) -> Row:
    if left is None or right is None:
        return Row(
            None if left is None else [Piece("removed", left)], None if right is None else [Piece("added", right)]
        )
    one, other = left.split(), right.split()
    if max(len(one), len(other)) > MAX_WORDS or time.monotonic() > until:
        return Row([Piece("removed", left)], [Piece("added", right)])
    lefts: list[Piece] = []
    rights: list[Piece] = []
    for tag, start, end, other_start, other_end in _opcodes(one, other):
        if end > start:
            lefts.append(Piece("same" if tag == "equal" else "removed", " ".join(one[start:end])))
        if other_end > other_start:
            rights.append(Piece("same" if tag == "equal" else "added", " ".join(other[other_start:other_end])))
    return Row(lefts, rights)
