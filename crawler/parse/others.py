"""What stands on an article's page and is others': rows of teasers, and what readers say under it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.parse.boilerplate import family_of
from crawler.parse.container import MIN_TEXT_CHARS, is_prose
from crawler.parse.dates import find_date

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.parse.blocks import Block

MIN_RUN = 3
"""Two links to other articles between paragraphs are common; teasers come in rows."""
MAX_BETWEEN = 3
"""Pictures and short lines (date, section) between a headline and its excerpt."""
MIN_HEADLINE_WORDS = 4
MAX_SIGNED_CHARS = 100
MAX_COMMENT_BLOCKS = 200

_SIGNED = re.compile(
    r"\b\d+ (?:giây|phút|giờ|ngày|tuần|tháng|năm) trước\b|\b(?:trả lời|phản hồi|reply)\b|\b\d+ \w+ ago\b", re.IGNORECASE
)


def find(blocks: Sequence[Block]) -> frozenset[int]:
    """Where excerpts of other articles and comments stand among the blocks of a page."""
    return _teasers(blocks) | _comments(blocks)


def _teasers(blocks: Sequence[Block]) -> frozenset[int]:
    """Runs of linked headlines with a text under each; paragraphs with links between them share the flow's place."""
    found: set[int] = set()
    run: list[int] = []
    for at, block in enumerate(blocks):
        if block.kind in ("image", "caption") or block.own_chars < MIN_TEXT_CHARS or block.link_chars > block.own_chars:
            continue
        under = _under_headline(blocks, at)
        if under and (not run or blocks[run[-1]].frame.place == block.frame.place):
            run.append(at)
            continue
        if len(run) >= MIN_RUN:
            found.update(run)
        run = [at] if under else []
    if len(run) >= MIN_RUN:
        found.update(run)
    if not found:
        return frozenset()
    flow = {block.frame.place for at, block in enumerate(blocks) if at not in found and is_prose(block)}
    return frozenset(at for at in found if flow and blocks[at].frame.place not in flow)


def _under_headline(blocks: Sequence[Block], at: int) -> bool:
    """Whether the text before a block is a linked headline."""
    for before in reversed(blocks[max(0, at - MAX_BETWEEN) : at]):
        if before.link_chars > before.own_chars:
            return len(before.text.split()) >= MIN_HEADLINE_WORDS
        if before.kind not in ("image", "caption") and before.own_chars >= MIN_TEXT_CHARS:
            return False
    return False


def _comments(blocks: Sequence[Block]) -> frozenset[int]:
    """What follows a heading like "Bình luận (2)": signed texts, in another place than the prose before it.

    A button of that name between lead and text heads the article itself: that is longer than its lead, and unsigned.
    """
    before: set[int] = set()
    chars = 0
    for at, block in enumerate(blocks):
        if is_prose(block):
            before.add(block.frame.place)
            chars += block.own_chars
        elif before and not block.link_chars and len(block.text) <= MAX_SIGNED_CHARS and family_of(block) == "comments":
            after = blocks[at + 1 : at + 1 + MAX_COMMENT_BLOCKS]
            said = [one for one in after if is_prose(one)]
            apart = said and before.isdisjoint(one.frame.place for one in said)
            if (
                apart
                and 2 * chars >= sum(one.own_chars for one in said)
                and 2 * sum(map(_is_signed, after)) >= len(said)
            ):
                return frozenset(range(at, min(at + 1 + MAX_COMMENT_BLOCKS, len(blocks))))
    return frozenset()


def _is_signed(block: Block) -> bool:
    """Whether a line says when something was said, or offers to answer it."""
    lines = (line for line in block.text.split("\n", 3)[:3] if len(line) <= MAX_SIGNED_CHARS)
    return any(_SIGNED.search(line) or find_date(line) for line in lines)
