"""Makes a query of the index out of the terms that were typed: what matches, and what ranks first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from tantivy import FieldType, Occur, Query

from pipelines.text import bare

if TYPE_CHECKING:
    from tantivy import Schema

    from pipelines.search.query import Query as Typed
    from pipelines.search.query import Term
    from pipelines.search.results import Asked
    from pipelines.search.view import View

WHOLE = ("body", "files")
"""The fields that together have all the words."""
WEIGHTS = {"title": 3.0, "body": 1.0, "files": 0.4}
BARE_WEIGHT = 0.3
"""Of what is the word but for its marks, beside that of the word as typed."""
PAIR_WEIGHT, PHRASE_WEIGHT, NEAR_WEIGHT = 0.5, 1.0, 0.5
MAX_PAIRS = 20_000
"""Articles with both words of a pair: of so common ones it is not looked up which follow each other in a body."""
NEAR_WORDS = 8
"""That may stand between words which count as near each other."""


class Matching:
    """Of one query; `exactly`: a word typed with marks is only matched with these, or with none at all."""

    def __init__(self, view: View, typed: Typed, exactly: bool) -> None:
        self._view, self._schema, self._typed, self._exactly = view, view.schema, typed, exactly

    # -- what matches ---------------------------------------------------------------------------------

    def all(self) -> Query:
        """Those with all terms, and with none of the excluded."""
        wanted = [(Occur.Must, self._has(term, self._exactly)) for term in self._typed.wanted]
        return self._without(wanted or [(Occur.Must, Query.all_query())])

    def some(self, at_least: int) -> Query:
        """Those with so many of the terms, and with none of the excluded."""
        wanted = [(Occur.Should, self._has(term, self._exactly)) for term in self._typed.wanted]
        return self._without([(Occur.Must, Query.boolean_query(wanted, minimum_number_should_match=at_least))])

    def _without(self, clauses: list[tuple[Occur, Query]]) -> Query:
        clauses += [(Occur.MustNot, self._has(term, True)) for term in self._typed.excluded]
        return Query.const_score_query(Query.boolean_query(clauses), 0.0)

    def _has(self, term: Term, exactly: bool) -> Query:
        return _any([query for field in WHOLE for query in self._in(field, term, exactly)])

    def _in(self, field: str, term: Term, exactly: bool) -> list[Query]:
        if not term.marked or not exactly:
            return [self._words(f"{field}_bare", term.bare())]
        return [self._words(field, term), self._words(field, term.bare(), plain=True)]

    def _words(self, field: str, term: Term, *, plain: bool = False) -> Query:
        """Words in a field; of those that only begin so, those without any marks where `plain`."""
        if not term.beginning:
            return self._phrase(field, term.words)
        if len(term.words) > 1:
            return Query.phrase_prefix_query(self._schema, field, [*term.words])
        return Query.regex_query(self._schema, field, f"{term.words[0]}{'[a-z0-9]*' if plain else '.*'}")

    def _phrase(self, field: str, words: Sequence[str], slop: int = 0) -> Query:
        if len(words) == 1:
            return Query.term_query(self._schema, field, words[0])
        return Query.phrase_query(self._schema, field, [*words], slop)

    # -- what ranks -----------------------------------------------------------------------------------

    def ranks(self) -> list[Query]:
        """What makes one that matches rank before another: how rare its words are and how often it has them, most of
        all in its title, as they were typed, in their order, near each other.
        """
        words = [word for term in self._typed.wanted for word in term.words]
        plain = [bare(word) for word in words]
        queries = list(self._nearness(plain))
        for field, weight in WEIGHTS.items():
            share = 1.0
            if self._typed.marked:
                queries += self._single(field, words, weight)
                share = BARE_WEIGHT
            queries += self._single(f"{field}_bare", plain, weight * share)
        return queries

    def _single(self, field: str, words: Sequence[str], weight: float) -> Iterator[Query]:
        for word in dict.fromkeys(words):
            yield Query.boost_query(Query.term_query(self._schema, field, word), weight)

    def _nearness(self, words: Sequence[str]) -> Iterator[Query]:
        """Each pair that follows each other, all of them, all of them near each other."""
        counts = {word: self._view.frequency(word) for word in words}
        rarest = min(counts, key=counts.__getitem__, default="")
        for pair in dict.fromkeys(pairwise(words)):
            yield Query.boost_query(self._phrase("title_bare", pair), WEIGHTS["title"] * PAIR_WEIGHT)
            if len(words) > 2 and min(counts[rarest], *(counts[word] for word in pair)) <= MAX_PAIRS:
                near = self._phrase("body_bare", pair)
                if rarest not in pair:  # which is in all that match: then only these need be looked at
                    near = _every([near, self._phrase("body_bare", [rarest])])
                yield Query.boost_query(near, WEIGHTS["body"] * PAIR_WEIGHT)
        if len(words) > 1:
            yield Query.boost_query(self._phrase("title_bare", words), WEIGHTS["title"] * PHRASE_WEIGHT)
            yield Query.boost_query(self._phrase("body_bare", words), WEIGHTS["body"] * PHRASE_WEIGHT)
            if counts[rarest] <= MAX_PAIRS:
                near = self._phrase("body_bare", words, NEAR_WORDS)
                yield Query.boost_query(near, WEIGHTS["body"] * NEAR_WEIGHT)


def filters(schema: Schema, asked: Asked) -> list[Query]:
    """What bounds a search but for its words."""
    values = [(name, getattr(asked, name)) for name in ("portal", "province", "section", "author")]
    values += [("has", name) for name in ("files", "gone") if getattr(asked, name)]
    found = [Query.term_query(schema, name, value, "basic") for name, value in values if value]
    if asked.since or asked.until:
        first = asked.since.toordinal() if asked.since else 1
        last = asked.until.toordinal() - 1 if asked.until else 2**31
        found.append(Query.range_query(schema, "day", FieldType.Integer, first, last))
    return found


def both(query: Query, others: Sequence[Query]) -> Query:
    """What matches all of these; only the first ranks."""
    if not others:
        return query
    bounds = [(Occur.Must, Query.const_score_query(other, 0.0)) for other in others]
    return Query.boolean_query([(Occur.Must, query), *bounds])


def ranked(query: Query, ranks: Sequence[Query]) -> Query:
    """What matches the query, in the order the others make of it."""
    return Query.boolean_query([(Occur.Must, query), *((Occur.Should, rank) for rank in ranks)])


def _every(queries: list[Query]) -> Query:
    return Query.boolean_query([(Occur.Must, query) for query in queries])


def _any(queries: list[Query]) -> Query:
    return queries[0] if len(queries) == 1 else Query.boolean_query([(Occur.Should, query) for query in queries])
