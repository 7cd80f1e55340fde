"""What a run should have given, by the portal's description, by plain rules, and by what its last runs gave.

The plain rules hold in the first run already; against the last runs a share that falls to half counts where chance
alone would do that less than once in a thousand runs. Every rule needs enough pages to say anything, and names what
it could check: an issue that a run could not look at stays as it was.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from crawler.outcomes import LOST
from pipelines.report.issues import Issue

if TYPE_CHECKING:
    from crawler.portal import Expects
    from pipelines.report.run import RunReport

BLOCKING = ("challenge", "login", "parking", "robots", "http-401", "http-403", "http-429")
"""Reasons that say: the portal answers, but not us."""
UNREADABLE = (
    "empty-body",
    "empty-page",
    "listing",
    "no-title",
    "not-html",
    "redirect-home",
    "redirect-known",
    "redirect-loop",
    "redirect-offsite",
    "soft-404",
    "static-page",
    "unknown",
)
"""Reasons of pages that lists name as articles and that give none."""
WATCHED = ("lead", "body", "published_at", "authors", "section")
"""Fields whose fill rate is compared with the last runs'."""
ENOUGH = 5
"""Pages a share is told of."""
MOST = 0.5
"""Of a run's articles."""
BLOCKED_PAGES = 3
LAST_RUNS = 10
STEADY_RUNS = 4
"""Runs in a row that brought something new, before one that brings nothing is worth a word,"""
EXPECTED_NEW = 10
"""and so many articles must be due."""
FEW = 0.25
"""Of what the last runs gave."""
UNLIKELY = 0.001
MAX_SHARE = 0.95
"""A share of 1 would make a single exception impossible."""
QUIET_DAYS = 7
QUIET_TIMES = 3
"""A portal is silent after so many times its longest pause of the last year, and no sooner than QUIET_DAYS."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known beside the report. Times are aware."""

    now: datetime
    live: bool
    described: bool
    """Whether the portal's file, or its family, describes where the parts of an article are."""
    limited: bool
    """Whether the run was told to leave something out (`since`, `until`)."""
    archive_shares: dict[str, float] = field(default_factory=dict)
    """Of all articles of the portal, those with a field."""
    longest_pause_days: int | None = None
    """Between two days with articles, in the year before the newest; None where there are too few to tell."""
    watched_since: datetime | None = None
    """When the portal's first run began."""


@dataclass(slots=True)
class Judgement:
    """The expectations a run did not meet, and the keys of all that could be checked."""

    issues: list[Issue] = field(default_factory=list)
    checked: list[str] = field(default_factory=list)

    def rule(self, kind: str, told: str | None, subject: str = "") -> None:
        """Note that a rule was checked; `told` is what to say where it is not met."""
        issue = Issue(kind, told or "", subject)
        if issue.key not in self.checked:
            self.checked.append(issue.key)
        if told and issue.key not in (one.key for one in self.issues):
            self.issues.append(issue)


def judge(report: RunReport, earlier: Sequence[RunReport], expects: Expects, facts: Facts) -> Judgement:
    """Hold a run that came to its end against what it should have given; `earlier` runs are newest first."""
    found = Judgement()
    before = [one for one in earlier if one.finished == "finished" and not one.error and one.origin == report.origin]
    _pages(found, report, expects)
    _amounts(found, report, expects)
    _silence(found, report, expects, facts)
    _articles(found, report, expects, facts)
    if facts.live and not facts.limited and before:
        _against(found, report, before[:LAST_RUNS])
    return found


def judge_end(report: RunReport) -> Judgement:
    """What a run that did not come to its end says: that, and nothing of what it could not see."""
    found = Judgement()
    ended = report.finished == "finished" and not report.error
    early = "the day's budget was used up" if report.finished == "budget" else report.finished
    told = report.error or f"the run ended early: {early}"
    found.rule("run", None if ended or report.blocked else told)
    if report.blocked:
        found.rule("blocked", told)
    return found


# -- by plain rules -------------------------------------------------------------------------------


def _pages(found: Judgement, report: RunReport, expects: Expects) -> None:
    """Whether the portal answers with its own pages, and whether those that lists name as articles are some."""
    ends = report.walk.ends
    total = sum(ends.values())
    unasked = report.outcomes.get("unchanged", 0) - ends.get("unchanged", 0) - report.walk.listings_unchanged
    pages = sum(report.outcomes.values()) - unasked
    refused = _count(ends, BLOCKING)
    enough = refused >= BLOCKED_PAGES or not report.articles_in_archive
    told = f"{refused} of {total} article pages are not the portal's own: {_said(ends, BLOCKING)}"
    found.rule("blocked", told if enough and refused > expects.blocked * total else None)
    if (everywhere := _count(report.reasons, BLOCKING)) >= BLOCKED_PAGES and everywhere > expects.blocked * pages:
        found.rule("blocked", f"{everywhere} of {pages} pages are not the portal's: {_said(report.reasons, BLOCKING)}")
    unreadable = _count(ends, UNREADABLE)
    read = sum(ends.get(end, 0) for end in ("article", "version", "duplicate", "unchanged"))
    told = f"{{}} of {{}} pages that lists name as articles could not be read as one: {_said(ends, UNREADABLE)}"
    _bounded(found, "unreadable", unreadable, read + unreadable, expects.unreadable, told)
    failed = report.outcomes.get("failed", 0) - _count(report.reasons, BLOCKING, "failed")
    told = f"{failed} of {pages} pages failed: {_said(report.reasons, (), 'failed')}"
    found.rule("failing", told if failed >= ENOUGH and failed > expects.failed * (pages + unasked) else None)


