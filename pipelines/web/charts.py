"""Counts of articles as what a chart shows: bars over months or years, a calendar of months."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pipelines.search.results import Count

MAX_BARS = 240
"""Of months; over a longer time a bar is a year."""
SHADES = 4
MAX_YEARS = 80


@dataclass(frozen=True, slots=True)
class Bars:
    """`unit` is what a bar is of: `month` or `year`; each from the first to the last, with none left out."""

    unit: str = "month"
    bars: list[Count] = field(default_factory=list)

    @property
    def top(self) -> int:
        return max((bar.count for bar in self.bars), default=0) or 1

    @property
    def highest(self) -> Count:
        return max(self.bars, key=lambda bar: bar.count)


def by_time(months: Sequence[Count]) -> Bars:
    """Articles by month of publication, ascending as given (`2024-06`); by year where that would be too many bars."""
    counts = {one.value: one.count for one in months}
    if not counts:
        return Bars()
    first, last = min(counts), max(counts)
    start, end = (int(name[:4]) * 12 + int(name[5:]) - 1 for name in (first, last))
    if end - start < MAX_BARS:
        names = [f"{at // 12:04d}-{at % 12 + 1:02d}" for at in range(start, end + 1)]
        return Bars("month", [Count(name, counts.get(name, 0)) for name in names])
    years: dict[str, int] = {}
    for name, count in counts.items():
        years[name[:4]] = years.get(name[:4], 0) + count
    names = [f"{year:04d}" for year in range(max(int(first[:4]), int(last[:4]) - MAX_YEARS + 1), int(last[:4]) + 1)]
    return Bars("year", [Count(name, years.get(name, 0)) for name in names])


@dataclass(frozen=True, slots=True)
class Box:
    """A month of a calendar; `shade` from 0 (none) to SHADES."""

    month: str
    count: int
    shade: int


def calendar(months: Sequence[Count]) -> dict[str, list[Box]]:
    """Twelve boxes a year, the newest year first; years without an article are left out."""
    counts = {one.value: one.count for one in months}
    top = max(counts.values(), default=1)
    years = sorted({name[:4] for name in counts}, reverse=True)[:MAX_YEARS]
    return {
        year: [
            Box(name, count, -(-SHADES * count // top))
            for name in (f"{year}-{at:02d}" for at in range(1, 13))
            for count in (counts.get(name, 0),)
        ]
        for year in years
    }
