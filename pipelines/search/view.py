"""The index as it is at one moment, and the lines of the articles it tells of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tantivy import DocAddress, Order, Query, Schema, Searcher

from pipelines.archive.database import Database
from pipelines.archive.lines import read_article
from pipelines.search.schema import nth_of, number_of

if TYPE_CHECKING:
    from pipelines.items import Article


@dataclass(frozen=True, slots=True)
class View:
    """Any number of threads may use it."""

    folder: Path
    schema: Schema
    searcher: Searcher

    def count(self, query: Query) -> int:
        """How many articles match."""
        found: Any = self.searcher.search(query, 1)  # the stubs have no count
        return int(found.count)

    def frequency(self, word: str) -> int:
        """How many articles have a word, whatever its marks there; those with it in an attachment too count twice."""
        return sum(self.searcher.doc_freq(field, word) for field in ("body_bare", "files_bare"))

    def together(self, words: Sequence[str]) -> int:
        """How many articles have words without marks that follow each other in their title, lead or body."""
        return self.count(Query.phrase_query(self.schema, "body_bare", [*words]))

    def first(self, query: Query, limit: int, offset: int = 0) -> list[DocAddress]:
        """The best that match, behind so many others."""
        return [place for _, place in self.searcher.search(query, limit, False, None, offset).hits]

    def sorted(self, query: Query, limit: int, field: str, order: Order) -> list[tuple[int, DocAddress]]:
        """The first that match by a sort key, with that."""
        return self.searcher.search(query, limit, False, field, 0, order).hits

    def articles(self, places: Sequence[DocAddress]) -> Iterator[Article]:
        """The articles at some places of the index; without those that were replaced and are not indexed anew yet.

        Raises ArchiveError where a line cannot be read.
        """
        ids, keys = (self.searcher.fast_field_values(field, list(places)) for field in ("id", "newest"))
        numbers = [nth_of(int(key or 0)) for key in keys]
        marks = ", ".join("?" * len(numbers))
        told = f"SELECT id, nth, file, offset, length FROM articles WHERE nth IN ({marks})"  # noqa: S608 - question marks
        with closing(Database(self.folder / "archive.db", read_only=True)) as db:
            rows = {row["nth"]: row for row in db.rows(told, numbers)}
        for number, nth in zip(ids, numbers, strict=True):
            if nth in rows and number_of(rows[nth]["id"]) == number:
                yield read_article(self.folder, rows[nth])
