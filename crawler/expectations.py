"""What a run should have given, by the portal's description, by plain rules, and by what its last runs gave.

The plain rules hold in the first run already (crawler.comparing has the others). Every rule needs enough pages to say
anything, and names what it could check: an issue that a run could not look at stays as it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from crawler.comparing import ENOUGH, compare
from crawler.outcomes import DOUBTED, LOST
from pipelines.report.issues import Judgement

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
MOST = 0.5
"""Of a run's articles."""
BLOCKED_PAGES = 3
LAST_RUNS = 10
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


def judge(report: RunReport, earlier: Sequence[RunReport], expects: Expects, facts: Facts) -> Judgement:
    """Hold a run that came to its end against what it should have given; `earlier` runs are newest first."""
    found = Judgement()
    before = [one for one in earlier if one.finished == "finished" and not one.error and one.origin == report.origin]
    _pages(found, report, expects)
    _amounts(found, report, expects)
    _silence(found, report, expects, facts)
    _articles(found, report, expects, facts)
    if facts.live and not facts.limited and before:
        compare(found, report, before[:LAST_RUNS])
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
    reasons = {end: count for end, count in report.reasons.items() if not _is_of_picture(end)}
    pictures = report.outcomes.get("image", 0) + sum(report.reasons.values()) - sum(reasons.values())
    pages = sum(report.outcomes.values()) - unasked - pictures
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
    lost = _count(report.reasons, (), "failed") - _count(reasons, (), "failed")
    failed = report.outcomes.get("failed", 0) - lost - _count(reasons, BLOCKING, "failed")
    told = f"{failed} of {pages} pages failed: {_said(reasons, (), 'failed')}"
    found.rule("failing", told if failed >= ENOUGH and failed > expects.failed * (pages + unasked) else None)


def _is_of_picture(end: str) -> bool:
    """Whether a reason is one a picture was lost for: that says nothing of the portal's pages."""
    return end.partition(":")[2].startswith("image-")


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
    doubted = report.reasons.get(f"failed:{DOUBTED}", 0)
    told = f"{doubted} known articles are not to be had, too many at once to be believed"
    found.rule("gone", told if doubted else None)
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
