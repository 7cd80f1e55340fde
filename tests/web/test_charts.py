"""Counts as bars and calendars: nothing left out between the first and the last, and never too many."""

from __future__ import annotations

from pipelines.search.results import Count
from pipelines.web.charts import MAX_BARS, MAX_YEARS, SHADES, by_time, calendar


def months(**counts: int) -> list[Count]:
    return [Count(name[1:].replace("_", "-"), count) for name, count in counts.items()]


def test_months_without_articles_are_bars_too() -> None:
    bars = by_time(months(m2023_11=3, m2024_02=5))
    assert (bars.unit, bars.top, bars.highest) == ("month", 5, Count("2024-02", 5))
    assert [(bar.value, bar.count) for bar in bars.bars] == [
        ("2023-11", 3),
        ("2023-12", 0),
        ("2024-01", 0),
        ("2024-02", 5),
    ]


def test_a_long_time_is_told_by_year() -> None:
    assert len(by_time(months(m2010_01=1, m2029_12=1)).bars) == MAX_BARS
    bars = by_time(months(m2010_01=1, m2010_05=2, m2030_01=4))
    assert (bars.unit, len(bars.bars)) == ("year", 21)
    assert [bar.count for bar in bars.bars] == [3, *[0] * 19, 4]
    far = by_time(months(m0001_01=1, m2024_01=1))
    assert len(far.bars) == MAX_YEARS
    assert far.bars[-1] == Count("2024", 1)


def test_nothing_has_no_bars() -> None:
    assert by_time([]).bars == []
    assert by_time([]).top == 1
    assert calendar([]) == {}


def test_a_calendar_has_whole_years_that_have_articles() -> None:
    years = calendar(months(m2021_03=1, m2024_12=100, m2024_01=25))
    assert list(years) == ["2024", "2021"]
    assert [len(boxes) for boxes in years.values()] == [12, 12]
    assert [(box.month, box.shade) for box in years["2024"] if box.shade] == [("2024-01", 1), ("2024-12", SHADES)]
    assert [box.shade for box in years["2021"]] == [0, 0, 1, *[0] * 9]  # one is more than none
