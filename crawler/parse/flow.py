"""Where the text of an article flows, and the boxes that stand in it: teasers, galleries, sign-up forms.

A page sets the paragraphs of one article in frames of one shape. A frame of another shape that holds none of them is a
box; what it holds, not its name alone, says whether it belongs to the article.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from crawler.parse.container import is_negative, is_paragraph, is_prose
from crawler.parse.tail import people

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.parse.blocks import Block, Frame

LINKED_BOX = 0.35
"""Share of a box's characters in links from which on it leads elsewhere."""
MAX_NOTE_CHARS = 250
"""A box without a paragraph is a note, a label or a button up to this length; longer it is content."""
MIN_FLOW_SHARE = 0.5
"""Of all prose, how much must flow in frames of one shape before anything else counts as a box."""

_PARAGRAPHS = frozenset(
    {"p", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "dt", "dd", "dl", "ul", "ol", "center", "hr"}
    | {"table", "caption", "thead", "tbody", "tfoot", "tr", "td", "th", "figcaption", "legend"}
)
"""Tags that are text themselves: a paragraph in a list is no box."""
_VARYING = re.compile(r"\d+")


def boxes(blocks: Sequence[Block], root: Frame | None) -> list[list[int]]:
    """Places of the blocks of each box, in order; none where the text flows in no one shape."""
    homes = [_home(block.frame, root) for block in blocks]
    prose: Counter[tuple[str, ...]] = Counter()
    for block, home in zip(blocks, homes, strict=True):
        if is_paragraph(block):
            prose[_shape(home, root)] += block.own_chars
    if not prose:
        return []
    flow, most = prose.most_common(1)[0]
    if most < MIN_FLOW_SHARE * prose.total():
        return []
    around: set[Frame] = set()
    for block, home in zip(blocks, homes, strict=True):
        if is_prose(block) and _shape(home, root) == flow:
            _add_above(around, home, root)
    found: dict[Frame, list[int]] = {}
    for at, home in enumerate(homes):
        box = _outermost(home, root, around)
        if box is not None:
            found.setdefault(box, []).append(at)
    return [places for box, places in found.items() if _is_box(box)]


def is_foreign(inside: Sequence[Block], *, closing: bool) -> bool:
    """Whether the blocks of a box are none of the article's. `closing`: nothing of the article comes after them."""
    texts = [block for block in inside if block.text]
    if not texts or any(block.files for block in inside):
        return False
    chars = sum(len(block.text) for block in texts)
    linked = sum(block.link_chars for block in texts)
    if linked >= LINKED_BOX * chars:
        return not any(block.kind == "row" for block in texts)
    if any(block.kind in ("row", "caption") or block.quote for block in texts):
        return False
    if not closing and not linked and all(block.kind == "h" for block in texts):
        return False  # a heading between two stretches of text
    if any(is_prose(block) for block in texts):
        return is_negative(inside[0].frame) and not closing
    return chars <= MAX_NOTE_CHARS and not (closing and any(people(block.text) for block in texts))


def _home(frame: Frame, root: Frame | None) -> Frame | None:
    at: Frame | None = frame
    while at is not None and at is not root and at.tag in _PARAGRAPHS:
        at = at.parent
    return at


def _shape(frame: Frame | None, root: Frame | None) -> tuple[str, ...]:
    if frame is None or frame is root:
        return ()
    return (frame.tag, *sorted(_VARYING.sub("", frame.hint).split()))


def _add_above(around: set[Frame], frame: Frame | None, root: Frame | None) -> None:
    while frame is not None and frame is not root and frame not in around:
        around.add(frame)
        frame = frame.parent


def _outermost(frame: Frame | None, root: Frame | None, around: set[Frame]) -> Frame | None:
    """The outermost frame below `root` that a block stands in and no paragraph of the flow does."""
    box = None
    while frame is not None and frame is not root and frame not in around:
        box = frame
        frame = frame.parent
    return box


def _is_box(frame: Frame) -> bool:
    """Whether a frame is set apart: a bare `<div>` is a paragraph on most portals."""
    return frame.hint != " " or frame.tag in ("aside", "section", "nav", "form", "footer", "header", "article")
