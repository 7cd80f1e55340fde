"""Numbers of a run as what a plot shows: bars with labels, binned so that they can be told apart; lines over runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

from pipelines.report.tally import RESPONSE_BOUNDS_MS, Timeline

MAX_DAY_BARS = 62
MAX_MONTH_BARS = 48
MAX_YEAR_BARS = 60
MAX_LABELLED = 13
"""With more bars only the axis is labelled, not each of them."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar; `text` is its value as people read it."""

    label: str
    value: float
    text: str


@dataclass(frozen=True, slots=True)
class Plot:
    """Bars from zero to `top`. `unit` says what a value counts, `of` what a bar is."""

    title: str
    of: str
    unit: str
    bars: list[Bar] = field(default_factory=list)

    @property
    def top(self) -> float:
        return max((bar.value for bar in self.bars), default=0) or 1

    @property
    def labelled(self) -> bool:
        """Whether there is room for a label at each bar."""
        return len(self.bars) <= MAX_LABELLED

    @property
    def ticks(self) -> list[str]:
        """Labels for the axis where not each bar has one: first, middle, last."""
        return [self.bars[at].label for at in (0, len(self.bars) // 2, -1)]

    @property
    def told(self) -> str:
        """The plot in a sentence, for who does not see it."""
        if not self.bars:
            return f"{self.title}: nothing."
        highest = max(self.bars, key=lambda bar: bar.value)
        return (
            f"{self.title}: {len(self.bars)} bars, from {self.bars[0].label} to {self.bars[-1].label}; "
            f"the highest is {highest.label} with {highest.text} {self.unit}."
        )


def per_day(days: dict[str, int]) -> Plot:
    """Articles by day of publication; over a longer time by month or year, so that the bars can be told apart."""
    counts = {date.fromisoformat(day): count for day, count in days.items()}
    if not counts:
        return Plot("Articles per day of publication", "day", "articles")
    first, last = min(counts), max(counts)
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    if (last - first).days < MAX_DAY_BARS:
        word, chars, names = "day", 10, _days(first, last)
    elif months <= MAX_MONTH_BARS:
        word, chars, names = "month", 7, _months(first, last)
    else:
        word, chars, names = "year", 4, _years(first, last)
    binned = dict.fromkeys(names, 0)
    for day, count in counts.items():
        binned[max(day.isoformat()[:chars], names[0])] += count  # what lies before the first bar is counted in it
    return Plot(f"Articles per {word} of publication", word, "articles", [_bar(*one) for one in binned.items()])


def _days(first: date, last: date) -> list[str]:
    return [(first + timedelta(days=at)).isoformat() for at in range((last - first).days + 1)]


def _months(first: date, last: date) -> list[str]:
    numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [f"{number // 12:04d}-{number % 12 + 1:02d}" for number in numbers]


def _years(first: date, last: date) -> list[str]:
    return [f"{year:04d}" for year in range(max(first.year, last.year - MAX_YEAR_BARS + 1), last.year + 1)]


def over_time(timeline: Timeline) -> tuple[Plot, Plot]:
    """Requests, and bytes, over the run."""
    width = timeline.bin_seconds
    labels = [duration(at * width) for at in range(len(timeline.requests))]
    each = f"{width:g} s"
    sizes = [Bar(label, size, f"{size / 1e6:.2f}") for label, size in zip(labels, timeline.bytes, strict=True)]
    counts = [_bar(label, count) for label, count in zip(labels, timeline.requests, strict=True)]
    return (
        Plot(f"Responses per {each}", "time since the start", "responses", counts),
        Plot(f"Megabytes per {each}", "time since the start", "MB", sizes),
    )


def response_times(counts: Sequence[int]) -> Plot:
    """How long the portal took to answer, by classes."""
    bounds = [f"{bound:g} ms" if bound < 1_000 else f"{bound / 1_000:g} s" for bound in RESPONSE_BOUNDS_MS]
    labels = [f"≤ {bound}" for bound in bounds] + [f"> {bounds[-1]}"]
    bars = [_bar(label, count) for label, count in zip(labels, counts, strict=False)]
    while len(bars) > 1 and not bars[-1].value:
        bars.pop()
    return Plot("Response times", "up to", "responses", bars)


def counted(title: str, of: str, counts: dict[str, int]) -> Plot:
    """What was counted, in the order it comes."""
    return Plot(title, of, "", [_bar(name, count) for name, count in counts.items()])


def ranked(title: str, of: str, counts: dict[str, int], limit: int, unit: str = "") -> Plot:
    """The commonest of what was counted; the rest as one."""
    pairs = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    bars = [_bar(name, count) for name, count in pairs[:limit]]
    if rest := sum(count for _, count in pairs[limit:]):
        bars.append(_bar(f"{len(pairs) - limit} others", rest))
    return Plot(title, of, unit, bars)


def _bar(label: str, value: int) -> Bar:
    return Bar(label, value, f"{value:,}")


@dataclass(frozen=True, slots=True)
class Line:
    """A share over runs, oldest first; None where a run has none."""

    name: str
    shares: list[float | None]

    @property
    def now(self) -> str:
        return percent(self.shares[-1] if self.shares else None)

    @property
    def pieces(self) -> Iterator[str]:
        """The points of each unbroken piece of the line, for SVG, in a box of 100 by 100."""
        step = 100 / max(1, len(self.shares) - 1)
        points = [
            None if share is None else f"{step * at:.1f},{100 - 100 * share:.1f}"
            for at, share in enumerate(self.shares)
        ]
        piece: list[str] = []
        for point in [*points, None]:
            if point is not None:
                piece.append(point)
            elif piece:
                yield " ".join(piece)
                piece = []

    @property
    def told(self) -> str:
        before = [share for share in self.shares[:-1] if share is not None]
        usual = f"; in the {len(before)} runs before {percent(min(before))} to {percent(max(before))}" if before else ""
        return f"{self.name}: {self.now}{usual}."

    @property
    def fell(self) -> bool:
        """Whether the last share is less than half of the one before."""
        known = [share for share in self.shares if share is not None]
        return self.shares[-1:] == known[-1:] and any(2 * after < before for before, after in pairwise(known[-2:]))


def percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.0%}"


def pace(count: int, seconds: float) -> str:
    """So many in so many seconds, as people say it."""
    if count > seconds:
        return f"{count / max(seconds, 0.001):.0f} a second"
    return f"one every {duration(seconds / count)}"


def duration(seconds: float) -> str:
    """A time span as people say it: `70 ms`, `1.5 s`, `42 s`, `3 min 20 s`, `2 h 05 min`."""
    if 0 < seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 10:
        return f"{seconds:.1f} s".replace(".0 s", " s")
    whole = round(seconds)
    if whole < 120:
        return f"{whole} s"
    if whole < 7200:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"
