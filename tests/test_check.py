"""`luutin check`: what still holds of a description is told field by field, and nothing is kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest
from conftest import SAMPLE, CommandLine
from sample_server import HOST, Answer, SampleServer

from crawler.check import check, rows
from crawler.parse.layout import Layout
from crawler.parse.page import read_page
from crawler.platforms.detect import PLATFORMS, detect
from crawler.portal import Portal
from crawler.probe import Findings, Listed, Saved
from crawler.sources import Section

URL = "https://bao.example/"
TEXT = [
    "Sáng 12/3, xã Tân Lập ra quân nạo vét kênh mương nội đồng trước vụ hè thu, với gần hai trăm người tham gia.",
    "Trong ngày đầu, các thôn đã khơi thông hơn ba cây số kênh cấp ba, đắp lại sáu đoạn bờ bị sạt lở sau mưa.",
    "Chủ tịch xã cho biết việc nạo vét sẽ hoàn thành trước ngày hai mươi để kịp lấy nước cho lúa gieo sớm.",
]


class MadeUp(Portal):
    name = "made_up"
    title = "Báo Thử Nghiệm"
    hosts = ("bao.example",)
    platform = "generic"
    evidence = "invented for a test"
    layouts: ClassVar[tuple[Layout, ...]] = (
        Layout(name="made-up", published=(".ngay",), lead=(".tom-tat",), body=(".noi-dung",)),
    )


def saved(number: int, body: str = "noi-dung", lead: str = "tom-tat", day: str = "12/03/2024 08:15") -> Saved:
    html = (
        f"<html><head><title>Xã Tân Lập nạo vét kênh mương, bài {number}</title></head><body>"
        f"<h1>Xã Tân Lập nạo vét kênh mương, bài {number}</h1><span class='ngay'>{day}</span>"
        f"<p class='{lead}'>Gần hai trăm người ra quân ngay từ sáng sớm ở cả chín thôn của xã.</p>"
        f"<div class='{body}'>{''.join(f'<p>{text}</p>' for text in TEXT)}</div></body></html>"
    )
    page = read_page(html.encode(), f"{URL}bai-{number}.html", {"content-type": "text/html; charset=utf-8"})
    article = PLATFORMS["generic"].read([page], None, MadeUp.layouts)
    return Saved(page.url, datetime.now(UTC), {}, html.encode(), page, detect(page).name, article)


LISTED = Listed(f"{URL}tin-tuc/", "Tin tức", named=False, entries=9)


def findings(*pages: Saved, sections: tuple[Listed, ...] = (LISTED,), **fields: Any) -> Findings:
    return Findings("live", platform="generic", pages=list(pages), sections=list(sections), **fields)


def test_a_description_that_holds() -> None:
    result = check(MadeUp, URL, findings(saved(1), saved(2)))
    assert result.problems == []
    assert result.holds
    body = next(row for row in result.fields if row.name == "body")
    assert (body.have, body.sources, body.selectors) == (2, {"selector:.noi-dung": 2}, {".noi-dung": 2})
    assert [read.published_at and read.published_at.date() for read in result.articles] == [date(2024, 3, 12)] * 2


def test_a_body_that_moved_is_a_problem_though_it_is_still_read() -> None:
    result = check(MadeUp, URL, findings(saved(1, body="khac"), saved(2, body="khac"), saved(3)))
    assert result.problems == ["body: the described selectors match on 1 of 3 articles"]
    body = next(row for row in result.fields if row.name == "body")
    assert body.have == 3


def test_one_page_of_an_older_layout_is_none() -> None:
    assert check(MadeUp, URL, findings(saved(1, body="khac"), saved(2))).holds


def test_a_selector_of_the_portals_own_that_matches_nowhere_is_a_problem() -> None:
    result = check(MadeUp, URL, findings(saved(1, lead="khac"), saved(2, lead="khac")))
    assert result.problems == ["lead: no article has .tom-tat"]
    assert check(MadeUp, URL, findings(saved(1, lead="khac"), saved(2))).holds


def test_dates_missing_more_often_than_expected_are_a_problem() -> None:
    result = check(MadeUp, URL, findings(saved(1, day="hôm qua"), saved(2, day="hôm qua"), saved(3)))
    assert result.problems == ["published_at: on 1 of 3 articles, 50% are expected"]


def test_articles_of_another_make_are_a_problem() -> None:
    class Described(MadeUp):
        name = "described"
        platform = "zce"
        layouts = ()

    seen = replace(findings(saved(1), saved(2)), platform="zce")
    assert "platform: described as zce, the articles look like generic (2)" in check(Described, URL, seen).problems
    with_layouts = replace(findings(saved(1), saved(2)), platform="zce")
    assert check(MadeUp, URL, with_layouts).problems == []  # its own template bears no marks of a family


def test_sections_that_list_nothing_are_problems() -> None:
    class Named(MadeUp):
        name = "named"
        sections = (Section(f"{URL}cu/", "Tin cũ"),)

    empty = Listed(f"{URL}cu/", "Tin cũ", named=True, reason="http-404")
    result = check(Named, URL, findings(saved(1), sections=(empty, LISTED)))
    assert result.problems == ["section Tin cũ: lists no article (http-404)"]
    unnamed = replace(LISTED, entries=0)
    assert check(MadeUp, URL, findings(saved(1), sections=(unnamed,))).problems == ["sections: none lists articles"]
    assert "none was found" in check(MadeUp, URL, findings(saved(1), sections=())).problems[0]


def test_no_article_at_all_is_a_problem_that_says_why() -> None:
    result = check(MadeUp, URL, findings(reasons={"skipped:soft-404": 4}))
    assert result.problems == ["articles: none could be read (skipped:soft-404 4)"]
    assert "- articles: none could be read (skipped:soft-404 4)" in list(rows(result))


# -- the command --------------------------------------------------------------------------------------


def test_it_reads_captures_and_keeps_nothing(luutin: CommandLine) -> None:
    done = luutin("check", "portal", "-a", f"origin={SAMPLE}", "--pages", "3", "--json")
    assert done.code == 0, done.err
    result = json.loads(done.out)
    assert (result["platform"], result["detected"], result["problems"]) == ("wordpress", {"wordpress": 3}, [])
    assert len(result["articles"]) == 3
    assert all(read["published_at"] and read["words"] > 100 for read in result["articles"])
    assert {row["name"] for row in result["fields"] if row["have"] == 3} >= {"title", "published_at", "body"}
    assert not luutin.output.exists()


def test_it_visits_a_few_pages_of_a_live_portal(luutin: CommandLine, portal: SampleServer) -> None:
    done = luutin("check", "skhdt_backan", "-a", f"url={portal.url}", "--pages", "2")
    assert done.code == 0, done.err
    assert "The description holds." in done.out
    assert "body              2/2" in done.out
    assert "verified_on = date(" in done.err
    assert portal.asked[0] == "/robots.txt"
    listings = [path for path in portal.asked if path.startswith("/category/")]
    assert len(listings) == 1
    assert len(portal.asked) <= 12
    assert not luutin.output.exists()


def _without(name: str) -> Callable[[Answer], Answer]:
    def answer(given: Answer) -> Answer:
        status, headers, body = given
        return status, headers, body.replace(name.encode(), b"khac")

    return answer


def test_a_redesign_is_told(luutin: CommandLine, portal: SampleServer) -> None:
    redesigned, answer = _without("entry-content"), portal.answer
    portal.answer = lambda path: redesigned(answer(path))  # type: ignore[method-assign]  # the server as it is later
    done = luutin("check", "skhdt_backan", "-a", f"url={portal.url}", "--pages", "2")
    assert done.code == 3, done.err
    assert "- body: the described selectors match on 0 of 2 articles" in done.out
    assert "verified_on" not in done.err


def test_a_challenge_is_blocked_and_a_dead_host_is_an_error(luutin: CommandLine, portal: SampleServer) -> None:
    page = b"<html><head><title>Just a moment...</title></head><body><div id='cf-wrapper'>Checking your browser</div>"
    portal.answers["/"] = (403, {"Content-Type": "text/html"}, page)
    done = luutin("check", "skhdt_backan", "-a", f"url={portal.url}")
    assert (done.code, done.out) == (4, "")
    assert "http-403" in done.err
    done = luutin("check", "skhdt_backan", "-a", f"origin={SAMPLE}")
    assert done.code == 1
    assert "not-captured" in done.err
    assert "It is gone since 2025-07-01, into Thái Nguyên." in done.err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["skhdt_bakan"], "Did you mean skhdt_backan?"),
        (["portal"], "needs to know where: -a url=https://…"),
        (["skhdt_backan", "-a", "full=1"], "-a full=…: there is no such argument; there are url, origin"),
        (["skhdt_backan", "--pages", "0"], "--pages 0: must be 1 or more"),
        (["skhdt_backan", "-a", "url=ftp://x"], "url=ftp://x: is no URL of a web site"),
    ],
)
def test_what_makes_no_sense_is_said(luutin: CommandLine, arguments: list[str], says: str) -> None:
    done = luutin("check", *arguments)
    assert done.code == 2
    assert says in done.err


def test_an_archive_without_lists_is_read_by_its_index(luutin: CommandLine, tmp_path: Path) -> None:
    url = next(json.loads(line)["url"] for line in (SAMPLE.parent / "expected.jsonl").read_text("utf-8").splitlines())
    assert url.startswith(HOST)
    done = luutin("check", "portal", "-a", f"origin={SAMPLE}", "-a", f"url={url}", "--pages", "2", "--json")
    assert len(json.loads(done.out)["articles"]) == 2
