"""A run beside the portal's last ones: what has suddenly changed, without anyone having said what to expect.

A share that falls to half counts where chance alone would do that less than once in a thousand runs.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.report.issues import Judgement
    from pipelines.report.run import RunReport

WATCHED = ("lead", "body", "published_at", "authors", "section")
"""Fields whose fill rate is compared."""
ENOUGH = 5
"""Pages, or lists, a share is told of."""
STEADY_RUNS = 4
"""Runs in a row that brought something new, before one that brings nothing is worth a word,"""
EXPECTED_NEW = 10
"""and so many articles must be due."""
FEW = 0.25
"""Of what the last runs gave."""
UNLIKELY = 0.001
MAX_SHARE = 0.95
"""A share of 1 would make a single exception impossible."""


def compare(found: Judgement, report: RunReport, before: Sequence[RunReport]) -> None:
    """Hold a run against the last ones, newest first, and note in `found` what has suddenly changed."""
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
