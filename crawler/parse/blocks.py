"""The pieces a page's text falls into: blocks, the frames they stand in, pictures and links to files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from crawler.parse.text import BREAK, squeeze

BOLD, ITALIC = 1, 2

_LEAF_TAGS = "p li h1 h2 h3 h4 h5 h6 dt dd tr tbody thead table ul ol dl pre"
LEAVES = frozenset(_LEAF_TAGS.split())
"""Elements that hold a piece of text: whose names are the piece's own, not those of the place it stands in."""
_BOXES = frozenset({"aside", "blockquote", "figure", "footer", "form", "header", "nav"})
"""Elements that part a place from its surroundings even without a name."""
_DIGITS = re.compile(r"\d+")

Style = tuple[int, str | None]
"""BOLD | ITALIC, and the target of the link the text stands in."""


@dataclass(slots=True, eq=False)
class Frame:
    """One block-level element, and which blocks it holds: `blocks[start:end]`."""

    element: HtmlElement
    tag: str
    parent: Frame | None
    start: int
    hint: str
    end: int = 0
    score: float = 0.0
    _place: int | None = None

    @property
    def name(self) -> str:
        """The first class, else the id, without digits; empty where there is none."""
        names = self.hint.split(None, 1)
        return _DIGITS.sub("", names[0]) if names else ""

    @property
    def place(self) -> int:
        """What stands for the names of all boxes from the root down to this frame; the text of one flow shares it."""
        if self._place is None:
            self._place = self.parent.place if self.parent is not None else 0
            if self.tag in _BOXES or (self.hint != " " and self.tag not in LEAVES):
                self._place = hash((self._place, self.tag, self.name))
        return self._place

    def inside(self, other: Frame) -> bool:
        """Whether this frame is `other` or lies in it."""
        at: Frame | None = self
        while at is not None:
            if at is other:
                return True
            at = at.parent
        return False


@dataclass(slots=True, eq=False)
class Picture:
    """An image as the page shows it; `alt` also serves to know its caption by."""

    url: str
    alt: str = ""


@dataclass(slots=True, eq=False)
class FileLink:
    """A link to a document; `name` is the link's text."""

    url: str
    name: str


@dataclass(slots=True, eq=False)
class Block:
    """One block of text, or one image.

    `kind` is p, h, li, row, caption or image; `text` is clean, with line breaks where the page has `<br>`.
    `runs` are the raw pieces with their style; `bold` and `italic` tell that the whole block is. `prose` and `family`
    keep what `is_prose` and `boilerplate.family_of` found.
    """

    kind: str
    frame: Frame
    text: str = ""
    runs: list[tuple[str, Style]] = field(default_factory=list)
    bold: bool = False
    italic: bool = False
    align: str = ""
    link_chars: int = 0
    marker: str = ""
    level: int = 0
    quote: bool = False
    group: HtmlElement | None = None
    cells: list[str] = field(default_factory=list)
    picture: Picture | None = None
    files: list[FileLink] = field(default_factory=list)
    prose: bool | None = None
    family: str | None = "unasked"

    @property
    def pieces(self) -> Iterator[str]:
        """The text nodes the block is made of, clean; empty ones left out."""
        if len(self.runs) == 1 and "\n" not in self.text:
            return iter((self.text,) if self.text else ())
        return filter(None, (squeeze(text.replace(BREAK, " ")) for text, _ in self.runs))

    @property
    def own_chars(self) -> int:
        """Characters outside links."""
        return max(0, len(self.text) - self.link_chars)
