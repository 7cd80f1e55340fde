"""What a crawl counts while it runs, so that its report can tell: bounded, and a few additions per page."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.items import Article

FIELDS = ("title", "lead", "body", "published_at", "authors", "section", "tags", "images")
"""What is counted of each stored article: in how many it is filled."""
RESPONSE_BOUNDS_MS = (50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000)
"""Upper bounds of the classes of response times; the last class has none."""
MAX_BINS = 120
MAX_SLOWEST = 10
MAX_EXAMPLES = 5
MAX_REASONS = 100
MAX_DAYS = 4_000
MAX_LABELS = 300
MAX_TITLES = 5_000
MAX_URL_CHARS = 300
REDIRECTED = "redirected"
"""The reason of a page that led to another, which was asked for."""
TINY_CHARS = 200
TINY_WORDS = 12
"""An article of fewer words, without picture or file, says nothing."""


@dataclass(slots=True)
class Timeline:
    """Requests and bytes over a run, in equal bins whose width doubles whenever there would be more than MAX_BINS."""

    bin_seconds: float = 1.0
    requests: list[int] = field(default_factory=list)
    bytes: list[int] = field(default_factory=list)

    def add(self, at: float, size: int) -> None:
        """Count a response that came `at` seconds after the start."""
        while (index := int(at / self.bin_seconds)) >= MAX_BINS:
            self.bin_seconds *= 2
            self.requests = _paired(self.requests)
            self.bytes = _paired(self.bytes)
        if (missing := index + 1 - len(self.requests)) > 0:
            self.requests += [0] * missing
            self.bytes += [0] * missing
        self.requests[index] += 1
        self.bytes[index] += size


def _paired(values: list[int]) -> list[int]:
    return [sum(values[at : at + 2]) for at in range(0, len(values), 2)]


@dataclass(slots=True)
class Slow:
    """One of the slowest responses."""

    seconds: float
    bytes: int
    url: str


@dataclass(slots=True)
class Traffic:
    """What went over the wire. `response_ms` counts responses by RESPONSE_BOUNDS_MS, without the delay before each."""

    requests: int = 0
    """Sent, robots.txt and retries too."""
    retries: int = 0
    statuses: dict[str, int] = field(default_factory=dict)
    unanswered: dict[str, int] = field(default_factory=dict)
    """Requests without an answer, by the error."""
    timeline: Timeline = field(default_factory=Timeline)
    response_ms: list[int] = field(default_factory=lambda: [0] * (len(RESPONSE_BOUNDS_MS) + 1))
    slowest: list[Slow] = field(default_factory=list)
    delays: dict[str, float] = field(default_factory=dict)
    """Seconds kept between two requests to a host, as they were last."""

    def answered(self, at: float, seconds: float, size: int, url: str) -> None:
        """Count a response: when it came, how long it took (seconds), its size (bytes)."""
        self.timeline.add(at, size)
        ms = seconds * 1_000
        self.response_ms[sum(ms > bound for bound in RESPONSE_BOUNDS_MS)] += 1
        if len(self.slowest) < MAX_SLOWEST or seconds > self.slowest[-1].seconds:
            self.slowest.append(Slow(round(seconds, 3), size, url[:MAX_URL_CHARS]))
            self.slowest.sort(key=lambda one: -one.seconds)
            del self.slowest[MAX_SLOWEST:]


@dataclass(slots=True)
class Walk:
    """What the walk did: how many entries lists named, which of them were asked for, and how those pages ended."""

    whole: bool = False
    """Whether all lists were walked to their end: a first run, or `full=1`; else the run looked for news."""
    listed: int = 0
    """Entries on all lists, feeds and sitemaps read; one that stands on two is counted twice."""
    listings_unchanged: int = 0
    """Lists the portal answered 304 for."""
    asked: int = 0
    """Article pages asked for."""
    ends: dict[str, int] = field(default_factory=dict)
    """How those ended: an outcome, or `outcome:reason`."""


@dataclass(slots=True)
class Stored:
    """What this run's new articles and versions are like."""

    articles: int = 0
    fields: dict[str, int] = field(default_factory=dict)
    """In how many of them each of FIELDS is filled."""
    selectors: int = 0
    """Of how many the body was found by a selector or the family's own rule, not by the generic reader."""
    layouts: dict[str, int] = field(default_factory=dict)
    """By which `platform/layout` they were read."""
    tiny: int = 0
    """Fewer than TINY_WORDS words and neither picture nor file."""
    copies: int = 0
    """Copies of other articles, changed here and there; duplicates word for word are an outcome of their own."""
    in_series: int = 0
    """Others of a form that articles stored before have, as weekly bulletins are."""
    corrected: int = 0
    """Lines of other articles that say what these have made of them."""
    same_title: int = 0
    """How many bear the commonest headline,"""
    title: str | None = None
    """which this is, where several bear it."""
    days: dict[str, int] = field(default_factory=dict)
    """By day of publication."""
    sections: dict[str, int] = field(default_factory=dict)
    left_out: int = 0
    """Not in `days` or `sections`, which are bounded."""


