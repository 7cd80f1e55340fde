"""The end of a body: what follows the end mark, or closes the text without one, is byline, source, credit or file."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crawler.parse.blocks import BOLD, ITALIC
from crawler.parse.captions import is_gallery_heading
from crawler.parse.tail import Tail, has_end_mark, is_unit, read_tail, split_end_mark
from crawler.parse.text import BREAK, squeeze

if TYPE_CHECKING:
    from crawler.parse.blocks import Block

MAX_TAIL_BLOCKS = 6
"""Short blocks tried from the end where there is no end mark."""
MAX_TAIL_CHARS = 140

_BYLINE_BOX = re.compile(r"(?:author|byline|tac-?gia|but-?danh)(?![a-z])", re.IGNORECASE)
_MEDIA = frozenset({"image", "caption"})
_SENTENCE_END = re.compile(r"[.!?…;:”\"’)\]]$")


@dataclass(slots=True)
class Ending:
    """What the end of an article states."""

    authors: list[str] = field(default_factory=list)
    cited_source: str | None = None
    credit: str | None = None

    def take(self, tail: Tail) -> None:
        """Add what one short block says; what stands first counts."""
        self.authors += [name for name in tail.authors if name not in self.authors]
        self.cited_source = self.cited_source or tail.cited_source
        self.credit = self.credit or tail.credit


def read_ending(blocks: list[Block]) -> tuple[list[Block], Ending]:
    """The blocks without the byline and its kin, and what those said. The end mark stays."""
    ending = Ending()
    last = max(
        (at for at, block in enumerate(blocks) if block.kind != "image" and has_end_mark(block.text)), default=-1
    )
    if last >= 0:
        _cut_behind_mark(blocks[last], ending)
        kept = blocks[: last + 1] + _after_mark(blocks[last + 1 :], ending)
    else:
        kept = _without_mark(blocks, ending)
    return kept, ending


def _after_mark(blocks: list[Block], ending: Ending) -> list[Block]:
    kept = []
    for at, block in enumerate(blocks):
        if block.kind in _MEDIA:
            kept.append(block)
            continue
        tail = (
            read_tail(block.text.replace("\n", " "), marked=is_marked(block))
            if len(block.text) <= 2 * MAX_TAIL_CHARS
            else None
        )
        if tail is None and "\n" in block.text:
            tail = _tail_lines(block)
        if tail is not None:
            ending.take(tail)
        elif not is_gallery_heading(block, blocks[at + 1 :]):
            kept.append(block)
    return kept


def _tail_lines(block: Block) -> Tail | None:
    """A block each line of which is part of the tail."""
    tails = [read_tail(line, marked=is_marked(block)) for line in block.text.split("\n")]
    found = [tail for tail in tails if tail is not None]
    if len(found) != len(tails) or len(found) > MAX_TAIL_BLOCKS:
        return None
    ending = Ending()
    for tail in found:
        ending.take(tail)
    return Tail(authors=tuple(ending.authors), cited_source=ending.cited_source, credit=ending.credit)


def _cut_behind_mark(block: Block, ending: Ending) -> None:
    """Take the byline that stands in the block of the end mark, behind it."""
    near = block.text[-2 * MAX_TAIL_CHARS :]
    if not has_end_mark(near):
        return
    head, rest = split_end_mark(near)
    while rest and has_end_mark(rest):
        rest = split_end_mark(rest)[1]
    head = block.text.removesuffix(rest).rstrip()
    if not rest:
        return
    tail = read_tail(squeeze(rest), marked=True)
    if tail is not None:
        ending.take(tail)
        cut(block, len(head))


def _without_mark(blocks: list[Block], ending: Ending) -> list[Block]:
    """Try the last short blocks from the end; the first that is none of it is the article's last."""
    kept, tails, at = list(blocks), [], len(blocks)
    for _ in range(MAX_TAIL_BLOCKS):
        at -= 1
        while at >= 0 and (kept[at].kind in _MEDIA or _only_file(kept[at])):
            at -= 1
        if at <= 0 or kept[at].kind not in ("p", "h", "li"):
            break
        block = kept[at]
        tail = read_tail(block.text.replace("\n", " "), marked=is_marked(block)) or _tail_lines(block) or _signed(block)
        if tail is None:
            gallery = is_gallery_heading(block, kept[at + 1 :])
            if gallery and block.text.endswith(":"):
                del kept[at]
                continue
            found = _trailing_run(block)
            if found is not None:
                tails.append(found)
            break
        tails.append(tail)
        del kept[at]
    for tail in reversed(tails):
        ending.take(tail)
    return kept


def _signed(block: Block) -> Tail | None:
    """An office that signs alone, bold and to the right: a byline without a person."""
    signed = block.align == "right" and block.bold and len(block.text) <= MAX_TAIL_CHARS and is_unit(block.text)
    return Tail() if signed else None


def _only_file(block: Block) -> bool:
    return bool(block.files) and block.own_chars < MAX_TAIL_CHARS // 2


def _trailing_run(block: Block) -> Tail | None:
    """A byline in bold, or after a line break, that closes the last paragraph; it is cut off."""
    before, _, line = block.text.rpartition("\n")
    if before:
        tail = read_tail(line, marked=True) if _SENTENCE_END.search(before) else read_tail(line)
        if tail is not None:
            cut(block, len(before))
            return tail
    if block.bold or block.italic:
        return None
    at = len(block.runs)
    while at and (block.runs[at - 1][1][0] & (BOLD | ITALIC) or not block.runs[at - 1][0].strip()):
        at -= 1
    run = squeeze("".join(piece for piece, _ in block.runs[at:]).replace(BREAK, " "))
    head = block.text.removesuffix(run).rstrip() if run else ""
    if not run or len(run) > MAX_TAIL_CHARS or not head or head == block.text or not _SENTENCE_END.search(head):
        return None
    tail = read_tail(run, marked=True)
    if tail is not None:
        cut(block, len(head))
    return tail


def is_marked(block: Block) -> bool:
    """Whether the page sets a block apart: bold, italic, to the right, in a box named after what it holds."""
    return block.bold or block.italic or block.align == "right" or _BYLINE_BOX.search(block.frame.hint) is not None


def cut(block: Block, chars: int) -> None:
    """Keep the first `chars` characters of a block's text, in its runs too."""
    block.text = block.text[:chars].rstrip()
    want = "".join(block.text.split())
    kept, seen = [], 0
    for piece, style in block.runs:
        clean = "".join(squeeze(piece.replace(BREAK, " ")).split())
        if seen + len(clean) <= len(want):
            kept.append((piece, style))
            seen += len(clean)
            continue
        left, at = len(want) - seen, 0
        while at < len(piece) and left > 0:
            left -= bool(squeeze(piece[at].replace(BREAK, " ")))
            at += 1
        kept.append((piece[:at], style))
        break
    block.runs = kept
