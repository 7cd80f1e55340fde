"""Where a page's tags, classes, ids and microdata are; each is looked for once, in libxml2 where it can be."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_FEW = ("base", "body", "meta", "title", "link", "script", "time", "h1", "h2", "h3", "nav", "aside", "footer")
"""Tags every reading asks for: one walk finds them all."""


class Index:
    """Elements in document order by tag, class token, id and microdata property.

    It holds on to what it found, so that one element is one object for as long as the page is read.
    """

    __slots__ = ("_elements", "_related", "by_class", "by_id", "by_prop", "by_tag", "found", "root")

    def __init__(self, root: HtmlElement) -> None:
        self.root = root
        self.by_tag = _ByTag(root)
        self.by_class = Tokens(root, "class")
        self.by_id = Tokens(root, "id")
        self.by_prop = Tokens(root, "itemprop")
        self.found: dict[object, list[HtmlElement]] = {}
        """What each selector asked so far has found."""
        self._related: list[HtmlElement] | None = None
        self._elements: list[HtmlElement] | None = None

    @property
    def related(self) -> list[HtmlElement]:
        """The `<a>` that state a relation (`rel`): hardly one in ten."""
        if self._related is None:
            self._related = _RELATED(self.root)
        return self._related

    @property
    def elements(self) -> list[HtmlElement]:
        """Every element of the page."""
        if self._elements is None:
            self._elements = list(self.root.iter(etree.Element))
        return self._elements


class Tokens(Mapping[str, "list[HtmlElement]"]):
    """The elements by the tokens of one attribute; which tokens there are is known before any element is touched.

    The values come from libxml2 as strings: an object for each element that bears one is made only once an element
    is asked for, and that costs more than all the rest.
    """

    __slots__ = ("_elements", "_found", "_places", "_root", "_select")

    def __init__(self, root: HtmlElement, attribute: str) -> None:
        self._root, self._select = root, _SELECT[attribute]
        self._places: dict[str, list[int]] | None = None
        self._elements: list[HtmlElement] | None = None
        self._found: dict[str, list[HtmlElement]] = {}

    @property
    def names(self) -> dict[str, list[int]]:
        """Each token with the places of its elements among those that bear the attribute."""
        if self._places is None:
            by_value: dict[str, list[int]] = {}
            for at, value in enumerate(self._select[1](self._root)):
                if value in by_value:
                    by_value[value].append(at)
                else:
                    by_value[value] = [at]
            places: dict[str, list[int]] = {}
            for value, found in by_value.items():
                for token in value.split():
                    if token in places:
                        places[token] = places[token] + found
                    else:
                        places[token] = found
            self._places = places
        return self._places

    def __contains__(self, token: object) -> bool:
        return token in self.names

    def __getitem__(self, token: str) -> list[HtmlElement]:
        found = self._found.get(token)
        if found is None:
            places = self.names[token]
            if self._elements is None:
                self._elements = self._select[0](self._root)
            elements = self._elements
            found = self._found[token] = [elements[at] for at in sorted(set(places))]
        return found

    def any_of(self, tokens: Collection[str]) -> list[HtmlElement]:
        """The elements that bear one of `tokens`."""
        names = self.names
        return [element for token in tokens if token in names for element in self[token]]

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)


_SELECT = {
    name: (
        etree.XPath(f"descendant-or-self::*[@{name}]"),
        etree.XPath(f"descendant-or-self::*/@{name}", smart_strings=False),
    )
    for name in ("class", "id", "itemprop")
}
_RELATED = etree.XPath("descendant::a[@rel]")


class _ByTag:
    """The elements of a tag, gathered when they are first asked for."""

    __slots__ = ("_found", "_root")

    def __init__(self, root: HtmlElement) -> None:
        self._root = root
        self._found: dict[str, list[HtmlElement]] = {}

    def __getitem__(self, tag: str) -> list[HtmlElement]:
        found = self._found.get(tag)
        if found is None:
            if tag in _FEW:
                self._found |= {name: [] for name in _FEW}
                for element in self._root.iter(*_FEW):
                    self._found[str(element.tag)].append(element)
                found = self._found[tag]
            else:
                found = self._found[tag] = list(self._root.iter(tag))
        return found
