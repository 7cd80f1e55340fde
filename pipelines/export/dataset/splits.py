"""Which articles are for training, which for validation and which for a test: by day, families undivided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from pipelines.export.chosen import ZONE_HOURS
from pipelines.export.working import batches

if TYPE_CHECKING:
    from pipelines.archive.database import Database
    from pipelines.export.chosen import Chosen, Ref

SPLITS: Final = ("train", "validation", "test")
SHARE: Final = 0.05
"""Of the dated articles: that many are the test, and that many before them the validation, as near as days allow."""
MOST_SHARE: Final = 0.25
"""Where one of the two would take more, as the days of a small archive do, there is no split but the first."""
_TABLES: Final = (
    "CREATE TEMP TABLE dated (place INTEGER PRIMARY KEY, id, family, day)",
    "CREATE TEMP TABLE families (family PRIMARY KEY, members, articles, day) WITHOUT ROWID",
    "CREATE TEMP TABLE placed (split, place, PRIMARY KEY (split, place)) WITHOUT ROWID",
)
_DATED: Final = "INSERT INTO dated SELECT place, id, {family}, date(published_at, ?) FROM chosen"
_LAST_SAID: Final = (
    "last_value(cluster) OVER"
    " (PARTITION BY id ORDER BY version ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)"
)
"""An article whose versions are all chosen is of the family that the last of them says."""
_FAMILIES: Final = """
INSERT INTO families
SELECT family, count(*), count(DISTINCT id),
    CASE WHEN max(id = family) THEN min(CASE WHEN id = family THEN day END) ELSE min(day) END
FROM temp.dated GROUP BY family
"""
_PLACED: Final = """
INSERT INTO placed
SELECT CASE WHEN families.day >= ? THEN 'test' WHEN families.day >= ? THEN 'validation' ELSE 'train' END, place
FROM temp.dated JOIN temp.families USING (family)
"""


@dataclass(frozen=True, slots=True)
class Splits:
    """`validation_from` and `test_from` are the first days, in Hanoi, of those splits; None where there is but one."""

    counts: dict[str, int]
    """Articles by split, in the order of SPLITS; none is zero."""
    families: int
    """Of more than one article."""
    validation_from: date | None = None
    test_from: date | None = None


def divide(chosen: Chosen) -> Splits:
    """Place what is chosen in splits, which `refs_of` then gives.

    The newest days with about SHARE of what is dated are the test, those before them the validation; all else, and
    what is undated, is for training. A family (`cluster`) goes as a whole where its original goes, or where that is not
    chosen, where the earliest of it goes.
    """
    db = chosen.db
    for table in _TABLES:
        db.execute(table)
    family = "cluster" if chosen.filters.versions == "newest" else _LAST_SAID
    db.execute(_DATED.format(family=family), (ZONE_HOURS,))
    db.execute(_FAMILIES)
    rows = db.rows("SELECT day, sum(members) AS members FROM temp.families WHERE day IS NOT NULL GROUP BY day")
    bounds = bounds_of({date.fromisoformat(row["day"]): row["members"] for row in rows})
    validation, test = bounds or (None, None)
    db.execute(_PLACED, [day and day.isoformat() for day in (test, validation)])
    return Splits(_counts(db), _number(db, "SELECT count(*) FROM temp.families WHERE articles > 1"), validation, test)


def refs_of(chosen: Chosen, split: str, rows: int) -> Iterator[Sequence[Ref]]:
    """The lines of a split in their order, so many at a time."""
    return batches(chosen.refs("place IN (SELECT place FROM temp.placed WHERE split = ?)", (split,)), rows)


def bounds_of(per_day: Mapping[date, int]) -> tuple[date, date] | None:
    """The first days of validation and test; None where the days are too few or too full for that."""
    newest_first = sorted(per_day, reverse=True)
    counts = [per_day[day] for day in newest_first]
    taken = 0
    firsts: list[date] = []
    for _ in SPLITS[1:]:
        end = taken + _nearest(counts[taken:], SHARE * sum(counts))
        if sum(counts[taken:end]) > MOST_SHARE * sum(counts) or end == len(counts):  # with nothing left to train on
            return None
        firsts.append(newest_first[end - 1])
        taken = end
    return firsts[1], firsts[0]


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


def _counts(db: Database) -> dict[str, int]:
    rows = db.rows("SELECT split, count(*) AS many FROM temp.placed GROUP BY split")
    found = {row["split"]: row["many"] for row in rows}
    return {name: found[name] for name in SPLITS if name in found}


def _number(db: Database, query: str) -> int:
    row = db.one(query)
    assert row is not None
    return int(row[0])
