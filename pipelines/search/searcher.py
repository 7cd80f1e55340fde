"""Searches the archive by its full-text index."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from tantivy import FieldType, Index, Order
from tantivy import Query as Matched

from pipelines.errors import ArchiveError, BadQuery
from pipelines.search.cursors import cursor, place_of
from pipelines.search.facets import counted
from pipelines.search.matching import Matching, both, filters
from pipelines.search.query import Query, parse
from pipelines.search.ranking import ranked, ranks
from pipelines.search.results import MAX_LIMIT, MAX_VALUES, Asked, Found, Hit
from pipelines.search.schema import INDEX_VERSION, schema
from pipelines.search.snippets import Marker, pieces, snippet, words_of
from pipelines.search.spelling import TIMES, corrected, with_marks
from pipelines.search.state import index_folder, read_state
from pipelines.search.view import View

if TYPE_CHECKING:
    from tantivy import DocAddress

MAX_DEPTH = 1_000
"""Hits by relevance that are paged through; by date there is no end."""
FEW = 10
"""Where so few are found by the words as typed, those that differ in their marks are found too."""
MISSED = 3
"""Where so few are found, what may have been meant is looked for."""
WRITTEN_BY = 3
"""Articles that are looked at for how they write what may have been meant."""
_LATEST = 2**63 - 1


@dataclass(slots=True)
class _Chosen:
    """What of a search matches, before it is filtered."""

    query: Matched
    count: int = 0
    """Articles that have all the words."""
    exactly: bool = True
    """Words typed with marks only match these, or none."""
    loosened: bool = False


class Searcher:
    """Answers searches; a crawl, and what brings the index up to date, may go on meanwhile. Safe for threads."""

    def __init__(self, folder: Path) -> None:
        """Raises ArchiveError where there is no index."""
        self._folder, place = folder, index_folder(folder)
        try:
            state = read_state(folder)
            if state is None or state.version != INDEX_VERSION:
                raise ValueError("none was made by this luutin")
            self._index = Index(schema(), path=str(place))
        except (OSError, ValueError) as error:
            raise ArchiveError(f"{place}: is no full-text index: {error}. `luutin index` makes it.") from error
        self._index.config_reader("manual")
        self.reload()

    def reload(self) -> None:
        """Take in what the index has become."""
        self._index.reload()
        self._view = View(self._folder, self._index.schema, self._index.searcher())

    def search(self, asked: Asked) -> Found:
        """A page of what is asked for. Raises BadQuery; ArchiveError where an article cannot be read."""
        if not 1 <= asked.limit <= MAX_LIMIT:
            raise BadQuery(f"{asked.limit} results at a time: there can be 1 to {MAX_LIMIT}.")
        if not 1 <= asked.values <= MAX_VALUES:
            raise BadQuery(f"{asked.values} values of each kind: there can be 1 to {MAX_VALUES}.")
        typed, at, view = parse(asked.words), place_of(asked), self._view
        bounds = filters(view.schema, asked)
        chosen = _Chosen(Matching(view.schema, typed, exactly=True).all())
        total, facets = counted(view, both(chosen.query, bounds), asked.values)
        if total >= FEW:
            chosen.count = total  # or more, without the filters
        elif typed.wanted:
            chosen = _choose(view, typed, chosen)
            total, facets = counted(view, both(chosen.query, bounds), asked.values)
        query = both(chosen.query, bounds)
        by_date = asked.sort != "relevance" or not typed.wanted
        places, onward = _by_date(view, asked, query, at) if by_date else _best(view, asked, typed, query, at)
        marker = Marker(typed.wanted, chosen.exactly)
        hits = []
        for article in view.articles(places):
            shown, file = snippet(article, marker)
            hits.append(Hit(article, pieces(article.title, marker.marks(article.title)), shown, file))
        return Found(
            total=total,
            hits=hits,
            facets=facets,
            cursor=None if onward is None else cursor(asked, onward),
            loosened=chosen.loosened,
            suggestion=_suggestion(view, typed, chosen.count) if asked.cursor is None else None,
        )


def _choose(view: View, typed: Query, chosen: _Chosen) -> _Chosen:
    """What is to match: all terms as typed, as was chosen; without regard to marks where that finds few and this more;
    some of the terms where no article has all. Filters have no part in it, so that they only ever narrow.
    """
    if not typed.wanted:
        return chosen
    chosen.count = view.count(chosen.query)
    loose = Matching(view.schema, typed, exactly=False)
    if chosen.count < FEW and typed.marked and (count := view.count(loose.all())) > chosen.count:
        return _Chosen(loose.all(), count, exactly=False)
    if chosen.count:
        return chosen
    number = len(typed.wanted)
    for at_least in dict.fromkeys((number - 1, (number + 1) // 2, 1)):
        if 0 < at_least < number and view.count(query := loose.some(at_least)):
            return _Chosen(query, exactly=False, loosened=True)
    return chosen


def _best(
    view: View, asked: Asked, typed: Query, query: Matched, at: int | None
) -> tuple[list[DocAddress], int | None]:
    """A page by relevance, and where the next one begins."""
    offset = at or 0
    if offset >= MAX_DEPTH:
        return [], None
    limit = min(asked.limit + 1, MAX_DEPTH - offset)
    places = view.first(ranked(query, ranks(view, typed)), limit, offset)
    return places[: asked.limit], offset + asked.limit if len(places) > asked.limit else None


def _by_date(view: View, asked: Asked, query: Matched, at: int | None) -> tuple[list[DocAddress], int | None]:
    """A page by date, and where the next one begins."""
    field, order = ("oldest", Order.Asc) if asked.sort == "oldest" else ("newest", Order.Desc)
    if at is not None:
        first, last = (at + 1, _LATEST) if asked.sort == "oldest" else (0, at - 1)
        query = both(query, [Matched.range_query(view.schema, field, FieldType.Integer, first, last)])
    found = view.sorted(query, asked.limit + 1, field, order)
    page = found[: asked.limit]
    return [place for _, place in page], page[-1][0] if len(found) > asked.limit else None


def _suggestion(view: View, typed: Query, count: int) -> str | None:
    """What was meant, if what was typed is in few articles, and that is in more."""
    if count > MISSED or not typed.wanted:
        return None
    for other in corrected(typed, view):
        if view.count(Matching(view.schema, other, exactly=True).all()) > count * TIMES:
            return str(_as_written(view, other))
    return None


def _as_written(view: View, typed: Query) -> Query:
    """A query with the marks of the first articles that match it."""
    matching = Matching(view.schema, typed, exactly=True)
    first = view.first(ranked(matching.all(), ranks(view, typed)), WRITTEN_BY)
    texts = [words_of(f"{article.title}\n{article.body}") for article in view.articles(first)]
    single = [number for number, term in enumerate(typed.terms) if len(term.words) == 1 and not term.excluded]
    words = with_marks([typed.terms[number].bare().words[0] for number in single], texts)
    terms = list(typed.terms)
    for number, word in zip(single, words, strict=True):
        if not terms[number].marked and not terms[number].beginning:
            terms[number] = replace(terms[number], words=(word,))
    return Query(tuple(terms))
