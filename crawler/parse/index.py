"""Where a page's tags, classes and ids are, found in one pass over the tree."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement


class Index:
    """Elements in document order by tag, class token, id and microdata property.

    It also keeps every element's proxy alive, so that elements can be compared by identity.
    """

    __slots__ = ("by_class", "by_id", "by_prop", "by_tag", "elements", "root")

    def __init__(self, root: HtmlElement) -> None:
        self.root = root
        self.elements: list[HtmlElement] = list(root.iter())
        self.by_tag: dict[str, list[HtmlElement]] = defaultdict(list)
        self.by_class: dict[str, list[HtmlElement]] = defaultdict(list)
        self.by_id: dict[str, list[HtmlElement]] = defaultdict(list)
        self.by_prop: dict[str, list[HtmlElement]] = defaultdict(list)
        by_tag, by_class, by_id, by_prop = self.by_tag, self.by_class, self.by_id, self.by_prop
        for element in self.elements:
            tag = element.tag
            if not isinstance(tag, str):
                continue
            by_tag[tag].append(element)
            get = element.get
            value = get("class")
            if value:
                for token in value.split():
                    by_class[token].append(element)
            value = get("id")
            if value:
                by_id[value].append(element)
            value = get("itemprop")
            if value:
                for token in value.split():
                    by_prop[token].append(element)
