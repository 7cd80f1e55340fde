"""The page after a page of a list: found by how pagers are made, whatever their parameter is called.

A pager is a group of links whose texts are numbers and whose addresses differ in one number that grows evenly with
them: `?page=2`, `_cur=2`, `?start=20`, `/trang-2.html`, `__doPostBack('…','Page$2')`. A link that only says "next"
is believed where its address goes on from the page's own. Calendars, years and sort orders are neither.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlsplit

from lxml.html import HtmlElement

from crawler.parse.forms import Form, values
from crawler.parse.links import MAX_LINKS, anchors, own_url, said, scripted
from crawler.parse.text import plain
from pipelines.text import one_line
from pipelines.urls import fold_url

if TYPE_CHECKING:
    from crawler.parse.page import Page

MAX_TEXT_CHARS = 40
MAX_BOX_CHARS = 300
MAX_LEVELS = 8
MAX_FORM_BYTES = 2_000_000
WEEK_CELLS = 5
"""A row of a calendar has seven days, of which some may be no links."""

_NUMBER = re.compile(r"\W*(?:trang|page|p)?\W*(\d{1,4})\W*", re.IGNORECASE)
_NEXT = re.compile(
    r"(?:(?:xem|cac|trang|muc|tin|bai|viet|ban|ghi|ket|qua|\d+) )*"
    r"(?:tiep|tiep theo|ke tiep|sau|cu hon|truoc day|next|next page)|"
    r"older(?: posts| entries)?|next(?: page| \d+)?"
)
_OTHER_TURNS = re.compile(
    r"(?:(?:trang|bai|tin|muc|ve) )?(?:truoc|cuoi|cuoi cung|dau|dau tien|bat dau|ket thuc|moi hon|prev|previous|first|"
    r"last|start|end|newer(?: posts)?)"
)
_SIGNS = frozenset("›»→>⟩⟫❯▶►▸❱≫")
_DOUBLE_SIGNS = ("»", ">>", ">|", "⟫", "≫", "››")
_MORE = re.compile(r"(?:xem|tai|hien thi|doc|load|show|view) (?:them|more)\b.*")
_ELLIPSIS = frozenset(("...", "…", ". . .", ".."))
_POSTBACK = re.compile(r"(?:__doPostBack\(|WebForm_PostBackOptions\()\s*[\"']([^\"']*)[\"']\s*,\s*[\"']([^\"']*)[\"']")
_CALENDAR = re.compile(r"calendar|datepicker|(?:^|[\s_-])lich(?:$|[\s_-])", re.IGNORECASE)
_DATED = re.compile(
    r"(?:19|20)\d\d[/-](?:\d\d?[/-])?(?:\d\d?[/-]?)?(?:\.\w+)?$|(?:ngay|date|day|month|thang|nam|year)=\d"
)
_RUN = re.compile(r"\d+")
_RANDOM = re.compile(
    r"(?<=[=/])(?:0\.\d{3,}|\d{9,}|(?=[a-f]*\d)[0-9a-f]{10,}|(?=[a-z]*\d)[0-9a-z]{14,})(?=[&/?#]|$)", re.IGNORECASE
)
"""Sessions and random numbers, which may differ from link to link of one pager."""
_VISIT = re.compile(r"/\([SAF]\([\w-]+\)\)|;jsessionid=[^/?#]*", re.IGNORECASE)
_PAGE_NUMBER = re.compile(
    r"/page/(\d+)/?$|[?&](?:paged|page|query-\d+-page|trang)=(\d+)(?:&|$)|/trang-(\d+)", re.IGNORECASE
)
_EXTENSION = re.compile(r"\.(?:html?|aspx?|php|jsp|vnp|htm)$|/$", re.IGNORECASE)
_SUFFIX = re.compile(r"[/_.-]?(?:[a-z]{1,12}[/_.=-]?)?(\d{1,6})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Step:
    """What leads to the next page; `more`: a button that adds to the list instead of turning the page."""

    to: str | Form
    more: bool = False


@dataclass(slots=True)
class _Handle:
    """A link or button of a pager: `key` is its URL, or what it posts."""

    element: HtmlElement
    text: str
    key: str
    url: str | None
    calendars: dict[HtmlElement, bool]
    event: tuple[str, str] | None = None

    @property
    def turns(self) -> bool:
        """Whether it may turn pages at all: the days of calendars do not."""
        return not _in_calendar(self.element, self.calendars)


def next_step(page: Page, number: int) -> Step | None:
    """How to get to the page after page `number` of a list, from 1; None where there is none."""
    if (linked := _rel_next(page)) is not None:
        return Step(linked)
    handles = list(_handles(page))
    here = page.url
    if handle := _numbered(handles, number, here) or _worded(handles, number, here):
        return _step(page, handle)
    for handle in handles:
        if handle.url and (_MORE.fullmatch(plain(handle.text)) or _says_more(handle.element)) and handle.turns:
            counts = scripted(handle.element) is not None and number + 1 in _numbers(handle.url)
            if counts or follows(here, handle.url):
                return Step(handle.url, more=True)
    return None


def turns_pages(text: str) -> bool:
    """Whether a link's text is one of a pager's: a number, "next", "last", an arrow."""
    bare = plain(text)
    return not bare or bool(_NUMBER.fullmatch(text) or _NEXT.fullmatch(bare) or _OTHER_TURNS.fullmatch(bare))


def page_number(url: str) -> int | None:
    """Which page of a listing a URL names, or None: `/page/3/`, `?paged=3`, `&page=3`."""
    match = _PAGE_NUMBER.search(url)
    return int(next(group for group in match.groups() if group)[:6]) if match else None


def counted_on(url: str, number: int) -> str | None:
    """The URL of page `number + 1`: the last number in that of page `number` that is its number, counted on."""
    runs = [match for match in _RUN.finditer(url, url.find("/", 8) + 1) if match[0] == str(number)]
    return f"{url[: runs[-1].start()]}{number + 1}{url[runs[-1].end() :]}" if runs else None


def follows(here: str, there: str) -> tuple[int, int] | None:
    """Whether `there` is a later page of the list at `here`: the number that grew, 0 where there was none before.

    The page's own parameters stay; one number grows, or a part with a number is added.
    """
    try:
        own, other = urlsplit(_fold(_steady(here))), urlsplit(_fold(_steady(there)))
    except ValueError:
        return None
    before, after = dict(parse_qsl(own.query, keep_blank_values=True)), dict(parse_qsl(other.query, True))
    if own.path == other.path:
        if before.keys() - after.keys():
            return None
        changed = [name for name in before if before[name] != after[name]]
        added = [name for name in after.keys() - before.keys() if after[name].isdigit()]
        if len(changed) == 1 and before[changed[0]].isdigit() and after[changed[0]].isdigit() and not added:
            return _grown(before[changed[0]], after[changed[0]])
        named = [name for name in added if re.search(r"cur|page|trang|start|offset|^p$|\bpg", name, re.IGNORECASE)]
        return _grown("0", after[(named or added)[-1]]) if added and not changed else None
    if before != after:
        return None
    short, long = _EXTENSION.sub("", own.path), _EXTENSION.sub("", other.path)
    if long.startswith(short) and (match := _SUFFIX.fullmatch(long[len(short) :])):
        return _grown("0", match[1])
    runs = list(zip(_RUN.findall(own.path), _RUN.findall(other.path), strict=False))
    differing = [pair for pair in runs if pair[0] != pair[1]]
    if _RUN.sub("0", own.path) == _RUN.sub("0", other.path) and len(differing) == 1:
        return _grown(*differing[0])
    return None


def _grown(before: str, after: str) -> tuple[int, int] | None:
    old, new = int(before[:9]), int(after[:9])
    return (old, new) if new > old else None


def _rel_next(page: Page) -> str | None:
    """What the head says the next page is."""
    for link in page.index.by_tag["link"]:
        if (link.get("rel") or "").lower() == "next" and link.get("href"):
            url = own_url(page.link_base, urlsplit(page.url).netloc.lower(), link.get("href") or "")
            return url if url != page.url.partition("#")[0] else None
    return None


def _handles(page: Page) -> Iterator[_Handle]:
    """Every short link and button of the page that leads somewhere on its host."""
    calendars: dict[HtmlElement, bool] = {}
    here = page.url.partition("#")[0]
    for element, url in anchors(page):
        text = _text(page, element)
        if len(text) <= MAX_TEXT_CHARS and url != here:
            yield _Handle(element, text, url, url, calendars)
    if not page.index.by_tag["form"]:
        return
    for element in [*page.index.by_tag["a"][:MAX_LINKS], *page.index.by_tag["input"][:MAX_LINKS]]:
        event = _event(element)
        if event and len(text := _text(page, element)) <= MAX_TEXT_CHARS:
            yield _Handle(element, text, "\n".join(event), None, calendars, event)


def _event(element: HtmlElement) -> tuple[str, str] | None:
    """The name and argument a click posts."""
    script = (element.get("href") or "") if element.tag == "a" else ""
    script = unquote(script) if "%" in script else script
    script = script or element.get("onclick") or ""
    if "PostBack" in script and (match := _POSTBACK.search(script)):
        return match[1], match[2]
    if element.tag == "input" and (element.get("type") or "").lower() in ("submit", "image") and element.get("name"):
        return "", element.get("name") or ""
    return None


def _text(page: Page, element: HtmlElement) -> str:
    if element.tag == "input":
        return one_line(element.get("value") or element.get("alt") or element.get("title") or "")
    text = said(page, element)
    if not text:
        pictures = [image.get("alt") or "" for image in element.iter("img")]
        text = one_line(element.get("title") or element.get("aria-label") or " ".join(pictures))
    return text


def _numbered(handles: list[_Handle], number: int, here: str) -> _Handle | None:
    """The link to page `number + 1` in a group whose addresses count as their texts do."""
    groups: dict[str, dict[int, tuple[int, _Handle]]] = defaultdict(dict)
    here = _steady(here)
    for handle in handles:
        match = _NUMBER.fullmatch(handle.text)
        if match and not _DATED.search(handle.key) and handle.turns:
            key = _steady(handle.key) if handle.url else handle.key
            for run in _RUN.finditer(key):
                form = f"{key[: run.start()]}\0{key[run.end() :]}"
                groups[form].setdefault(int(match[1]), (int(run[0][:9]), handle))
    ranked = sorted(groups.items(), key=lambda item: len(item[1]), reverse=True)
    for form, group in ranked:
        if len(group) > 1 and (step := _even(group)):
            number = _place_of(here, form, group, step) or number
            if number + 1 in group:
                return group[number + 1][1]
            last = max(group)
            window = [
                h for h in handles if h.text in _ELLIPSIS and _beside(h.element, group[last][1].element) and h.turns
            ]
            if window and last <= number and _value_fits(window[-1], group[last][0] + (number + 1 - last) * step):
                return window[-1]
    for _, group in ranked:  # a list of two pages: the one number that is a link stands beside the one that is none
        if len(group) == 1 and (found := group.get(number + 1)):
            handle = found[1]
            if (handle.url is None or follows(here, handle.url)) and str(number) in _near(handle.element):
                return handle
    return None


def _even(group: dict[int, tuple[int, _Handle]]) -> int | None:
    """By how much the number in the address grows from page to page; None where that is not the same for all."""
    pairs = sorted((text, value) for text, (value, _) in group.items())
    # Page 1 is often linked by the bare address of the list, whose other numbers mean something else
    (one, first), (two, second) = pairs[-2:]
    step, rest = divmod(second - first, two - one)
    if rest or step <= 0:
        return None
    fitting = sum(value == second - (two - text) * step for text, value in pairs)
    return step if fitting >= len(pairs) - 1 else None


def _place_of(here: str, form: str, group: dict[int, tuple[int, _Handle]], step: int) -> int | None:
    """Which page of the group a URL of its form is: more reliable than counting from where the walk began."""
    before, _, after = form.partition("\0")
    value = here[len(before) : len(here) - len(after)]
    if not (here.startswith(before) and here.endswith(after) and value.isdigit()):
        return None
    text, (known, _) = next(iter(group.items()))
    return text + (int(value[:9]) - known) // step


def _value_fits(handle: _Handle, value: int) -> bool:
    numbers = _numbers(handle.event[1] if handle.event else handle.key)
    return not numbers or value in numbers


def _steady(url: str) -> str:
    """A URL without what may differ from link to link of one pager: sessions, random numbers, the parameters' order."""
    base, mark, query = _RANDOM.sub("~", _VISIT.sub("", url)).partition("?")
    return f"{base}?{'&'.join(sorted(pair for pair in query.split('&') if pair[-2:] != '=~'))}" if mark else base


