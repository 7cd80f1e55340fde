"""Which part of an unknown page holds the article: scoring of the block frames, without selectors."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from crawler.parse.blocks import LEAVES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.parse.blocks import Block, Frame
    from crawler.parse.outline import Outline

DECAY = 0.8
"""What each level between a paragraph and an ancestor costs: a wrapper must hold a quarter more prose to win."""
LEVELS = 6
FIRST_SHARE = 0.6
"""Of the heaviest frame's score, what an earlier one needs to be taken for the article instead."""
MIN_TEXT_CHARS = 25
MIN_PROSE_CHARS = 80
MAX_BLOCK_WEIGHT = 1_200

_LEAVES = LEAVES | {"blockquote", "figcaption", "figure"}
_OUTSIDE = frozenset({"nav", "footer", "form", "aside", "fieldset", "marquee"})
_NEGATIVE = re.compile(
    r"(?:^|[\s_-])(?:comments?|respond|binh-?luan|footer|chan-?trang|sidebar|widget|related|lien-?quan|other-?news|tin-?khac|menu|nav|"
    r"navbar|breadcrumbs?|banner|popup|modal|cookie|share|social|promo|advert\w*|ads?|qc|quang-?cao|recommend\w*|newsletter|"
    r"subscribe|login|search|copyright|tags?|meta|author-?box|disqus\w*|poll|vote|rating)(?:$|[\s_-])",
    re.IGNORECASE,
)
_POSITIVE = re.compile(
    r"(?:^|[\s_-])(?:article|entry|post|news|story|detail|chi-?tiet|noi-?dung|bai-?viet|main|content|body|text|contents)(?:$|[\s_-])"
    r"|articlebody|content|body|detail|journal",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[.!?…:;][\"”’»)\]]*$|[.!?…]\s|[。！？]")


def is_prose(block: Block) -> bool:
    """A paragraph of running text: long enough, mostly outside links, with a sentence's punctuation."""
    if block.prose is None:
        own = block.own_chars
        if own < MIN_PROSE_CHARS and "。" in block.text:  # a Japanese character says what two or three letters do
            own *= 3
        block.prose = own >= MIN_PROSE_CHARS and block.link_chars < own and bool(_SENTENCE.search(block.text))
    return block.prose


def is_negative(frame: Frame) -> bool:
    """Whether the frame's name says that it is not article text. A hint only: bodies carry such names too."""
    return frame.tag in _OUTSIDE or (frame.hint != " " and _worth(frame.hint) < 1)


@lru_cache(maxsize=4096)
def _worth(names: str) -> float:
    """What an element's names say of the text in it."""
    return 0.4 if _NEGATIVE.search(names) else 1.15 if _POSITIVE.search(names) else 1.0


def find_container(outline: Outline, title_at: int, others: frozenset[int] = frozenset()) -> Frame | None:
    """The frame whose prose after the title weighs most; None where the page has no text.

    `others` are the blocks that are known to be of other articles.
    """
    for at, block in enumerate(outline.blocks[title_at + 1 :], title_at + 1):
        weight = _weight(block) if at not in others else 0
        if weight:
            _credit(block, weight)
    scored = [(score, frame) for frame in outline.frames.values() if (score := _score(frame)) > 0]
    if not scored:
        return None
    best_score, best = max(scored, key=lambda item: item[0])
    # A page may go on with the next articles in full: then the first of them is the one its title speaks of.
    earlier = [item for item in scored if item[1].end <= best.start and item[0] >= FIRST_SHARE * best_score]
    return max(earlier, key=lambda item: item[0])[1] if earlier else best


def _score(frame: Frame) -> float:
    """The prose credited to a frame, weighed by what its name says."""
    if frame.score <= 0 or frame.hint == " ":
        return frame.score
    return frame.score * _worth(frame.hint)


def _weight(block: Block) -> float:
    own = block.own_chars
    if block.kind == "image":
        return 0.0
    if own < MIN_TEXT_CHARS:
        return -0.5 * min(block.link_chars, 100)
    weight = min(own, MAX_BLOCK_WEIGHT) * own / (own + block.link_chars)
    if not _SENTENCE.search(block.text):
        weight *= 0.4
    return weight


def _credit(block: Block, weight: float) -> None:
    frame: Frame | None = block.frame
    leaf = frame
    while frame is not None and frame.tag in _LEAVES:
        frame = frame.parent
    frame = frame or leaf
    outside = 0
    at = frame
    while at is not None:
        outside += at.tag in _OUTSIDE
        at = at.parent
    if outside:
        weight *= 0.25
    for _ in range(LEVELS):
        if frame is None:
            return
        frame.score += weight
        weight *= DECAY
        frame = frame.parent


def extend(outline: Outline, chosen: Frame, title_at: int) -> tuple[int, int]:
    """Where the article begins and ends when more of its prose stands before or behind the chosen frame."""
    place = _main_place(outline.blocks[chosen.start : chosen.end])
    if place is None:
        return chosen.start, chosen.end
    return (
        _first_of(outline.blocks, place, chosen.start, title_at),
        _last_of(outline.blocks, {place, _behind_lead(outline.blocks, chosen, place)}, chosen.end),
    )


def _behind_lead(blocks: Sequence[Block], chosen: Frame, place: int) -> int:
    """The place of the paragraph right behind a chosen frame that holds but one: a lead in a box of its own."""
    if sum(map(is_prose, blocks[chosen.start : chosen.end])) == 1:
        for block in blocks[chosen.end :]:
            if block.kind not in ("image", "caption"):
                return block.frame.place if is_prose(block) and not is_negative(block.frame) else place
    return place


def _main_place(blocks: Sequence[Block]) -> int | None:
    """Where most of the prose of some blocks stands."""
    chars: dict[int, int] = {}
    for block in blocks:
        if is_prose(block):
            chars[block.frame.place] = chars.get(block.frame.place, 0) + block.own_chars
    return max(chars, key=chars.__getitem__, default=None)


def _first_of(blocks: Sequence[Block], place: int, start: int, title_at: int) -> int:
    """The first paragraph of the place between the title and the chosen frame."""
    if title_at < 0:
        return start
    return next((at for at in range(title_at + 1, start) if _carries(blocks[at], place)), start)


def _last_of(blocks: Sequence[Block], places: set[int], end: int) -> int:
    """Behind the last paragraph of the places before the headline of another article."""
    for at in range(end, len(blocks)):
        block = blocks[at]
        if block.kind == "h" and (block.level == 1 or block.link_chars > block.own_chars):
            break
        if any(_carries(block, place) for place in places):
            end = at + 1
    return end


def _carries(block: Block, place: int) -> bool:
    return block.kind not in ("image", "caption") and is_prose(block) and block.frame.place == place


def prose_chars(blocks: Sequence[Block]) -> int:
    """Characters of running text in some blocks."""
    return sum(block.own_chars for block in blocks if is_prose(block))
