"""The page of a run: whole without a server or script, whatever a portal puts into it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from lxml import html
from made_reports import run, stored

from pipelines.items import Article, Attachment
from pipelines.report import plots
from pipelines.report.issues import Issue, OpenIssue
from pipelines.report.page import page
from pipelines.report.run import RunReport
from pipelines.report.tally import Tally, Timeline, Traffic

HOSTILE = "</title><script>alert(1)</script><img src=x onerror=alert(2)>"


@pytest.fixture
def report() -> RunReport:
    """A run in which something of everything happened, on a portal that writes markup wherever it can."""
    traffic = Traffic(requests=61, retries=2, statuses={"200": 55, "404": 4, "503": 2}, unanswered={"TimeoutError": 1})
    for number in range(58):
        traffic.answered(number * 1.6, 0.02 * number, 40_000 + number, f"https://so.tinhthu.example/tin/{number}")
    traffic.answered(94.0, 31.0, 900, f"https://so.tinhthu.example/{HOSTILE}")
    days = {f"2026-{month:02d}-{day:02d}": month for month in range(1, 13) for day in (1, 15)}
    return run(
        9,
        start_url=f"https://so.tinhthu.example/?{HOSTILE}",
        traffic=traffic,
        stored=stored(days=days, sections={"Tin tức – Sự kiện": 30, HOSTILE: 2}, layouts={"wordpress/theme": 40}),
        outcomes={"article": 40, "listing": 10, "skipped": 7, "failed": 4},
        reasons={"skipped:static-page": 7, "failed:http-404": 4},
        examples={"failed:http-404": [f"https://so.tinhthu.example/{HOSTILE}"]},
        issues=[Issue("titles", f"30 of 40 articles bear the same headline: {HOSTILE}")],
        unmet=[f"30 of 40 articles bear the same headline: {HOSTILE}"],
        settings={"DOWNLOAD_DELAY": 1.0, "USER_AGENT": "luutin/0.1"},
    )


def parsed(report: RunReport, earlier: list[RunReport] | None = None) -> html.HtmlElement:
    standing = [OpenIssue("so_thu", one.kind, one.subject, one.message, report.run, "2026-03-01T01:30:00Z")
                for one in report.issues]  # fmt: skip
    return html.document_fromstring(page(report, earlier or [], standing))


class TestSafe:
    def test_what_a_portal_writes_stays_text(self, report: RunReport) -> None:
        tree = parsed(report)
        assert not tree.xpath("//script | //img | //iframe | //object | //link | //form")
        assert not tree.xpath("//@*[starts-with(name(), 'on')]")
        text = tree.text_content()
        assert text.count(HOSTILE) >= 5  # start page, issue, section, example, slowest: shown, not run

    def test_it_asks_for_nothing(self, report: RunReport) -> None:
        tree = parsed(report)
        assert not tree.xpath("//@src | //@href | //@srcset | //@action")
        (style,) = tree.xpath("//style/text()")
        assert not re.search(r"url\(|@import", style)
        assert "default-src 'none'" in tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]


class TestContent:
    def test_the_verdict_comes_first_with_what_to_do(self, report: RunReport) -> None:
        tree = parsed(report)
        assert tree.xpath("//h1")[0].text == "One expectation was not met."
        issue = tree.xpath("//div[@class='issue']")[0].text_content()
        assert "same headline" in issue
        assert "selector" in issue
        assert parsed(run()).xpath("//h1")[0].text == "All is as expected."
        assert parsed(run(blocked=True, error="403")).xpath("//h1")[0].text == "The portal refuses."

    def test_every_plot_has_words_and_a_table(self, report: RunReport) -> None:
        figures = parsed(report, [run(8)]).xpath("//figure")
        assert len(figures) > 12
        for figure in figures:
            assert figure.xpath(".//table") or figure.xpath(".//svg[@role='img']/@aria-label")
            for svg in figure.xpath(".//svg"):
                assert svg.get("aria-label")

    def test_bars_begin_at_zero_and_the_highest_fills_the_plot(self, report: RunReport) -> None:
        first = parsed(report).xpath("//figure[.//svg[@viewbox or @viewBox]]")[0]
        bars = [(float(one.get("y")), float(one.get("height"))) for one in first.xpath(".//rect")]
        assert all(y + height == pytest.approx(100, abs=0.02) for y, height in bars)
        assert max(height for _, height in bars) == 100

    def test_vietnamese_is_shown_as_it_is(self, report: RunReport) -> None:
        assert parsed(report).xpath("//th[@lang='vi' and text()='Tin tức – Sự kiện']")

    def test_a_field_that_fell_stands_out(self) -> None:
        now = run(9, stored=stored(40, without={"authors": 4}))
        fallen = parsed(now, [run(8), run(7)]).xpath("//figure[contains(@class, 'fell')]//span/text()")
        assert fallen == ["authors"]

    def test_a_run_that_saw_nothing_has_a_page_too(self) -> None:
        nothing = run(
            outcomes={}, stored=stored(0), traffic=Traffic(), pages=0, finished="aborted", error="refused", newest=None
        )
        tree = parsed(nothing)
        assert tree.xpath("//h1")[0].text == "The run failed."
        assert "No page was had." in tree.text_content()


class TestBinning:
    def test_a_timeline_never_has_more_bins_than_fit_and_loses_nothing(self) -> None:
        timeline = Timeline()
        for second in range(5_000):
            timeline.add(float(second), 10)
        assert len(timeline.requests) <= 120
        assert sum(timeline.requests) == 5_000
        assert sum(timeline.bytes) == 50_000
        assert timeline.bin_seconds == 64

    @pytest.mark.parametrize(
        ("last", "of", "bars"),
        [("2026-03-01", "day", 1), ("2026-04-15", "day", 46), ("2026-12-01", "month", 10), ("2034-01-01", "year", 9)],
    )
    def test_days_are_binned_so_that_bars_can_be_told_apart(self, last: str, of: str, bars: int) -> None:
        plot = plots.per_day({"2026-03-01": 2, last: 3})
        assert (plot.of, len(plot.bars)) == (of, bars)
        assert sum(bar.value for bar in plot.bars) == (3 if bars == 1 else 5)

    def test_a_date_of_another_millennium_does_not_make_a_thousand_bars(self) -> None:
        plot = plots.per_day({"0001-01-01": 1, "2026-03-01": 4})
        assert len(plot.bars) == plots.MAX_YEAR_BARS
        assert sum(bar.value for bar in plot.bars) == 5

    @pytest.mark.parametrize(
        ("seconds", "said"),
        [(0, "0 s"), (0.02, "20 ms"), (1.5, "1.5 s"), (64, "64 s"), (200, "3 min 20 s"), (7_500, "2 h 05 min")],
    )
    def test_time_spans_are_said_as_people_do(self, seconds: float, said: str) -> None:
        assert plots.duration(seconds) == said


class TestTally:
    def test_examples_and_slowest_are_bounded(self) -> None:
        tally = Tally()
        for number in range(1_000):
            tally.ended(f"https://so.tinhthu.example/{number}" + "x" * 500, "failed", f"reason-{number % 300}")
            tally.traffic.answered(number, number / 10, 5, "https://so.tinhthu.example/")
        assert len(tally.examples) == 100
        assert all(len(urls) <= 5 and all(len(url) <= 300 for url in urls) for urls in tally.examples.values())
        assert [slow.seconds for slow in tally.traffic.slowest] == [round(99.9 - at / 10, 1) for at in range(10)]

    def test_a_page_that_redirects_counts_as_what_it_leads_to(self) -> None:
        tally = Tally()
        tally.asking("http://so.tinhthu.example/1")
        tally.ended("http://so.tinhthu.example/1", "skipped", "redirected")
        tally.asking("http://so.tinhthu.example/2", redirected=True)
        tally.ended("http://so.tinhthu.example/2", "skipped", "soft-404")
        tally.ended("http://so.tinhthu.example/muc/", "skipped", "login")  # not asked for as an article
        assert (tally.walk.asked, tally.walk.ends) == (1, {"skipped:soft-404": 1})


def test_the_page_is_written_beside_the_json(tmp_path: Path, report: RunReport) -> None:
    from pipelines.archive.folder import Archive

    with Archive(tmp_path, "so_thu", "luutin/test") as archive:
        path = archive.record_run(report)
        report.run, report.started_at = "20260313T013000Z-so_thu", report.started_at + timedelta(days=1)
        archive.record_run(report)
    assert path.with_suffix(".html").read_text("utf-8").startswith("<!doctype html>")
    rows = html.parse(str(tmp_path / "reports" / f"{report.run}.html")).xpath("//h2[.='The last runs']/following::tr")
    assert len(rows) >= 3


@pytest.mark.parametrize(
    ("fields", "tiny"),
    [
        ({"body": "Chi tiết xem tệp đính kèm."}, 1),
        ({"body": "Chi tiết xem tệp đính kèm.", "attachments": [Attachment("https://so.example/a.pdf", "a.pdf")]}, 0),
        ({"body": "", "lead": "Sáng 04/3, Sở tổ chức họp giao ban công tác tháng 3, giao các phòng rà soát hồ sơ."}, 0),
        ({"body": "từ " * 300}, 0),
    ],
)
def test_an_article_without_text_picture_or_file_is_tiny(
    make_article: Callable[..., Article], fields: dict[str, Any], tiny: int
) -> None:
    tally = Tally()
    tally.keep(make_article(**fields), version=False)
    assert tally.stored.tiny == tiny