def _numbers(text: str) -> list[int]:
    return [int(run[:9]) for run in _RUN.findall(text)]


def _worded(handles: list[_Handle], number: int, here: str) -> _Handle | None:
    """The link that says "next" and goes on from this page; of several the one that goes least far."""
    found: list[tuple[int, _Handle]] = []
    for handle in handles:
        if not _says_next(handle) or not handle.turns:
            continue
        if handle.url is None:
            if _has_pager_near(handle.element, number):
                found.append((0, handle))
        elif grown := follows(here, handle.url):
            found.append((grown[1], handle))
        elif page_number(handle.url) == number + 1:
            found.append((number + 1, handle))
    if not found:
        return None
    if found[0][1].url is None:  # buttons: single signs turn one page, double ones go to the end
        return min(found, key=lambda pair: pair[1].text in _DOUBLE_SIGNS)[1]
    return min(found, key=lambda pair: pair[0])[1]


def _says_next(handle: _Handle) -> bool:
    element = handle.element
    if (element.get("rel") or "").lower() == "next":
        return True
    parent = element.getparent()
    classes = f"{element.get('class') or ''} {'' if parent is None else parent.get('class') or ''}".lower().split()
    if "next" in classes or any(name.endswith(("-next", "_next")) for name in classes):
        return True
    texts = (handle.text, element.get("title"), element.get("aria-label"))
    return any(_is_next(text) for text in texts if text)


