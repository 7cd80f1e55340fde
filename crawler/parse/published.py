"""When an article was published: metadata, the layout's element, `<time>`, else the date line beside the title."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.parse.boilerplate import family
from crawler.parse.container import is_negative, is_prose
from crawler.parse.dates import Dated, find_date, read_date
from crawler.parse.metadata import VIETNAM, iso
from crawler.parse.text import squeeze

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lxml.html import HtmlElement

    from crawler.parse.blocks import Block
    from crawler.parse.body import Part
    from crawler.parse.layout import Layout
    from crawler.parse.metadata import Metadata
    from crawler.parse.outline import Outline
    from crawler.parse.page import Page

MAX_TIMES = 40
MAX_BAR_CHARS = 150
BLOCKS_AFTER_TITLE = 14
BLOCKS_BEFORE_TITLE = 3
BLOCKS_AFTER_BODY = 12

Found = tuple[Dated, str]

_URL_DAY = re.compile(r"(?<=/)((?:19|20)\d\d)[/-](\d\d?)[/-](\d\d?)(?=[/-])")
_URL_MONTH = re.compile(r"(?<=/)((?:19|20)\d\d)/?(0[1-9]|1[0-2])(?=/)")
_CLOCK = re.compile(r"hôm nay|bây giờ|today|current", re.IGNORECASE)
_MODIFIED = re.compile(r"\b(?:updated|modified|cap-?nhat|dateModified)\b", re.IGNORECASE)
_DOCUMENT = re.compile(r"ban hành|hiệu lực|ngày ký|hết hạn", re.IGNORECASE)
"""Dates of the document a page is about, not of the page."""
_UPDATED_TEXT = re.compile(r"cập nhật|sửa đổi|chỉnh sửa|updated|modified", re.IGNORECASE)
_PUBLISHED = re.compile(r"publish|entry-date|post-date|created|ngay-?dang|date", re.IGNORECASE)
_OTHERS = re.compile(
    r"related|lien-?quan|comment|binh-?luan|widget|sidebar|recent|other|tin-?khac|(?:^|\s)(?:wp-block-query|nav)",
    re.IGNORECASE,
)
_LISTED = frozenset({"aside", "nav", "li", "table", "form"})


def stated(
    page: Page, layout: Layout | None, metadata: Metadata, body: HtmlElement | None, *, month_first: bool = False
) -> list[Found]:
    """Dates that elements and metadata state, in order of trust."""
    found: list[Found] = []
    if metadata.published is not None:
        found.append((metadata.published, metadata.evidence.get("published", "meta")))
    if layout is not None:
        found += selected(page, layout, "published", month_first=month_first)
    if not found or found[0][0].precision != "minute":
        found += _times(page, body)
    return found


def selected(page: Page, layout: Layout, name: str, *, month_first: bool = False) -> list[Found]:
    """The first date the layout's selectors for `published` or `modified` lead to."""
    for element, css in layout.find(name, page.index):
        dated = read_element(element, month_first=month_first)
        if dated is not None:
            return [(dated, f"selector:{css}")]
    return []


def read_element(element: HtmlElement, *, month_first: bool = False) -> Dated | None:
    """The date of an element: `datetime` or `content`, else its text."""
    for name in ("datetime", "content"):
        value = element.get(name)
        if value and (dated := iso(value)):
            return dated
    text = squeeze(" ".join(element.itertext()))
    return read_date(text, month_first=month_first) or find_date(text, month_first=month_first)


def best(found: list[Found], local: Callable[[datetime], datetime]) -> Found | None:
    """The most trusted date; a later one that tells the minute of the same day is preferred to a bare day.

    `local` takes a moment to the page's own clock.
    """
    if not found:
        return None
    first, source = found[0]
    if first.precision != "minute":
        for other in found[1:]:
            if other[0].precision == "minute" and other[0].at.date() == first.at.date():
                return other
    if is_utc(first):
        for shown, where in found[1:]:
            # Many systems print their local time and call it UTC, and others mean it: what the reader sees decides.
            if shown.precision == "minute" and _clock(shown.at) == _clock(first.at):
                return shown, f"{source}+{where}"
            if abs(shown.at.date() - local(first.at).date()) == timedelta(days=1) and shown.precision != "month":
                return shown, f"{source}+{where}"
    return found[0]


