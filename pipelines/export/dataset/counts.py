"""Counts over the articles of a data set, taken from the columns as they are written, and added up."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

HANOI = timezone(timedelta(hours=7))
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
UNDATED = 0
"""The year of what has no date."""
LENGTH_BOUNDS = (250, 500, 1_000, 2_000, 4_000, 8_000, 16_000)
"""Characters of a body; each class reaches to its bound, the last has what is longer."""
_LISTED_KINDS = ("language", "near_duplicate_kind", "published_precision", "origin")


@dataclass(slots=True)
class Span:
    """The first and the last of some times; None of none."""

    first: datetime | None = None
    last: datetime | None = None

    def add(self, other: Span) -> None:
        self.first = min((one for one in (self.first, other.first) if one), default=None)
        self.last = max((one for one in (self.last, other.last) if one), default=None)


@dataclass(slots=True)
class PortalCounts:
    """Of one portal; `years` are those of publication, UNDATED that of what has no date."""

    articles: int = 0
    provinces: Counter[str] = field(default_factory=Counter)
    years: Counter[int] = field(default_factory=Counter)
    published: Span = field(default_factory=Span)
    captured: Span = field(default_factory=Span)
    gone: int = 0

    def add(self, other: PortalCounts) -> None:
        self.articles += other.articles
        self.provinces += other.provinces
        self.years += other.years
        self.published.add(other.published)
        self.captured.add(other.captured)
        self.gone += other.gone


@dataclass(slots=True)
class Counts:
    """Of some articles. `filled` counts, by field, those that have it: neither null nor empty."""

    articles: int = 0
    characters: int = 0
    """Of all bodies."""
    syllables: int = 0
    """Of all bodies: what blanks part."""
    lengths: list[int] = field(default_factory=lambda: [0] * (len(LENGTH_BOUNDS) + 1))
    filled: Counter[str] = field(default_factory=Counter)
    values: dict[str, Counter[str]] = field(default_factory=lambda: {name: Counter() for name in _LISTED_KINDS})
    """By column how often each of its values is there."""
    portals: dict[str, PortalCounts] = field(default_factory=dict)
    revised: int = 0
    """Articles of which there was another line before: of another text, or of what they are of others."""
    copied: int = 0
    """Articles that other URLs have word for word, too, and how many those are."""
    copies: int = 0
    generic: int = 0
    """Articles whose body no selector of the platform's found, but the generic reader."""
    masked: Counter[str] = field(default_factory=Counter)
    """By kind how many personal numbers and addresses were masked; nothing where none were looked for."""
    memory_bytes: int = 0
    """Of the columns in Arrow's memory, which Hugging Face's cards call num_bytes."""

    def add(self, other: Counts) -> None:
        """Count those of `other`, too."""
        for name in ("articles", "characters", "syllables", "revised", "copied", "copies", "generic", "memory_bytes"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.lengths = [mine + theirs for mine, theirs in zip(self.lengths, other.lengths, strict=True)]
        self.filled += other.filled
        self.masked += other.masked
        for name, counted in other.values.items():
            self.values[name] += counted
        for portal, counts in other.portals.items():
            self.portals.setdefault(portal, PortalCounts()).add(counts)


def counted(table: pa.RecordBatch) -> Counts:
    """The counts of a batch with a data set's columns."""
    lengths = pc.utf8_length(table["body"])
    also_at = pc.list_value_length(table["also_at"])
    made = Counts(
        articles=table.num_rows,
        characters=pc.sum(lengths).as_py() or 0,
        syllables=_syllables(table["body"]),
        lengths=_classes(lengths),
        filled=Counter({column.name: _filled(table[column.name]) for column in table.schema}),
        revised=_true(pc.greater(table["version"], 1)),
        copied=_true(pc.greater(also_at, 0)),
        copies=pc.sum(also_at).as_py() or 0,
        generic=_generic(table["evidence"]),
        masked=_masked(table["redacted"]) if "redacted" in table.schema.names else Counter(),
        memory_bytes=table.nbytes,
    )
    for name in _LISTED_KINDS:
        made.values[name] = _values(table[name])
    made.portals = _portals(table)
    return made


def _syllables(texts: pa.Array) -> int:
    parts = pc.sum(pc.list_value_length(pc.ascii_split_whitespace(texts))).as_py() or 0
    return int(parts) - _true(pc.equal(pc.binary_length(texts), 0))  # of no text there is one part, which is empty


def _true(column: Any) -> int:
    return int(pc.sum(column).as_py() or 0)


def _values(column: pa.Array) -> Counter[str]:
    return Counter({one["values"]: one["counts"] for one in column.drop_null().value_counts().to_pylist()})


def _classes(lengths: pa.Array) -> list[int]:
    """How many are in each class of LENGTH_BOUNDS."""
    up_to = [_true(pc.less_equal(lengths, bound)) for bound in LENGTH_BOUNDS] + [len(lengths)]
    return [up_to[0], *(high - low for low, high in pairwise(up_to))]


def _filled(column: pa.Array) -> int:
    if pa.types.is_list(column.type) or pa.types.is_large_list(column.type):
        return _true(pc.greater(pc.list_value_length(column), 0))
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        return _true(pc.greater(pc.binary_length(column), 0))
    return len(column) - int(column.null_count)


def _generic(evidence: pa.Array) -> int:
    """Articles whose evidence says that `body` was read generically."""
    parts = pc.list_flatten(evidence)
    of_body = pc.equal(pc.struct_field(parts, "field"), "body")
    return _true(pc.and_(of_body, pc.starts_with(pc.struct_field(parts, "source"), "generic")))


def _masked(column: pa.StructArray) -> Counter[str]:
    return Counter({kind.name: _true(pc.struct_field(column, kind.name)) for kind in column.type})


def _portals(table: pa.RecordBatch) -> dict[str, PortalCounts]:
    """Times are reckoned with as numbers: to know their zones, Arrow would want files that not every system has."""
    published = table["published_at"].cast(pa.int64())
    in_hanoi = pc.add(published, HANOI.utcoffset(None) // _MICROSECOND).cast(pa.timestamp("us"))
    columns = {
        "portal": table["portal"],
        "province": table["province"],
        "year": pc.fill_null(pc.year(in_hanoi), UNDATED),
        "published": published,
        "captured": table["captured_at"].cast(pa.int64()),
        "gone": table["gone_at"],
    }
    wanted = [(name, which) for name in ("published", "captured") for which in ("min", "max")]
    grouped = pa.table(columns).group_by(["portal", "province", "year"])
    found: dict[str, PortalCounts] = {}
    for row in grouped.aggregate([([], "count_all"), ("gone", "count"), *wanted]).to_pylist():
        number = row["count_all"]
        one = PortalCounts(
            number,
            Counter({row["province"]: number} if row["province"] else {}),
            Counter({row["year"]: number}),
            Span(_time(row["published_min"], HANOI), _time(row["published_max"], HANOI)),
            Span(_time(row["captured_min"], UTC), _time(row["captured_max"], UTC)),
            row["gone_count"],
        )
        found.setdefault(row["portal"], PortalCounts()).add(one)
    return found


def _time(microseconds: int | None, zone: timezone) -> datetime | None:
    return None if microseconds is None else (_EPOCH + microseconds * _MICROSECOND).astimezone(zone)