@lru_cache(maxsize=4096)  # names of sections and buttons come again on every page
def _is_next(text: str) -> bool:
    return bool(_NEXT.fullmatch(plain(text)) or (text.strip() and set(text.replace(" ", "")) <= _SIGNS))


def _has_pager_near(element: HtmlElement, number: int) -> bool:
    """Whether a box around a button speaks of page `number`, or is called a pager."""
    box = element.getparent()
    for _ in range(3):
        if box is None:
            return False
        if re.search(r"pag(?:er|ing|ination)|phan-?trang", f"{box.get('class')} {box.get('id')}", re.IGNORECASE):
            return True
        box = box.getparent()
    return str(number) in _near(element)


def _says_more(element: HtmlElement) -> bool:
    named = f"{element.get('class') or ''} {element.get('id') or ''}"
    return bool(re.search(r"load-?more|btn-?more|xem-?them|view-?more", named, re.IGNORECASE))


def _near(element: HtmlElement) -> list[str]:
    """The words of the largest small box around an element."""
    words: list[str] = []
    box = element.getparent()
    for _ in range(4):
        if box is None or len(text := box.text_content()) > MAX_BOX_CHARS:
            break
        words = re.findall(r"\d+", text)
        box = box.getparent()
    return words


def _beside(one: HtmlElement, other: HtmlElement) -> bool:
    """Whether two elements lie in one box of a few levels."""
    boxes = [box for box, _ in zip(one.iterancestors(), range(3), strict=False)]
    return any(box in boxes for box, _ in zip(other.iterancestors(), range(3), strict=False))


