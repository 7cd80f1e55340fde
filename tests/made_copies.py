"""Corpora with known copies, and bulletins that only look like copies, for judging how duplicates are found.

Run as `python tests/made_copies.py --kind templates SEED N > file.jsonl`: a line per document, in a crawl's order.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, timezone
from random import Random
from typing import Any

from copies.alter import COPIES, REPOSTS, Altering
from copies.articles import Text, Writer, length, syllables
from copies.notices import NAMED, NOTICES
from copies.numbers import CORRECTIONS, MIN_NUMBERS, NUMBER, corrected
from copies.scale import POOL_CLAUSES, Scale
from copies.series import SERIES, Series

LONG_ENOUGH_SYLLABLES = 220  # of an article to be cut or corrected, so that what is left still says whose it is
LONG_SERIES = 200
MENU, EXPLANATION = 0.05, 0.05  # shares of the articles without copies
# Of a bulletin one number of which is corrected: its siblings differ in several, and in the date.
MIN_REPOST_NUMBERS = 20
_HANOI = timezone(timedelta(hours=7))
_BASE, _SINGLE = "base", "single"

Document = dict[str, Any]


@dataclass(frozen=True)
class Mix:
    """What a corpus is made of: shares of documents, the rest being single articles."""

    copied: float  # articles with copies, the copies counted
    series: float
    copies: dict[str, Altering]
    bulletins: dict[str, Series]
    per_original: tuple[int, int]


MIXES = {
    "templates": Mix(0.47, 0.3, COPIES, {**SERIES, **NOTICES}, (1, 4)),
    "adversarial": Mix(0.55, 0.37, CORRECTIONS, NAMED, (1, 2)),
    "field": Mix(0.16, 0.2, {**COPIES, **CORRECTIONS}, {**SERIES, **NOTICES, **NAMED}, (1, 3)),
}


class Corpus:
    """Hands out documents cluster by cluster, each cluster's first one first."""

    def __init__(self, seed: int, kind: str) -> None:
        self._rng = Random(f"{kind} {seed}")
        self._writer = Writer(self._rng)
        self._mix = MIXES[kind]
        self._forms = self._rng.sample(list(self._mix.bulletins), len(self._mix.bulletins))
        self._clusters = 0
        self._next_copies = 0
        self._next_series = 0

    def documents(self, count: int) -> Iterator[list[Document]]:
        """Groups of documents that belong in one order, until there are `count`."""
        left = {"copied": round(count * self._mix.copied), "series": round(count * self._mix.series)}
        left["single"] = count - sum(left.values())
        while left["copied"] > 0:
            group = self._copied()[: left["copied"]]
            left["copied"] -= len(group)
            yield group
        while left["series"] > 0:
            group = self._series(left["series"])
            left["series"] -= len(group)
            yield group
        for _ in range(left["single"]):
            yield [self._single()]

    def _line(self, text: Text, kind: str, cluster: int | None = None) -> Document:
        if cluster is None:
            cluster, self._clusters = self._clusters, self._clusters + 1
        moment = datetime.combine(text.day, time(7, 30), _HANOI) + timedelta(minutes=self._rng.randrange(600))
        return {
            "cluster": cluster,
            "kind": kind,
            "title": text.title,
            "byline": text.byline,
            "text": text.text,
            "published": moment,
        }

    def _copy(self, first: Document, text: Text, kind: str) -> Document:
        copy = self._line(text, kind, first["cluster"])
        copy["published"] = first["published"] + timedelta(minutes=self._rng.randint(20, 60 * 24 * 20))
        return copy

    def _single(self) -> Document:
        """An article without copies; some have what many have: the portal's menu, or a paragraph of explanation."""
        article, share = self._writer.article(), self._rng.random()
        if share < MENU and syllables(article.text) > LONG_ENOUGH_SYLLABLES:
            return self._line(COPIES["boiler"](article, self._rng, self._writer), "single_boiler")
        if share < MENU + EXPLANATION and syllables(article.text) > LONG_ENOUGH_SYLLABLES:
            return self._line(article.but(text=f"{article.text}\n{self._writer.explanation()}"), "single_stock")
        return self._line(article, _SINGLE)

    def _copied(self) -> list[Document]:
        """An article and its copies, the ways taken in turn so that all of them are there."""
        names, group = list(self._mix.copies), []
        original = self._writer.article(max(LONG_ENOUGH_SYLLABLES, length(self._rng)))
        while len(NUMBER.findall(original.text)) < MIN_NUMBERS:
            original = self._writer.article(LONG_ENOUGH_SYLLABLES * 2)
        group.append(self._line(original, _BASE))
        for _ in range(self._rng.randint(*self._mix.per_original)):
            name = names[self._next_copies % len(names)]
            self._next_copies += 1
            group.append(self._copy(group[0], self._mix.copies[name](original, self._rng, self._writer), name))
        return group

    def _series(self, most: int) -> list[Document]:
        """A series with reposts of some of its members; the first and one in six are as long as a portal's."""
        name = self._forms[self._next_series % len(self._forms)]
        wanted = self._rng.randint(5, 34)
        if most > 2 * LONG_SERIES and (not self._next_series or self._rng.random() < 1 / 6):
            wanted = self._rng.randint(LONG_SERIES, LONG_SERIES + 60)
        self._next_series += 1
        group: list[Document] = []
        for member in self._mix.bulletins[name](self._rng):
            if len(group) >= min(wanted, most):
                break
            first = self._line(member, f"hn_{name}")
            group.append(first)
            if self._rng.random() < 0.12 and len(group) < most:
                group.append(self._repost(first, member))
        return group

    def _repost(self, first: Document, member: Text) -> Document:
        ways = list(REPOSTS)
        if len(NUMBER.findall(member.text)) >= MIN_REPOST_NUMBERS:
            ways += ["num1"] * 5
        way = self._rng.choice(ways)
        altering = corrected(1) if way == "num1" else COPIES[way]
        return self._copy(first, altering(member, self._rng, self._writer), f"hnrepost_{way}")


