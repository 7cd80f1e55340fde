"""What a run should have given: plain rules in the first run, the portal's own history after it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from made_reports import START, run, stored

from crawler.comparing import at_most
from crawler.expectations import Facts, judge, judge_end
from crawler.portal import Expects
from pipelines.report.run import RunReport

FACTS = Facts(
    now=START + timedelta(days=9), live=True, described=True, limited=False, archive_shares={"published_at": 1.0}
)
USUAL = [run(number) for number in (8, 7, 6, 5, 4)]


def keys(
    report: RunReport, earlier: list[RunReport] | None = None, expects: Expects | None = None, facts: Facts = FACTS
) -> set[str]:
    """The issues of a run, by key."""
    return {issue.key for issue in judge(report, earlier or [], expects or Expects(), facts).issues}


def ended(**ends: int) -> dict[str, Any]:
    """A run's counts where its article pages ended so; `skipped_challenge` is `skipped:challenge`."""
    named = {name.replace("_", ":", 1).replace("_", "-"): count for name, count in ends.items()}
    outcomes: dict[str, int] = {"listing": 10}
    for name, count in named.items():
        outcome = name.partition(":")[0]
        outcomes[outcome] = outcomes.get(outcome, 0) + count
    return {"outcomes": outcomes, "ends": named, "reasons": {name: n for name, n in named.items() if ":" in name}}


class TestFirstRun:
    def test_an_honest_portal_is_left_in_peace(self) -> None:
        assert not keys(run(9))

    def test_pictures_neither_fail_a_run_nor_hide_that_its_pages_do(self) -> None:
        assert not keys(run(9, **ended(article=12, failed_image_http_404=90)))
        assert keys(run(9, **ended(article=5, failed_http_500=18, image=500))) == {"failing"}

    @pytest.mark.parametrize(
        ("values", "told"),
        [
            ({"articles_in_archive": 0, "outcomes": {"listing": 1}, "stored": stored(0)}, {"articles"}),
            ({**ended(article=12, skipped_challenge=20)}, {"blocked"}),
            ({**ended(article=2, failed_http_403=9)}, {"blocked"}),
            ({**ended(article=2, skipped_empty_body=18)}, {"unreadable"}),
            ({**ended(article=2, skipped_redirect_known=18)}, {"unreadable"}),
            ({**ended(article=5, failed_http_500=18)}, {"failing"}),
            ({**ended(article=5, duplicate=18)}, {"duplicates"}),
            ({"stored": stored(40, tiny=30)}, {"text"}),
            ({"stored": stored(40, same_title=30, title="Cổng thông tin điện tử")}, {"titles"}),
            ({"stored": stored(40, without={"published_at": 3})}, {"fill:published_at"}),
            ({"stored": stored(40, selectors=2)}, {"layout"}),
        ],
    )
    def test_what_is_wrong_is_told_without_history(self, values: dict[str, Any], told: set[str]) -> None:
        assert keys(run(9, **values)) == told

    @pytest.mark.parametrize(
        "values",
        [
            {**ended(article=30, skipped_login=1, skipped_empty_body=4, failed_http_404=6)},
            {**ended(article=1, skipped_login=1)},  # a page for members
            {**ended(article=1, skipped_protected=8)},
            {"outcomes": {"unchanged": 180, "listing": 10, "failed": 6}, "ends": {"failed:http-404": 6},
             "reasons": {"failed:http-404": 6}, "stored": stored(0)},  # dead links, asked for again in every run
            {"outcomes": {"unchanged": 180, "listing": 3}, "ends": {}, "stored": stored(0)},
            {"stored": stored(40, without={"lead": 0, "authors": 0, "section": 0})},
            {"stored": stored(3, tiny=3, selectors=0)},
        ],
    )  # fmt: skip
    def test_what_is_usual_is_not(self, values: dict[str, Any]) -> None:
        assert not keys(run(9, **values))

    def test_a_portal_nobody_has_described_may_be_read_generically(self) -> None:
        assert not keys(run(9, stored=stored(40, selectors=0)), facts=replace(FACTS, described=False))

    def test_too_few_articles_to_tell_are_told_of_by_the_archive(self) -> None:
        few = run(9, stored=stored(2, without={"published_at": 0}))
        assert not keys(few)
        assert keys(few, facts=replace(FACTS, archive_shares={"published_at": 0.2})) == {"fill:published_at"}

    def test_a_portal_file_sets_its_own_bounds(self) -> None:
        asked = Expects(articles=500, new_articles=50, silent_days=3, fill=(("lead", 0.9),))
        report = run(9, newest=START, stored=stored(40, without={"lead": 20}))
        assert keys(report, expects=asked) == {"articles", "new", "silence", "fill:lead"}

    def test_copies_that_an_archive_did_not_give_are_told(self) -> None:
        assert keys(run(9, reasons={"failed:archive-unanswered": 2})) == {"lost"}


