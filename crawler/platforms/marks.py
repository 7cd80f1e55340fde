"""The marks by which a page tells which CMS family made it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from crawler.parse.selectors import Selector

if TYPE_CHECKING:
    from crawler.parse.page import Page

_ASSETS = (("link", "href"), ("script", "src"), ("img", "src"))


class Traces:
    """What the makers of a page leave on it, gathered once for all families."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @cached_property
    def generator(self) -> str:
        """The generator the page names, lower-case."""
        metas = self.page.index.by_tag["meta"]
        named = [meta.get("content") or "" for meta in metas if (meta.get("name") or "").lower() == "generator"]
        return " ".join(named).lower()

    @cached_property
    def assets(self) -> str:
        """URLs of the page's stylesheets, scripts and pictures, one a line."""
        by_tag = self.page.index.by_tag
        return "\n".join(element.get(attribute) or "" for tag, attribute in _ASSETS for element in by_tag[tag])


@dataclass(frozen=True, slots=True)
class Marks:
    """What tells a family's pages; one of them is enough, so each must be its own.

    `generator` is a word of the generator meta, lower-case; `selectors` are CSS of elements no other family has;
    `assets` are pieces of the URLs of stylesheets, scripts and pictures; `url` is a regular expression on the page's
    URL. A selector that is not CSS raises ValueError here, at import.
    """

    generator: tuple[str, ...] = ()
    selectors: tuple[str, ...] = ()
    assets: tuple[str, ...] = ()
    url: str = ""
    _compiled: list[Selector] = field(default_factory=list, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._compiled.extend(Selector(css, "marks") for css in self.selectors)

    def on(self, traces: Traces) -> bool:
        """Whether a page bears one of the marks."""
        return (
            any(word in traces.generator for word in self.generator)
            or (bool(self.assets) and any(piece in traces.assets for piece in self.assets))
            or bool(self.url and re.search(self.url, traces.page.url))
            or any(selector.find(traces.page.index) for selector in self._compiled)
        )
