"""Where a page's tags, classes, ids and microdata are: what each later question asks of the tree, found once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_HAS_PROPS = etree.XPath("boolean(descendant::*/@itemprop)")


class Index:
    """Elements in document order by tag, class token, id and microdata property.

    It holds on to every element, so that one element is one object for as long as the page is read.
    """

    def __init__(self, root: HtmlElement) -> None:
        self.root = root
        self.elements: list[HtmlElement] = list(root.iter())
        """Every element of the page."""
        self.by_tag: defaultdict[str, list[HtmlElement]] = defaultdict(list)
        by_tag = self.by_tag
        for element in self.elements:
            by_tag[element.tag].append(element)  # type: ignore[index] # the parser keeps nothing but elements
        self.found: dict[object, list[HtmlElement]] = {}
        """What each selector asked so far has found."""

    @cached_property
    def by_class(self) -> Tokens:
        """Elements by class token."""
        return Tokens(self.elements, "class")

    @cached_property
    def by_id(self) -> Tokens:
        """Elements by id."""
        return Tokens(self.elements, "id")

    @cached_property
    def by_prop(self) -> Tokens:
        """Elements by microdata property."""
        return Tokens(self.elements if _HAS_PROPS(self.root) else [], "itemprop")

    @cached_property
    def related(self) -> list[HtmlElement]:
        """The `<a>` that state a relation (`rel`)."""
        return [element for element in self.by_tag["a"] if element.get("rel") is not None]


class Tokens(Mapping[str, "list[HtmlElement]"]):
    """Elements by the tokens of one of their attributes."""

    __slots__ = ("_elements", "_found", "names")

    def __init__(self, elements: list[HtmlElement], attribute: str) -> None:
        self._elements = elements
        self._found: dict[str, list[HtmlElement]] = {}
        self.names: dict[str, list[int]] = {}
        """Each token, with the places of the elements that bear it."""
        places_of: defaultdict[str, list[int]] = defaultdict(list)
        for at, element in enumerate(elements):
            if value := element.get(attribute):
                places_of[value].append(at)
        for value, places in places_of.items():
            for token in value.split():
                self.names[token] = self.names[token] + places if token in self.names else places

    def __contains__(self, token: object) -> bool:
        return token in self.names

    def __getitem__(self, token: str) -> list[HtmlElement]:
        found = self._found.get(token)
        if found is None:
            found = self._found[token] = [self._elements[at] for at in sorted(set(self.names[token]))]
        return found

    def any_of(self, tokens: Collection[str]) -> list[HtmlElement]:
        """The elements that bear one of `tokens`."""
        return [element for token in tokens if token in self.names for element in self[token]]

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)
