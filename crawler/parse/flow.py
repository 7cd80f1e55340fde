"""What runs on in the flow of an article found without selectors, and what stands in boxes beside it."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache
from os.path import commonprefix
from typing import TYPE_CHECKING

from crawler.parse.blocks import LEAVES
from crawler.parse.container import is_prose
from crawler.parse.outline import MAX_CAPTION_CHARS
from crawler.parse.tail import has_end_mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.parse.blocks import Block, Frame

MIN_FLOW_SHARE = 0.15
"""Of the prose of a body, what paragraphs of one place must hold to be the article's flow and no box in it."""
MIN_LEAF_SHARE = 0.15
"""Of the prose of its place, what paragraphs of one class must hold for the class not to count."""
MAX_LINE_CHARS = 300
MAX_BOX_DEPTH = 1
MAX_NOTES = 6
MAX_NOTE_CHARS = 420

_PICTURE = re.compile(
    r"(?:^|[\s_-])(?:fig|figure|image|img|photo|picture|pic|gallery|slider?|anh)(?:$|[\s_-])", re.IGNORECASE
)
_QUOTE = re.compile(r"quot|tweet|zitat|pullq", re.IGNORECASE)
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
    r"\W*(?:related|see also|see more|also|more|read|must read|watch|listen|recommended|most read|trending|up next|next|exclusive|don.t miss|"
    r"lire aussi|à lire|lesen sie|lies auch|mehr zum|mehr dazu|auch interessant|zum thema|lea también|lee también|"
    r"te puede interesar|noticia relacionada|leia|veja|saiba mais|leggi|les også|läs även|läs mer|關連|関連)\b",
    re.IGNORECASE,
)
_ADVERT = re.compile(
    r"\W*(?:advert\w*|anzeige|werbung|publicidade?|publicité|pubblicità|sponsored|annons\w*|iklan|quảng cáo|広告|광고|"
    r"(?:story|article) continues (?:below|after).{0,30}|scroll to continue.{0,30}|advertisement - .{0,40})\W*",
    re.IGNORECASE,
)

_SIGN_UP = re.compile(
    r"\bnewsletters?\b|\b(?:may|might) earn\b|\breceive compensation\b|\byour inbox\b", re.IGNORECASE
)
_NOTE = re.compile(
    r"\bsign(?:ing)? up\b|\bsubscri(?:be|ption)|newsletter|\binbox\b|\bfollow (?:\S+ ){0,6}on \w|\bfollow us\b"
    r"|\b(?:can|may) be reached|\bget in touch\b|\bhave a tip\b|\bclick here\b|\bread more\b|^for more\b|^more \S+ \S+:"
    r"|\b(?:may earn|receive compensation|affiliate)|^(?:©|copyright)|all rights reserved|\bdistributed by\b"
    r"|\b(?:originally|first) (?:appeared|published)|\bcontributed to this\b|\breporting by\b|^\W*\S+(?: and \S+)? reported from"
    r"|^\W*associated press writers?\b|\bis an? (?:[\w-]+ ){0,5}(?:reporter|writer|editor|correspondent|journalist|columnist)\b"
    r"|\bedited and condensed\b|\bin the comments\b|\bcomments (?:are|submitted)\b|^the opinions expressed|\bauthors? do(?:es)? not own\b"
    r"|^[-\w.+]+@[-\w.]+$|^(?:https?://|www\.|twitter\.com|x\.com)\S+$"
    r"|\berschienen\.$|^mit (?:agentur)?material|^(?:quelle|fuente|fonte|source|kilde|källa): ?\S+$|\bagenturen?\b.{0,20}$"
    r"|\babonn(?:ier|e[zr]|ez-vous)|\b(?:suscr[ií]b|assine|iscriviti)|^fehler gefunden",
    re.IGNORECASE,
)


@lru_cache(maxsize=4096)
def _names_other(names: str) -> bool:
    return _OTHER.search(names) is not None


def sift(blocks: Sequence[Block]) -> list[Block]:
    """The blocks of the flow, with the quotations, tables and section headings that are set apart from it."""
    places = _Places(blocks)
    if not places.flows:
        return list(blocks)
    kept = []
    for at, block in enumerate(blocks):
        if block.kind == "image" or block.files or _belongs(blocks, at, places):
            kept.append(block)
    return _without_notes(kept)


