"""A section page: the articles it lists, the page after it, and the links of its menus."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from crawler.parse.dates import read_date
from pipelines.text import fold, one_line

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from crawler.parse.page import Page

MIN_TITLE_CHARS = 12
MIN_TITLE_WORDS = 3
"""A headline is at least three syllables long; menu items and buttons mostly are not."""
MAX_MENU_CHARS = 60
MAX_DATE_CHARS = 60
MAX_LINKS = 5_000
MAX_DEPTH = 64
HEADING_DEPTH = 3
SHAPE_DEPTH = 4

_CHROME_TAGS = {"nav", "footer", "aside", "form", "select"}
_CHROME = re.compile(
    r"(?:^|[\s_-])(?:menu|nav|navbar|navigation|breadcrumbs?|sidebar|widget|footer|comments?|pagination|paging|pager|"
    r"page-numbers|pagenavi|wp-pagenavi|search|share|social|banner|ticker|marquee)(?:$|[\s_-])",
    re.IGNORECASE,
)
_MENU = re.compile(r"(?:^|[\s_-])(?:menu|nav|navbar|navigation)(?:$|[\s_-])", re.IGNORECASE)
_VARYING = re.compile(
    r"\d|^(?:category|tag|format|status|author|has|sticky|type)(?:-|$)|^(?:odd|even|first|last|active)$"
)
_HEADINGS = {"h1", "h2", "h3", "h4", "h5"}
_NEXT_WORDS = frozenset(
    fold(word)
    for word in (
        "tiếp", "tiếp theo", "trang tiếp", "trang tiếp theo", "trang sau", "sau", "kế tiếp", "cũ hơn", "bài cũ hơn",
        "các bài cũ hơn", "bài viết cũ hơn", "tin cũ hơn", "next", "next page", "older", "older posts", "older entries",
    )
)  # fmt: skip
_HOME = (("/", ""), ("", ""))
_NEXT_SIGNS = frozenset("›»→>")
_PAGE_NUMBER = re.compile(
    r"/page/(\d+)/?$|[?&](?:paged|page|query-\d+-page|trang)=(\d+)(?:&|$)|/trang-(\d+)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One link to what may be an article, and what the place it was found in says of it.

    `mark` changes when the article does: the modification time in a REST API or sitemap, the headline in a listing.
    `fields` are kept beside the article's capture: `via`, `section`, `published`, ….
    """

    url: str
    mark: str | None = None
    fields: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Link:
    """A link with its text; `taxonomy` is what the menu's own classes call it (`category`, `page`), if anything."""

    url: str
    text: str
    taxonomy: str | None = None


@dataclass(slots=True)
class Listing:
    """What a section page holds: `entries` of its main list, `others` from boxes around it, the next page's URL."""

    entries: list[Entry]
    others: list[Entry]
    next_url: str | None


def read_listing(page: Page, number: int = 1) -> Listing:
    """Read a section page; `number` is which page of its section it is, from 1.

    The main list is the group of alike links (same chain of tags and classes) that says most: headlines, headings,
    text around them. Links of menus, pagers and forms are no entries.
    """
    groups: dict[tuple[str, ...], dict[str, _Candidate]] = defaultdict(dict)
    chrome: dict[HtmlElement, bool] = {}
    for anchor, url in _anchors(page):
        text = one_line(anchor.text_content())
        if len(text) < MIN_TITLE_CHARS or len(text.split()) < MIN_TITLE_WORDS or urlsplit(url)[2:4] in _HOME:
            continue  # a button, or the portal's own name over its home page
        if (shape := _shape(anchor, chrome)) is None:
            continue
        candidate = groups[shape].setdefault(url, _Candidate(text, anchor))
        if len(text) > len(candidate.text):
            candidate.text = text
    ranked = sorted(groups.values(), key=_weight, reverse=True)
    main = _with_featured(ranked) if ranked else {}
    entries = [Entry(url, _title_mark(candidate.text), _listed(candidate.anchor)) for url, candidate in main.items()]
    listed = set(main)
    others: dict[str, Entry] = {}
    for group in ranked:
        for url, candidate in group.items():
            if url not in listed:
                others.setdefault(url, Entry(url, _title_mark(candidate.text)))
    return Listing(entries, list(others.values()), next_page(page, number))


