"""A page -> the blocks of its article: container, clean-up, lead.

With a layout the container is known. Without one it is the frame whose prose after the title weighs most
(`container`: characters outside links, 0.8 of them for each level up, 0.4 or 1.15 for what its names say), with
whatever prose stands in the same place before and behind it. `chrome` then takes out share bars, link lists and
phrases; `flow` keeps what stands with the bulk of the prose, and of the boxes beside it what an article needs.

What each step is worth, in 1/10,000 of F1 lost without it, on half of four public sets (aeb: 90 pages of the
article-extraction-benchmark; fundus: 123; aed: 197 of the article-extraction-dataset; vn: 23 Vietnamese pages):

    step                                               aeb  fundus   aed    vn
    flow, all of it                                     84     231   129    16
      boxes and names                                   69     174    94    16
        names of boxes and of paragraphs                 2      21    12     0
        quotations stay                                 51      -3    -6   100
        rows of tables stay                             15       0    -5     0
        headings that open a section stay               -1      10    -3     0
        who speaks in an interview stays                 0       5     0     0
        paragraphs in one box stay                       4     -13    -1     0
        leads stay                                      -5      -4    -8     0
        texts beside pictures are captions               0       0     0    11
        the flow may stand in several places            20     -14    58    35
      lines between: advertisement, read more            3       0    -3     0
      lists and headlines of nothing but links         -13      19     2     0
      notes behind the article                          15       2    16     0
    leads between title and body                         0      63    30   273
      the only paragraph there, whatever its name        0       3    -1     0
    prose in the same place, before and behind         -14      46    42     0
    text hidden, or in JSON-LD only                      0      34    69     0
      behind a wall that shows 600 to 1,200 characters   0       0    28     0
    the title in the body, and what stands before it    18       5     5     8
    captions that only their place tells                10       0     8     0
    chrome                                              18       0     4    -4
    byline, source and credit behind the end            -2       1     0     8
    rows of teasers                                      0       4     0     0
    menus, asides, footers                               0       2     0     0
    date lines before the first paragraph                1       0     0     0
    names in the container's score                      -1       0   -19     0

Leads and paragraphs in a box stay although these sets would have it otherwise: on Vietnamese portals they are the
article's. So do names in the score, which one long page (-19) has against it and our own fixtures have for it. Worth
nothing on these pages: signed comments, comments and widgets dropped by name, a container that holds but the lead,
prose counted only behind the title, the first of several articles. With all steps F1 is .983, .971, .942 and .990;
it is measured without leads on aeb, and with captions on vn, as fits their truth best.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from typing import TYPE_CHECKING

from lxml import etree
from lxml.html import HtmlElement

from crawler.parse import captions, chrome, flow, jsonld, others
from crawler.parse.blocks import Block
from crawler.parse.boilerplate import family
from crawler.parse.container import extend, find_container, is_negative, is_prose, prose_chars
from crawler.parse.dates import find_date, read_date
from crawler.parse.media import resolver
from crawler.parse.outline import Outline
from crawler.parse.text import fold, squeeze

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.parse.blocks import Frame
    from crawler.parse.headline import Headline
    from crawler.parse.layout import Layout
    from crawler.parse.metadata import Metadata
    from crawler.parse.page import Page

MAX_HEAD_BLOCKS = 15
"""Blocks at the start of a container among which the headline is looked for."""
MIN_ASIDE_PROSE_CHARS = 80
"""A paragraph this long in an aside or footer may be the article's."""
MIN_LEAD_CHARS = 40
MIN_HEADING_LEAD_CHARS = 90
MAX_LEAD_CHARS = 1_500
MAX_META_CHARS = 120
MIN_SHOWN_CHARS = 1_200
"""Prose from which on a page is taken to show its article."""
MIN_VEILED_CHARS = 600
MIN_VEILED_RATIO = 3
"""How many times what a page shows must stand elsewhere on it to be taken instead."""