def _amounts(found: Judgement, report: RunReport, expects: Expects) -> None:
    have = report.articles_in_archive
    told = f"the archive has {have} articles; at least {expects.articles} articles are expected"
    found.rule("articles", told if have < expects.articles else None)
    if expects.new_articles is not None:
        new = report.outcomes.get("article", 0)
        told = f"{new} new articles; at least {expects.new_articles} are expected of a run"
        found.rule("new", told if new < expects.new_articles else None)
    lost = report.reasons.get(f"failed:{LOST}", 0)
    told = f"{lost} captures the archive lists did not come; the next run asks for them again"
    found.rule("lost", told if lost else None)
    stored = report.outcomes.get("article", 0) + report.outcomes.get("version", 0)
    copies = report.outcomes.get("duplicate", 0)
    told = "{} of {} articles have the text of another"
    _bounded(found, "duplicates", copies, stored + copies, expects.duplicates, told)


def _silence(found: Judgement, report: RunReport, expects: Expects, facts: Facts) -> None:
    """Days without an article: by the portal file, else by the pauses the portal has made since it is watched."""
    if report.newest is None or not facts.live:
        return
    if expects.silent_days is not None:
        silence = facts.now - report.newest
        told = f"the newest article is {silence.days} days old; one every {expects.silent_days} days is expected"
        found.rule("silence", told if silence > timedelta(days=expects.silent_days) else None)
    elif facts.watched_since is not None and facts.longest_pause_days is not None:
        silence = facts.now - max(report.newest, facts.watched_since)
        bound = max(QUIET_DAYS, QUIET_TIMES * facts.longest_pause_days)
        told = f"nothing new for {silence.days} days; its longest pause of a year was {facts.longest_pause_days} days"
        found.rule("silence", told if silence > timedelta(days=bound) else None)


def _articles(found: Judgement, report: RunReport, expects: Expects, facts: Facts) -> None:
    """What the articles of this run are like; where they are too few, those of the whole archive."""
    stored = report.stored
    enough = stored.articles >= ENOUGH
    for name, share in expects.fill:
        if enough:
            have = stored.fields.get(name, 0) / stored.articles
        elif report.articles_in_archive and name in facts.archive_shares:
            have = facts.archive_shares[name]
        else:
            continue
        told = f"{name} is in {have:.0%} of articles; {share:.0%} are expected"
        found.rule("fill", told if have < share else None, name)
    told = "{} of {} articles have next to no text, no picture and no file"
    _bounded(found, "text", stored.tiny, stored.articles, MOST, told)
    same = stored.same_title if stored.same_title > 1 else 0
    title = _plain(stored.title or "").replace("{", "{{").replace("}", "}}")
    told = f"{{}} of {{}} articles bear the same headline: {title}"
    _bounded(found, "titles", same, report.outcomes.get("article", 0), MOST, told)
    if facts.described:
        told = "{} of {} articles are not as the described layout says, so that their parts are guessed at"
        _bounded(found, "layout", stored.articles - stored.selectors, stored.articles, expects.generic, told)


def _bounded(found: Judgement, kind: str, wrong: int, of: int, share: float, told: str) -> None:
    """No more than a share may be wrong; few of which none is wrong say that all is well, no more than that."""
    if of >= ENOUGH or (of and not wrong):
        found.rule(kind, told.format(wrong, of) if wrong > share * of else None)


# -- by the last runs -----------------------------------------------------------------------------


def _against(found: Judgement, report: RunReport, before: Sequence[RunReport]) -> None:
    _listings(found, report, before)
    _new(found, report, before)
    for name in WATCHED:
        _share(found, report, before, name)
    last = next((one.platform for one in before if one.platform), None)
    if report.platform and last:
        told = f"the portal looks like {report.platform}, until now it was {last}"
        found.rule("layout", told if report.platform != last else None, "platform")


