"""What runs on in the flow of an article found without selectors, and what stands in boxes beside it.

The paragraphs of one article stand in one place: under elements of the same names, whatever the site. What stands
elsewhere inside the body is a box, and a box has to show why it belongs. `crawler.parse.body` says what each rule is
worth.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING

from crawler.parse.blocks import LEAVES
from crawler.parse.container import is_prose
from crawler.parse.ending import is_marked
from crawler.parse.outline import MAX_CAPTION_CHARS
from crawler.parse.tail import has_end_mark, read_tail

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml.html import HtmlElement

    from crawler.parse.blocks import Block, Frame

MIN_FLOW_SHARE = 0.15
"""Of the prose of a body, what paragraphs of one place must hold to be the article's flow and no box in it."""
MIN_LEAF_SHARE = 0.15
"""Of the prose of its place, what paragraphs of one class must hold for the class's name not to count."""
MAX_BOX_DEPTH = 1
"""Boxes in one another from which on a paragraph is no longer the article's."""
MIN_SPEAKERS = 3
"""Lines of one class before a paragraph each from which on they say who speaks (`.author` in an interview)."""
MAX_LINE_CHARS = 300
MAX_NOTES = 6
"""Blocks looked at from the end for what an editor adds there."""
MAX_NOTE_CHARS = 420

_SENTENCE_END = re.compile(r"(?<!\.)[.!?][\"”’»)]*$")
_MEDIA = ("image", "caption")
_PICTURE = re.compile(
    r"(?:^|[\s_-])(?:fig|figure|image|img|photo|picture|pic|gallery|slider?|anh)(?:$|[\s_-])", re.IGNORECASE
)
_QUOTE = re.compile(r"quot|tweet|zitat", re.IGNORECASE)
_LEAD = re.compile(
    r"sapo|lead|summary|desc|intro|excerpt|hometext|tom-?tat|standfirst|chapeau|preface|deck|subtitle", re.IGNORECASE
)
_OTHER = re.compile(
    r"(?:^|[\s_-])(?:ads?|advert\w*|affiliate|also|bio|card|comments?|copyright|credits?|disclaimer|disclosure|"
    r"gallery|image|infobox|latest|lien-?quan|media(?=\s|$)|paywall|photo|player|popular|product|promo|shar(?:e|ing)|"
    r"sidebar|slide\w*|social|source|sponsor\w*|subscri\w*|tags?|teaser|tin-?khac|trending|video)(?:$|[\s_-])"
    r"|newsletter|related|recommend|recirc|caption|byline|taboola|outbrain|read-?time|auth?or(?:$|[\s_-])",
    re.IGNORECASE,
)
_SEE_ALSO = re.compile(
    r"\W*(?:related|see also|see more|also|more|read|must read|watch|listen|recommended|most read|trending|up next|next"
    r"|exclusive|don.t miss|lire aussi|à lire|lesen sie|lies auch|mehr zum|mehr dazu|auch interessant|zum thema"
    r"|lea también|lee también|te puede interesar|noticia relacionada|leia|veja|saiba mais|leggi|les også|läs även"
    r"|läs mer|関連)\b",
    re.IGNORECASE,
)
_ADVERT = re.compile(
    r"\W*(?:advert\w*|anzeige|werbung|publicidade?|publicité|pubblicità|sponsored|annons\w*|iklan|quảng cáo|広告|광고|"
    r"(?:story|article) continues (?:below|after).{0,30}|scroll to continue.{0,30}|advertisement - .{0,40})\W*",
    re.IGNORECASE,
)
_SIGN_UP = re.compile(r"\bnewsletters?\b|\b(?:may|might) earn\b|\breceive compensation\b|\byour inbox\b", re.IGNORECASE)
# Offers to subscribe and follow; who helped to write, who holds the rights, where it stood first; bare addresses.
_NOTE = re.compile(
    r"\bsign(?:ing)? up\b|\bsubscri(?:be|ption)|newsletter|\binbox\b|\bfollow (?:\S+ ){0,6}on \w|\bfollow us\b"
    r"|\b(?:can|may) be reached|\bget in touch\b|\bhave a tip\b|\bclick here\b|\bread more\b|^for more\b|^more \S+ \S+:"
    r"|\babonn(?:ier|e[zr])|\b(?:suscr[ií]b|assine|iscriviti)|\bin the comments\b|\bcomments (?:are|submitted)\b"
    r"|\b(?:may earn|receive compensation|affiliate)|^(?:©|copyright)|all rights reserved|\bdistributed by\b"
    r"|\b(?:originally|first) (?:appeared|published)|\bcontributed to this\b|\breporting by\b|\bedited and condensed\b"
    r"|^\W*\S+(?: and \S+)? reported from|^\W*associated press writers?\b|^the opinions expressed"
    r"|\bis an? (?:[\w-]+ ){0,5}(?:reporter|writer|editor|correspondent|journalist|columnist)\b"
    r"|\berschienen\.$|^mit (?:agentur)?material|^(?:quelle|fuente|fonte|source): ?\S+$|\bagenturen?\b.{0,20}$"
    r"|^[-\w.+]+@[-\w.]+$|^(?:https?://|www\.|twitter\.com|x\.com)\S+$",
    re.IGNORECASE,
)