def _with_featured(ranked: list[dict[str, _Candidate]]) -> dict[str, _Candidate]:
    """The main group, and headlines of another shape that open its box: a theme's featured post."""
    main = ranked[0]
    first, *others = (candidate.anchor for candidate in main.values())
    if not others:
        return main
    inside = set(others)
    box = next((element for element in first.iterancestors() if inside <= set(element.iter("a"))), None)
    if box is not None and (above := box.getparent()) is not None and above.tag != "body":
        box = above  # the featured post stands before the list as often as in it
    order = {anchor: at for at, anchor in enumerate(box.iter("a"))} if box is not None else {}
    featured = {
        url: candidate
        for group in ranked[1:]
        for url, candidate in group.items()
        if url not in main and order.get(candidate.anchor, len(order)) < order[first] and _in_heading(candidate.anchor)
    }
    return {**featured, **main}


def _in_heading(anchor: HtmlElement) -> bool:
    return any(element.tag in _HEADINGS for element in islice(anchor.iterancestors(), HEADING_DEPTH))


def _title_mark(text: str) -> str:
    return f"title:{fold(text)}"


class _Candidate:
    __slots__ = ("anchor", "text")

    def __init__(self, text: str, anchor: HtmlElement) -> None:
        self.text = text
        self.anchor = anchor


def _anchors(page: Page) -> Iterator[tuple[HtmlElement, str]]:
    """Links to the page's own host, absolute and without fragment."""
    base, parts = page.base_url, urlsplit(page.url)
    host = parts.netloc.lower()
    own = (f"http://{host}/", f"https://{host}/")
    for anchor in page.index.by_tag["a"][:MAX_LINKS]:
        href = (anchor.get("href") or "").strip()
        if not href or href[0] == "#":
            continue
        if href.startswith(own):  # the common case, without the cost of joining
            yield anchor, href.partition("#")[0]
            continue
        try:
            url = urljoin(base, href).partition("#")[0]
            parts = urlsplit(url)
        except ValueError:
            continue
        if parts.scheme in ("http", "https") and parts.netloc.lower() == host:
            yield anchor, url


def _shape(anchor: HtmlElement, chrome: dict[HtmlElement, bool]) -> tuple[str, ...] | None:
    """The chain of tags and unvarying classes above a link; None inside menus, pagers, forms and the like."""
    parent = anchor.getparent()
    if parent is None or _in_chrome(parent, chrome):
        return None
    near = islice(anchor.iterancestors(), SHAPE_DEPTH)
    return (_signature(anchor), *(_signature(element) for element in near if element.tag != "body"))


def _in_chrome(element: HtmlElement, known: dict[HtmlElement, bool]) -> bool:
    """Whether an element is, or lies in, what stands around a page's content; `known` keeps the answers of a page."""
    path: list[HtmlElement] = []
    at: HtmlElement | None = element
    answer = False
    while at is not None and at.tag != "body" and len(path) < MAX_DEPTH:
        if at in known:
            answer = known[at]
            break
        path.append(at)
        if at.tag in _CHROME_TAGS or _CHROME.search(f"{at.get('class') or ''} {at.get('id') or ''}"):
            answer = True
            break
        at = at.getparent()
    known.update(dict.fromkeys(path, answer))
    return answer


def _signature(element: HtmlElement) -> str:
    classes = [name for name in (element.get("class") or "").split() if not _VARYING.search(name)]
    return ".".join([str(element.tag), *sorted(classes)])


def _weight(group: dict[str, _Candidate]) -> float:
    """How much a group of links looks like the list the page is about."""
    weight = 0.0
    for candidate in group.values():
        weight += min(len(candidate.text), 120)
        weight += 60 * _in_heading(candidate.anchor)
        weight += min(len(_around(candidate.anchor)), 300)
    return weight