def _listings(found: Judgement, report: RunReport, before: Sequence[RunReport]) -> None:
    """Whether lists still name articles: how many there are, and how many entries each has."""
    walk, lists = report.walk, report.outcomes.get("listing", 0)
    ever = next((one.walk.listed for one in before if one.walk.listed), 0)
    if ever and not walk.listed and not walk.listings_unchanged:
        found.rule("listings", f"no list names an article; the last run found {ever} entries")
        return
    alike = [one for one in before if one.walk.whole == walk.whole] or [one for one in before if one.walk.whole]
    if not alike:
        return
    same = alike[0].walk.whole == walk.whole  # a run that looks for news reads the first page of each list only
    counts = [one.outcomes.get("listing", 0) + one.walk.listings_unchanged for one in alike]
    usual, now = median(counts), lists + walk.listings_unchanged
    few = same and usual >= ENOUGH and now < FEW * usual
    told = f"{now} lists could be read, {usual:g} are usual" if few else None
    yields = [one.walk.listed / one.outcomes["listing"] for one in alike if one.outcomes.get("listing")]
    if told is None and yields and lists > walk.listings_unchanged:  # of lists answered 304 nothing is read
        each, usual = walk.listed / lists, median(yields)
        if each < (FEW if same else FEW / 2) * usual and usual * lists >= EXPECTED_NEW:
            told = f"a list names {each:.1f} articles, {usual:.1f} are usual"
    found.rule("listings", told)


def _new(found: Judgement, report: RunReport, before: Sequence[RunReport]) -> None:
    """Whether a run brings nothing although every run before it did, and time enough has gone by."""
    news = [one for one in before if not one.walk.whole]
    if report.outcomes.get("article", 0):
        found.rule("new", None)
    if len(news) < STEADY_RUNS:
        return
    rates = [
        one.outcomes.get("article", 0) / max((one.started_at - last.started_at).total_seconds(), 1.0)
        for one, last in pairwise(before)
        if not one.walk.whole
    ]
    due = median(rates) * (report.started_at - before[0].started_at).total_seconds() if rates else 0.0
    steady = all(one.outcomes.get("article", 0) for one in news)
    told = f"no new article; by the last {len(news)} runs, each of which brought some, about {due:.0f} were due"
    nothing = not report.outcomes.get("article", 0) and steady and due >= EXPECTED_NEW
    found.rule("new", told if nothing else None)


def _share(found: Judgement, report: RunReport, before: Sequence[RunReport], name: str) -> None:
    """Whether the fill rate of a field has fallen beyond what chance explains."""
    stored = report.stored
    if not stored.articles:
        return
    usual = _usual((one.stored.fields.get(name, 0), one.stored.articles) for one in before)
    have = stored.fields.get(name, 0)
    told = f"{name} is in {have} of {stored.articles} articles; in the last runs it was in {{usual:.0%}}"
    _fallen(found, name, have, stored.articles, usual, told)
    if name == "body":
        usual = _usual((one.stored.selectors, one.stored.articles) for one in before)
        told = (
            f"selectors fit {stored.selectors} of {stored.articles} articles, the others are guessed at; "
            "in the last runs they fitted {usual:.0%}"
        )
        _fallen(found, "selectors", stored.selectors, stored.articles, usual, told)


def _fallen(found: Judgement, subject: str, have: int, of: int, usual: float | None, told: str) -> None:
    if usual is None:
        return
    fallen = 2 * have < usual * of and at_most(have, of, min(usual, MAX_SHARE)) < UNLIKELY
    if fallen or have == of or at_most(0, of, min(usual, MAX_SHARE)) < UNLIKELY:  # else so few articles cannot tell
        found.rule("drop", told.format(usual=usual) if fallen else None, subject)


def _usual(runs: Iterable[tuple[int, int]]) -> float | None:
    """The share over the last runs, of which none counts for more than fifty articles."""
    weighed = [(min(of, 50), have / of) for have, of in runs if of]
    total = sum(weight for weight, _ in weighed)
    return sum(weight * share for weight, share in weighed) / total if total >= ENOUGH else None


def at_most(have: int, of: int, share: float) -> float:
    """The chance of `have` or fewer among `of` where each is one with probability `share` (binomial)."""
    if share <= 0:
        return 1.0
    logs = (
        math.lgamma(of + 1) - math.lgamma(k + 1) - math.lgamma(of - k + 1)
        + k * math.log(share) + (of - k) * math.log1p(-share)
        for k in range(have + 1)
    )  # fmt: skip
    return min(1.0, math.fsum(map(math.exp, logs)))


# -- counting -------------------------------------------------------------------------------------


def _count(counts: dict[str, int], reasons: Sequence[str], outcome: str | None = None) -> int:
    return sum(count for _, count in _of(counts, reasons, outcome))


def _of(counts: dict[str, int], reasons: Sequence[str], outcome: str | None) -> Iterator[tuple[str, int]]:
    for end, count in counts.items():
        ended, _, reason = end.partition(":")
        if reason and (reason in reasons or not reasons) and outcome in (None, ended):
            yield reason, count


def _said(counts: dict[str, int], reasons: Sequence[str], outcome: str | None = None) -> str:
    ranked = sorted(_of(counts, reasons, outcome), key=lambda one: (-one[1], one[0]))
    return ", ".join(f"{reason} {count}" for reason, count in ranked[:4])


def _plain(text: str) -> str:
    """A headline for a terminal: in one line, without control characters, cut."""
    shown = "".join(char if char.isprintable() else " " for char in text)
    return shown if len(shown) <= 80 else f"{shown[:79]}…"
