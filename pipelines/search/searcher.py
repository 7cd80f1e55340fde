"""Searches the archive by its full-text index."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import tantivy
from tantivy import Index, Order, Query

from pipelines.archive.database import Database
from pipelines.errors import ArchiveError, BadQuery
from pipelines.items import Article
from pipelines.search.cursors import cursor, place_of
from pipelines.search.index import index_folder
from pipelines.search.matching import Matching, both, filters, ranked
from pipelines.search.query import Query as Typed
from pipelines.search.query import parse
from pipelines.search.results import MAX_LIMIT, Asked, Count, Found, Hit
from pipelines.search.schema import nth_of, number_of, schema
from pipelines.search.snippets import Marker, pieces, snippet

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_DEPTH = 1_000
"""Hits by relevance that are paged through; by date there is no end."""
FEW = 10
"""Where so few are found by the words as typed, those that differ in their marks are found too."""
SHOWN_VALUES = 10
MAX_MONTHS = 5_000
_ARTICLE = msgspec.json.Decoder(Article)
_FACETS: dict[str, Any] = {
    **{name: {"terms": {"field": name, "size": SHOWN_VALUES}} for name in ("portal", "province", "section", "author")},
    "month": {"terms": {"field": "month", "size": MAX_MONTHS}},
    "has": {"terms": {"field": "has", "size": 2}},
}


@dataclass(slots=True)
class _Chosen:
    """What of a search matches: a query without filters, whether marks count, whether it is loosened."""

    matching: Matching
    query: Query
    exactly: bool = True
    loosened: bool = False


class Searcher:
    """Answers searches; a crawl, and what brings the index up to date, may go on meanwhile. Safe for threads."""

    def __init__(self, folder: Path) -> None:
        """Raises ArchiveError where there is no index."""
        self._folder = folder
        self._place = index_folder(folder)
        try:
            if not (self._place / "state.json").exists():
                raise FileNotFoundError(self._place / "state.json")
            self._index = Index(schema(), path=str(self._place))
        except (OSError, ValueError) as error:
            raise ArchiveError(
                f"{folder}: there is no full-text index of this luutin ({error}). `luutin index` makes it."
            ) from error
        self._schema = self._index.schema
        self._index.config_reader("manual")
        self.reload()

    def reload(self) -> None:
        """Take in what the index has become."""
        self._index.reload()
        self._searcher = self._index.searcher()

    def search(self, asked: Asked) -> Found:
        """A page of what is asked for. Raises BadQuery; ArchiveError where an article cannot be read."""
        if not 1 <= asked.limit <= MAX_LIMIT:
            raise BadQuery(f"{asked.limit} results at a time: there can be 1 to {MAX_LIMIT}.")
        typed, at, searcher = parse(asked.words), place_of(asked), self._searcher
        chosen = self._choose(searcher, typed)
        query = both(chosen.query, filters(self._schema, asked))
        counted = searcher.aggregate(query, _FACETS | {"total": {"value_count": {"field": "id"}}})
        keys, onward = self._page(searcher, asked, typed, chosen, query, at)
        total = int(counted["total"]["value"])
        return Found(
            total=total,
            hits=list(self._hits(keys, Marker(typed.wanted, chosen.exactly))),
            facets=_facets(counted),
            cursor=None if onward is None else cursor(asked, onward),
            loosened=chosen.loosened,
            suggestion=None,
        )

    def _choose(self, searcher: tantivy.Searcher, typed: Typed) -> _Chosen:
        """What is to match: all terms as typed; without regard to marks where that finds few and this more; some of
        them where no article has all. Filters have no part in it, so that they only ever narrow.
        """
        matching = Matching(self._schema, typed, exactly=True)
        chosen = _Chosen(matching, matching.all())
        if not typed.wanted:
            return chosen
        count = _count(searcher, chosen.query)
        if count < FEW and typed.marked:
            loose = Matching(self._schema, typed, exactly=False)
            if _count(searcher, loose.all()) > count:
                return _Chosen(loose, loose.all(), exactly=False)
        if count:
            return chosen
        loose = Matching(self._schema, typed, exactly=False)
        number = len(typed.wanted)
        for at_least in dict.fromkeys((number - 1, (number + 1) // 2, 1)):
            if 0 < at_least < number and _count(searcher, query := loose.some(at_least)):
                return _Chosen(loose, query, exactly=False, loosened=True)
        return chosen

    def _page(
        self, searcher: tantivy.Searcher, asked: Asked, typed: Typed, chosen: _Chosen, query: Query, at: int | None
    ) -> tuple[list[tuple[int, int]], int | None]:
        """Ids and sort keys of a page, and where the next one begins."""
        if asked.sort == "relevance" and typed.wanted:
            offset = at or 0
            if offset >= MAX_DEPTH:
                return [], None
            ranks = chosen.matching.ranks()
            found = searcher.search(ranked(query, ranks), min(asked.limit + 1, MAX_DEPTH - offset), False, None, offset)
            onward = offset + asked.limit
            more = len(found.hits) > asked.limit and onward < MAX_DEPTH
        else:
            field, order = ("oldest", Order.Asc) if asked.sort == "oldest" else ("newest", Order.Desc)
            if at is not None:
                first, last = (at, 2**63 - 1) if field == "oldest" else (-1, at)
                beyond = Query.range_query(self._schema, field, tantivy.FieldType.Integer, first, last, False, False)
                query = both(query, [beyond])
            found = searcher.search(query, asked.limit + 1, False, field, 0, order)
            more = len(found.hits) > asked.limit
            onward = found.hits[asked.limit - 1][0] if more else 0
        places = [place for _, place in found.hits[: asked.limit]]
        ids, keys = (searcher.fast_field_values(field, places) for field in ("id", "newest"))
        return [(int(one or 0), int(key or 0)) for one, key in zip(ids, keys, strict=True)], onward if more else None

    def _hits(self, keys: list[tuple[int, int]], marker: Marker) -> Iterator[Hit]:
        with closing(Database(self._folder / "archive.db", read_only=True)) as db:
            for number, key in keys:
                row = db.one("SELECT id, file, offset, length FROM articles WHERE nth = ?", (nth_of(key),))
                if row is None or number_of(row["id"]) != number:
                    continue  # the articles were replaced, and the index is not made anew yet
                path = self._folder / row["file"]
                try:
                    with path.open("rb") as stream:
                        stream.seek(row["offset"])
                        article = _ARTICLE.decode(stream.read(row["length"]))
                except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
                    raise ArchiveError(
                        f"{path}: there is no article at byte {row['offset']}: {error}. "
                        "`luutin verify --repair` mends what can be mended."
                    ) from error
                shown, file = snippet(article, marker)
                yield Hit(article, pieces(article.title, marker.marks(article.title)), shown, file)


def _count(searcher: tantivy.Searcher, query: Query) -> int:
    found: Any = searcher.search(query, 1)  # the stubs have no count
    return int(found.count)


def _facets(counted: dict[str, Any]) -> dict[str, list[Count]]:
    told = {
        name: [Count(bucket["key"], bucket["doc_count"]) for bucket in counted[name]["buckets"]]
        for name in ("portal", "province", "section", "author", "month", "has")
    }
    for name in ("portal", "province", "section", "author"):
        told[name].sort(key=lambda count: (-count.count, count.value))
    told["month"].sort(key=lambda count: count.value)
    years: dict[str, int] = {}
    for month in told["month"]:
        years[month.value[:4]] = years.get(month.value[:4], 0) + month.count
    told["year"] = [Count(year, count) for year, count in years.items()]
    has = {count.value: count.count for count in told.pop("has")}
    for name in ("files", "gone"):
        told[name] = [Count("1", has[name])] if name in has else []
    return told