def is_utc(dated: Dated) -> bool:
    """Whether a moment is stated in UTC, which says nothing of the day it was on the site's own clock."""
    return dated.at.utcoffset() == timedelta(0)


def _clock(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0, tzinfo=None)


def in_url(url: str) -> Dated | None:
    """The day or month a URL states (`/2023/12/21/`, `/202112/`); the last resort."""
    path = urlsplit(url).path
    if (day := _URL_DAY.search(path)) and (dated := read_date("-".join(day.groups()))):
        return replace(dated, raw=day[0])
    if month := _URL_MONTH.search(path):
        at = datetime(int(month[1]), int(month[2]), 1, tzinfo=VIETNAM)
        return Dated(at, "month", month[0])
    return None


def _times(page: Page, body: HtmlElement | None) -> list[Found]:
    """`<time>` elements that belong to the article: beside its body, in no list, card, sidebar or comment."""
    times = page.index.by_tag["time"][:MAX_TIMES]
    if not times:
        return []
    above = set(body.iterancestors()) if body is not None else set()
    ranked: list[tuple[int, int, Found]] = []
    for at, element in enumerate(times):
        if body is not None and not _belongs(element, above, body):
            continue
        names = f"{element.get('class') or ''} {element.get('itemprop') or ''}"
        dated = read_element(element)
        if dated is None:
            continue
        published, modified = _PUBLISHED.search(names), _MODIFIED.search(names)
        rank = 0 if published else 2 if modified else 1
        ranked.append((rank, at, (dated, "time")))
    ranked.sort(key=lambda item: item[:2])
    return [item[2] for item in ranked[:2]]


def _belongs(element: HtmlElement, above: set[HtmlElement], body: HtmlElement) -> bool:
    parent = element.getparent()
    for ancestor in element.iterancestors():
        if ancestor is body:
            return False
        if ancestor in above:
            return ancestor.tag not in ("body", "html") or ancestor is parent
        if ancestor.tag in _LISTED or _OTHERS.search(f"{ancestor.get('class') or ''} {ancestor.get('id') or ''}"):
            return False
    return False


def beside(part: Part, *, month_first: bool = False) -> list[Found]:
    """Date lines in the text around the article: after the title, after the body, just above the title."""
    outline, at = part.outline, part.title_at
    found: list[Found] = []
    updated: list[Found] = []
    if at < 0 and part.start == 0:
        return found
    for block in _around(outline, part):
        if not block.text or len(block.text) > MAX_BAR_CHARS or _CLOCK.search(block.text):
            continue
        if _DOCUMENT.search(block.text):
            continue
        dated = read_date(block.text, month_first=month_first) or (
            _in_bar(block, month_first=month_first) if _is_bar(block) else None
        )
        if dated is not None:
            (updated if _UPDATED_TEXT.match(block.text) else found).append((dated, "generic"))
    return found or updated


def _in_bar(block: Block, *, month_first: bool) -> Dated | None:
    """The date of a bar; its pieces, which only a style may set apart, are tried by themselves too."""
    whole = find_date(block.text, month_first=month_first)
    return whole or next(filter(None, (read_date(piece, month_first=month_first) for piece in block.pieces)), None)


def _is_bar(block: Block) -> bool:
    """Whether a block looks like a bar of date, author and counters, not like a sentence with a date in it."""
    return block.kind in ("p", "li") and not block.text.endswith((".", ":", ";")) and not is_prose(block)


def _around(outline: Outline, part: Part) -> Iterator[Block]:
    blocks, title_at = outline.blocks, part.title_at
    for block in blocks[title_at + 1 : title_at + 1 + BLOCKS_AFTER_TITLE] if title_at >= 0 else ():
        if is_prose(block) or _is_list(block):
            break
        yield block
    for block in blocks[part.end : part.end + BLOCKS_AFTER_BODY]:
        if family(block.text) == "related" or _is_list(block) or is_prose(block):
            break
        yield block
    first = max(0, title_at - BLOCKS_BEFORE_TITLE)
    for block in reversed(blocks[first : max(title_at, 0)]):
        frame = blocks[title_at].frame.parent
        if (
            frame is not None
            and block.frame.inside(frame)
            and frame.tag not in ("body", "html")
            and not is_negative(block.frame)
        ):
            yield block


def _is_list(block: Block) -> bool:
    return block.kind == "li" and block.link_chars > block.own_chars
