"""Where one family of pages keeps the parts of an article: CSS selectors, compiled once, with an end date."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from crawler.parse.selectors import Selector

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

    from crawler.parse.index import Index

FIELDS = ("title", "published", "modified", "lead", "featured", "body", "byline", "section", "tags", "drop")


@dataclass(frozen=True, slots=True)
class Layout:
    """One generation of a platform's pages. Selectors of a field are tried in order, the first that matches counts.

    `featured` is a picture outside the body; `drop` names what never belongs to an article. `valid_until` is the last
    day the layout was in use; None while it still is. A selector that is not CSS raises ValueError here, at import.
    """

    name: str
    title: tuple[str, ...] = ()
    published: tuple[str, ...] = ()
    modified: tuple[str, ...] = ()
    lead: tuple[str, ...] = ()
    featured: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    byline: tuple[str, ...] = ()
    section: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    valid_until: date | None = None
    _compiled: dict[str, tuple[Selector, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for name in FIELDS:
            self._compiled[name] = tuple(Selector(css, f"layout {self.name!r}, {name}") for css in getattr(self, name))

    def matches(self, name: str, index: Index) -> Iterator[tuple[list[HtmlElement], str]]:
        """What each selector of a field finds, if anything, with the selector."""
        for selector in self._compiled[name]:
            if found := selector.find(index):
                yield found, selector.css

    def find(self, name: str, index: Index) -> Iterator[tuple[HtmlElement, str]]:
        """Elements of a field with the selector each was found by, in the order of the selectors."""
        for found, css in self.matches(name, index):
            for element in found:
                yield element, css
