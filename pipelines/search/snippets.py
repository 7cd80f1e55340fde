"""Marks in an article's own text what was looked for, and picks the part of it to show."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, compress, count, islice
from typing import TYPE_CHECKING

from pipelines.search.results import Piece
from pipelines.text import both_of

if TYPE_CHECKING:
    from pipelines.items import Article
    from pipelines.search.query import Term

SNIPPET_CHARS = 260
BEFORE_CHARS = 60
"""Of them before the first word that was looked for."""
ENOUGH = 20
"""Words that were looked for: a stretch with more is no better."""
MAX_CHARS = 100_000
"""Of a text that is looked through."""
MAX_FILE_CHARS = 200_000
"""Of an article's attachments: what has them all before it is not looked through."""
MAX_HITS = 2_000
"""Places of one where something that was looked for may begin."""
_WORD = re.compile(r"([^\W_]+(?:[\u0300-\u036f]+[^\W_]*)*)")


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of a text that was looked for, and by which term."""

    start: int
    end: int
    term: int


class Marker:
    """Finds the terms of one query in texts, as the index does."""

    def __init__(self, terms: Sequence[Term], exactly: bool) -> None:
        self._terms = terms
        self._bare = [term.bare().words for term in terms]
        self._loose = [not (exactly and term.marked) for term in terms]
        self._begins = _Begins(terms)

    def marks(self, text: str) -> list[Mark]:
        """Where the terms are in a text, in its order; of a long one, in the beginning."""
        if not self._terms:
            return []
        text = text[:MAX_CHARS]
        runs = text.split(" ")  # far quicker than to look for words, and few of these have one that is looked for
        hits = list(islice(compress(count(), map(self._begins.__getitem__, runs)), MAX_HITS))
        if not hits:
            return []
        ends = list(accumulate(map(len, runs)))
        return [
            mark
            for at in hits
            for word in _WORD.finditer(text, ends[at] - len(runs[at]) + at, ends[at] + at)
            for number in self._begins.of(both_of(word[0])[1])
            for mark in self._marks(text, word.start(), number)
        ]

    def _marks(self, text: str, start: int, number: int) -> list[Mark]:
        """Those of a term, if it is what begins here."""
        words = list(islice(_WORD.finditer(text, start), len(self._bare[number])))
        both = [both_of(word[0]) for word in words]
        if not self._stands(number, [word for word, _ in both], [plain for _, plain in both]):
            return []
        return [Mark(word.start(), word.end(), number) for word in words]

    def _stands(self, number: int, words: list[str], plain: list[str]) -> bool:
        """Whether these words are those of a term."""
        term, wanted = self._terms[number], self._bare[number]
        if len(words) != len(wanted):
            return False
        if self._loose[number]:
            return _same(plain, wanted, term.beginning)
        return _same(words, term.words, term.beginning) or (words == plain and _same(plain, wanted, term.beginning))


class _Begins(dict[str, bool]):
    """Whether a term may begin in what stands between two spaces, whatever its marks; found out once for each."""

    def __init__(self, terms: Sequence[Term]) -> None:
        super().__init__()
        self._firsts: dict[str, list[int]] = {}
        self._beginnings: list[tuple[str, int]] = []
        for number, term in enumerate(terms):
            first = term.bare().words[0]
            if term.beginning and len(term.words) == 1:
                self._beginnings.append((first, number))
            else:
                self._firsts.setdefault(first, []).append(number)

    def of(self, word: str) -> Sequence[int]:
        """Which terms a word without marks may be the first of."""
        found = self._firsts.get(word, [])
        return found + [number for text, number in self._beginnings if word.startswith(text)]

    def __missing__(self, run: str) -> bool:
        words = both_of(run)[1]
        found = words in self._firsts
        if not found and (self._beginnings or " " in words):
            found = any(map(self.of, words.split()))
        self[run] = found
        return found


def _same(words: Sequence[str], wanted: Sequence[str], beginning: bool) -> bool:
    last = words[-1].startswith(wanted[-1]) if beginning else words[-1] == wanted[-1]
    return last and list(words[:-1]) == list(wanted[:-1])


def words_of(text: str) -> list[tuple[str, str]]:
    """The words of a text, of a long one of its beginning: each in lower case, and bare."""
    return [(word.lower(), both_of(word)[1]) for word in _WORD.findall(text[:MAX_CHARS])]


def pieces(text: str, marks: Sequence[Mark], start: int = 0, end: int | None = None) -> list[Piece]:
    """A stretch of a text, in pieces that were looked for and others; together they are the stretch."""
    end = len(text) if end is None else end
    found: list[Piece] = []
    at = start
    for first, last in _joined(text, marks):
        if first < at or last > end:
            continue
        if first > at:
            found.append(Piece(text[at:first]))
        found.append(Piece(text[first:last], hit=True))
        at = last
    if at < end:
        found.append(Piece(text[at:end]))
    return found


def _joined(text: str, marks: Sequence[Mark]) -> Iterator[tuple[int, int]]:
    """Marks, those with nothing but a space between them as one."""
    first = last = -1
    for start, end in sorted({(mark.start, mark.end) for mark in marks}):
        if last >= 0 and text[last:start].strip(" ") and start > last:
            yield first, last
            first = start
        elif last < 0:
            first = start
        last = max(last, end)
    if last >= 0:
        yield first, last


def snippet(article: Article, marker: Marker) -> tuple[list[Piece], str | None]:
    """The part of an article to show, and the name of the attachment it is of; of the lead or body, where that has
    what was looked for.
    """
    parts = [part for part in (article.lead, article.body) if part]
    best: tuple[float, str, list[Mark]] | None = None
    for text in parts:
        marks = marker.marks(text)
        score = len({mark.term for mark in marks})
        if marks and (best is None or score > best[0]):
            best = score, text, marks
    if best is not None:
        return _window(best[1], best[2]), None
    left = MAX_FILE_CHARS
    for file in article.attachments:
        if file.text and left > 0:
            left -= len(file.text)
            if marks := marker.marks(file.text):
                return _window(file.text, marks), file.name
    return _window(parts[0], []) if parts else [], None


def _window(text: str, marks: list[Mark]) -> list[Piece]:
    """The stretch with most of the terms, cut between words."""
    start, most, behind = 0, 0.0, 0
    inside: Counter[int] = Counter()
    for mark in marks:
        while behind < len(marks) and marks[behind].end <= mark.start + SNIPPET_CHARS - BEFORE_CHARS:
            inside[marks[behind].term] += 1
            behind += 1
        score = len(inside) + min(inside.total(), ENOUGH) / (ENOUGH + 1)
        if score > most:
            most, start = score, mark.start
        inside[mark.term] -= 1
        inside += Counter()  # without those of which none is left
    start = max(0, start - BEFORE_CHARS) if marks else 0
    end = min(len(text), start + SNIPPET_CHARS)
    start = _between(text, start, forward=True) if start else 0
    end = _between(text, end, forward=False) if end < len(text) else end
    found = pieces(text, marks, start, end)
    if start > 0:
        found.insert(0, Piece("… "))
    if end < len(text):
        found.append(Piece(" …"))
    return found


def _between(text: str, at: int, *, forward: bool) -> int:
    """The nearest place between two words, not far away."""
    for distance in range(30):
        one = at + distance if forward else at - distance
        if 0 < one < len(text) and text[one if not forward else one - 1].isspace():
            return one
    return at