_HIDING = etree.XPath("boolean(//*[@hidden or contains(@style, 'none')]//p)")
_TAGS = re.compile(r"<[^<>]*>")
_CRUMBS = re.compile(r"crumb|duong-?dan|path", re.IGNORECASE)
_COMMENT_IDS = ("comments", "respond", "disqus_thread")
_COMMENT_CLASSES = (
    "comments-area",
    "comment-respond",
    "comment-list",
    "commentlist",
    "wp-block-comments",
    "wp-block-post-comments",
    "fb-comments",
)
# WordPress core's own names for menus and widgets; no theme gives them to text.
_WIDGET_CLASSES = (
    "menu",
    "sub-menu",
    "nav-menu",
    "widget_archive",
    "widget_calendar",
    "widget_categories",
    "widget_meta",
    "widget_nav_menu",
    "widget_pages",
    "widget_recent_comments",
    "widget_recent_entries",
    "widget_rss",
    "widget_search",
    "widget_tag_cloud",
)
_LEAD_NAME = re.compile(
    r"sapo|lead|summary|desc|intro|excerpt|hometext|tom-?tat|trich-?yeu|standfirst|chapeau", re.IGNORECASE
)
_SENTENCE_END = re.compile(r"[.!?…:][\"”’)]*$")


@dataclass(slots=True)
class Part:
    """One page read: its outline, where the title stands in it (-1: not in it) and which blocks are the body."""

    outline: Outline
    title_at: int
    start: int
    end: int
    element: HtmlElement | None
    source: str
    apart: frozenset[int] = frozenset()
    """The blocks of the outline that are other articles' and readers'."""
    blocks: list[Block] = field(default_factory=list)


@dataclass(slots=True)
class Lead:
    """The sapô and how it was found."""

    text: str
    source: str


def body_element(page: Page, layout: Layout | None) -> tuple[HtmlElement, str] | None:
    """The layout's body container and its selector; of several matches of one selector the one with most text."""
    if layout is None:
        return None
    first: tuple[HtmlElement, str] | None = None
    for found, css in layout.matches("body", page.index):
        best = max(found, key=_size) if len(found) > 1 else found[0]
        if any(best.itertext()) or next(best.iter("img"), None) is not None:
            return best, css
        first = first or (best, css)
    return first


def _size(element: HtmlElement) -> int:
    return sum(map(len, element.itertext())) + 200 * (next(element.iter("img"), None) is not None)


def walk(page: Page, layout: Layout | None, headline: Headline | None, *, whole: bool, hidden: bool = False) -> Outline:
    """Walk the page, all of it or only the layout's container, past what is never an article."""
    found = body_element(page, layout)
    element = found[0] if found else None
    root = element if element is not None and not whole else page.index.by_tag["body"][0]
    keep = [item for item in (element, headline.element if headline else None) if item is not None]
    return Outline(root, _dropped(page, layout, keep), resolver(page.base_url), hidden=hidden)


def read_part(page: Page, layout: Layout | None, headline: Headline | None, outline: Outline) -> Part:
    """Mark off the body in the outline of a page and clean it."""
    found = body_element(page, layout)
    element = found[0] if found else None
    title_at = _place(outline, headline)
    frame = outline.frames.get(element) if element is not None else None
    if frame is not None and found is not None:
        part = Part(outline, title_at, frame.start, frame.end, element, f"selector:{found[1]}")
    else:
        part = _generic(outline, title_at)
        frame = outline.frames.get(part.element) if part.element is not None else None
    part.blocks = _clean(part, frame, headline)
    return part


def unveil(part: Part, page: Page, headline: Headline | None) -> Part:
    """A generic part with next to no text, read again where a script would have shown the text.

    That is text the page's styles hide (behind a wall for subscribers), else the JSON-LD's `articleBody`. Either
    must hold several times what the page shows.
    """
    shown = prose_chars(part.blocks)
    if part.source != "generic" or shown >= MIN_SHOWN_CHARS:
        return part
    if part.outline.veiled and _HIDING(page.index.root):
        hidden = read_part(page, None, headline, walk(page, None, headline, whole=True, hidden=True))
        if prose_chars(hidden.blocks) >= max(MIN_VEILED_CHARS, MIN_VEILED_RATIO * shown):
            hidden.source = "generic:hidden"
            return hidden
    told = next((text for node in jsonld.nodes(page.index) for text in jsonld.texts(node.get("articleBody"))), "")
    if len(told) >= max(MIN_VEILED_CHARS, MIN_VEILED_RATIO * shown) and part.outline.frames:
        frame = next(iter(part.outline.frames.values()))
        lines = filter(None, map(squeeze, _TAGS.sub("\n", unescape(told)).split("\n")))
        part.blocks = [Block("p", frame, line, [(line, (0, None))]) for line in lines]
        part.source = "json-ld"
    return part


