"""Very many documents at a constant use of memory, for measuring what finding duplicates costs."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from datetime import timedelta
from random import Random

from copies import words
from copies.alter import COPIES
from copies.articles import Text, Writer
from copies.notices import NAMED, NOTICES
from copies.numbers import CORRECTIONS
from copies.series import SERIES

NEAR, EXACT, SERIAL = 0.15, 0.05, 0.15  # shares of all documents; the rest are articles of their own
POOL_CLAUSES = 40_000  # of each place in a sentence; the pools are drawn from unevenly, as words of a language are
RECENT, REMEMBERED = 1_000, 8_000  # originals to copy: the last ones, and a sample of all before
OPEN_SERIES = 60
SENTENCES = (4, 32)
_WAYS = ("edit_small", "edit_heavy", "cut70", "cut50", "middle50", "headline", "byline", "boiler", "reorder", "tone",
         "spaces", "sentence_dropped", "extended", "num1", "num10pct")  # fmt: skip

Numbered = tuple[int, str, Text]  # cluster, kind, document


class Scale:
    """A stream of documents, most of them composed from pools of clauses that are filled beforehand."""

    def __init__(self, seed: int, clauses: int = POOL_CLAUSES) -> None:
        self._rng = Random(f"scale {seed}")
        self._writer = Writer(self._rng)
        self._clauses = clauses
        self._openings, self._cores, self._tails, self._titles = (
            self._writer.clauses(frame, clauses) for frame in ("mo", "cau", "duoi", "dau_de")
        )
        self._ways = [(way, (COPIES | CORRECTIONS)[way]) for way in _WAYS]
        self._forms = list((SERIES | NOTICES | NAMED).items())
        self._series = [self._new_series() for _ in range(OPEN_SERIES)]
        self._recent: deque[tuple[int, Text]] = deque(maxlen=RECENT)
        self._remembered: list[tuple[int, Text]] = []

    def documents(self, count: int) -> Iterator[Numbered]:
        """`count` documents with their cluster and how they were made."""
        rng = self._rng
        for cluster in range(count):
            share = rng.random()
            if share < NEAR + EXACT and self._recent:
                copied, original = self._original()
                if share < EXACT:
                    yield copied, "identical", self._later(original)
                    continue
                way, altering = rng.choice(self._ways)
                yield copied, way, self._later(altering(original, rng, self._writer))
            elif share < NEAR + EXACT + SERIAL:
                yield cluster, *self._bulletin()
            else:
                article = self._article()
                self._remember(cluster, article)
                yield cluster, "single", article

    def _article(self) -> Text:
        random, clauses, openings, cores, tails = (
            self._rng.random,
            self._clauses,
            self._openings,
            self._cores,
            self._tails,
        )
        least, most = SENTENCES
        said: list[str] = []
        for _ in range(least + int((random() + random()) / 2 * (most - least))):
            opening = openings[int(random() ** 2 * clauses)]
            core = cores[int(random() ** 2 * clauses)]
            tail = tails[int(random() ** 2 * clauses)] if random() < 0.6 else ""
            said.append(f"{opening}, {core}{tail}.{' ' if random() < 0.6 else chr(10)}")
        return Text(self._titles[int(random() * clauses)], "", "".join(said).rstrip(), words.day(self._rng))

    def _remember(self, cluster: int, article: Text) -> None:
        self._recent.append((cluster, article))
        if len(self._remembered) < REMEMBERED:
            self._remembered.append((cluster, article))
        elif self._rng.random() * (cluster + 1) < REMEMBERED:
            self._remembered[int(self._rng.random() * REMEMBERED)] = (cluster, article)

    def _original(self) -> tuple[int, Text]:
        return self._rng.choice(self._recent if self._rng.random() < 0.5 else self._remembered)

    def _later(self, text: Text) -> Text:
        return text.dated(text.day + timedelta(days=1 + int(self._rng.random() * 30)))

    def _new_series(self) -> tuple[str, Iterator[Text]]:
        name, series = self._rng.choice(self._forms)
        return f"hn_{name}", series(Random(self._rng.random()))

    def _bulletin(self) -> tuple[str, Text]:
        place = int(self._rng.random() * OPEN_SERIES)
        kind, series = self._series[place]
        member = next(series, None)
        if member is None or self._rng.random() < 1 / 120:
            self._series[place] = self._new_series()
        return (kind, member) if member is not None else self._bulletin()
