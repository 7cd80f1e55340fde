"""When an article was published: metadata, the layout's element, `<time>`, else the date line beside the title."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta, timezone
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
MAX_CARD_LINKS = 30
MIN_HEADLINE_CHARS = 30
MIN_HEADLINE_WORDS = 6
"""A link as long as this beside a `<time>` is the headline of the article whose time it is."""
MAX_BAR_CHARS = 150
BLOCKS_AFTER_TITLE = 14
BLOCKS_BEFORE_TITLE = 3
BLOCKS_AFTER_BODY = 12

HALF_HOUR = timedelta(minutes=30)
FIRST_OFFSET, LAST_OFFSET = timedelta(hours=-12), timedelta(hours=14)
"""How far the clocks of the world are apart; nearly all differ by half hours."""

Found = tuple[Dated, str]

_URL_DAY = re.compile(r"(?<=/)((?:19|20)\d\d)[/-](\d\d?)[/-](\d\d?)(?=[/-]|$)")
_URL_NAMED_DAY = re.compile(r"(?<=/)((?:19|20)\d\d)/([a-z]{3,9})/(\d\d?)(?=[/-]|$)", re.IGNORECASE)
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
    page: Page,
    layout: Layout | None,
    metadata: Metadata,
    body: HtmlElement | None,
    heading: HtmlElement | None = None,
    *,
    month_first: bool = False,
) -> list[Found]:
    """Dates that elements and metadata state, in order of trust; `heading` is the headline's element."""
    found: list[Found] = []
    if metadata.published is not None:
        found.append((metadata.published, metadata.evidence.get("published", "meta")))
    if layout is not None:
        found += selected(page, layout, "published", month_first=month_first)
    if not found or found[0][0].precision != "minute" or is_utc(found[0][0]):
        found += _times(page, body, heading)
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
    return _read_text(element, month_first=month_first)


def _read_text(element: HtmlElement, *, month_first: bool = False) -> Dated | None:
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
            if (meant := _on_its_clock(first, shown, local)) is not None:
                return meant, f"{source}+{where}"
    return found[0]


def _on_its_clock(stated: Dated, shown: Dated, local: Callable[[datetime], datetime]) -> Dated | None:
    """A moment stated in UTC on the clock the reader sees, where `shown` is the same moment or its day; else None.

    Many systems print their local time and call it UTC, and others mean it: what is shown decides.
    """
    if is_utc(shown) or shown.precision == "month":  # a copy of the same statement says nothing more
        return None
    if shown.precision == "day":
        days = (shown.at.date() - local(stated.at).date()).days
        return shown if days in _reachable(local(stated.at)) else None
    if _clock(shown.at) == _clock(stated.at):
        return shown
    offset, own = _clock(shown.at) - _clock(stated.at), local(stated.at).utcoffset()
    if offset % HALF_HOUR or not FIRST_OFFSET <= offset <= LAST_OFFSET:
        return None
    if own:
        return shown if offset == own else None
    return replace(shown, at=stated.at.astimezone(timezone(offset)))


def _reachable(at: datetime) -> tuple[int, ...]:
    """By how many days the day on another clock can differ from the day of this moment."""
    if at.utcoffset():  # on the page's own clock already, unless it took local time for UTC
        return (-1, 1)
    earlier, later = ((at + offset).date() != at.date() for offset in (FIRST_OFFSET, LAST_OFFSET))
    return (-1,) * earlier + (1,) * later


def is_utc(dated: Dated) -> bool:
    """Whether a moment is stated in UTC, which says nothing of the day it was on the site's own clock."""
    return dated.at.utcoffset() == timedelta(0)


def _clock(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0, tzinfo=None)


def in_url(url: str) -> Dated | None:
    """The day or month a URL states (`/2023/12/21/`, `/2023/dec/21/`, `/202112/`); the last resort."""
    path = urlsplit(url).path
    if (day := _URL_NAMED_DAY.search(path)) and (dated := read_date(" ".join(reversed(day.groups())))):
        return replace(dated, raw=day[0])
    if (day := _URL_DAY.search(path)) and (dated := read_date("-".join(day.groups()))):
        return replace(dated, raw=day[0])
    if month := _URL_MONTH.search(path):
        at = datetime(int(month[1]), int(month[2]), 1, tzinfo=VIETNAM)
        return Dated(at, "month", month[0])
    return None


def _times(page: Page, body: HtmlElement | None, heading: HtmlElement | None) -> list[Found]:
    """`<time>` elements that belong to the article: beside its body or headline, in no list, card, sidebar, comment."""
    times = page.index.by_tag["time"][:MAX_TIMES]
    if not times:
        return []
    above = set(body.iterancestors()) if body is not None else set()
    beside_heading = set(heading.iterancestors()) - above if heading is not None else set()
    ranked: list[tuple[int, int, list[Found]]] = []
    for at, element in enumerate(times):
        if body is not None and not _belongs(element, above, beside_heading, body):
            continue
        names = f"{element.get('class') or ''} {element.get('itemprop') or ''}"
        dated = read_element(element)
        if dated is None:
            continue
        published, modified = _PUBLISHED.search(names), _MODIFIED.search(names)
        rank = 0 if published else 2 if modified else 1
        shown = _read_text(element) if is_utc(dated) else None
        ranked.append((rank, at, [(one, "time") for one in (dated, shown) if one is not None]))
    ranked.sort(key=lambda item: item[:2])
    return [found for item in ranked[:2] for found in item[2]]


def _belongs(
    element: HtmlElement, above: set[HtmlElement], beside_heading: set[HtmlElement], body: HtmlElement
) -> bool:
    parent = element.getparent()
    with_heading = not beside_heading.isdisjoint(element.iterancestors())
    for ancestor in element.iterancestors():
        if ancestor is body:
            return False
        if ancestor in beside_heading:
            return True
        if ancestor in above:
            return ancestor.tag not in ("body", "html") or ancestor is parent
        if ancestor.tag in _LISTED or _OTHERS.search(f"{ancestor.get('class') or ''} {ancestor.get('id') or ''}"):
            return False
        if not with_heading and _leads_elsewhere(ancestor):
            return False
    return False


def _leads_elsewhere(box: HtmlElement) -> bool:
    """Whether a box holds a headline that is a link: the card of another article."""
    for _, link in zip(range(MAX_CARD_LINKS), box.iter("a"), strict=False):
        text = squeeze("".join(link.itertext()))
        if len(text) >= MIN_HEADLINE_CHARS and len(text.split()) >= MIN_HEADLINE_WORDS:
            return True
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