@lru_cache(maxsize=4096)
def _is_other(names: str) -> bool:
    """Whether names say that what bears them is no text of the article, unless it is a quotation."""
    return _OTHER.search(names) is not None and _QUOTE.search(names) is None


def sift(blocks: Sequence[Block]) -> list[Block]:
    """The blocks of the flow, with the quotations, tables, leads and section headings that are set apart from it.

    A text beside an image, in a box named for one, becomes its caption (`kind` is changed in place).
    """
    places = _Places(blocks)
    if not places.around:
        return list(blocks)
    kept, left = [], MAX_NOTES
    for at, block in enumerate(blocks):
        if block.kind == "image" or block.files:
            kept.append(block)
        elif not (_is_line_between(block) or places.only_links(at)):
            if places.keeps(at):
                kept.append(block)
            elif at > places.last and left:  # who wrote it, for `ending` to read
                left -= 1
                if read_tail(block.text.replace("\n", " "), marked=is_marked(block)) is not None:
                    kept.append(block)
    return _without_notes(kept)


def _is_line_between(block: Block) -> bool:
    """`Advertisement`, `Read more: <link>`, an offer of a newsletter."""
    text = block.text
    if len(text) > MAX_LINE_CHARS:
        return False
    if block.link_chars and (
        _SIGN_UP.search(text) or (2 * block.link_chars > len(text) and _SEE_ALSO.match(text) is not None)
    ):
        return True
    return _ADVERT.fullmatch(text) is not None