def _mingled(groups: Iterable[Sequence[Document]], rng: Random) -> list[Document]:
    """All documents among each other; within a group they stay in order."""
    placed: list[tuple[float, int, Document]] = []
    for group in groups:
        moments = sorted(rng.random() for _ in group)
        placed += [
            (moment, len(placed) + place, line) for place, (moment, line) in enumerate(zip(moments, group, strict=True))
        ]
    return [line for _, _, line in sorted(placed, key=lambda entry: entry[:2])]


def _newest_first(lines: Iterable[Document], rng: Random) -> list[Document]:
    """As a crawl meets them: from the newest to the oldest, yet portal by portal, so not strictly."""
    return sorted(lines, key=lambda line: line["published"] + timedelta(days=rng.gauss(0, 20)), reverse=True)


def make_corpus(seed: int, count: int, kind: str = "templates") -> Iterator[Document]:
    """`count` documents of a corpus `kind` (templates, adversarial or field), the same for the same seed.

    A line has `cluster` (equal for copies of one text), `kind` (how it was made; `hn_*` are bulletins of one form, each
    a cluster of its own, `hnrepost_*` copies of such), `title`, `byline`, `text`, `id`, and `published` (ISO 8601). In
    a `field` corpus a copy may come before what it copies; its `published` is later all the same.
    """
    rng = Random(f"order {kind} {seed}")
    groups = Corpus(seed, kind).documents(count)
    ordered = (
        _newest_first((line for group in groups for line in group), rng) if kind == "field" else _mingled(groups, rng)
    )
    for number, line in enumerate(ordered):
        yield {**line, "id": number, "published": line["published"].isoformat()}


def make_scale(seed: int, count: int, clauses: int = POOL_CLAUSES) -> Iterator[Document]:
    """`count` documents of the same form one after the other, at a constant use of memory: for measuring cost."""
    for number, (cluster, kind, text) in enumerate(Scale(seed, clauses).documents(count)):
        texts = {"title": text.title, "byline": text.byline, "text": text.text}
        published = f"{text.day.isoformat()}T08:00:00+07:00"
        yield {"cluster": cluster, "kind": kind, **texts, "published": published, "id": number}


def main() -> None:
    """Write a corpus to stdout, a JSON object a line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kind", choices=[*sorted(MIXES), "scale"], default="templates")
    parser.add_argument("seed", type=int)
    parser.add_argument("count", type=int)
    asked = parser.parse_args()
    scale = asked.kind == "scale"
    lines = make_scale(asked.seed, asked.count) if scale else make_corpus(asked.seed, asked.count, asked.kind)
    for line in lines:
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
