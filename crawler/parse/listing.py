"""A section page: the articles it lists, the page after it, and the links of its menus."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.parse.dates import read_date
from crawler.parse.forms import Form
from crawler.parse.links import anchors, said
from crawler.parse.pager import next_step, page_number, turns_pages
from pipelines.text import fold, one_line

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from crawler.parse.page import Page

__all__ = [
    "Entry",
    "Form",
    "Link",
    "Listing",
    "headlines",
    "next_page",
    "page_number",
    "read_listing",
    "read_menu",
    "read_sections",
]

MIN_TITLE_CHARS = 12
MIN_TITLE_WORDS = 3
"""A headline is at least three syllables long; menu items and buttons mostly are not."""
MAX_MENU_CHARS = 60
MAX_LABEL_WORDS = 6
"""A longer link outside of menus is a headline first; what it leads to is walked all the same if it is a list."""
MAX_SECTIONS = 300
MAX_DATE_CHARS = 60
MAX_DEPTH = 64
MAX_FORM_LINKS = 12
"""A search or log-in form has fewer links."""
MIN_ALIKE = 3
MAX_MORE_CHARS = 60
HEADING_DEPTH = 3
SHAPE_DEPTH = 4
MAX_AROUND_CHARS = 300

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
_HEADINGS = ("h1", "h2", "h3", "h4", "h5")
_MORE_WORDS = frozenset(
    fold(word)
    for word in (
        "xem thêm", "xem tiếp", "xem chi tiết", "chi tiết", "đọc tiếp", "đọc thêm", "xem tất cả", "tất cả", "xem",
        "read more", "more", "continue reading", "view all", "xem toàn bộ", "xem nội dung",
    )
)  # fmt: skip
"""What a link says that leads on without naming where to."""
_HOME = (("/", ""), ("", ""))


Box = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One link to what may be an article, and what the place it was found in says of it.

    `mark` changes when the article does: the modification time in a REST API or sitemap, the headline in a listing.
    `fields` are kept beside the article's capture: `via`, `section`, `published`, …. `box` is how the box it stands in
    is built, the same for boxes of one template.
    """

    url: str
    mark: str | None = None
    fields: dict[str, str] = field(default_factory=dict)
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A link with its text; `taxonomy` is what the menu's own classes call it (`category`, `page`), if anything."""

    url: str
    text: str
    taxonomy: str | None = None


@dataclass(slots=True)
class Listing:
    """What a section page holds: `entries` of its main list, `others` from boxes around it, and its next page.

    The next page is at `next_url`, or the answer to `next_form`. `more`: it holds only what is added to the list, and
    need not say what comes after it.
    """

    entries: list[Entry]
    others: list[Entry]
    next_url: str | None
    next_form: Form | None = None
    more: bool = False


def read_listing(page: Page, number: int = 1) -> Listing:
    """Read a section page; `number` is which page of its section it is, from 1.

    The main list is the group of alike links (same chain of tags and classes) that says most: headlines, headings,
    text around them. Links of menus, pagers and forms are no entries.
    """
    main, ranked = _ranked(page)
    entries = [
        Entry(url, _title_mark(candidate.text), {"title": candidate.text, **_listed(candidate)}, candidate.box)
        for url, candidate in main.items()
    ]
    listed = set(main)
    others: dict[str, Entry] = {}
    for group in ranked:
        for url, candidate in group.items():
            if url not in listed:
                mark, fields = _title_mark(candidate.text), {"title": candidate.text}
                others.setdefault(url, Entry(url, mark, fields, candidate.box))
    listing = Listing(entries, list(others.values()), None)
    if (step := next_step(page, number)) is not None:
        listing.more = step.more
        if isinstance(step.to, Form):
            listing.next_form = step.to
        else:
            listing.next_url = step.to
    return listing


def headlines(page: Page) -> tuple[dict[str, str], dict[str, str]]:
    """The links of the main list, and the others that may lead to articles: texts by URL. Cheaper than reading all."""
    main, ranked = _ranked(page)
    others = {url: one.text for group in ranked for url, one in group.items() if url not in main}
    return {url: one.text for url, one in main.items()}, others


def _ranked(page: Page) -> tuple[dict[str, _Candidate], list[dict[str, _Candidate]]]:
    """The main list, and all groups of links, the weightiest first."""
    found: tuple[dict[str, _Candidate], list[dict[str, _Candidate]]] | None = page.known.get(_ranked)
    if found is None:
        ranked = sorted(_groups(page).values(), key=_weight, reverse=True)
        found = page.known[_ranked] = (_with_featured(ranked) if ranked else {}), ranked
    return found