class _Places:
    """Where the blocks of a body stand, and which of these places are the article's."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self.blocks = blocks
        prose: dict[int, int] = defaultdict(int)
        leaves: dict[tuple[int, str], int] = defaultdict(int)
        frames: dict[int, Frame] = {}
        for block in blocks:
            if block.kind not in _MEDIA and is_prose(block):
                place = block.frame.place
                frames[place] = block.frame
                prose[place] += block.own_chars
                leaves[place, block.frame.name] += block.own_chars
        self.common = {leaf for leaf, chars in leaves.items() if chars >= MIN_LEAF_SHARE * prose[leaf[0]]}
        self.around: set[int] = set()
        least = MIN_FLOW_SHARE * sum(prose.values())
        for place in sorted(prose, key=prose.__getitem__, reverse=True):
            found = self.box(frames[place])
            if not self.around or (prose[place] >= least and found is not None and not _is_other(found[1])):
                self._open(frames[place])
        self.last = max((at for at, block in enumerate(blocks) if self._carries(block)), default=-1)
        self._lists: dict[HtmlElement, bool] = {}
        self._leaves = Counter((block.frame.place, block.frame.name) for block in blocks if block.kind not in _MEDIA)

    def _carries(self, block: Block) -> bool:
        return block.kind not in _MEDIA and is_prose(block) and block.frame.place in self.around

    def _open(self, frame: Frame | None) -> None:
        while frame is not None:
            self.around.add(frame.place)
            frame = frame.parent

    def box(self, frame: Frame) -> tuple[int, str] | None:
        """How many boxes beside the flow a frame lies in, and all their names; None in the flow."""
        if frame.place in self.around:
            return None
        depth, names = 0, []
        at: Frame | None = frame
        while at is not None and (at.tag in LEAVES or at.place not in self.around):
            names.append(at.hint if at.tag != "aside" else f"{at.hint} sidebar")
            depth += at.tag not in LEAVES
            at = at.parent
        return depth, " ".join(names)

    def keeps(self, at: int) -> bool:
        """Whether a block stands in the flow, or in a box that the article needs."""
        block = self.blocks[at]
        frame = block.frame
        found = self.box(frame)
        if found is None:
            common = frame.hint == " " or frame.tag not in LEAVES or (frame.place, frame.name) in self.common
            if common or block.kind == "h" or not _is_other(frame.hint):
                return True
            speaks = self._leaves[frame.place, frame.name] >= MIN_SPEAKERS
            return speaks and not self._beside_image(at) and self._opens_section(at)
        depth, names = found
        if block.kind == "caption" or (block.kind == "h" and self._opens_section(at)):
            return True
        prose = is_prose(block)
        if prose and _LEAD.search(names):
            return True
        if _PICTURE.search(names) and self._beside_image(at):
            block.kind = "caption"
            return True
        if _is_other(names):
            return False
        return block.kind == "row" or block.quote or bool(_QUOTE.search(names)) or (prose and depth <= MAX_BOX_DEPTH)

    def _opens_section(self, at: int) -> bool:
        """Whether a paragraph follows that is the article's."""
        for after in range(at + 1, len(self.blocks)):
            block = self.blocks[after]
            if block.kind not in _MEDIA and block.text:
                plain = block.link_chars < block.own_chars
                return plain and (self.box(block.frame) is None or (block.kind == "p" and self.keeps(after)))
        return False

    def _beside_image(self, at: int) -> bool:
        """Whether a short plain text has an image before or behind it."""
        block = self.blocks[at]
        if block.kind not in ("p", "li") or block.link_chars or len(block.text) > MAX_CAPTION_CHARS:
            return False
        near = self.blocks[max(at - 1, 0) : at + 2]
        return any(one.kind == "image" for one in near) and not has_end_mark(block.text)

    def only_links(self, at: int) -> bool:
        """Whether a block is a teaser: a headline, a cell, or of a list of nothing but links with no `:` before it."""
        block = self.blocks[at]
        if 2 * block.link_chars <= len(block.text):
            return False
        if block.kind == "h":
            return self.box(block.frame) is not None or not self._opens_section(at)
        if block.kind != "li" or block.group is None:
            return block.frame.tag == "td"
        if block.group not in self._lists:
            end = at
            while end < len(self.blocks) and self.blocks[end].group is block.group:
                end += 1
            introduced = at > 0 and self.blocks[at - 1].text.endswith(":")
            self._lists[block.group] = not introduced and all(
                2 * item.link_chars > len(item.text) for item in self.blocks[at:end]
            )
        return self._lists[block.group]


def _without_notes(blocks: list[Block]) -> list[Block]:
    """Without what an editor adds behind an article, and the heading of a box that is gone."""
    at = len(blocks) - 1
    for _ in range(MAX_NOTES):
        while at >= 0 and blocks[at].kind in _MEDIA:
            at -= 1
        if at <= 0 or blocks[at].files:
            break
        text = blocks[at].text
        if not (_heads_nothing(blocks[at]) or (len(text) <= MAX_NOTE_CHARS and _NOTE.search(text))):
            break
        del blocks[at]
        at -= 1
    return blocks


def _heads_nothing(block: Block) -> bool:
    """Whether a last block is a heading, and no sentence or byline set as one."""
    text = block.text
    return block.kind == "h" and not _SENTENCE_END.search(text) and not has_end_mark(text) and read_tail(text) is None
