"""What a host does on page after page, learnt once from a sample of its articles: repeated blocks, order of dates.

A block is learnt by its place in the DOM and its text together: text alone takes real paragraphs that two articles
share, place alone takes everything. Where a body repeats itself by nature (the headings of a monthly bulletin, the
opening of a notice), only what closes it can be learnt. Learning is a pure function of the sample, and an article is
never read before the learning, so crawl and reparse agree whatever the order pages came in.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from crawler.parse.tail import people

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crawler.parse.blocks import Block, Frame

SAMPLE_SIZE: Final = 24
"""Articles a host is learnt from, spread over all its years: some six for each of four changes of its theme."""
MIN_PAGES: Final = 4
MIN_SHARE: Final = 0.25
"""Of the sample, on how many pages a block must stand that lies in a box of its own inside the body."""
MIN_TAIL_PAGES: Final = 6
MIN_TAIL_SHARE: Final = 0.6
"""The same for a block in the flow of the text, which must besides be among the last there."""
MIN_DATED: Final = 10
MIN_DATED_SHARE: Final = 0.8
"""Where this share of the sample, and at least MIN_DATED, states a date, a page that states none is no article."""
TAIL_BLOCKS: Final = 3
MAX_PLACE_LEVELS: Final = 12
LEAD_PLACE: Final = "lead"

_FLOW_TAGS: Final = frozenset(
    ["p", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "table", "tbody", "tr", "td", "figure"]
)
MONTHS: Final = 12
_NUMBERS: Final = re.compile(r"(?<!\d)(\d{1,2})[/.-](\d{1,2})[/.-]\d{4}(?!\d)")
_VARYING: Final = re.compile(r"\d+|[0-9a-f]{8}-[0-9a-f-]{27}", re.IGNORECASE)

Key = tuple[str, str]
"""(place, text) of a block; an image's text is its URL."""


@dataclass(frozen=True, slots=True)
class HostFacts:
    """What was learnt of a host. `sample` are the URLs it was learnt from; version 0 means: nothing was learnt."""

    version: int = 0
    month_first: bool = False
    repeated: frozenset[Key] = frozenset()
    sample: tuple[str, ...] = ()
    states_dates: bool = False
    """Whether what is an article on this host says when it was published."""
    _texts: frozenset[str] = field(default=frozenset(), init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_texts", frozenset(text for _, text in self.repeated))

    def without_repeated(self, blocks: list[Block]) -> list[Block]:
        """The blocks this host does not repeat."""
        if not self.repeated:
            return blocks
        # Most blocks are told by their text alone, without looking where they stand.
        return [
            block
            for block in blocks
            if (text := text_of(block)) not in self._texts or (place(block), text) not in self.repeated
        ]

    def repeats_lead(self, text: str) -> bool:
        """Whether this host shows `text` as the lead of article after article."""
        return (LEAD_PLACE, text) in self.repeated


NOTHING: Final = HostFacts()


@dataclass(frozen=True, slots=True)
class Specimen:
    """What learning needs of one article of the sample: its blocks in order, read with nothing learnt yet."""

    url: str
    title: str
    blocks: tuple[tuple[Key, bool], ...]
    """Each with whether it lies in the flow of the text."""
    lead: str | None = None
    dates: tuple[str, ...] = ()
    """Date texts as the page shows them."""
    dated: bool = False
    """Whether the page, or what leads to it, says when it was published."""


def specimen(
    url: str,
    title: str,
    blocks: Sequence[Block],
    lead: str | None = None,
    dates: Iterable[str] = (),
    *,
    dated: bool = False,
) -> Specimen:
    """The specimen of an article with the blocks that were taken for its body."""
    homes = [_home(block.frame) for block in blocks]
    prose: Counter[str] = Counter()
    for block, home in zip(blocks, homes, strict=True):
        if block.kind in ("p", "li"):
            prose[_path(home)] += block.own_chars
    flow = prose.most_common(1)[0][0] if prose else ""
    keys = tuple(
        ((place(block), text_of(block)), _path(home) == flow) for block, home in zip(blocks, homes, strict=True)
    )
    return Specimen(url, title, keys, lead, tuple(dates), dated)


def learn(specimens: Sequence[Specimen], version: int = 1) -> HostFacts:
    """What the articles of a sample have in common."""
    apart: dict[Key, set[str]] = defaultdict(set)
    closing: dict[Key, set[str]] = defaultdict(set)
    for one in specimens:
        last = len(one.blocks) - TAIL_BLOCKS
        for at, (key, in_flow) in enumerate(one.blocks):
            if key[1] and not people(key[1]):
                if not in_flow:
                    apart[key].add(one.title)
                elif at >= last:
                    closing[key].add(one.title)
        if one.lead:
            apart[(LEAD_PLACE, one.lead)].add(one.title)
    count = len(specimens)
    repeated = {key for key, titles in apart.items() if len(titles) >= max(MIN_PAGES, MIN_SHARE * count)}
    repeated |= {key for key, titles in closing.items() if len(titles) >= max(MIN_TAIL_PAGES, MIN_TAIL_SHARE * count)}
    dates = [text for one in specimens for text in one.dates]
    dated = sum(one.dated for one in specimens)
    return HostFacts(
        version,
        month_first(dates),
        frozenset(repeated),
        tuple(one.url for one in specimens),
        dated >= max(MIN_DATED, MIN_DATED_SHARE * count),
    )


def month_first(texts: Iterable[str]) -> bool:
    """Whether a host writes the month before the day: any day over 12 tells; where none does, the day comes first."""
    firsts = [(int(first), int(second)) for text in texts for first, second in _NUMBERS.findall(text)]
    return any(second > MONTHS for _, second in firsts) and not any(first > MONTHS for first, _ in firsts)


def text_of(block: Block) -> str:
    """What a block says; of an image, where it lies."""
    return block.picture.url if block.picture is not None else block.text


def place(block: Block) -> str:
    """Where a block stands: its tags from the outside in, with classes and ids, less what varies from page to page."""
    return f"{_path(block.frame)} {block.kind}"


def _path(frame: Frame | None) -> str:
    steps: list[str] = []
    while frame is not None and len(steps) < MAX_PLACE_LEVELS:
        hint = _VARYING.sub("", frame.hint).strip() if frame.hint != " " else ""
        steps.append(f"{frame.tag}.{'.'.join(sorted(hint.split()))}" if hint else frame.tag)
        frame = frame.parent
    return " ".join(reversed(steps))


def _home(frame: Frame) -> Frame | None:
    at: Frame | None = frame
    while at is not None and at.tag in _FLOW_TAGS:
        at = at.parent
    return at
