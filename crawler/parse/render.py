"""Blocks of a body as clean text and as a small, safe HTML subset."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from crawler.parse.blocks import BOLD, ITALIC
from crawler.parse.text import BREAK, squeeze

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crawler.parse.blocks import Block, Style

_TIGHT = frozenset({"li", "row"})
"""Kinds whose neighbours of the same list or table follow on the next line."""


def to_text(blocks: Sequence[Block]) -> str:
    """Paragraphs separated by a blank line, list items as `- …` or `1. …`, table rows with ` | `."""
    parts: list[str] = []
    before: Block | None = None
    for block in blocks:
        if block.kind in ("image", "caption") or not block.text:
            continue
        if before is not None:
            tight = block.kind in _TIGHT and before.kind == block.kind and before.group is block.group
            parts.append("\n" if tight else "\n\n")
        parts.append(f"{block.marker} {block.text}" if block.marker else block.text)
        before = block
    return "".join(parts)


def to_html(blocks: Sequence[Block]) -> str:
    """The same blocks, images and captions included; everything is escaped, only http(s) addresses are written."""
    out: list[str] = []
    at = 0
    while at < len(blocks):
        block = blocks[at]
        end = at + 1
        if block.kind in _TIGHT:
            while end < len(blocks) and blocks[end].kind == block.kind and blocks[end].group is block.group:
                end += 1
            out.append(_list(blocks[at:end]) if block.kind == "li" else _table(blocks[at:end]))
        elif block.kind == "image":
            caption = blocks[end] if end < len(blocks) and blocks[end].kind == "caption" else None
            end += caption is not None
            out.append(_figure(block, caption))
        elif block.text:
            out.append(_paragraph(block))
        at = end
    return "\n".join(part for part in out if part)


def _paragraph(block: Block) -> str:
    if block.kind == "h":
        level = min(max(block.level, 2), 4)
        return f"<h{level}>{_inline(block, skip=BOLD).replace(BREAK, ' ')}</h{level}>"
    parts = "\n".join(f"<p>{line}</p>" for line in _inline(block).split(BREAK) if line.strip())
    return f"<blockquote>{parts}</blockquote>" if block.quote else parts


def _list(items: Sequence[Block]) -> str:
    tag = "ul" if items[0].marker in ("-", "") else "ol"
    return f"<{tag}>" + "".join(f"<li>{_inline(item).replace(BREAK, ' ')}</li>" for item in items) + f"</{tag}>"


def _table(rows: Sequence[Block]) -> str:
    cells = ("".join(f"<td>{escape(cell)}</td>" for cell in row.cells) for row in rows)
    return "<table>" + "".join(f"<tr>{row}</tr>" for row in cells) + "</table>"


def _figure(image: Block, caption: Block | None) -> str:
    assert image.picture is not None
    url = image.picture.url
    if not _is_web(url):
        return ""
    note = f"<figcaption>{_inline(caption).replace(BREAK, ' ')}</figcaption>" if caption is not None else ""
    return f'<figure><img src="{escape(url)}" alt="{escape(image.picture.alt)}">{note}</figure>'


def _is_web(url: str) -> bool:
    return url.startswith(("http://", "https://"))


def _inline(block: Block, skip: int = 0) -> str:
    """A block's text with its links, bold and italic; neighbouring pieces of one style are joined."""
    runs = block.runs
    if len(runs) == 1 or all(style == runs[0][1] for _, style in runs):
        return _whole(block, skip)
    out: list[str] = []
    space = False
    for text, style in _merged(runs):
        parts = text.split(BREAK)
        rendered = []
        for part in parts:
            clean = squeeze(part)
            rendered.append(_styled(clean, style, skip) if clean else "")
        body = BREAK.join(rendered)
        lead = text[:1].isspace() or text[:1] == "\u00a0"
        if out and (space or lead) and body and not out[-1].endswith(BREAK):
            out.append(" ")
        if body:
            out.append(body)
            space = text[-1:].isspace()
        else:
            space = space or bool(text)
    return "".join(out).strip(" " + BREAK)


def _whole(block: Block, skip: int) -> str:
    """A block of one style: its clean text, line by line."""
    if not block.runs:
        return ""
    style = block.runs[0][1]
    return BREAK.join(_styled(line, style, skip) for line in block.text.split("\n"))


def _merged(runs: Sequence[tuple[str, Style]]) -> Iterator[tuple[str, Style]]:
    held: list[str] = []
    style: Style | None = None
    for text, own in runs:
        if (text == BREAK and style is not None) or own == style:
            held.append(text)
        else:
            if held and style is not None:
                yield "".join(held), style
            held, style = [text], own
    if held and style is not None:
        yield "".join(held), style


def _styled(text: str, style: Style, skip: int) -> str:
    bits, href = style
    html = escape(text, quote=False)
    if bits & ITALIC & ~skip:
        html = f"<em>{html}</em>"
    if bits & BOLD & ~skip:
        html = f"<strong>{html}</strong>"
    if href is not None and _is_web(href):
        html = f'<a href="{escape(href)}">{html}</a>'
    return html