def next_page(page: Page, number: int) -> str | None:
    """The URL of the page after page `number`, where it has one."""
    step = next_step(page, number)
    return step.to if step is not None and isinstance(step.to, str) else None


def _groups(page: Page) -> dict[tuple[str, ...], dict[str, _Candidate]]:
    """The links that may lead to articles, alike ones together, by URL."""
    groups: dict[tuple[str, ...], dict[str, _Candidate]] = defaultdict(dict)
    unnamed: dict[tuple[str, ...], dict[str, _Candidate]] = defaultdict(dict)
    chrome: dict[HtmlElement, bool] = {}
    for anchor, url in anchors(page):
        text = _headline(page, anchor)
        if url.count("/") < 4 and urlsplit(url)[2:4] in _HOME:
            continue  # the portal's own name over its home page
        leads_on = _leads_on(text)
        if leads_on or len(text) < MIN_TITLE_CHARS or len(text.split(None, MIN_TITLE_WORDS)) < MIN_TITLE_WORDS:
            if leads_on and (shape := _shape(anchor, chrome)) is not None:
                unnamed[shape].setdefault(url, _Candidate(text, anchor, shape))
            continue
        if (shape := _shape(anchor, chrome)) is None:
            continue
        candidate = groups[shape].setdefault(url, _Candidate(text, anchor, shape))
        if len(text) > len(candidate.text):
            candidate.text = text
    named = {url for group in groups.values() for url in group}
    for shape, group in unnamed.items():  # boxes whose headline is no link, only "Chi tiết" under it
        boxed = {url: box for url, one in group.items() if url not in named and (box := _unlinked(one))}
        if len(boxed) >= MIN_ALIKE:
            groups[shape].update(boxed)
    return groups


@lru_cache(maxsize=4096)  # links of menus come again on every page
def _leads_on(text: str) -> bool:
    """Whether a link says no more than that there is more."""
    return len(text) <= MAX_MORE_CHARS and fold(text) in _MORE_WORDS


def _headline(page: Page, anchor: HtmlElement) -> str:
    """What a link says; of a card that is one link, its heading."""
    if len(anchor):
        for inner in anchor.iter(*_HEADINGS):
            if inner is not anchor and (text := said(page, inner)):
                return text
    return said(page, anchor)


def _unlinked(link: _Candidate) -> _Candidate | None:
    """The headline over a "Chi tiết" link: the first piece of its box that is long enough for one."""
    for piece in link.own_box.itertext():
        text = one_line(piece)
        if len(text) >= MIN_TITLE_CHARS and len(text.split()) >= MIN_TITLE_WORDS and not _leads_on(text):
            return _Candidate(text, link.anchor, link.box)
    return None


def _with_featured(ranked: list[dict[str, _Candidate]]) -> dict[str, _Candidate]:
    """The main group, and headlines of another shape that open its box: a theme's featured post."""
    main = ranked[0]
    first, *others = (candidate.anchor for candidate in main.values())
    if not others:
        return main
    inside = set(others)
    tag = first.tag if first.tag == "a" else "*"  # cards led by a script are of any tag
    box = next((element for element in first.iterancestors() if inside <= set(element.iter(tag))), None)
    if box is not None and (above := box.getparent()) is not None and above.tag != "body":
        box = above  # the featured post stands before the list as often as in it
    order = {anchor: at for at, anchor in enumerate(box.iter(tag))} if box is not None else {}
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
    __slots__ = ("_own_box", "anchor", "box", "text")

    def __init__(self, text: str, anchor: HtmlElement, box: Box) -> None:
        self.text = text
        self.anchor = anchor
        self.box = box
        self._own_box: HtmlElement | None = None

    @property
    def own_box(self) -> HtmlElement:
        """The largest box around the link that links nowhere else."""
        if self._own_box is None:
            self._own_box = _box(self.anchor)
        return self._own_box


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
        if at.tag == "form" and sum(1 for _ in islice(at.iter("a"), MAX_FORM_LINKS)) == MAX_FORM_LINKS:
            pass  # ASP.NET wraps the whole page in one form
        elif at.tag == "aside" and any(inner.tag == "article" for inner in path):
            pass  # a featured article, set apart from the list it leads
        elif at.tag in _CHROME_TAGS or _is_chrome(f"{at.get('class') or ''} {at.get('id') or ''}"):
            answer = True
            break
        at = at.getparent()
    known.update(dict.fromkeys(path, answer))
    return answer


