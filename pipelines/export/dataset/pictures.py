"""Plots as SVG files that stand alone, on a ground of their own that is light or dark as the reader's system is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from math import sqrt

from pipelines.report.plots import Plot

WIDTH = 760
PAD = 20
TITLE_HEIGHT = 30
BARS_HEIGHT = 170
ROW_HEIGHT = 24
NAME_WIDTH = 210
"""Of the names left of rows, in pixels, and the letters that surely fit in there at 12 pixels."""
NAME_LETTERS = 30
CELL_WIDTH = 60
"""At most."""
SHADES = 5
_STYLE = (
    "<style>"
    ".ground{fill:#fff}.ink{fill:#1b1d22}.soft{fill:#5c6270}.line{stroke:#8b919e}.bar{fill:#2563a8}.track{fill:#eceef3}"
    ".s1{fill:#dbe7f5}.s2{fill:#adcbec}.s3{fill:#6fa3da}.s4{fill:#2563a8}.s5{fill:#123f73}"
    ".on1,.on2{fill:#1b1d22}.on3{fill:#0d1830}.on4,.on5{fill:#fff}"
    "text{font:12px system-ui,'Segoe UI',Roboto,'Noto Sans','DejaVu Sans',sans-serif;font-variant-numeric:tabular-nums}"
    ".title{font-size:14px;font-weight:600}.end{text-anchor:end}.mid{text-anchor:middle}"
    "@media (prefers-color-scheme:dark){"
    ".ground{fill:#14161a}.ink{fill:#e7e9ee}.soft{fill:#a2a8b5}.line{stroke:#6d7483}.bar{fill:#6fa8e6}.track{fill:#262a32}"
    ".s1{fill:#1b2c42}.s2{fill:#234a75}.s3{fill:#2f6cae}.s4{fill:#6fa8e6}.s5{fill:#b5d5f8}"
    ".on1,.on2,.on3{fill:#fff}.on4,.on5{fill:#0c1a2b}}"
    "</style>"
)


def bars(plot: Plot) -> str:
    """Upright bars with their labels, for a dozen of them at most."""
    wide = (WIDTH - 2 * PAD) / max(1, len(plot.bars))
    bottom = PAD + TITLE_HEIGHT + BARS_HEIGHT
    parts = [_text(PAD, PAD + 12, plot.title, "ink title")]
    for at, bar in enumerate(plot.bars):
        high = (BARS_HEIGHT - 18) * bar.value / plot.top
        left, middle = PAD + at * wide, PAD + (at + 0.5) * wide
        parts.append(_box(left + wide * 0.1, bottom - high, wide * 0.8, high, "bar"))
        parts.append(_text(middle, bottom - high - 5, bar.text, "soft mid"))
        parts.append(_text(middle, bottom + 17, bar.label, "ink mid"))
    parts.append(f'<path class="line" d="M{PAD} {bottom}.5H{WIDTH - PAD}"/>')
    parts.append(_text(WIDTH / 2, bottom + 36, plot.of, "soft mid"))
    return _document(bottom + 36 + PAD - 6, plot.told, parts)


def ranking(plot: Plot, top: float | None = None) -> str:
    """Lying bars, a row each; they reach to `top`, or the longest does."""
    parts = [_text(PAD, PAD + 12, plot.title, "ink title")]
    left = PAD + NAME_WIDTH
    room = WIDTH - PAD - left - 70
    for at, bar in enumerate(plot.bars):
        y = PAD + TITLE_HEIGHT + at * ROW_HEIGHT
        long = min(room, room * bar.value / (top or plot.top))
        parts.append(_text(left - 10, y + 14, _short(bar.label), "ink end"))
        parts += [_box(left, y + 4, room, 13, "track"), _box(left, y + 4, long, 13, "bar")]
        parts.append(_text(WIDTH - PAD, y + 14, bar.text, "soft end"))
    return _document(PAD + TITLE_HEIGHT + len(plot.bars) * ROW_HEIGHT + PAD - 8, plot.told, parts)


@dataclass(frozen=True, slots=True)
class Grid:
    """Counts by row and column; `rows` are names with a count for each of `columns`."""

    title: str
    columns: list[str]
    rows: list[tuple[str, list[int]]]
    told: str
    """In a sentence, for who does not see it."""


def grid(shown: Grid) -> str:
    """A table of counts, shaded."""
    wide = min(CELL_WIDTH, (WIDTH - 2 * PAD - NAME_WIDTH) / max(1, len(shown.columns)))
    top = max((count for _, counts in shown.rows for count in counts), default=1)
    first = PAD + TITLE_HEIGHT + 20
    parts = [_text(PAD, PAD + 12, shown.title, "ink title")]
    parts += [
        _text(PAD + NAME_WIDTH + (at + 0.5) * wide, first - 8, column, "soft mid")
        for at, column in enumerate(shown.columns)
    ]
    for row, (name, counts) in enumerate(shown.rows):
        y = first + row * ROW_HEIGHT
        parts.append(_text(PAD + NAME_WIDTH - 10, y + 15, _short(name), "ink end"))
        parts += _cells(counts, y, wide, top)
    return _document(first + len(shown.rows) * ROW_HEIGHT + PAD - 6, shown.told, parts)


def _cells(counts: Sequence[int], y: float, wide: float, top: int) -> Iterator[str]:
    for at, count in enumerate(counts):
        if not count:
            continue
        shade = max(1, round(SHADES * sqrt(count / top)))
        left = PAD + NAME_WIDTH + at * wide
        yield _box(left + 1, y + 1, wide - 2, ROW_HEIGHT - 2, f"s{shade}")
        yield _text(left + wide / 2, y + 16, brief(count), f"mid on{shade}")


def brief(count: int) -> str:
    """A count in four letters at most: `950`, `9.5k`, `95k`, `9.5M`."""
    for unit, sign in ((1_000_000, "M"), (1_000, "k")):
        if count >= unit:
            return f"{count / unit:.1f}{sign}" if count < 9.95 * unit else f"{count / unit:.0f}{sign}"
    return str(count)


def _short(name: str) -> str:
    return name if len(name) <= NAME_LETTERS else f"{name[: NAME_LETTERS - 1].rstrip()}…"


def _box(x: float, y: float, width: float, height: float, kind: str) -> str:
    size = f'width="{max(0, width):.1f}" height="{max(0, height):.1f}"'
    return f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" {size} rx="2"/>'


def _text(x: float, y: float, text: str, kind: str) -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}">{escape(text)}</text>'


def _document(height: float, told: str, parts: Sequence[str]) -> str:
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" width="{WIDTH}" '
        f'height="{height:.0f}" role="img" aria-label="{escape(told)}">'
    )
    ground = f'<rect class="ground" width="{WIDTH}" height="{height:.0f}" rx="8"/>'
    return "\n".join([opening, _STYLE, ground, *parts, "</svg>"]) + "\n"
