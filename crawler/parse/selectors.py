"""CSS selectors answered from a page's index, without walking the tree again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cssselect import HTMLTranslator, SelectorError, parser
from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from lxml.html import HtmlElement

    from crawler.parse.index import Index


class Selector:
    """One compiled CSS selector.

    Compounds of tag, class, id and attribute joined by descendant or child combinators are answered from the index;
    anything else falls back to XPath, which walks the tree.
    """

    __slots__ = ("_classes", "_ids", "_steps", "_xpath", "css")

    def __init__(self, css: str, where: str = "selector") -> None:
        self.css = css
        try:
            parsed = parser.parse(css)
            xpath = HTMLTranslator().css_to_xpath(css)
        except SelectorError as error:
            raise ValueError(f"{where}: {css!r} is not a CSS selector ({error})") from error
        self._steps = _steps(parsed[0].parsed_tree) if len(parsed) == 1 and not parsed[0].pseudo_element else None
        self._xpath = etree.XPath(xpath, smart_strings=False) if self._steps is None else None
        compounds = [compound for _, compound in self._steps or ()]
        self._classes = frozenset(name for compound in compounds for name in compound.classes)
        self._ids = frozenset(compound.identity for compound in compounds if compound.identity is not None)

    def find(self, index: Index) -> list[HtmlElement]:
        """Every element of the page that matches, in document order."""
        found = index.found.get(self)
        if found is None:
            found = index.found[self] = self._find(index)
        return found

    def _find(self, index: Index) -> list[HtmlElement]:
        if self._steps is None:
            assert self._xpath is not None
            found = self._xpath(index.root)
            return [item for item in found if isinstance(item, etree._Element)]  # type: ignore[misc] # noqa: SLF001 -- lxml has no public name for it
        if not (self._classes <= index.by_class.names.keys() and self._ids <= index.by_id.names.keys()):
            return []
        return [element for element in self._candidates(index) if self._matches(element)]

    def _candidates(self, index: Index) -> Iterable[HtmlElement]:
        """Elements that may match: for `.box a` those below the boxes, not all links of the page."""
        assert self._steps is not None
        last = self._steps[-1][1]
        if last.named or len(self._steps) < 2 or not self._steps[-2][1].named:
            return last.candidates(index)
        boxes = self._steps[-2][1].candidates(index)
        return dict.fromkeys(element for box in boxes for element in box.iterdescendants(last.tag))

    def _matches(self, element: HtmlElement) -> bool:
        steps = self._steps
        assert steps is not None
        if not steps[-1][1].matches(element):
            return False
        return _climb(element, steps, len(steps) - 1)


class _Compound:
    """`tag#id.class[attribute]`: everything a selector asks of one element."""

    __slots__ = ("attributes", "classes", "identity", "tag")

    def __init__(self) -> None:
        self.tag: str | None = None
        self.identity: str | None = None
        self.classes: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []

    @property
    def named(self) -> bool:
        """Whether it asks for a class, an id or a property, or a piece of one, of which a page has few."""
        return self.identity is not None or bool(self.classes) or any(map(_is_listed, self.attributes))

    def candidates(self, index: Index) -> Iterable[HtmlElement]:
        if self.identity is not None:
            return index.by_id.get(self.identity, ())
        if self.classes:
            return min((index.by_class.get(name, ()) for name in self.classes), key=len)
        if (found := self._by_attribute(index)) is not None:
            return found
        if self.tag is not None:
            return index.by_tag[self.tag]
        return index.elements

    def _by_attribute(self, index: Index) -> list[HtmlElement] | None:
        """Elements by a piece of their id or of a class, `[id$=_pnTin]`: a page has far fewer names than elements."""
        for name, operator, value in filter(_is_listed, self.attributes):
            names = {"id": index.by_id, "class": index.by_class, "itemprop": index.by_prop}[name]
            test = _TESTS[operator]
            lists = [names[key] for key in names.names if test(key, value)]
            if len(lists) < 2:
                return lists[0] if lists else []
            found = {element for named in lists for element in named}
            return [
                element for element in index.root.iter(*{str(element.tag) for element in found}) if element in found
            ]
        return None

    def matches(self, element: HtmlElement) -> bool:
        if self.tag is not None and element.tag != self.tag:
            return False
        if self.identity is not None and element.get("id") != self.identity:
            return False
        if self.classes:
            tokens = (element.get("class") or "").split()
            if not all(name in tokens for name in self.classes):
                return False
        return all(_attribute(element.get(name), operator, value) for name, operator, value in self.attributes)


def _is_listed(attribute: tuple[str, str, str]) -> bool:
    """Whether the index lists the elements an attribute selector asks for."""
    name, operator, value = attribute
    if not value or " " in value or operator == "exists":
        return False
    # `class` and `itemprop` are indexed token by token: where in the attribute a token stands is not known.
    return name == "id" or (name in ("class", "itemprop") and operator in ("*=", "~="))


_TESTS: dict[str, Callable[[str, str], bool]] = {
    "=": str.__eq__,
    "^=": str.startswith,
    "$=": str.endswith,
    "*=": str.__contains__,
    "~=": lambda have, want: want in have.split(),
    "|=": lambda have, want: have == want or have.startswith(want + "-"),
}
"""What an attribute selector asks of the value; an empty operand matches an empty value only."""


def _attribute(have: str | None, operator: str, want: str) -> bool:
    if have is None:
        return False
    if operator == "exists":
        return True
    if not want:
        return operator == "=" and have == want
    return _TESTS[operator](have, want)


def _climb(element: HtmlElement, steps: list[tuple[str, _Compound]], at: int) -> bool:
    """Whether the ancestors of `element` satisfy the steps before `at`."""
    if at == 0:
        return True
    combinator, compound = steps[at][0], steps[at - 1][1]
    parent = element.getparent()
    while parent is not None:
        if compound.matches(parent) and _climb(parent, steps, at - 1):
            return True
        if combinator == ">":
            return False
        parent = parent.getparent()
    return False


def _steps(tree: parser.Tree) -> list[tuple[str, _Compound]] | None:
    """The selector as (combinator to the left, compound) pairs; None where XPath is needed."""
    if isinstance(tree, parser.CombinedSelector):
        if tree.combinator not in (" ", ">"):
            return None
        before, last = _steps(tree.selector), _compound(tree.subselector)
        return None if before is None or last is None else [*before, (tree.combinator, last)]
    compound = _compound(tree)
    return None if compound is None else [("", compound)]


def _compound(tree: parser.Tree) -> _Compound | None:
    compound = _Compound()
    while True:
        if isinstance(tree, parser.Element):
            compound.tag = tree.element.lower() if tree.element else None
            return None if tree.namespace else compound
        if isinstance(tree, parser.Class):
            compound.classes.append(tree.class_name)
        elif isinstance(tree, parser.Hash):
            if compound.identity is not None:
                return None
            compound.identity = tree.id
        elif isinstance(tree, parser.Attrib) and tree.operator != "!=" and not tree.namespace:
            value = tree.value.value if tree.value is not None else ""
            compound.attributes.append((tree.attrib.lower(), tree.operator, value or ""))
        else:
            return None
        tree = tree.selector