def _generic(outline: Outline, title_at: int) -> Part:
    apart = others.find(outline.blocks)
    frame = find_container(outline, title_at, apart) or find_container(outline, -1)
    if frame is None:
        return Part(outline, title_at, title_at + 1, len(outline.blocks), None, "generic", apart)
    start, end = extend(outline, frame, title_at)
    return Part(outline, title_at, start, end, frame.element, "generic", apart)


def _dropped(page: Page, layout: Layout | None, keep: Sequence[HtmlElement]) -> frozenset[HtmlElement]:
    """Comments and what the layout drops, except where that would take title or body along."""
    index = page.index
    dropped = index.by_id.any_of(_COMMENT_IDS) + index.by_class.any_of((*_COMMENT_CLASSES, *_WIDGET_CLASSES))
    for tag in ("nav", "aside", "footer"):
        dropped += [element for element in index.by_tag[tag] if _is_aside(element)]
    if layout is not None:
        dropped += [element for element, _ in layout.find("drop", index)]
    if not dropped:
        return frozenset()
    above: set[HtmlElement] = {index.by_tag["body"][0]}
    for element in keep:
        above.add(element)
        above.update(element.iterancestors())
    return frozenset(dropped) - above


def _is_aside(element: HtmlElement) -> bool:
    """Whether a nav, aside or footer can be passed over: no breadcrumb, not an article's own, hardly a paragraph."""
    names = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('aria-label') or ''}"
    if element.tag == "nav":
        return not _CRUMBS.search(names)
    if element.tag == "footer" and any(above.tag in ("article", "main") for above in element.iterancestors()):
        return False
    return not any(sum(map(len, p.itertext())) >= MIN_ASIDE_PROSE_CHARS for p in element.iterdescendants("p"))


def _place(outline: Outline, headline: Headline | None) -> int:
    if headline is None or headline.element is None:
        return -1
    frame = outline.frame_of(headline.element)
    if frame is None or frame.parent is None:
        return -1
    wanted = fold(headline.text)
    for at in range(frame.start, frame.end):
        if fold(outline.blocks[at].text.replace("\n", " ")) == wanted:
            return at
    return frame.start if frame.end - frame.start == 1 else -1


def _clean(part: Part, frame: Frame | None, headline: Headline | None) -> list[Block]:
    blocks = part.outline.blocks[part.start : part.end]
    if part.apart:
        blocks = [block for at, block in enumerate(blocks, part.start) if at not in part.apart]
    blocks = _behind_title(blocks, headline, part)
    blocks = _behind_meta(blocks)
    captions.mark(blocks)
    blocks = chrome.strip(blocks, frame)
    return flow.sift(blocks) if part.source == "generic" else blocks


def _behind_title(blocks: list[Block], headline: Headline | None, part: Part) -> list[Block]:
    """Without the headline at the start of the container, and what stands before it there."""
    if part.start <= part.title_at < part.end:
        return blocks[part.title_at - part.start + 1 :]
    if headline is None:
        return blocks
    wanted = fold(headline.text)
    for at, block in enumerate(blocks[:MAX_HEAD_BLOCKS]):
        if is_prose(block) and fold(block.text) != wanted:
            break
        if fold(block.text) == wanted:
            return blocks[:at] + blocks[at + 1 :]
    return blocks


def _behind_meta(blocks: list[Block]) -> list[Block]:
    """Without date lines, counters and the like before the first paragraph."""
    kept: list[Block] = []
    for at, block in enumerate(blocks):
        if is_prose(block) or at >= MAX_HEAD_BLOCKS:
            return kept + blocks[at:]
        if block.kind in ("image", "row") or not is_meta(block):
            kept.append(block)
    return kept


def is_meta(block: Block) -> bool:
    """A date line or a bar of date, author and counters."""
    if not block.text or len(block.text) > MAX_META_CHARS or block.bold or block.kind == "row":
        return False
    return read_date(block.text) is not None or (
        not block.text.endswith(".") and len(block.text) < 80 and find_date(block.text) is not None
    )