def _listed(anchor: HtmlElement) -> dict[str, str]:
    """The date an entry's box shows, as the field `listed`: good enough to order by, not to publish."""
    box, title = _box(anchor), anchor.text_content()
    for piece in box.itertext():
        if 5 < len(piece.strip()) <= MAX_DATE_CHARS and piece not in title and (dated := read_date(piece)):
            return {"listed": dated.at.isoformat()}
    return {}


def _around(anchor: HtmlElement) -> str:
    """The text of the link's own box, e.g. date and excerpt."""
    box = _box(anchor)
    return "" if box is anchor else box.text_content()


def _box(anchor: HtmlElement) -> HtmlElement:
    """The largest ancestor of a link that links nowhere else."""
    href = anchor.get("href")
    box, parent = anchor, anchor.getparent()
    for _ in range(5):
        if parent is None or any(other.get("href") != href for other in parent.iter("a") if not _is_aside(other)):
            break
        box, parent = parent, parent.getparent()
    return box


def _is_aside(anchor: HtmlElement) -> bool:
    """Author, section and tag links stand in an entry's box without ending it."""
    return "author" in (anchor.get("rel") or "") or "tag" in (anchor.get("rel") or "")


def next_page(page: Page, number: int) -> str | None:
    """The URL of the page after page `number`: rel=next, a "next" button, or the link whose text is the next number."""
    here = page.url.partition("#")[0]
    for link in page.index.by_tag["link"]:
        if (link.get("rel") or "").lower() == "next" and link.get("href"):
            return _same_host(page, link.get("href") or "")
    numbered = None
    for anchor, url in _anchors(page):
        if url == here or page_number(url) not in (None, number + 1):
            continue
        classes = f"{anchor.get('class') or ''} {_class(anchor.getparent())}".lower().split()
        if (anchor.get("rel") or "").lower() == "next" and page_number(url) is not None:
            return url
        text = one_line(anchor.text_content())
        is_next = (
            ("next" in classes or any(name.endswith(("-next", "__next", "_next")) for name in classes))
            or fold(text) in _NEXT_WORDS
            or (text and set(text) <= _NEXT_SIGNS)
        )
        if is_next and page_number(url) is not None:
            return url
        if text == str(number + 1) and page_number(url) is not None:
            numbered = numbered or url
    return numbered


def page_number(url: str) -> int | None:
    """Which page of a listing a URL names, or None: `/page/3/`, `?paged=3`, `&page=3`."""
    match = _PAGE_NUMBER.search(url)
    return int(next(group for group in match.groups() if group)[:6]) if match else None


def _class(element: HtmlElement | None) -> str:
    return "" if element is None else element.get("class") or ""


def _same_host(page: Page, href: str) -> str | None:
    try:
        url = urljoin(page.base_url, href).partition("#")[0]
        same = urlsplit(url).netloc.lower() == urlsplit(page.url).netloc.lower()
    except ValueError:
        return None
    return url if same and url != page.url else None


def read_menu(page: Page) -> list[Link]:
    """The links of the page's menus, in order, each URL once."""
    links: dict[str, Link] = {}
    for anchor, url in _anchors(page):
        text = one_line(anchor.text_content())
        if url in links or page_number(url) is not None or not 0 < len(text) <= MAX_MENU_CHARS:
            continue
        taxonomy, in_menu = _menu_place(anchor)
        if in_menu or taxonomy:
            links[url] = Link(url, text, taxonomy)
    return list(links.values())


def _menu_place(anchor: HtmlElement) -> tuple[str | None, bool]:
    """What a menu item's own classes call its target (WordPress: `category`, `page`), and whether it is in a menu."""
    taxonomy = None
    element = anchor.getparent()
    for _ in range(MAX_DEPTH):
        if element is None or element.tag == "body":
            break
        name = f"{element.get('class') or ''} {element.get('id') or ''}"
        if taxonomy is None and "cat-item" in name.split():
            taxonomy = "category"
        elif taxonomy is None and "menu-item-object-" in name:
            taxonomy = name.split("menu-item-object-", 1)[1].split()[0]
        if element.tag == "nav" or _MENU.search(name):
            return taxonomy, True
        element = element.getparent()
    return taxonomy, False
