"""What may have been meant by words the archive does not have: others that differ by a letter, or by a space."""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING, Protocol

from pipelines.search.query import Query

if TYPE_CHECKING:
    from pipelines.search.query import Term

LETTERS = string.ascii_lowercase
MIN_LETTERS, MAX_LETTERS = 2, 24
"""Of a word that is corrected."""
MAX_CORRECTED = 2
"""Words of a query."""
MAX_WEIGHED, MAX_CHOICES = 6, 3
"""Others for one word: of which is looked up how often they stand beside its neighbour, and that are tried."""
RARE = 2
"""A word that so few articles have may be misspelt, if others have it spelt otherwise ..."""
TIMES = 20
"""... so many times more often."""


class Language(Protocol):
    """What the archive tells of words without marks."""

    def frequency(self, word: str) -> int:
        """How many articles have a word."""

    def together(self, words: Sequence[str]) -> int:
        """How many articles have words that follow each other."""


def neighbours(word: str) -> Iterator[str]:
    """All that differ from a word by one letter: left out, added, another, or two that changed places.

    As in P. Norvig's How to Write a Spelling Corrector, https://norvig.com/spell-correct.html
    """
    for at in range(len(word) + 1):
        before, after = word[:at], word[at:]
        if after:
            yield before + after[1:]
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
        for letter in LETTERS:
            yield before + letter + after
            if after:
                yield before + letter + after[1:]


def _others(word: str, language: Language) -> list[tuple[str, ...]]:
    """What a word without marks may have been meant to be, the most frequent first: another one, or two."""
    if not MIN_LETTERS <= len(word) <= MAX_LETTERS or not word.isascii() or not word.isalpha():
        return []
    has = language.frequency(word)
    if has > RARE:
        return []
    found: dict[tuple[str, ...], int] = {}
    for other in neighbours(word):
        if len(other) > 1 and other != word and (other,) not in found:
            found[other,] = language.frequency(other)
    for at in range(2, len(word) - 1):
        parts = word[:at], word[at:]
        found[parts] = min(map(language.frequency, parts)) and language.together(parts)
    ordered = sorted(found, key=lambda one: (-found[one], one))
    return [one for one in ordered if found[one] >= max(1, has * TIMES)][:MAX_WEIGHED]


def corrected(typed: Query, language: Language) -> Iterator[Query]:
    """Queries that may have been meant, the likeliest first; a few at most."""
    choices: dict[int, list[tuple[str, ...]]] = {}
    words = [None if _stays(term) else term.bare().words[0] for term in typed.terms]
    for number, word in enumerate(words):
        if word is not None and len(choices) < MAX_CORRECTED and (found := _others(word, language)):
            before, after = (words[at] if 0 <= at < len(words) else None for at in (number - 1, number + 1))
            weight = {one: _weight(before, one, after, language) for one in found} if before or after else {}
            choices[number] = sorted(found, key=lambda one: -weight.get(one, 0))[:MAX_CHOICES]
    ranks = product(*(range(len(found)) for found in choices.values())) if choices else ()
    for ranked in sorted(ranks, key=lambda one: (sum(one), one)):
        chosen = {number: found[rank] for (number, found), rank in zip(choices.items(), ranked, strict=True)}
        yield Query(tuple(new for number, term in enumerate(typed.terms) for new in _instead(term, chosen.get(number))))


def _stays(term: Term) -> bool:
    return term.excluded or term.beginning or len(term.words) > 1


def _weight(before: str | None, words: tuple[str, ...], after: str | None, language: Language) -> int:
    """How many articles have words beside what was typed beside them: before or behind, whichever is rarer."""
    pairs = [(before, (before, words[0])), (after, (words[-1], after))]
    beside = [(language.frequency(word), pair) for word, pair in pairs if word is not None]
    _, pair = min(beside, key=lambda one: (not one[0], one[0]))
    return language.together([word for word in pair if word is not None])


def _instead(term: Term, words: tuple[str, ...] | None) -> list[Term]:
    return [replace(term, words=(word,)) for word in words] if words else [term]


def with_marks(words: Sequence[str], texts: Iterable[Sequence[tuple[str, str]]]) -> list[str]:
    """Words without marks as texts have them, as far as two or more of them follow each other there.

    A text is given as its words, each as it is written and bare.
    """
    found: dict[int, str] = {}
    runs = [run for text in texts for run in _runs(words, text)]
    for first, run in sorted(runs, key=lambda run: (-len(run[1]), run[1] == words[run[0] : run[0] + len(run[1])])):
        if not any(place in found for place in range(first, first + len(run))):
            found.update({first + at: word for at, word in enumerate(run)})
    return [found.get(at, word) for at, word in enumerate(words)]


def _runs(words: Sequence[str], text: Sequence[tuple[str, str]]) -> Iterator[tuple[int, list[str]]]:
    """Where words begin that follow each other in a text, and how it has them: for each place the longest run."""
    places: dict[str, list[int]] = {}
    for at, (_, plain) in enumerate(text):
        places.setdefault(plain, []).append(at)
    for first in range(len(words) - 1):
        longest: list[str] = []
        for at in places.get(words[first], ()):
            length = 0
            for (_, plain), word in zip(text[at : at + len(words)], words[first:], strict=False):
                if plain != word:
                    break
                length += 1
            if length > max(1, len(longest)):
                longest = [word for word, _ in text[at : at + length]]
        if longest:
            yield first, longest
