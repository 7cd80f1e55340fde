"""The headline of a page: the element that says what the page's title says, without the site's name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml.html import HtmlElement

from crawler.parse.boilerplate import family
from crawler.parse.text import fold, same, squeeze

if TYPE_CHECKING:
    from crawler.parse.metadata import Metadata
    from crawler.parse.outline import Outline
    from crawler.parse.page import Page

MAX_TITLE_CHARS = 500
MIN_TITLE_CHARS = 4
MAX_HEADINGS = 60
MIN_LISTED_CHARS = 20

_SEPARATOR = r"\s*(?:\s[-–—:•·~]\s|[|»«›‹]|::|\s[-–—]|[-–—]\s)\s*"
_SPLIT = re.compile(_SEPARATOR)
_LOGO = re.compile(r"logo|site-?(?:title|name|branding)|brand|banner", re.IGNORECASE)
_SITE = re.compile(
    r"\b(?:cổng|trang|báo|website|ubnd|sở|đài|tạp chí|tin tức|chính thức)\b|\.vn\b|\.com\b", re.IGNORECASE
)
_HOME_URL = re.compile(r"(?:https?://[^/?#]+)?/?(?:index\.(?:php|html?)|trang-chu)?/?$", re.IGNORECASE)
_EXACT, _START, _END = 3, 2, 1


@dataclass(slots=True)
class Headline:
    """The title, where it stands (None where only the head of the page has it) and how it was found."""

    text: str
    element: HtmlElement | None
    source: str


def from_headings(page: Page, metadata: Metadata, listed: str | None = None) -> Headline | None:
    """The heading whose text is the title part of og:title, JSON-LD or `<title>`, or what a list calls the page."""
    wanted = _wanted(metadata, listed)
    best: tuple[int, HtmlElement, str] | None = None
    for tag in ("h1", "h2", "h3"):
        for element in page.index.by_tag[tag][:MAX_HEADINGS]:
            text = squeeze("".join(element.itertext()))
            rank = _rank(text, wanted)
            if rank and (best is None or rank > best[0]) and not is_logo(element):
                best = (rank, element, text)
        if best is not None:
            return Headline(best[2], best[1], f"generic:{tag}")
    return None


def from_blocks(outline: Outline, metadata: Metadata, listed: str | None = None) -> Headline | None:
    """The block, of whatever element, whose text is the title part of the page's own title or what a list calls it."""
    wanted = _wanted(metadata, listed)
    best: tuple[int, int] | None = None
    for at, block in enumerate(outline.blocks):
        if block.kind == "image" or not MIN_TITLE_CHARS <= len(block.text) <= MAX_TITLE_CHARS:
            continue
        rank = _rank(block.text.replace("\n", " "), wanted)
        if not rank or is_logo(block.frame.element):
            continue
        rank = 2 * rank - (block.link_chars > 0) - 2 * (block.kind == "li")
        if best is None or rank > best[0]:
            best = (rank, at)
    if best is None:
        return None
    block = outline.blocks[best[1]]
    return Headline(block.text.replace("\n", " "), block.frame.element, "generic")


def from_head(page: Page, metadata: Metadata) -> Headline | None:
    """A lone heading, else the page's own title without the site's name."""
    for element in page.index.by_tag["h1"][:MAX_HEADINGS]:
        text = squeeze("".join(element.itertext()))
        if (
            MIN_TITLE_CHARS <= len(text) <= MAX_TITLE_CHARS
            and not is_logo(element)
            and family(text) is None
            and fold(text) != fold(metadata.site_name or "")
        ):
            return Headline(text, element, "generic:h1")
    for stated, source in ((metadata.title, metadata.evidence.get("title", "meta")), (metadata.page_title, "title")):
        if stated and len(stated) >= MIN_TITLE_CHARS and (short := without_site(stated, metadata.site_name)):
            return Headline(short[:MAX_TITLE_CHARS], None, source)
    return None


def without_site(title: str, site_name: str | None) -> str:
    """A title without the site's name before or behind it; the title itself where no name can be told."""
    parts = _SPLIT.split(title)
    if len(parts) < 2:
        return "" if site_name and fold(title) == fold(site_name) else title
    first, last = parts[0], parts[-1]
    head, tail = title[: title.rindex(last)], title[len(first) :]
    for name, rest in ((last, head), (first, tail)):
        if site_name and fold(name) and fold(name) in fold(site_name):
            return rest.strip(" -–—|»«›‹:•·~")
    if _SITE.search(last) and len(last) < len(head):
        return head.strip(" -–—|»«›‹:•·~")
    return title


def is_logo(element: HtmlElement) -> bool:
    """Whether a heading is the site's banner: named so, or a link to the front page."""
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    if _LOGO.search(names):
        return True
    for link in element.iter("a"):
        if link.get("rel") == "home" or _HOME_URL.match(link.get("href") or "?"):
            return True
    parent = element.getparent()
    return parent is not None and bool(_LOGO.search(parent.get("class") or ""))


def _wanted(metadata: Metadata, listed: str | None) -> list[str]:
    """Titles to look for; the link text of a list is one only where it is as long as a headline."""
    titles = (metadata.title, metadata.page_title, listed if listed and len(listed) >= MIN_LISTED_CHARS else None)
    return [same(title) for title in titles if title]


def _rank(text: str, wanted: list[str]) -> int:
    """How well a text is the title part of one of the page's titles; 0 where it is not."""
    if not MIN_TITLE_CHARS <= len(text) <= MAX_TITLE_CHARS:
        return 0
    start = text[:4].casefold()
    if start.isalpha() and not any(start in title for title in wanted):
        return 0
    folded = same(text)
    best = 0
    for title in wanted:
        if title == folded or (title.endswith("...") and len(title) > 30 and folded.startswith(title[:-3])):
            return _EXACT
        if title.startswith(folded) and _SPLIT.match(title[len(folded) :]):
            best = max(best, _START)
        elif 2 * len(folded) > len(title) and title.endswith(folded) and _SPLIT.search(title[: -len(folded)][-4:]):
            best = max(best, _END)
    return best
