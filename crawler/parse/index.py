"""Where a page's tags, classes, ids and microdata are: one walk over its tree answers all later questions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement


class Index:
    """Elements in document order by tag, class token, id and microdata property.

    It holds on to every element, so that one element is one object for as long as the page is read.
    """

    __slots__ = ("by_class", "by_id", "by_prop", "by_tag", "elements", "found", "related", "root")

    def __init__(self, root: HtmlElement) -> None:
        self.root = root
        self.elements: list[HtmlElement] = list(root.iter())
        """Every element of the page."""
        self.by_tag: defaultdict[str, list[HtmlElement]] = defaultdict(list)
        by_tag = self.by_tag
        self.related: list[HtmlElement] = []
        """The `<a>` that state a relation (`rel`)."""
        self.found: dict[object, list[HtmlElement]] = {}
        """What each selector asked so far has found."""
        classes: defaultdict[str, list[int]] = defaultdict(list)
        ids: defaultdict[str, list[int]] = defaultdict(list)
        props: defaultdict[str, list[int]] = defaultdict(list)
        for at, element in enumerate(self.elements):
            tag = element.tag
            by_tag[tag].append(element)  # type: ignore[index] # the parser keeps nothing but elements
            for name, value in element.items():
                if name == "class":
                    classes[value].append(at)
                elif name == "id":
                    ids[value].append(at)
                elif name == "itemprop":
                    props[value].append(at)
                elif name == "rel" and tag == "a":
                    self.related.append(element)
        self.by_class = Tokens(self.elements, classes)
        self.by_id = Tokens(self.elements, ids)
        self.by_prop = Tokens(self.elements, props)


class Tokens(Mapping[str, "list[HtmlElement]"]):
    """The elements by the tokens of one attribute, out of the places at which each of its values stands."""

    __slots__ = ("_elements", "_found", "names")

    def __init__(self, elements: list[HtmlElement], values: Mapping[str, list[int]]) -> None:
        self._elements = elements
        self._found: dict[str, list[HtmlElement]] = {}
        self.names: dict[str, list[int]] = {}
        """Each token, with the places of the elements that bear it."""
        for value, places in values.items():
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
