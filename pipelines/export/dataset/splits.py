"""Which articles are for training, which for validation and which for a test: by day, families undivided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Final

SPLITS: Final = ("train", "validation", "test")
SHARE: Final = 0.05
"""Of the dated articles: that many are the test, and that many before them the validation, as near as days allow."""
MOST_SHARE: Final = 0.25
"""Where one of the two would take more, as the days of a small archive do, there is no split but the first."""
HANOI: Final = timezone(timedelta(hours=7))


@dataclass(frozen=True, slots=True)
class Placed:
    """What the split of an article hangs on. `published` is as its line says it: ISO 8601, or None."""

    id: str
    cluster: str
    published: str | None


@dataclass(frozen=True, slots=True)
class Splits:
    """`validation_from` and `test_from` are the first days, in Hanoi, of those splits; None where there is but one."""

    names: list[str]
    """The split of each article, in their order."""
    validation_from: date | None = None
    test_from: date | None = None

    @property
    def counts(self) -> dict[str, int]:
        """Articles by split, in the order of SPLITS; none is zero."""
        counted = Counter(self.names)
        return {name: counted[name] for name in SPLITS if counted[name]}


def divided(articles: Sequence[Placed]) -> Splits:
    """The split of each article.

    The newest days with about SHARE of what is dated are the test, those before them the validation; all else, and
    what is undated, is for training. A family (`cluster`) goes as a whole where its original goes, or without it
    among the articles where the earliest of them goes.
    """
    days = family_days(articles)
    of_family = Counter(one.cluster for one in articles)
    per_day: Counter[date] = Counter()
    for cluster, day in days.items():
        if day is not None:
            per_day[day] += of_family[cluster]
    bounds = _bounds(per_day)
    if bounds is None:
        return Splits([SPLITS[0]] * len(articles))
    validation, test = bounds
    split = {cluster: _split_of(day, validation, test) for cluster, day in days.items()}
    return Splits([split[one.cluster] for one in articles], validation, test)


def family_days(articles: Iterable[Placed]) -> dict[str, date | None]:
    """By cluster the day in Hanoi that places it: its original's, else the earliest; None where that is undated."""
    days: dict[str, date | None] = {}
    placed: set[str] = set()
    for one in articles:
        day = day_of(one.published)
        if one.id == one.cluster:
            days[one.cluster] = day
            placed.add(one.cluster)
        elif one.cluster not in placed:
            known = days.get(one.cluster)
            days[one.cluster] = min(known, day) if known and day else known or day
    return days


def day_of(published: str | None) -> date | None:
    """The day in Hanoi of a time as an article line has it."""
    if published is None:
        return None
    if published.endswith("+07:00"):
        return date.fromisoformat(published[:10])
    at = datetime.fromisoformat(published)
    return at.astimezone(HANOI).date() if at.tzinfo else at.date()


def _split_of(day: date | None, validation: date, test: date) -> str:
    if day is None or day < validation:
        return SPLITS[0]
    return SPLITS[1] if day < test else SPLITS[2]


def _bounds(per_day: Counter[date]) -> tuple[date, date] | None:
    """The first days of validation and test; None where days are too few or too full for that."""
    newest_first = sorted(per_day, reverse=True)
    wanted = SHARE * per_day.total()
    taken = 0
    firsts: list[date] = []
    for _ in SPLITS[1:]:
        end = _nearest([per_day[day] for day in newest_first[taken:]], wanted)
        if sum(per_day[day] for day in newest_first[taken : taken + end]) > MOST_SHARE * per_day.total():
            return None
        taken += end
        if taken >= len(newest_first):  # nothing would be left to train on
            return None
        firsts.append(newest_first[taken - 1])
    test, validation = firsts
    return validation, test


def _nearest(counts: Sequence[int], wanted: float) -> int:
    """How many of the first counts, one at least, add up to nearest what is wanted."""
    total = 0
    for at, count in enumerate(counts):
        if at and total + count - wanted > wanted - total:
            return at
        total += count
        if total >= wanted:
            return at + 1
    return len(counts)