def _in_calendar(element: HtmlElement, known: dict[HtmlElement, bool]) -> bool:
    """Whether an element lies in a table of days, or in what is called a calendar."""
    for box, _ in zip(element.iterancestors(), range(MAX_LEVELS), strict=False):
        if box.tag == "body":
            break
        if box not in known:
            known[box] = bool(_CALENDAR.search(f"{box.get('class') or ''} {box.get('id') or ''}")) or (
                box.tag == "table" and _is_month(box)
            )
        if known[box]:
            return True
    return False


def _is_month(table: HtmlElement) -> bool:
    """At least two rows that hold little but numbers."""
    rows = 0
    for row in table.iter("tr"):
        cells = row.findall("td")
        rows += (
            len(cells) >= WEEK_CELLS and sum((c.text_content() or "").strip().isdigit() for c in cells) >= WEEK_CELLS
        )
    return rows >= 2


def _step(page: Page, handle: _Handle) -> Step | None:
    if handle.url is not None:
        return Step(handle.url)
    form = _form(page, handle)
    return Step(form) if form else None


def _form(page: Page, handle: _Handle) -> Form | None:
    """The form around a button as a browser would send it when the button is pressed."""
    forms = [box for box in handle.element.iterancestors() if box.tag == "form"] or page.index.by_tag["form"]
    assert handle.event is not None
    form, (target, argument) = forms[0], handle.event
    url = own_url(page.link_base, urlsplit(page.url).netloc.lower(), form.get("action") or page.url)
    if url is None:
        return None
    pressed = [(argument, handle.element.get("value") or "")]
    if target:
        pressed = [("__EVENTTARGET", target), ("__EVENTARGUMENT", argument)]
    names = {name for name, _ in pressed}
    fields = [(name, value) for name, value in values(form) if name not in names] + pressed
    return Form(url, tuple(fields)) if sum(len(name) + len(value) for name, value in fields) < MAX_FORM_BYTES else None


def _fold(url: str) -> str:
    try:
        return fold_url(url)
    except ValueError:
        return url
