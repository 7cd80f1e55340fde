"""Makes a query of the index out of the terms that were typed, and of what else bounds a search."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tantivy import FieldType, Occur, Query

if TYPE_CHECKING:
    from tantivy import Schema

    from pipelines.search.query import Query as Typed
    from pipelines.search.query import Term
    from pipelines.search.results import Asked

WHOLE = ("body", "files")
"""The fields that together have all the words."""


class Matching:
    """Of one query; `exactly`: a word typed with marks is only matched with these, or with none at all."""

    def __init__(self, schema: Schema, typed: Typed, exactly: bool) -> None:
        self._schema, self._typed, self._exactly = schema, typed, exactly

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
            return phrase(self._schema, field, term.words)
        begun = f"{term.words[-1]}{'[a-z0-9]*' if plain else '.*'}"
        if len(term.words) > 1:
            return Query.regex_phrase_query(self._schema, field, [*term.words[:-1], begun])
        return Query.regex_query(self._schema, field, begun)


def phrase(schema: Schema, field: str, words: Sequence[str], slop: int = 0) -> Query:
    """Words that follow each other in a field, or one; with as many as `slop` others between them."""
    if len(words) == 1:
        return Query.term_query(schema, field, words[0])
    return Query.phrase_query(schema, field, [*words], slop)


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


def _any(queries: list[Query]) -> Query:
    return queries[0] if len(queries) == 1 else Query.boolean_query([(Occur.Should, query) for query in queries])
