"""A tree, or part of one, as a flat list of blocks: paragraphs, headings, list items, rows, captions and images."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from crawler.parse.blocks import BOLD, ITALIC, Block, FileLink, Frame, Picture, Style
from crawler.parse.media import embedded_file, image_url, is_file, is_picture
from crawler.parse.text import BREAK, lines, squeeze

if TYPE_CHECKING:
    from collections.abc import Callable

    from lxml.html import HtmlElement

MAX_CAPTION_CHARS = 600
MAX_CELL_CHARS = 400
"""Mean length of a cell from which on a table is there for the layout of the page, not for data."""
MAX_BLOCKS = 10_000
MAX_DEPTH = 150
"""Levels walked; what lies deeper is taken as plain text. Keeps the recursion far from Python's limit."""


def _tags(text: str) -> frozenset[str]:
    return frozenset(text.split())


SKIP = _tags("""
    script style noscript template svg canvas select option optgroup textarea button input video audio map area
    math meta head title source track progress meter datalist dialog frameset noframes param""")
BLOCK = _tags("""
    address article aside blockquote body center dd details div dl dt fieldset figcaption figure footer form h1 h2
    h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol p pre section summary table tbody td tfoot th
    thead tr ul caption marquee""")
HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_SKIPPED, _BLOCK, _LINE_BREAK, _IMAGE, _EMBED, _LINK, _INLINE = range(7)
_ROLES: dict[object, int] = {
    **dict.fromkeys(SKIP, _SKIPPED),
    **dict.fromkeys(BLOCK, _BLOCK),
    **dict.fromkeys(("iframe", "object", "embed"), _EMBED),
    "br": _LINE_BREAK,
    "img": _IMAGE,
    "a": _LINK,
}
"""What the walk does with an element, by its tag; any other tag is _INLINE."""
_STYLED: dict[object, int] = {"b": BOLD, "strong": BOLD, "i": ITALIC, "em": ITALIC, "cite": ITALIC}
_PLAIN = BLOCK - HEADINGS.keys() - _tags("blockquote center figcaption hr li menu ol table ul")
"""Blocks that change nothing for what they hold as long as they bear no attribute."""
_LOOSE = BREAK + "\u00a0 \t\r\n.,;:-–—()/…\"'“”\u200b\ufeff"
"""What may stand outside the bold of a bold paragraph."""
_CAPTION_CLASS = re.compile(
    r"caption|chu-?thich|image[_-]?desc|img[_-]?desc|photo[_-]?(?:desc|note|cms)|\bpic-?note|\bnote ignore\b",
    re.IGNORECASE,
)
_HIDDEN_CLASS = re.compile(r"(?:^|\s)(?:screen-reader-text|sr-only|visually-hidden|hidden|d-none|skip-link)(?:\s|$)")
_NOT_SHOWN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_ALIGN = re.compile(
    r"text-align\s*:\s*(right|center|end)|\b(?:has-)?text-(?:align-)?(right|center|end)\b|\balign(right|center)\b",
    re.IGNORECASE,
)


# Names come again on every page of a site: each is looked at once.
@lru_cache(maxsize=4096)
def _is_hidden(names: str) -> bool:
    return _HIDDEN_CLASS.search(names) is not None


@lru_cache(maxsize=4096)
def _names_caption(names: str) -> bool:
    return _CAPTION_CLASS.search(names) is not None


class Outline:
    """The blocks below one element, in document order, and the frames they stand in.

    `hidden` takes along what the page's own styles hide until a script shows it.
    """

    def __init__(
        self,
        root: HtmlElement,
        dropped: frozenset[HtmlElement],
        resolve: Callable[[str], str],
        *,
        hidden: bool = False,
    ) -> None:
        self.blocks: list[Block] = []
        self.frames: dict[HtmlElement, Frame] = {}
        self.veiled = False
        """Whether something was passed over that only the page's styles hide."""
        walker = _Walker(self, dropped, resolve, hidden=hidden)
        walker.block(root, root.tag if isinstance(root.tag, str) else "div", (0, None))

    def frame_of(self, element: HtmlElement) -> Frame | None:
        """The frame of the element or of its nearest ancestor that has one."""
        at: HtmlElement | None = element
        while at is not None:
            frame = self.frames.get(at)
            if frame is not None:
                return frame
            at = at.getparent()
        return None


