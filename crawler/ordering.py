"""Articles in the order they were asked for: of two with the same text the first stored is the original."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.items import Article


class Line:
    """Holds back articles behind one that takes further requests: its next page, or where it moved to.

    The request after it has left by the time that is known, and would overtake it: in one run, and not in another that
    has its pages from captures. An article is known by the fields kept with its requests, one dict from first to last.
    """

    def __init__(self) -> None:
        self._places: dict[int, tuple[dict[str, str], list[Article] | None]] = {}

    def reserve(self, fields: dict[str, str]) -> None:
        """Keep a place for an article of which more is still to come."""
        self._places.setdefault(id(fields), (fields, None))

    def release(self, fields: dict[str, str], articles: list[Article]) -> list[Article]:
        """All articles whose turn it is now that these, none or one, have come."""
        if id(fields) in self._places or (self._places and articles):
            self._places[id(fields)] = fields, articles
        elif not self._places:
            return articles
        ready: list[Article] = []
        for key, (_, came) in list(self._places.items()):
            if came is None:
                break
            ready += came
            del self._places[key]
        return ready

    def rest(self) -> list[Article]:
        """What is left when nothing is asked for any more: what should have come before it never will."""
        rest = [article for _, came in self._places.values() for article in came or ()]
        self._places.clear()
        return rest
