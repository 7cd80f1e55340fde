"""Scores of extracted texts as the article-extraction-benchmark defines them: 4-gram shingles of words.

Precision is the mean over pages where anything was predicted, recall over pages with truth, F1 their harmonic mean;
exact is the share of pages whose words are all the same. The spread is the standard deviation over resampled pages.
"""

from __future__ import annotations

import random
import re
import statistics
import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

SHINGLE: Final = 4
RESAMPLES: Final = 500
SEED: Final = 0
_WORD: Final = re.compile(r"\w+")
_BY: Final = re.compile(r"^(?:by|von|par|por|theo)\s+", re.IGNORECASE)
_AND: Final = re.compile(r"\s*[;,|]\s*|\s+(?:and|und|et|y|và)\s+")

Row = tuple[float, float, float]
"""True and false positives and false negatives of a page, as shares of their sum."""


@dataclass(frozen=True, slots=True)
class Truth:
    """What a page really says. Only the body is always there."""

    url: str
    body: str
    title: str | None = None
    date: str | None = None
    authors: tuple[str, ...] = ()


@dataclass(slots=True)
class Prediction:
    """What a reader makes of a page; `why` says why it makes nothing of it."""

    body: str = ""
    title: str | None = None
    date: str | None = None
    authors: tuple[str, ...] = ()
    why: str | None = None
    variants: dict[str, str] = field(default_factory=dict)
    """The body under other notions of what belongs to it, by name."""


@dataclass(slots=True)
class Scores:
    """The figures of one reader on one set; those of fields the truth does not state are None."""

    pages: int
    f1: float
    precision: float
    recall: float
    exact: float
    page_f1: float
    f1_deviation: float
    dates: float | None = None
    titles: float | None = None
    authors_f1: float | None = None
    per_page: dict[str, float] = field(default_factory=dict)


def score(truths: dict[str, Truth], found: dict[str, Prediction], variant: str | None = None) -> Scores:
    """Score predictions by page id; a page without one counts as empty."""
    ids = sorted(truths)
    texts = {key: _text(found.get(key), variant) for key in ids}
    rows = [row(truths[key].body, texts[key]) for key in ids]
    f1, precision, recall = summary(rows)
    exact = statistics.mean(words(truths[key].body) == words(texts[key]) for key in ids) if ids else 0.0
    per_page = {key: page_f1(one) for key, one in zip(ids, rows, strict=True)}
    draw = random.Random(SEED)  # noqa: S311 - a bootstrap, repeatable
    spread = [summary(draw.choices(rows, k=len(rows)))[0] for _ in range(RESAMPLES)] if rows else []
    return Scores(
        pages=len(ids),
        f1=f1,
        precision=precision,
        recall=recall,
        exact=exact,
        page_f1=statistics.mean(per_page.values()) if per_page else 0.0,
        f1_deviation=statistics.stdev(spread) if len(spread) > 1 else 0.0,
        dates=_share([(t.date[:10], (found.get(k) or Prediction()).date) for k, t in truths.items() if t.date], _day),
        titles=_share([(t.title, (found.get(k) or Prediction()).title) for k, t in truths.items() if t.title], _folded),
        authors_f1=_people(truths, found),
        per_page=per_page,
    )


def words(text: str) -> list[str]:
    """The words of a text, case kept."""
    return _WORD.findall(text)


def row(true: str, said: str) -> Row:
    """The shares of shingles a page's prediction has right, has too many, and lacks."""
    a, b = _shingles(words(true)), _shingles(words(said))
    both = (a & b).total()
    wrong, missed = b.total() - both, a.total() - both
    total = both + wrong + missed
    return (both / total, wrong / total, missed / total) if total else (0.0, 0.0, 0.0)


def summary(rows: list[Row]) -> tuple[float, float, float]:
    """(F1, precision, recall) over pages."""
    p = [_ratio(tp, fp, fn) for tp, fp, fn in rows if tp + fp > 0]
    r = [_ratio(tp, fn, fp) for tp, fp, fn in rows if tp + fn > 0]
    precision, recall = (sum(p) / len(p) if p else 0.0), (sum(r) / len(r) if r else 0.0)
    return (2 * precision * recall / (precision + recall) if precision + recall else 0.0), precision, recall


def page_f1(one: Row) -> float:
    """F1 of one page; an empty answer where there is truth counts 0."""
    tp, fp, fn = one
    return 2 * tp / (2 * tp + fp + fn) if tp else float(fp == fn == 0)


def _text(found: Prediction | None, variant: str | None) -> str:
    if found is None:
        return ""
    return found.variants.get(variant, found.body) if variant else found.body


def _shingles(tokens: list[str]) -> Counter[tuple[str, ...]]:
    if not tokens:
        return Counter()
    return Counter(tuple(tokens[at : at + SHINGLE]) for at in range(max(1, len(tokens) - SHINGLE + 1)))


def _ratio(hit: float, miss: float, other: float) -> float:
    if miss == other == 0:
        return 1.0
    return hit / (hit + miss) if hit else 0.0


def _day(text: str | None) -> str:
    return (text or "")[:10]


def _folded(text: str | None) -> str:
    return " ".join(_WORD.findall(unicodedata.normalize("NFC", text or "").casefold()))


def _share(pairs: list[tuple[str, str | None]], fold: Callable[[str | None], str]) -> float | None:
    return sum(fold(true) == fold(said) for true, said in pairs) / len(pairs) if pairs else None


def _people(truths: dict[str, Truth], found: dict[str, Prediction]) -> float | None:
    stated = {key: truth for key, truth in truths.items() if truth.authors}
    hit = wrong = missed = 0
    for key, truth in stated.items():
        true, said = _names(truth.authors), _names((found.get(key) or Prediction()).authors)
        hit, wrong, missed = hit + len(true & said), wrong + len(said - true), missed + len(true - said)
    return (2 * hit / (2 * hit + wrong + missed) if hit else 0.0) if stated else None


def _names(people: tuple[str, ...]) -> set[str]:
    parts = (part.strip() for person in people for part in _AND.split(person))
    return {folded for part in parts if (folded := _folded(_BY.sub("", part)))}
