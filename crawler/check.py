"""Whether a portal still is as it is described: field by field, from a short visit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from crawler.parse.article import choose_layout
from crawler.parse.metadata import read_metadata
from crawler.platforms.detect import PLATFORMS
from crawler.portal import Expects
from crawler.probe import Listed

if TYPE_CHECKING:
    from crawler.probe import Findings
    from crawler.spider import PortalSpider

FIELDS = {
    "title": "title",
    "published_at": "published",
    "modified_at": "modified",
    "lead": "lead",
    "body": "body",
    "images": "featured",
    "authors": "byline",
    "section": "section",
    "tags": "tags",
}
"""Fields of an article, each with the field of a layout whose selectors look for it."""
MIN_BODIES = 0.5
"""The share of articles in which the described body must be: the others may be of an older layout, or a gallery."""


@dataclass(slots=True)
class FieldCheck:
    """One field over all articles read: `have` of them state it; from where; which selectors match on how many."""

    name: str
    have: int = 0
    sources: dict[str, int] = field(default_factory=dict)
    selectors: dict[str, int] = field(default_factory=dict)
    described: bool = False
    """Whether the layouts have selectors for it."""


@dataclass(slots=True)
class Read:
    """One article that was read."""

    url: str
    title: str
    published_at: datetime | None
    words: int
    layout: str | None


@dataclass(slots=True)
class Check:
    """What a visit says of a portal's description; `problems` is empty where it holds."""

    portal: str
    url: str
    origin: str
    platform: str
    detected: dict[str, int]
    """Families the article pages were found to be of, with how many."""
    home: int
    """Articles the start page itself lists."""
    sections: list[Listed]
    articles: list[Read]
    reasons: dict[str, int]
    fields: list[FieldCheck]
    problems: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether nothing speaks against the description."""
        return not self.problems


def check(portal: type[PortalSpider], url: str, findings: Findings) -> Check:
    """Hold what a visit saw against the description."""
    layouts = [*portal.layouts, *PLATFORMS[findings.platform].layouts]
    fields = {name: FieldCheck(name) for name in FIELDS}
    articles = []
    for saved, article in findings.articles:
        layout = choose_layout(saved.page, layouts, read_metadata(saved.page))
        for name, row in fields.items():
            if getattr(article, name):
                row.have += 1
                _count(row.sources, article.evidence.get(name, "body"))
            found = next(layout.find(FIELDS[name], saved.page.index), None) if layout else None
            if found:
                _count(row.selectors, found[1])
        words = len(article.body.split())
        articles.append(Read(saved.url, article.title, article.published_at, words, layout.name if layout else None))
    for name, row in fields.items():
        row.described = any(getattr(layout, FIELDS[name]) for layout in layouts)
    result = Check(
        portal=portal.name,
        url=url,
        origin=findings.origin,
        platform=findings.platform,
        detected=dict(Counter(saved.family for saved, _ in findings.articles).most_common()),
        home=findings.home,
        sections=findings.sections,
        articles=articles,
        reasons=findings.reasons,
        fields=list(fields.values()),
    )
    result.problems = list(_problems(portal, result))
    return result


def _count(counts: dict[str, int], key: str) -> None:
    counts[key] = counts.get(key, 0) + 1


def _problems(portal: type[PortalSpider], result: Check) -> Iterator[str]:
    """What speaks against the description, each with what to look at."""
    for section in result.sections:
        if section.named and not section.entries:
            yield f"section {section.label or section.url}: lists no article ({section.reason or 'an empty page'})"
    if result.sections and not any(section.entries for section in result.sections):
        yield "sections: none lists articles"
    elif not result.sections and not result.home:
        yield "sections: none was found on the start page"
    if not result.articles:
        said = ", ".join(f"{reason} {count}" for reason, count in result.reasons.items())
        yield f"articles: none could be read ({said or 'no link to one was found'})"
        return
    yield from _unlike(portal, result)
    yield from _unmatched(portal, result)
    expects: Expects = getattr(portal, "expects", Expects())
    for row in result.fields:
        share = dict(expects.fill).get(row.name, 0.0)
        if row.have < share * len(result.articles):
            yield f"{row.name}: on {row.have} of {len(result.articles)} articles, {share:.0%} are expected"


def _unlike(portal: type[PortalSpider], result: Check) -> Iterator[str]:
    """Pages of another make; a portal with layouts of its own need not look like its family."""
    like = result.detected.get(result.platform, 0)
    if result.platform != "generic" and not portal.layouts and 2 * like < len(result.articles):
        looks = ", ".join(f"{name} ({count})" for name, count in result.detected.items())
        yield f"platform: described as {result.platform}, the articles look like {looks}"


def _unmatched(portal: type[PortalSpider], result: Check) -> Iterator[str]:
    """Selectors that match no page, or the body's too few; a family's others may well be absent from one portal."""
    for row in result.fields:
        matched, own = sum(row.selectors.values()), any(getattr(one, FIELDS[row.name]) for one in portal.layouts)
        if row.name == "body" and row.described and matched < MIN_BODIES * len(result.articles):
            yield f"body: the described selectors match on {matched} of {len(result.articles)} articles"
        elif row.name != "body" and own and not matched:
            tried = ", ".join(css for one in portal.layouts for css in getattr(one, FIELDS[row.name]))
            yield f"{row.name}: no article has {tried}"


def rows(result: Check) -> Iterator[str]:
    """The check as text, a line each."""
    total = len(result.articles)
    yield f"{result.portal}  {result.url}  ({result.origin})"
    yield f"platform  {result.platform}; articles look like {_tally(result.detected) or 'nothing, as there are none'}"
    for section in result.sections:
        said = f"{section.entries} articles" if section.entries else section.reason or "no articles"
        yield f"section   {section.label or '(no label)'}: {said}  {section.url}"
    for read in result.articles:
        yield f"article   {_day(read.published_at)}  {read.words} words  {read.title}  {read.url}"
    if result.reasons:
        yield f"no article  {_tally(result.reasons)}"
    width = max((len(_tally(row.sources)) for row in result.fields), default=0)
    if total:
        yield f"{'field':<13} {'on':>7}  {'read from':<{width}}  selectors that match"
    for row in result.fields if total else ():
        matching = _tally(row.selectors) or ("none matches" if row.described else "none described")
        yield f"{row.name:<13} {f'{row.have}/{total}':>7}  {_tally(row.sources):<{width}}  {matching}"
    yield "The description holds." if result.holds else "The description does not hold:"
    for problem in result.problems:
        yield f"- {problem}"


def _tally(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} ({count})" for name, count in sorted(counts.items(), key=lambda pair: -pair[1]))


def _day(at: datetime | None) -> date | str:
    return at.date() if at else "no date   "