class _Places:
    """Where the blocks of a body stand: the names of the boxes around them, their own classes left out."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        prose: dict[str, int] = defaultdict(int)
        leaves: dict[tuple[str, str], int] = defaultdict(int)
        for block in blocks:
            if block.kind not in ("image", "caption") and is_prose(block):
                place = block.frame.place
                prose[place] += block.own_chars
                leaves[place, block.frame.name] += block.own_chars
        total = sum(prose.values())
        main = max(prose, key=prose.__getitem__, default="")
        self.flows = [
            place
            for place, chars in prose.items()
            if place == main
            or (chars >= MIN_FLOW_SHARE * total and not _names_other(place[len(commonprefix((place, main))) :]))
        ]
        self.common = {leaf for leaf, chars in leaves.items() if chars >= MIN_LEAF_SHARE * prose[leaf[0]]}
        self.around = {flow[: at + 1] for flow in self.flows for at in range(len(flow)) if flow[at] == ">"}
        self.around.update(self.flows)

    def box(self, frame: Frame) -> tuple[int, str] | None:
        """How deep a frame lies in boxes beside the flow, and all their names; None in the flow."""
        if frame.place in self.around:
            return None
        depth, names = 0, []
        at: Frame | None = frame
        while at is not None and (at.tag in LEAVES or at.place not in self.around):
            if at.hint != " " or at.tag == "aside":
                names.append(f"{at.hint} sidebar" if at.tag == "aside" else at.hint)
            depth += at.tag not in LEAVES
            at = at.parent
        return depth, " ".join(names)


def _belongs(blocks: Sequence[Block], at: int, places: _Places) -> bool:
    block = blocks[at]
    frame = block.frame
    if len(block.text) <= MAX_LINE_CHARS and (_ADVERT.fullmatch(block.text) or _sends_away(block) or (block.link_chars and _SIGN_UP.search(block.text))):
        return False
    if 2 * block.link_chars > len(block.text) and (
        (block.kind == "h" and not _opens_section(blocks, at, places))
        or (block.group is not None and block.kind == "li" and _is_link_list(blocks, at))
    ):
        return False
    found = places.box(frame)
    if found is None:
        return (
            frame.hint == " "
            or frame.tag not in LEAVES
            or block.kind == "h"
            or (frame.place, frame.name) in places.common
            or not _names_other(frame.hint)
        )
    depth, names = found
    if block.kind == "caption":
        return True
    if block.kind == "h" and 2 * block.link_chars <= len(block.text) and _opens_section(blocks, at, places):
        return True
    if _LEAD.search(names) and block.link_chars < block.own_chars and is_prose(block):
        return True
    if _PICTURE.search(names) and block.kind in ("p", "li") and not block.link_chars and _beside_image(blocks, at):
        block.kind = "caption"
        return True
    if _names_other(names) and not _QUOTE.search(names):
        return False
    if block.kind == "row" or block.quote or _QUOTE.search(names):
        return True
    return depth <= MAX_BOX_DEPTH and is_prose(block)


def _beside_image(blocks: Sequence[Block], at: int) -> bool:
    """Whether a short block stands right behind an image, or right before one with none behind it."""
    if len(blocks[at].text) > MAX_CAPTION_CHARS or has_end_mark(blocks[at].text):
        return False
    return (at > 0 and blocks[at - 1].kind == "image") or (at + 1 < len(blocks) and blocks[at + 1].kind == "image")


def _without_notes(blocks: list[Block]) -> list[Block]:
    """Without what an editor adds behind an article, and the heading of a box that is gone."""
    end = len(blocks)
    for _ in range(MAX_NOTES):
        at = end - 1
        while at >= 0 and blocks[at].kind in ("image", "caption"):
            at -= 1
        if at <= 0 or blocks[at].files:
            break
        block = blocks[at]
        if block.kind != "h" and not (len(block.text) <= MAX_NOTE_CHARS and _NOTE.search(block.text)):
            break
        del blocks[at]
        end = at
    return blocks


def _is_link_list(blocks: Sequence[Block], at: int) -> bool:
    """Whether an item belongs to a list of nothing but links that no sentence introduces."""
    group = blocks[at].group
    first = last = at
    while first and blocks[first - 1].group is group:
        first -= 1
    while last + 1 < len(blocks) and blocks[last + 1].group is group:
        last += 1
    if not all(2 * block.link_chars > len(block.text) for block in blocks[first : last + 1]):
        return False
    return not (first and blocks[first - 1].text.endswith(":"))


def _sends_away(block: Block) -> bool:
    return 2 * block.link_chars > len(block.text) and _SEE_ALSO.match(block.text) is not None


def _opens_section(blocks: Sequence[Block], at: int, places: _Places) -> bool:
    """Whether a heading is followed by a paragraph of the flow."""
    for block in blocks[at + 1 :]:
        if block.kind not in ("image", "caption") and block.text:
            return places.box(block.frame) is None and block.link_chars < block.own_chars
    return False