class Tally:
    """The counts of one run."""

    def __init__(self) -> None:
        self.traffic = Traffic()
        self.walk = Walk()
        self.stored = Stored()
        self.examples: dict[str, list[str]] = {}
        """By `outcome:reason` the first few URLs."""
        self._pending: set[str] = set()
        self._titles: Counter[str] = Counter()

    def asking(self, url: str, *, redirected: bool = False) -> None:
        """An article page is asked for; `redirected`: under the address another one led to."""
        self._pending.add(url)
        self.walk.asked += not redirected

    def ended(self, url: str, outcome: str, reason: str | None) -> None:
        """How a page ended."""
        end = f"{outcome}:{reason}" if reason else outcome
        if url in self._pending:
            self._pending.discard(url)
            if reason != REDIRECTED:  # what counts is how the page it leads to ends
                self.walk.ends[end] = self.walk.ends.get(end, 0) + 1
        if reason and (kept := self._kept(end)) is not None and len(kept) < MAX_EXAMPLES:
            kept.append(url[:MAX_URL_CHARS])

    def _kept(self, end: str) -> list[str] | None:
        if end not in self.examples and len(self.examples) < MAX_REASONS:
            self.examples[end] = []
        return self.examples.get(end)

    def keep(self, article: Article, *, version: bool) -> None:
        """Count an article that was stored; `version`: one of an article known before."""
        stored = self.stored
        stored.articles += 1
        for name in FIELDS:
            if getattr(article, name):
                stored.fields[name] = stored.fields.get(name, 0) + 1
        stored.selectors += not article.evidence.get("body", "generic").startswith("generic")
        stored.copies += article.near_duplicate_of is not None
        stored.in_series += article.series is not None
        self._add(stored.layouts, article.extractor.partition(" ")[0])
        if len(article.body) < TINY_CHARS and not article.images and not article.attachments:
            stored.tiny += len(f"{article.lead or ''} {article.body}".split()) < TINY_WORDS
        if not version and (article.title in self._titles or len(self._titles) < MAX_TITLES):
            self._titles[article.title] += 1
        if article.published_at is not None:
            self._add(stored.days, article.published_at.date().isoformat(), MAX_DAYS)
        if article.section:
            self._add(stored.sections, article.section)

    def _add(self, counts: dict[str, int], key: str, limit: int = MAX_LABELS) -> None:
        if key in counts or len(counts) < limit:
            counts[key] = counts.get(key, 0) + 1
        else:
            self.stored.left_out += 1

    def conclude(self) -> None:
        """What is known only at the end: the commonest headline."""
        for title, count in self._titles.most_common(1):
            self.stored.same_title, self.stored.title = count, title if count > 1 else None
