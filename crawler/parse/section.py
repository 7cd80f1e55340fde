"""The section an article stands in: the layout's element, metadata, a category link, else the breadcrumb."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from crawler.parse.metadata import is_home
from crawler.parse.text import fold, squeeze

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from crawler.parse.blocks import Block
    from crawler.parse.body import Part
    from crawler.parse.layout import Layout
    from crawler.parse.metadata import Metadata
    from crawler.parse.page import Page

MAX_LABEL_CHARS = 90
MAX_CRUMBS = 8
MAX_UNNAMED_CRUMBS = 5
"""The front page, three levels and the article itself; a longer line that nothing calls a path is a menu."""
BLOCKS_BEFORE_TITLE = 12

Found = tuple[str, str]

_CRUMBS = re.compile(
    r"(?:^|[\s_-])(?:bread-?crumbs?|crumbs?|duong-?dan|navigation-path|rank-math-breadcrumb|aioseo-breadcrumbs|pathway)",
    re.IGNORECASE,
)
_CATEGORY_URL = re.compile(r"/(?:category|chuyen-muc|danh-muc)/|[?&]cat=\d", re.IGNORECASE)
_EDGES = " :»›>/|«-–•·\u2192"


def stated(page: Page, layout: Layout | None, metadata: Metadata, title: str) -> Found | None:
    """The section as elements and metadata name it."""
    if layout is not None and (found := _from_layout(page, layout, title)):
        return found
    if metadata.section:
        return metadata.section, metadata.evidence.get("section", "meta")
    return _from_category_link(page) or _from_crumbs(page, title)


def _from_layout(page: Page, layout: Layout, title: str) -> Found | None:
    """The first label a selector leads to; where that is the way home, the selector names a breadcrumb."""
    labels: dict[str, list[str]] = {}
    for element, css in layout.find("section", page.index):
        if label := _label("".join(element.itertext())):
            labels.setdefault(css, []).append(label)
    for css, found in labels.items():
        chosen = _last(found, title) if is_home(found[0]) else _last(found[:1], title)
        if chosen:
            return chosen, f"selector:{css}"
    return None


def _from_category_link(page: Page) -> Found | None:
    """Block themes print categories as rel=tag links."""
    for link in page.index.by_rel.get("tag", ()):
        parent = link.getparent()
        box = parent.get("class") or "" if parent is not None else ""
        if "taxonomy-category" in box or _CATEGORY_URL.search(link.get("href") or ""):
            label = _label("".join(link.itertext()))
            if label:
                return label, "rel=category"
    return None


@lru_cache(maxsize=4096)
def _names_crumbs(token: str) -> bool:
    return _CRUMBS.search(token) is not None


def _from_crumbs(page: Page, title: str) -> Found | None:
    classes = page.index.by_class
    if not _CRUMBS.search(" ".join(classes.names)):
        return None
    for token in classes:
        if _names_crumbs(token):
            for element in classes[token]:
                label = _last([_label("".join(a.itertext())) for a in element.iter("a")], title)
                if label:
                    return label, "breadcrumb"
    return None


def _last(labels: list[str], title: str) -> str | None:
    """The last label of a breadcrumb that is neither the front page nor the article."""
    wanted = fold(title)
    for label in reversed(labels[:MAX_CRUMBS]):
        folded = fold(label)
        if (
            label
            and not is_home(label)
            and folded != wanted
            and not (len(folded) > 20 and wanted.startswith(folded.removesuffix("...")))
        ):
            return label
    return None


def beside(part: Part, title: str) -> Found | None:
    """A breadcrumb of unknown name before the title: one line, or one list, that starts at the front page."""
    blocks = part.outline.blocks
    end = part.title_at if part.title_at >= 0 else part.start
    for at in range(end - 1, max(-1, end - 1 - BLOCKS_BEFORE_TITLE), -1):
        block = blocks[at]
        labels = _links(block)
        if (
            len(labels) >= 2
            and (is_home(labels[0]) or is_home(block.text.split("»")[0].split(">")[0]))
            and len(labels) <= MAX_UNNAMED_CRUMBS
        ):
            return _named(_last(labels, title))
        if labels and is_home(labels[0]) and block.kind == "li":
            items = [item for item in blocks[at:end] if item.group is block.group and item.kind == "li"]
            if items[-1] is blocks[end - 1] and len(items) <= MAX_CRUMBS - 2:
                return _named(_last([label for item in items for label in _links(item)], title))
    return None


def _named(label: str | None) -> Found | None:
    return (label, "breadcrumb") if label else None


def _links(block: Block) -> list[str]:
    """The texts of a block's links, in order."""
    labels: list[str] = []
    before: str | None = None
    for text, (_, href) in block.runs:
        if href is not None:
            if href == before and labels:
                labels[-1] += text
            else:
                labels.append(text)
        before = href
    return [label for label in map(_label, labels) if label]


def _label(text: str) -> str:
    label = squeeze(text).strip(_EDGES)
    return label if len(label) <= MAX_LABEL_CHARS else ""


def tags(page: Page, layout: Layout | None, metadata: Metadata) -> tuple[list[str], str]:
    """Tags and where they came from."""
    if layout is not None:
        found: list[str] = []
        css = ""
        for element, selector in layout.find("tags", page.index):
            label = _text(element)
            if label and (not css or css == selector):
                css = selector
                found.append(label)
        if found:
            return list(dict.fromkeys(found)), f"selector:{css}"
    return list(metadata.tags), metadata.evidence.get("tags", "meta")


def _text(element: HtmlElement) -> str:
    return _label("".join(element.itertext())).lstrip("#")
