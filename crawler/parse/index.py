"""Where a page's tags, classes, ids and microdata are; each is looked for once, in libxml2 where it can be."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_NAMED = etree.XPath("//*[@class or @id or @itemprop]")


class Index:
    """Elements in document order by tag, class token, id and microdata property.

    It holds on to what it found, so that one element is one object for as long as the page is read.
    """

    __slots__ = ("_elements", "by_class", "by_id", "by_prop", "by_tag", "root")

    def __init__(self, root: HtmlElement) -> None:
        self.root = root
        self.by_tag = _ByTag(root)
        self.by_class: dict[str, list[HtmlElement]] = defaultdict(list)
        self.by_id: dict[str, list[HtmlElement]] = defaultdict(list)
        self.by_prop: dict[str, list[HtmlElement]] = defaultdict(list)
        for element in _NAMED(root):
            get = element.get
            for token in (get("class") or "").split():
                self.by_class[token].append(element)
            if name := get("id"):
                self.by_id[name].append(element)
            for token in (get("itemprop") or "").split():
                self.by_prop[token].append(element)
        self._elements: list[HtmlElement] | None = None

    @property
    def elements(self) -> list[HtmlElement]:
        """Every element of the page."""
        if self._elements is None:
            self._elements = list(self.root.iter(etree.Element))
        return self._elements


class _ByTag:
    """The elements of a tag, gathered when they are first asked for."""

    __slots__ = ("_found", "_root")

    def __init__(self, root: HtmlElement) -> None:
        self._root = root
        self._found: dict[str, list[HtmlElement]] = {}

    def __getitem__(self, tag: str) -> list[HtmlElement]:
        found = self._found.get(tag)
        if found is None:
            found = self._found[tag] = list(self._root.iter(tag))
        return found
