"""What stands among the blocks of a body and is none of it: share bars, related lists, page links, counters."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.parse.boilerplate import family, family_of, is_boilerplate_pieces
from crawler.parse.container import is_negative, is_prose
from crawler.parse.dates import read_date
from crawler.parse.tail import has_end_mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.parse.blocks import Block, Frame

MAX_PHRASE_CHARS = 120
MAX_BAR_CHARS = 400
ALL_LINK = 0.95
MIN_HEADLINE_CHARS = 25
LINKED = 0.6
"""Share of a block's characters in links from which on it is a link with a remark, not text with a link."""

_PAGES = re.compile(
    r"(?:(?:trang|pages?|phần)\s*:?\s*)?[\[(]?\d{1,3}[\])]?(?:[\s,|·\[\]()]+\d{1,3})*[\s»›>.…\])]*"
    r"(?:trang (?:sau|tiếp|trước)|tiếp|next|previous)?",
    re.IGNORECASE,
)
_SEE_ALSO = re.compile(
    r"(?:[>»›▶►*•+–-]+\s*)?(?:xem thêm|đọc thêm|xem tiếp|đọc tiếp|"
    r"tin liên quan|bài liên quan|mời xem|related|read more|read also|also read|see also|more|watch|don.t miss|"
    r"lesen sie auch|mehr zum thema|lire aussi|leia também|leia mais|lee también|leggi anche|lees ook|[>»]{1,3})",
    re.IGNORECASE,
)
_ALWAYS = re.compile(
    r"(?:^|\s)(?:comments?|comments-area|comment-respond|comment-?list|respond|fb-comments|disqus_thread|"
    r"post-navigation|page-links|post-page-numbers)(?:\s|$)",
    re.IGNORECASE,
)
_COUNTER = re.compile(r"(?:image|photo|bild|foto|ảnh)? ?\d{1,3} ?(?:/|of|von|de)[ /]*\d{1,3}", re.IGNORECASE)
_CONTENTS = re.compile(r"(?:mục lục|nội dung bài viết|table of contents)(?: bài viết)?\s*:?", re.IGNORECASE)
_EDGE_MARKS = " \t*•·–—-»›>+▶►"
_EDGES = tuple(_EDGE_MARKS)
MAX_COUNTER_CHARS = 40


def strip(blocks: Sequence[Block], root: Frame | None) -> list[Block]:
    """The blocks that belong to the article. Class names alone never cost a paragraph of prose."""
    drop = bytearray(len(blocks))
    _drop_frames(blocks, drop, root)
    last_prose = max((at for at, block in enumerate(blocks) if not drop[at] and _closes(block)), default=-1)
    at = 0
    while at < len(blocks):
        if drop[at]:
            at += 1
            continue
        block = blocks[at]
        step = 1
        if block.kind != "image" and block.text:
            if (kind := _phrase(block)) is not None:
                following = _links_after(blocks, at + 1) if kind in ("related", "navigation") else at + 1
                if following > at + 1 or _stands_alone(block) or at > last_prose:
                    step = following - at
                    drop[at:following] = b"\1" * step
            elif _is_bar(block) or (is_linked(block) and (at > last_prose or _leads_elsewhere(block))):
                drop[at] = 1
        at += step
    return [block for at, block in enumerate(blocks) if not drop[at]]


def is_linked(block: Block) -> bool:
    """Whether a block is a link with at most a remark or a date beside it; links to documents do not count."""
    if block.files or not block.link_chars:
        return False
    if block.link_chars >= LINKED * len(block.text):
        return True
    rest = "".join(piece for piece, (_, href) in block.runs if href is None)
    return len(rest) < 60 and read_date(rest) is not None


def _leads_elsewhere(block: Block) -> bool:
    """A paragraph that is one link and nothing else: the headline of another article; a bare address is content."""
    return (
        block.kind == "p"
        and not block.quote
        and block.link_chars >= ALL_LINK * len(block.text)
        and len(block.text) >= MIN_HEADLINE_CHARS
        and "://" not in block.text
        and "@" not in block.text
    )


def _closes(block: Block) -> bool:
    return block.kind != "image" and (is_prose(block) or has_end_mark(block.text)) and not is_linked(block)


def _phrase(block: Block) -> str | None:
    if len(block.text) > MAX_PHRASE_CHARS or block.files:
        return None
    if block.kind == "row":
        return (
            next((kind for cell in block.cells if (kind := family(cell.strip(_EDGE_MARKS)))), None)
            if len(block.cells) == 1
            else None
        )
    if _CONTENTS.fullmatch(block.text):
        return "navigation"
    kind = family_of(block)
    return kind if kind is not None or not block.text.startswith(_EDGES) else family(block.text.strip(_EDGE_MARKS))


def _stands_alone(block: Block) -> bool:
    """Whether the page sets a phrase apart, as it does the heading of a box."""
    return block.kind == "h" or block.bold or block.text.isupper() or block.link_chars > 0 or block.kind == "row"


def _links_after(blocks: Sequence[Block], at: int) -> int:
    """Behind the list of links that follows a heading such as `Tin liên quan`."""
    end = at
    while at < len(blocks):
        block = blocks[at]
        if block.kind == "image" or read_date(block.text) is not None:
            at += 1
        elif is_linked(block):
            at += 1
            end = at
        else:
            break
    return end


def _is_bar(block: Block) -> bool:
    """Share bars, counters, page links, and `Xem thêm: <link>`."""
    text = block.text
    if block.files or len(text) > MAX_BAR_CHARS:
        return False
    if block.link_chars and _SEE_ALSO.match(text) and is_linked(block):
        return True
    if len(text) <= MAX_COUNTER_CHARS and _COUNTER.fullmatch(text):
        return True
    if (
        (block.link_chars or text[0] in "TtPp")
        and _PAGES.fullmatch(text)
        and (block.link_chars or not text[0].isdigit())
    ):
        return True
    if len(block.runs) == 1:
        return block.kind != "row" and family_of(block) is not None
    return len(text) < MAX_BAR_CHARS and block.kind != "row" and is_boilerplate_pieces(block.pieces)


def _drop_frames(blocks: Sequence[Block], drop: bytearray, root: Frame | None) -> None:
    """Mark blocks of frames named as something else, where what they hold looks like something else too."""
    known: dict[Frame, tuple[Frame, ...]] = {}

    def named_otherwise(frame: Frame | None) -> tuple[Frame, ...]:
        """Of a frame and those around it, up to the root, the ones whose names say that they hold something else."""
        if frame is None or frame is root:
            return ()
        if frame not in known:
            around = named_otherwise(frame.parent)
            known[frame] = (*around, frame) if is_negative(frame) else around
        return known[frame]

    members: dict[Frame, list[int]] = {}
    for at, block in enumerate(blocks):
        for frame in named_otherwise(block.frame):
            members.setdefault(frame, []).append(at)
    for frame, places in members.items():
        inside = [blocks[at] for at in places]
        if _is_other(frame, inside, len(blocks)):
            for at in places:
                drop[at] = 1


def _is_other(frame: Frame, inside: list[Block], total: int) -> bool:
    if _ALWAYS.search(frame.hint) and len(inside) * 2 <= total + 2:
        return True
    if any(is_prose(block) or block.files for block in inside):
        return False
    chars = sum(len(block.text) for block in inside)
    linked = sum(block.link_chars for block in inside)
    if linked >= 0.4 * chars and (chars or frame.tag in ("aside", "nav")):
        return True
    return frame.tag == "form" or any(_phrase(block) for block in inside if block.text)
