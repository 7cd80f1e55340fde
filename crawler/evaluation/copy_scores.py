"""How well copies were told from what is only alike: recall, precision, and what became of each kind of document.

Recall: of documents with an earlier copy the share that is linked to one of their cluster. Precision: of links the
share that stays inside a cluster. That is earlier which was published before another for certain, or stands before it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, fields
from typing import Any, Final

from crawler.evaluation.copies import CALLED, Compared

DISTINCT: Final = "hn_"
"""Kinds that begin so are bulletins of one form, each with a text of its own."""
FIGURES: Final = (
    "documents",
    "recall",
    "precision",
    "bulletins",
    "bulletins_linked",
    "bulletins_kept",
    "series",
    "in_series",
    "per_second",
    "bytes_per_document",
    "peak_bytes",
)


@dataclass(slots=True)
class Kind:
    """The documents of one kind. `copies`: those with an earlier copy; `linked`: of these, those linked to a copy."""

    documents: int = 0
    copies: int = 0
    linked: int = 0
    wrong: int = 0
    """Linked to what is no copy of them."""
    in_series: int = 0
    called: Counter[str] = field(default_factory=Counter)

    @property
    def recall(self) -> float | None:
        """None where none has an earlier copy."""
        return _share(self.linked, self.copies)


@dataclass(slots=True)
class Judged:
    """How the documents of a file were told. Shares are from 0 to 1; None where there is nothing to take one of."""

    set: str
    kinds: dict[str, Kind] = field(default_factory=dict)
    series: int = 0
    """How many were found."""
    cpu_seconds: float = 0.0
    wall_seconds: float = 0.0
    database_bytes: int = 0
    peak_bytes: int = 0
    wrong: list[tuple[int, int]] = field(default_factory=list)
    """Documents (by their place in the file, from 0), and what they are falsely linked to."""
    missed: list[int] = field(default_factory=list)
    """Documents that have an earlier copy and are linked to nothing."""

    def _sum(self, name: str, of: str = "") -> int:
        return sum(getattr(kind, name) for key, kind in self.kinds.items() if key.startswith(of))

    @property
    def documents(self) -> int:
        """How many there are."""
        return self._sum("documents")

    @property
    def recall(self) -> float | None:
        """See above."""
        return _share(self._sum("linked"), self._sum("copies"))

    @property
    def precision(self) -> float | None:
        """See above."""
        links = sum(kind.called.total() for kind in self.kinds.values())
        return _share(links - self._sum("wrong"), links)

    @property
    def bulletins(self) -> int:
        """Distinct ones of one form."""
        return self._sum("documents", DISTINCT)

    @property
    def bulletins_linked(self) -> int:
        """How many of them are linked to what is no copy."""
        return self._sum("wrong", DISTINCT)

    @property
    def bulletins_kept(self) -> float | None:
        """The share of them that are not."""
        return _share(self.bulletins - self.bulletins_linked, self.bulletins)

    @property
    def in_series(self) -> float | None:
        """The share of them that are part of a series."""
        return _share(self._sum("in_series", DISTINCT), self.bulletins)

    @property
    def per_second(self) -> float:
        """Documents a CPU second: folded, their features taken, compared, committed one by one."""
        return self.documents / self.cpu_seconds if self.cpu_seconds else 0.0

    @property
    def bytes_per_document(self) -> float:
        """Of the database on disk."""
        return self.database_bytes / self.documents if self.documents else 0.0

    def as_dict(self) -> dict[str, Any]:
        """For a JSON file: every field and every figure."""
        kinds = {name: {**_fields(kind), "recall": kind.recall} for name, kind in sorted(self.kinds.items())}
        return {**_fields(self), **{name: getattr(self, name) for name in FIGURES}, "kinds": kinds}


def _fields(one: Kind | Judged) -> dict[str, Any]:
    return {each.name: getattr(one, each.name) for each in fields(one)}


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def judge(done: Compared) -> Judged:
    """Count what became of each document."""
    judged = Judged(
        set_name(done),
        {name: Kind() for name in done.kinds},
        len(set(done.series) - {-1}),
        done.cpu_seconds,
        done.wall_seconds,
        done.database_bytes,
        done.peak_bytes,
    )
    copies = copies_of(done)
    for number, at in enumerate(done.kind):
        kind, linked = judged.kinds[done.kinds[at]], done.linked[number]
        right = linked >= 0 and done.cluster[linked] == done.cluster[number]
        kind.documents += 1
        kind.in_series += done.series[number] >= 0
        if linked >= 0:
            kind.called[CALLED[done.called[number]]] += 1
        if linked >= 0 and not right:
            kind.wrong += 1
            judged.wrong.append((number, linked))
        if number in copies:
            kind.copies += 1
            kind.linked += right
            if linked < 0:
                judged.missed.append(number)
    return judged


def set_name(done: Compared) -> str:
    """What a file is called in tables and among floors."""
    return done.path.name.removesuffix(".gz").removesuffix(".jsonl")


def earlier(done: Compared, one: int, other: int) -> bool:
    """Whether one document comes before another: it was published before that for certain, or else stands before it."""
    if done.until[one] < done.since[other] or done.until[other] < done.since[one]:
        return done.until[one] < done.since[other]
    return one < other


def copies_of(done: Compared) -> set[int]:
    """The documents with an earlier copy: all of a cluster but its first."""
    firsts: dict[int, int] = {}
    for number, cluster in enumerate(done.cluster):
        if earlier(done, number, firsts.setdefault(cluster, number)):
            firsts[cluster] = number
    return set(range(len(done.cluster))) - set(firsts.values())
