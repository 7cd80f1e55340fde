"""What recall and precision would be with other thresholds, by the pairs of texts that a run compared.

What the run itself decided stays: which texts came to be compared at all, and which were the same.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import ModuleType
from typing import Final

from crawler.evaluation.copies import CALLED, Compared
from crawler.evaluation.copy_scores import copies_of, earlier
from pipelines.near import comparison, likeness
from pipelines.near.features import Features
from pipelines.near.likeness import Likeness

STEPS: Final = (-0.1, -0.05, -0.025, 0.0, 0.025, 0.05, 0.1)
ONLY_NAMED: Final = ("SAME_FORM", "SAME_LENGTH")
"""What a copy is called, and what is a series, depends on these, not what is a copy."""


@dataclass(frozen=True, slots=True)
class Point:
    """Recall and precision with a threshold at another value."""

    value: float
    recall: float
    precision: float


@dataclass(slots=True)
class Pairs:
    """The pairs a run compared, by the numbers of the documents whose texts they first were."""

    features: dict[int, bytes] = field(default_factory=dict)
    numbers: dict[bytes, int] = field(default_factory=dict)
    """Of the first document that has these features."""
    newest: int = -1
    compared: set[tuple[int, int]] = field(default_factory=set)
    cpu_seconds: float = 0.0
    """What remembering them took."""

    def watch(self, number: int, features: bytes) -> None:
        """Take in a document's features."""
        self.features[number] = features
        self.numbers.setdefault(features, number)
        self.newest = number

    def like(self, text: Features, other: Features) -> Likeness:
        """Compare as ever, and remember the pair."""
        began = time.process_time()
        encoded = text.encode()
        number = self.newest if encoded == self.features[self.newest] else self.numbers[encoded]
        pair = number, self.numbers[other.encode()]
        if pair[::-1] not in self.compared:
            self.compared.add(pair)
        self.cpu_seconds += time.process_time() - began
        return likeness.likeness(text, other)

    @contextmanager
    def remembered(self) -> Iterator[None]:
        """Within this, remember what is compared."""
        with _set(comparison, "likeness", self.like):
            yield


@contextmanager
def _set(module: ModuleType, name: str, value: object) -> Iterator[None]:
    before = getattr(module, name)
    setattr(module, name, value)
    try:
        yield
    finally:
        setattr(module, name, before)


def thresholds() -> dict[str, float]:
    """The shares that decide what is a copy, by name."""
    shares = {name: value for name, value in vars(likeness).items() if name.isupper() and isinstance(value, float)}
    return {name: value for name, value in shares.items() if name not in ONLY_NAMED}


def varied(done: Compared, pairs: Pairs) -> dict[str, list[Point]]:
    """For each threshold what other values around its own would make of the pairs."""
    features = {number: Features.decode(encoded) for number, encoded in pairs.features.items()}
    with _set(likeness, "MIN_CONTAINED", likeness.MIN_CONTAINED + min(STEPS)):
        near = [
            (pair, (features[pair[0]], features[pair[1]]))
            for pair in sorted(pairs.compared)
            if likeness.likeness(features[pair[0]], features[pair[1]]).similarity
        ]
    found: dict[str, list[Point]] = {}
    for name, own in thresholds().items():
        found[name] = []
        for value in sorted({round(min(max(own + step, 0.0), 1.0), 4) for step in STEPS}):
            with _set(likeness, name, value):
                found[name].append(Point(value, *_judged(done, near)))
    return found


def _judged(done: Compared, near: list[tuple[tuple[int, int], tuple[Features, Features]]]) -> tuple[float, float]:
    """Recall and precision: each document is linked to the likest of the earlier ones it is a copy of."""
    links: dict[int, tuple[float, int]] = {}
    for (one, other), features in near:
        like = likeness.likeness(*features)
        if like.copy is not None:
            first, later = (one, other) if earlier(done, one, other) else (other, one)
            links[later] = max(links.get(later, (0.0, -1)), (like.similarity, first))
    linked = {later: first for later, (_, first) in links.items()}
    same = CALLED.index("duplicate")
    linked |= {number: done.linked[number] for number, called in enumerate(done.called) if called == same}
    right = {later for later, first in linked.items() if done.cluster[later] == done.cluster[first]}
    copies = copies_of(done)
    return len(right & copies) / max(1, len(copies)), len(right) / max(1, len(linked))
