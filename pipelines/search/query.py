"""Reads what people type into a search box: words, "phrases", -exclusions, beginnings*."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipelines.errors import BadQuery
from pipelines.search.results import MAX_QUERY_CHARS, MAX_WORDS
from pipelines.text import bare, fold_word, one_line

MIN_BEGINNING = 2
"""Letters before a `*`: fewer begin too many words."""
MAX_PHRASES, MAX_BEGINNINGS = 4, 3
"""Of one query, and one phrase that ends in a beginning."""

_QUOTES = re.compile('["“”„‟«»″]')
_TYPED = re.compile(r'(?P<out>(?<!\S)-)?(?:"(?P<phrase>[^"]*)(?:"|$)|(?P<word>[^\s"]+))')
# What parts words that are typed without spaces, but not a number or what is written as one: 1,5 or 123/QĐ-UBND
_PARTED = re.compile(r"[,;()\[\]{}|…!?](?!\d)|(?<!\d)[,;()\[\]{}|…!?]")


@dataclass(frozen=True, slots=True)
class Term:
    """Words that follow each other, folded; mostly one. Of a `beginning` the last is how a word begins."""

    words: tuple[str, ...]
    beginning: bool = False
    excluded: bool = False

    @property
    def marked(self) -> bool:
        """Whether a word of it is typed with its marks."""
        return any(word != bare(word) for word in self.words)

    def __str__(self) -> str:
        """As it would be typed."""
        words = " ".join(self.words) + "*" * self.beginning
        return "-" * self.excluded + (f'"{words}"' if len(self.words) > 1 else words)

    def bare(self) -> Term:
        """Without its marks."""
        return Term(tuple(map(bare, self.words)), self.beginning, self.excluded)


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked for; the terms in the order they were typed."""

    terms: tuple[Term, ...] = ()

    def __str__(self) -> str:
        """As it would be typed."""
        return " ".join(map(str, self.terms))

    @property
    def wanted(self) -> tuple[Term, ...]:
        return tuple(term for term in self.terms if not term.excluded)

    @property
    def excluded(self) -> tuple[Term, ...]:
        return tuple(term for term in self.terms if term.excluded)

    @property
    def marked(self) -> bool:
        """Whether a wanted word is typed with its marks: then who typed it means those without to have none."""
        return any(term.marked for term in self.wanted)


def parse(typed: str) -> Query:
    """What was typed, in terms; too much is cut, and too many phrases and beginnings are taken for words. Raises
    BadQuery where there is nothing in it to be looked for, or too many phrases are to be left out.
    """
    text = one_line(typed[:MAX_QUERY_CHARS].replace("\x00", " "))
    terms: list[Term] = []
    left = MAX_WORDS
    for found in _TYPED.finditer(_QUOTES.sub('"', text)):
        excluded = found["out"] is not None
        for part in [found["phrase"]] if found["phrase"] is not None else _PARTED.split(found["word"]):
            for term in _bounded(_term(part, excluded, left), terms):
                if term not in terms:
                    terms.append(term)
                    left -= len(term.words)
    if text and not terms:
        raise BadQuery(f"{text}: there is no letter and no number in it to look for.")
    return Query(tuple(terms))


def _term(part: str, excluded: bool, most: int) -> Term | None:
    words = tuple(fold_word(part).split()[:most])
    if not words:
        return None
    beginning = part.rstrip('.,;:!?)"').endswith("*")
    if beginning and len(words[-1]) < MIN_BEGINNING:
        raise BadQuery(f"{part}: at least {MIN_BEGINNING} letters are needed before a *.")
    return Term(words, beginning, excluded)


def _bounded(term: Term | None, before: Sequence[Term]) -> list[Term]:
    """A term, or its words where there are so many such terms before it that one more would take too long."""
    if term is None:
        return []
    phrases = [one for one in before if len(one.words) > 1]
    begun = [one for one in before if one.beginning]
    long = len(term.words) > 1
    if term.beginning and (len(begun) == MAX_BEGINNINGS or (long and any(one in phrases for one in begun))):
        term = replace(term, beginning=False)
    if not long or len(phrases) < MAX_PHRASES:
        return [term]
    if term.excluded:  # its words alone would leave out far more
        raise BadQuery(f"At most {MAX_PHRASES} phrases can be looked for at once; leave out one of them.")
    return [Term((word,)) for word in term.words]
