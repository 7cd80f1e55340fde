"""What makes one of the articles that match a query rank before another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import log
from typing import TYPE_CHECKING, NamedTuple

from tantivy import Occur, Query

from pipelines.search.matching import phrase
from pipelines.text import bare

if TYPE_CHECKING:
    from pipelines.search.query import Query as Typed
    from pipelines.search.view import View

WEIGHTS = {"title": 2.5, "body": 1.0, "files": 0.4}
BARE_WEIGHT = 0.3
"""Of what is the word but for its marks, beside that of the word as it was typed."""
PAIR_WEIGHT, PHRASE_WEIGHT, NEAR_WEIGHT = 0.75, 2.0, 0.75
"""Of two words that follow each other, of all that do, and of all that are near each other; beside that of a word."""
WHOLE = 5.0
"""Times the logarithm of the number of articles, as the rarity of a word is: of all words in a body as they were typed,
so that a title which has some of them is not worth more."""
NEAR_WORDS = 8
"""That may stand between words which are near each other."""
MAX_PAIRS = 10_000
"""Articles with both words of a pair: of so common ones it is not looked up which follow each other in a body."""


class _Word(NamedTuple):
    """One that is wanted, or how one begins."""

    text: str
    begins: bool

    @property
    def bare(self) -> str:
        return bare(self.text)


def ranked(query: Query, ranks: Sequence[Query]) -> Query:
    """What matches the query, in the order the others make of it."""
    return Query.boolean_query([(Occur.Must, query), *((Occur.Should, rank) for rank in ranks)])


def ranks(view: View, typed: Typed) -> list[Query]:
    """How rare the words are and how often an article has them, most of all in its title, as they were typed, in their
    order, near each other.
    """
    words = _words(typed)
    return [*_single(view, typed), *_together(view, words)]


def _words(typed: Typed) -> list[_Word]:
    return [
        _Word(word, term.beginning and at == len(term.words) - 1)
        for term in typed.wanted
        for at, word in enumerate(term.words)
    ]


def _single(view: View, typed: Typed) -> Iterator[Query]:
    for word in dict.fromkeys(_words(typed)):
        if word.begins:
            begun = Query.regex_query(view.schema, "title_bare", f"{word.bare}.*")
            yield Query.boost_query(begun, WEIGHTS["title"])
            continue
        share = _as_typed(view, word.text) if typed.marked else 0.0
        for field, weight in WEIGHTS.items():
            if share and field != "files":
                yield Query.boost_query(phrase(view.schema, field, [word.text]), weight * share)
            rest = weight * (1.0 if field == "files" else 1 - share * (1 - BARE_WEIGHT))
            yield Query.boost_query(phrase(view.schema, f"{field}_bare", [word.bare]), rest)


def _as_typed(view: View, word: str) -> float:
    """How likely it is that a word of a query with marks means no other: of `ban` that is how often it is written so,
    among bàn, bán, bạn.
    """
    if word != bare(word):
        return 1.0
    return view.searcher.doc_freq("body", word) / max(1, view.searcher.doc_freq("body_bare", word))


def _together(view: View, words: Sequence[_Word]) -> Iterator[Query]:
    """Each two words that follow each other, all of them, all of them near each other."""
    counts = {word.bare: view.searcher.doc_freq("body_bare", word.bare) for word in words if not word.begins}
    rarest = min(counts, key=counts.__getitem__, default="")
    for pair in dict.fromkeys(pairwise(words)):
        if pair[0].begins:
            continue
        yield Query.boost_query(_follow(view, "title_bare", pair), WEIGHTS["title"] * PAIR_WEIGHT)
        least = min(counts.get(word, 0) for word in (rarest, pair[0].bare, pair[1].bare))
        if len(words) > 2 and least <= MAX_PAIRS and not pair[1].begins:
            found = _follow(view, "body_bare", pair)
            if rarest not in (pair[0].bare, pair[1].bare):  # all that match have it: only these need be looked at
                found = _both(found, phrase(view.schema, "body_bare", [rarest]))
            yield Query.boost_query(found, WEIGHTS["body"] * PAIR_WEIGHT)
    if len(words) > 1 and not any(word.begins for word in words):
        yield Query.boost_query(_follow(view, "title_bare", words), WEIGHTS["title"] * PHRASE_WEIGHT)
        yield Query.const_score_query(_follow(view, "body_bare", words), WHOLE * log(2 + view.searcher.num_docs))
        if counts[rarest] <= MAX_PAIRS:
            near = phrase(view.schema, "body_bare", [word.bare for word in words], NEAR_WORDS)
            yield Query.boost_query(near, WEIGHTS["body"] * NEAR_WEIGHT)


def _follow(view: View, field: str, words: Sequence[_Word]) -> Query:
    if words[-1].begins:
        *before, last = (word.bare for word in words)
        return Query.regex_phrase_query(view.schema, field, [*before, f"{last}.*"])
    return phrase(view.schema, field, [word.bare for word in words])


def _both(one: Query, other: Query) -> Query:
    return Query.boolean_query([(Occur.Must, one), (Occur.Must, other)])