def read_lead(part: Part, page: Page, layout: Layout | None, metadata: Metadata) -> Lead | None:
    """The sapô: the layout's element, a lead between title and body, or the body's wholly bold first paragraph.

    What is found inside the body is taken out of it; a copy that opens the body goes too.
    """
    lead = _from_layout(part, page, layout) or _between(part, metadata)
    if lead is not None:
        first = _first_text(part.blocks)
        if first is not None and fold(first.text.replace("\n", " ")) == fold(lead.text):
            part.blocks.remove(first)
        return lead
    first = _first_text(part.blocks)
    if first is None or not _is_bold_lead(first, part.blocks):
        return None
    part.blocks.remove(first)
    return Lead(first.text.replace("\n", " "), "generic:bold")


def _from_layout(part: Part, page: Page, layout: Layout | None) -> Lead | None:
    if layout is None:
        return None
    for element, css in layout.find("lead", page.index):
        text = (
            squeeze(" ".join(element.itertext()))
            if element.tag in ("div", "section")
            else squeeze("".join(element.itertext()))
        )
        if not MIN_LEAD_CHARS // 2 <= len(text) <= MAX_LEAD_CHARS:
            continue
        frame = part.outline.frames.get(element)
        if frame is not None:
            part.blocks = [
                block for block in part.blocks if not block.frame.inside(frame) or block.kind in ("image", "caption")
            ]
        return Lead(text, f"selector:{css}")
    return None


def _between(part: Part, metadata: Metadata) -> Lead | None:
    """A paragraph between title and body that is named a lead, is set in bold, or repeats the page's description.

    The only one there, right beside the body, is a lead whatever it is called.
    """
    if part.title_at < 0 or part.start <= part.title_at:
        return None
    description = fold(metadata.description or "")[:60]
    for block in part.outline.blocks[part.title_at + 1 : part.start]:
        if (
            block.kind == "image"
            or not MIN_LEAD_CHARS <= block.own_chars <= MAX_LEAD_CHARS
            or block.link_chars > block.own_chars
        ):
            continue
        named = any(_LEAD_NAME.search(frame.hint) for frame in (block.frame, block.frame.parent) if frame is not None)
        told = len(description) > MIN_LEAD_CHARS and fold(block.text).startswith(description)
        if named or told or ((block.bold or block.kind == "h") and is_prose(block) and not is_negative(block.frame)):
            return Lead(block.text.replace("\n", " "), "generic:between")
    prose = [block for block in part.outline.blocks[part.title_at + 1 : part.start] if is_prose(block)]
    body = part.outline.frames.get(part.element) if part.element is not None else None
    if len(prose) == 1 and body is not None and _is_beside(prose[0], body) and len(prose[0].text) <= MAX_LEAD_CHARS:
        return Lead(prose[0].text.replace("\n", " "), "generic:between")
    return None


def _is_beside(block: Block, body: Frame) -> bool:
    """Whether a block that links nowhere stands in the box the body stands in, in hardly a box of its own."""
    above = block.frame.parent if block.frame.parent is not body.parent else block.frame
    return (
        not block.link_chars
        and above is not None
        and body.parent is not None
        and above.parent is body.parent
        and body.parent.tag not in ("body", "html")
        and not is_negative(block.frame)
        and not is_negative(above)
        and family(block.text) is None
    )


def _first_text(blocks: Sequence[Block]) -> Block | None:
    return next((block for block in blocks if block.kind not in ("image", "caption") and block.text), None)


def _is_bold_lead(first: Block, blocks: Sequence[Block]) -> bool:
    heading = first.kind == "h" and len(first.text) >= MIN_HEADING_LEAD_CHARS
    if not (heading or (first.kind == "p" and first.bold)) or first.files or first.quote:
        return False
    if not MIN_LEAD_CHARS <= len(first.text) <= MAX_LEAD_CHARS or not (
        _SENTENCE_END.search(first.text) or len(first.text) >= MIN_HEADING_LEAD_CHARS
    ):
        return False
    if first.text.isupper():
        return False
    others = [block for block in blocks if block is not first and block.kind in ("p", "li", "h") and block.text]
    return (
        bool(others) and not all(block.bold for block in others if is_prose(block))
        if any(map(is_prose, others))
        else bool(others)
    )