@lru_cache(maxsize=4096)  # names come again on every page of a site
def _is_chrome(names: str) -> bool:
    return _CHROME.search(names) is not None


def _signature(element: HtmlElement) -> str:
    return _sign(str(element.tag), element.get("class") or "")


@lru_cache(maxsize=4096)
def _sign(tag: str, names: str) -> str:
    return ".".join([tag, *sorted(name for name in names.split() if not _VARYING.search(name))])


def _weight(group: dict[str, _Candidate]) -> float:
    """How much a group of links looks like the list the page is about."""
    weight = 0.0
    for candidate in group.values():
        weight += min(len(candidate.text), 120)
        weight += 60 * _in_heading(candidate.anchor)
        weight += min(_chars_around(candidate), MAX_AROUND_CHARS)
    return weight


def _listed(candidate: _Candidate) -> dict[str, str]:
    """The date an entry's box shows, as the field `listed` to order by; `listed_raw` as written."""
    box, title = candidate.own_box, candidate.text
    for piece in box.itertext():
        if 5 < len(piece.strip()) <= MAX_DATE_CHARS and piece not in title and (dated := read_date(piece)):
            return {"listed": dated.at.isoformat(), "listed_raw": one_line(piece)}
    return {}


def _chars_around(candidate: _Candidate) -> int:
    """How long the text of the link's own box is, with date and excerpt."""
    box = candidate.own_box
    return 0 if box is candidate.anchor else sum(map(len, box.itertext()))


def _box(anchor: HtmlElement) -> HtmlElement:
    """The largest ancestor of a link that links nowhere else."""
    if anchor.tag != "a":
        return anchor  # a scripted box is the card itself
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


def read_menu(page: Page) -> list[Link]:
    """The links of the page's menus, in order, each URL once."""
    links: dict[str, Link] = {}
    places: dict[HtmlElement, tuple[str | None, bool]] = {}
    for anchor, url in anchors(page):
        text = said(page, anchor)
        if url in links or page_number(url) is not None or not 0 < len(text) <= MAX_MENU_CHARS or turns_pages(text):
            continue
        taxonomy, in_menu = _menu_place(anchor, places)
        if in_menu or taxonomy:
            links[url] = Link(url, text, taxonomy)
    return list(links.values())


def read_sections(page: Page) -> list[Link]:
    """The links that may lead to sections: those of menus, then headings over boxes, then any other short ones.

    What they lead to tells whether they do; a portal of no known make has its menus in boxes of any name.
    """
    links = {link.url: link for link in read_menu(page)}
    main, beside = headlines(page)
    titled = {url for url, text in {**beside, **main}.items() if len(text.split()) > MAX_LABEL_WORDS}
    headings: dict[str, Link] = {}
    others: dict[str, Link] = {}
    for anchor, url in anchors(page):
        text = said(page, anchor)
        if url in links or url in titled or not 1 < len(text) <= MAX_MENU_CHARS or len(text.split()) > MAX_LABEL_WORDS:
            continue
        if turns_pages(text) or _is_aside(anchor) or page_number(url) is not None or _leads_on(text):
            continue
        (headings if _in_heading(anchor) else others).setdefault(url, Link(url, text))
    return [*links.values(), *({**others, **headings}[url] for url in {**headings, **others})][:MAX_SECTIONS]


def _menu_place(anchor: HtmlElement, known: dict[HtmlElement, tuple[str | None, bool]]) -> tuple[str | None, bool]:
    """What a menu item's own classes call its target (WordPress: `category`, `page`), and whether it is in a menu."""
    path: list[tuple[HtmlElement, str | None]] = []
    place: tuple[str | None, bool] = None, False
    element = anchor.getparent()
    while element is not None and element.tag != "body" and len(path) < MAX_DEPTH:
        if element in known:
            place = known[element]
            break
        name = f"{element.get('class') or ''} {element.get('id') or ''}"
        path.append((element, _taxonomy(name)))
        if element.tag == "nav" or _is_menu(name):
            place = None, True
            break
        element = element.getparent()
    for above, taxonomy in reversed(path):
        place = known[above] = taxonomy or place[0], place[1]
    return place


@lru_cache(maxsize=4096)
def _is_menu(names: str) -> bool:
    return _MENU.search(names) is not None


def _taxonomy(names: str) -> str | None:
    if "cat-item" in names.split():
        return "category"
    called = names.partition("menu-item-object-")[2].split()
    return called[0] if called else None