class TestAgainstTheLastRuns:
    def test_a_run_like_the_others_is_as_expected(self) -> None:
        assert not keys(run(9), USUAL)

    @pytest.mark.parametrize(
        ("values", "told"),
        [
            ({"listed": 0, "outcomes": {"listing": 10}, "ends": {}, "stored": stored(0)}, "listings"),
            ({"listed": 9, "outcomes": {"listing": 10}, "ends": {}, "stored": stored(0)}, "listings"),
            ({"listed": 20, "outcomes": {"listing": 1}, "ends": {}, "stored": stored(0)}, "listings"),
            ({"outcomes": {"listing": 10}, "ends": {}, "stored": stored(0)}, "new"),
            ({"stored": stored(4, without={"published_at": 0})}, "drop:published_at"),
            ({"stored": stored(40, without={"authors": 9})}, "drop:authors"),
            ({"stored": stored(6, selectors=0)}, "drop:selectors"),
            ({"platform": "drupal"}, "layout:platform"),
        ],
    )
    def test_a_sudden_change_is_told_of(self, values: dict[str, Any], told: str) -> None:
        assert told in keys(run(9, **values), USUAL, facts=replace(FACTS, described=False))

    @pytest.mark.parametrize(
        "values",
        [
            {"stored": stored(1, without={"authors": 0, "lead": 0})},  # of one article nothing can be told
            {"stored": stored(40, without={"authors": 30})},
            {
                "outcomes": {"article": 3, "listing": 1, "unchanged": 40},
                "listed": 0,
                "listings_unchanged": 9,
            },  # 304
            {"outcomes": {"article": 2, "listing": 10}},
        ],
    )
    def test_what_chance_explains_is_not(self, values: dict[str, Any]) -> None:
        assert not keys(run(9, **values), USUAL)

    def test_a_look_for_news_is_not_held_against_the_first_run(self) -> None:
        first = run(8, whole=True, listed=3_000, outcomes={"article": 2_900, "listing": 300})
        assert not keys(run(9, listed=80, outcomes={"listing": 10}, stored=stored(0)), [first])

    def test_nothing_new_an_hour_after_the_last_run_is_no_issue(self) -> None:
        soon = run(8, outcomes={"listing": 10}, stored=stored(0))
        soon.started_at += timedelta(hours=1)
        assert not keys(soon, USUAL)

    def test_runs_out_of_an_archive_or_within_bounds_are_not_compared(self) -> None:
        changed = run(9, platform="drupal")
        assert not keys(changed, USUAL, facts=replace(FACTS, limited=True))
        assert not keys(changed, USUAL, facts=replace(FACTS, live=False))

    def test_silence_is_measured_by_the_portals_own_pauses_since_it_is_watched(self) -> None:
        quiet = run(9, newest=START, outcomes={"listing": 10}, stored=stored(0))
        later = replace(FACTS, now=START + timedelta(days=40), longest_pause_days=4, watched_since=START)
        assert keys(quiet, facts=later) == {"silence"}
        assert not keys(quiet, facts=replace(later, longest_pause_days=30))
        assert not keys(quiet, facts=replace(later, watched_since=later.now - timedelta(days=1)))
        assert not keys(quiet, facts=replace(later, live=False))


class TestWhatCouldBeChecked:
    def test_a_few_good_articles_close_what_many_bad_ones_opened(self) -> None:
        judged = judge(run(9, **ended(article=2), stored=stored(2)), USUAL, Expects(), FACTS)
        assert {"blocked", "unreadable", "failing", "duplicates", "text", "titles", "layout"} <= set(judged.checked)
        assert {"drop:authors", "drop:selectors", "fill:published_at", "new"} <= set(judged.checked)

    def test_a_run_without_articles_says_nothing_of_articles(self) -> None:
        judged = judge(run(9, **ended(), stored=stored(0)), [], Expects(), FACTS)
        assert not {"text", "titles", "layout", "unreadable", "duplicates"} & set(judged.checked)

    def test_a_headline_is_told_in_one_plain_line(self) -> None:
        judged = judge(
            run(9, stored=stored(40, same_title=39, title="Tin {x}\x1b[31m đỏ\n" + "a" * 200)), [], Expects(), FACTS
        )
        (issue,) = judged.issues
        assert "Tin {x} [31m đỏ a" in issue.message
        assert issue.message.isprintable()
        assert len(issue.message) < 150


class TestTheEnd:
    def test_an_unfinished_run_says_that_and_nothing_of_what_it_did_not_see(self) -> None:
        judged = judge_end(run(9, finished="shutdown"))
        assert [issue.kind for issue in judged.issues] == ["run"]
        assert judged.checked == ["run"]

    def test_a_portal_that_refuses_is_blocked(self) -> None:
        judged = judge_end(run(9, finished="aborted", error="a challenge page", blocked=True))
        assert [issue.key for issue in judged.issues] == ["blocked"]


def test_chance_is_the_binomial_one() -> None:
    assert at_most(0, 3, 0.5) == pytest.approx(0.125)
    assert at_most(1, 3, 0.5) == pytest.approx(0.5)
    assert at_most(3, 3, 0.5) == pytest.approx(1.0)
    assert at_most(900, 1_000, 0.95) < 1e-9