class _Walker:
    """The one recursive walk over a tree."""

    def __init__(
        self, outline: Outline, dropped: frozenset[HtmlElement], resolve: Callable[[str], str], *, hidden: bool
    ) -> None:
        self.hidden = hidden
        self.outline, self.blocks, self.dropped, self.resolve = outline, outline.blocks, dropped, resolve
        self.runs: list[tuple[str, Style]] = []
        self.pictures: list[tuple[Picture, bool]] = []
        self.files: list[FileLink] = []
        self.frame: Frame | None = None
        self.align, self.kind, self.marker, self.level = "", "p", "", 0
        self.quote, self.counter, self.depth = False, -1, 0
        self.group: HtmlElement | None = None

    def children(self, element: HtmlElement, style: Style) -> None:
        if self.depth >= MAX_DEPTH:
            self.runs.append((" ".join(element.itertext()), style))
            return
        self.depth += 1
        text = element.text
        if text and (self.runs or not text.isspace()):
            self.runs.append((text, style))
        for child in element:
            tag = child.tag
            role = _ROLES.get(tag, _INLINE)
            if role and child not in self.dropped:
                if role == _BLOCK:
                    self.block(child, tag, style)  # type: ignore[arg-type] # a role of a name's
                elif role == _LINK:
                    self.link(child, style)
                elif role == _INLINE:
                    self.inline(child, tag, style)
                elif role == _LINE_BREAK:
                    self.line_break()
                elif role == _IMAGE:
                    self.image(child)
                else:
                    self.embed(child)
            text = child.tail
            if text and (self.runs or not text.isspace()):
                self.runs.append((text, style))
        self.depth -= 1

    def inline(self, element: HtmlElement, tag: object, style: Style) -> None:
        if not isinstance(tag, str):  # an entity nobody knows
            return
        bits, href = style
        bits |= _STYLED.get(tag, 0)
        for name, value in element.items():
            if name == "style":
                if "none" in value and _NOT_SHOWN.search(value):
                    return
                bits |= _css_bits(value)
            elif name == "class" and _is_hidden(value):
                return
        self.children(element, style if bits == style[0] else (bits, href))

    def link(self, element: HtmlElement, style: Style) -> None:
        if (value := element.get("class")) and _is_hidden(value):
            return
        target = (element.get("href") or "").strip()
        url = self.resolve(target) if target else ""
        before, count = len(self.runs), len(self.blocks)
        pictures = len(self.pictures)
        self.children(element, (style[0], url or "#") if target else style)
        if url and is_file(url, download=element.get("download") is not None):
            own = self.runs[before:] if len(self.blocks) == count else []
            name = squeeze("".join(text for text, _ in own).replace(BREAK, " "))
            self.files.append(FileLink(url, name or squeeze(element.get("title") or "")))
        elif url and len(self.pictures) > pictures and is_picture(url) and not self.pictures[-1][0].url:
            self.pictures[-1][0].url = url

    def line_break(self) -> None:
        """One break is a line, two with nothing between are a paragraph."""
        runs = self.runs
        for text, _ in reversed(runs):
            if text == BREAK:
                self.flush()
                return
            if not text.isspace():
                break
        if runs or self.pictures:
            runs.append((BREAK, (0, None)))

    def image(self, element: HtmlElement) -> None:
        url = image_url(element)
        if url is not None:
            resolved = self.resolve(url) if url else ""
            seen = any(not text.isspace() and text != BREAK for text, _ in self.runs)
            self.pictures.append((Picture(resolved, squeeze(element.get("alt") or "")), seen))

    def embed(self, element: HtmlElement) -> None:
        url = embedded_file(element)
        if url:
            self.files.append(FileLink(self.resolve(url), ""))
        if element.tag == "object":
            self.children(element, (0, None))

    def block(self, element: HtmlElement, tag: str, style: Style) -> None:
        if self.runs or self.pictures or self.files:
            self.flush()
        if (not len(element) and not element.text) or len(self.blocks) > MAX_BLOCKS:
            return
        attributes = element.items()
        if not attributes and tag in _PLAIN:
            outer = self.open(element, tag, " ")
            self.children(element, style)
            self.close(outer)
            return
        given = dict(attributes)
        css, hint = given.get("style", ""), f"{given.get('class', '')} {given.get('id', '')}"
        if tag == "hr":
            return
        if not self.hidden and (("none" in css and _NOT_SHOWN.search(css)) or "hidden" in given):
            self.outline.veiled = True
            return
        if hint != " " and _is_hidden(hint):
            return
        saved = (self.align, self.kind, self.marker, self.level, self.quote, self.counter, self.group)
        outer = self.open(element, tag, hint)
        self.enter(element, tag, css, hint, given.get("align"))
        bits = style[0] | (_css_bits(css) if css else 0)
        if tag == "table" and self.table(element):
            pass
        else:
            self.children(element, style if bits == style[0] else (bits, style[1]))
        self.close(outer)
        counter = self.counter
        pending = self.marker
        (self.align, self.kind, self.marker, self.level, self.quote, self.counter, self.group) = saved
        if tag == "li":
            self.counter = counter
        elif self.kind == "li" and saved[2]:
            self.marker = pending

    def open(self, element: HtmlElement, tag: str, hint: str) -> Frame | None:
        """Make an element the frame of what follows; the frame around it."""
        outer = self.frame
        self.frame = self.outline.frames[element] = Frame(element, tag, outer, len(self.blocks), hint)
        return outer

    def close(self, outer: Frame | None) -> None:
        """End the last block of a frame, and go back to the one around it."""
        if self.runs or self.pictures or self.files:
            self.flush()
        assert self.frame is not None
        self.frame.end = len(self.blocks)
        self.frame = outer

    def enter(self, element: HtmlElement, tag: str, css: str, hint: str, align: str | None) -> None:
        """What entering this element changes for the blocks inside it."""
        if align:
            self.align = align.lower()
        elif "align" in css or "text-" in hint:
            match = _ALIGN.search(css) or _ALIGN.search(hint)
            if match:
                self.align = next(filter(None, match.groups())).lower().replace("end", "right")
            elif "text-align" in css:
                self.align = ""
        elif tag == "center":
            self.align = "center"
        if tag in HEADINGS:
            if self.kind != "caption":
                self.kind, self.level = "h", HEADINGS[tag]
        elif tag == "li":
            self.counter += 1 if self.counter >= 0 else 0
            self.kind, self.marker = "li", f"{self.counter}." if self.counter > 0 else "-"
        elif tag in ("ul", "ol", "menu"):
            self.group = element if self.kind != "li" else self.group
            self.counter = -1 if tag != "ol" else _start(element) - 1
            self.marker = ""
        elif tag == "figcaption" or (hint != " " and self.kind == "p" and _names_caption(hint) and _is_short(element)):
            self.kind = "caption"
        elif tag == "blockquote":
            self.quote = True

    def flush(self) -> None:
        """End the block that is being collected."""
        runs, pictures, files = self.runs, self.pictures, self.files
        self.runs = []
        frame = self.frame
        assert frame is not None
        if frame.tag == "pre":
            runs = [(piece.replace("\n", BREAK), style) for piece, style in runs]
        text = lines(runs[0][0] if len(runs) == 1 else "".join([piece for piece, _ in runs])) if runs else ""
        if not pictures and not files:
            if text:
                self.blocks.append(self.text_block(text, runs, [], frame))
            return
        self.pictures, self.files = [], []
        for picture, after in pictures:
            if not after:
                self.blocks.append(Block("image", frame, align=self.align, picture=picture))
        if text or files:
            self.blocks.append(self.text_block(text, runs, files, frame))
        for picture, after in pictures:
            if after:
                self.blocks.append(Block("image", frame, align=self.align, picture=picture))

    def text_block(self, text: str, runs: list[tuple[str, Style]], files: list[FileLink], frame: Frame) -> Block:
        kind = self.kind
        if kind == "caption" and len(text) > MAX_CAPTION_CHARS:
            kind = "p"
        block = Block(
            kind, frame, text, runs, align=self.align, level=self.level, quote=self.quote, files=files, group=self.group
        )
        every, linked = BOLD | ITALIC, 0
        for piece, (bits, href) in runs:
            if href is not None:
                linked += len(piece)
            if len(piece) > 3 or piece.strip(_LOOSE):
                every &= bits
        block.bold, block.italic, block.link_chars = bool(every & BOLD), bool(every & ITALIC), min(linked, len(text))
        if kind == "li" and text:
            block.marker, self.marker = self.marker, ""
        return block

    def table(self, element: HtmlElement) -> bool:
        """Rows of a data table; False where the table only lays out the page."""
        rows = list(element.iter("tr"))
        if len(rows) < 2 or next(element.iterdescendants("table"), None) is not None:
            return False
        cells = [[cell for cell in row if cell.tag in ("td", "th")] for row in rows]
        wide = sum(len(row) > 1 for row in cells)
        if wide < 2 or wide * 2 < len(rows):
            return False
        count = sum(map(len, cells))
        chars = sum(len(text) for row in cells for cell in row for text in cell.itertext())
        if chars > MAX_CELL_CHARS * count or (
            chars < 10 * count and next(element.iterdescendants("img"), None) is not None
        ):
            return False
        for row in cells:
            if len(self.blocks) > MAX_BLOCKS:
                break
            self.row(row, element)
        return True

    def row(self, cells: list[HtmlElement], table: HtmlElement) -> None:
        assert self.frame is not None
        first = len(self.blocks)
        texts, files = [], []
        for cell in cells:
            start = len(self.blocks)
            self.children(cell, (0, None))
            self.flush()
            inner = self.blocks[start:]
            del self.blocks[start:]
            texts.append(" ".join(block.text.replace("\n", " ") for block in inner if block.text))
            files += [file for block in inner for file in block.files]
            self.blocks += [block for block in inner if block.picture]
        if any(texts):
            linked = 0
            text = " | ".join(texts).strip(" |")
            row = Block(
                "row", self.frame, text, [(text, (0, None))], link_chars=linked, group=table, cells=texts, files=files
            )
            self.blocks.insert(first, row)


def _start(element: HtmlElement) -> int:
    """The number of the first item of an ordered list."""
    value = element.get("start") or "1"
    return int(value) if value.isascii() and value.isdigit() and len(value) < 6 else 1


def _css_bits(css: str) -> int:
    bits = 0
    if "bold" in css and "font-weight" in css:
        bits |= BOLD
    if "italic" in css:
        bits |= ITALIC
    return bits


def _is_short(element: HtmlElement) -> bool:
    """Whether all text of an element has the length of a caption; names with `caption` in them also wrap bodies."""
    left = MAX_CAPTION_CHARS
    for text in element.itertext():
        left -= len(text)
        if left < 0:
            return False
    return True
