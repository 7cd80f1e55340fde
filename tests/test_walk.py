"""How a portal is walked: sources that know more than listings, pages that fail, manners, what the user sees."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import re
from dataclasses import dataclass
from typing import Any

import pytest
from conftest import REPO, SAMPLE, CommandLine
from sample_server import SampleServer
from scrapy.http import Response
from scrapy.settings import Settings
from scrapy.signalmanager import SignalManager
from scrapy.spidermiddlewares.httperror import HttpError

from crawler.frontier import Found
from crawler.outcomes import Outcomes, reason_of
from crawler.portal import AnyPortal, Portal, described
from crawler.portals.skhdt_backan import SkhdtBackan
from crawler.progress import Progress
from pipelines.archive.folder import Known

CATEGORIES = "/wp-json/wp/v2/categories?per_page=100&hide_empty=true&_fields=id,name,link,count"
POSTS = (
    "/wp-json/wp/v2/posts?per_page=100&orderby=modified"
    "&_fields=id,link,date_gmt,modified_gmt,title,categories,content.protected"
)


def with_rest_api(portal: SampleServer, modified: str = "2025-06-01T00:00:00") -> list[dict[str, Any]]:
    """Switch the sample's REST API on, in two pages; the posts it lists."""
    rows = [json.loads(line) for line in (REPO / "sample" / "expected.jsonl").read_text("utf-8").splitlines()]
    posts = [
        {
            "id": number,
            "link": portal.here(row["url"]),
            "date_gmt": "2020-01-01T00:00:00",
            "modified_gmt": modified,
            "categories": [2],
            "content": {"protected": row["kind"] == "protected"},
        }
        for number, row in enumerate(rows)
    ]
    kind = {"Content-Type": "application/json"}
    following = f"{portal.url}wp-json/wp/v2/posts?page=2"
    category = {"id": 2, "name": "Văn bản", "link": f"{portal.url}category/van-ban/", "count": 5}
    portal.answers[CATEGORIES] = (200, kind, json.dumps([category]).encode())
    portal.answers[POSTS] = (200, {**kind, "Link": f'<{following}>; rel="next"'}, json.dumps(posts[:20]).encode())
    portal.answers["/wp-json/wp/v2/posts?page=2"] = (200, kind, json.dumps(posts[20:]).encode())
    return posts


class TestRestApi:
    @pytest.mark.no_cover
    def test_it_lists_what_no_listing_shows_and_names_the_protected(
        self, luutin: CommandLine, portal: SampleServer
    ) -> None:
        posts = with_rest_api(portal)
        menu = portal.answer("/")[2].replace(b"category/", b"trang/")
        link = f'<{portal.url}wp-json/>; rel="https://api.w.org/"'
        portal.answers["/"] = (200, {"Content-Type": "text/html", "Link": link}, menu)
        portal.answers["/wp-sitemap.xml"] = portal.answers["/feed/"] = (404, {}, b"")
        assert luutin("crawl", "portal", "-a", f"url={portal.url}").code == 0
        stored = {line["url"] for line in luutin.lines(portal.name)}
        captured = {post["link"] for post in posts if not post["content"]["protected"]}
        assert len(stored & captured) >= len(captured) - 1
        assert luutin.report()["reasons"]["skipped:protected"] == 1

    def test_a_changed_modification_time_is_all_that_asks_for_an_article_again(
        self, luutin: CommandLine, portal: SampleServer
    ) -> None:
        posts = with_rest_api(portal)
        luutin("crawl", "portal", "-a", f"url={portal.url}")
        lines = luutin.versions(portal.name)
        edited = next(post for post in posts if "giao-ban-cong-tac-thang-5" in post["link"])
        edited["modified_gmt"] = "2025-06-02T16:42:00"
        portal.answers[POSTS] = (200, {"Content-Type": "application/json"}, json.dumps(posts).encode())
        portal.day = 2
        portal.asked.clear()
        luutin("crawl", "portal", "-a", f"url={portal.url}")
        known = {line["url"] for line in lines}
        again = {portal.url.rstrip("/") + path for path in portal.asked} & known
        assert again == {edited["link"]}
        added = luutin.versions(portal.name)[len(lines) :]
        assert [line["version"] for line in added if line["url"] in known] == [2]

    def test_an_api_that_answers_nonsense_costs_nothing_but_itself(
        self, luutin: CommandLine, portal: SampleServer
    ) -> None:
        portal.answers[CATEGORIES] = (200, {"Content-Type": "application/json"}, b"<br>Fatal error")
        portal.answers[POSTS] = (500, {"Content-Type": "text/html"}, b"")
        done = luutin("crawl", "portal", "-a", f"url={portal.url}", "-s", "RETRY_TIMES=0")
        assert done.code == 0
        assert luutin.report()["reasons"]["skipped:bad-source"] == 1
        assert luutin.report()["outcomes"]["article"] > 30


class TestConditionalRequests:
    def test_what_has_not_changed_is_not_sent_again(self, luutin: CommandLine, portal: SampleServer) -> None:
        portal.validators = True
        luutin("crawl", "portal", "-a", f"url={portal.url}")
        lines = luutin.lines(portal.name)
        portal.not_modified.clear()
        done = luutin("crawl", "portal", "-a", f"url={portal.url}")
        assert done.code == 0
        assert "/category/thong-bao/" in portal.not_modified
        assert "/" not in portal.not_modified
        assert luutin.lines(portal.name) == lines

    @pytest.mark.no_cover
    def test_after_a_run_that_was_killed_everything_is_read(self, luutin: CommandLine, portal: SampleServer) -> None:
        portal.validators = True
        process = luutin.popen("crawl", "portal", "-a", f"url={portal.url}")
        portal.on_request = lambda _: process.kill() if len(portal.asked) == 30 else None
        process.communicate(timeout=60)
        portal.on_request = lambda _: None
        luutin("crawl", "portal", "-a", f"url={portal.url}")
        assert portal.not_modified == []
        assert len(luutin.versions(portal.name)) == 41  # the forty-second was published on the second day


class TestPagesThatFail:
    @pytest.mark.no_cover
    def test_an_article_keeps_what_could_be_had_of_it(self, luutin: CommandLine, portal: SampleServer) -> None:
        luutin("crawl", "portal", "-a", f"url={portal.url}")
        whole = next(line for line in luutin.lines(portal.name) if line["parts"])
        part = whole["parts"][0]["url"].removeprefix(portal.url.rstrip("/"))
        portal.answers[part] = (404, {"Content-Type": "text/html"}, b"")
        other = CommandLine(luutin.output.with_name("other"))
        other("crawl", "portal", "-a", f"url={portal.url}")
        half = next(line for line in other.lines(portal.name) if line["id"] == whole["id"])
        assert half["parts"] == []
        assert whole["body"].startswith(half["body"][:200])
        assert 0 < len(half["body"]) < len(whole["body"])

    @pytest.mark.no_cover
    @pytest.mark.parametrize(
        ("location", "reason"),
        [("https://thainguyen.example/", "redirect-offsite"), ("", "redirect-loop"), ("/lien-he/", "redirect-known")],
    )
    def test_redirects_that_lead_nowhere_new_are_counted(
        self, luutin: CommandLine, portal: SampleServer, location: str, reason: str
    ) -> None:
        path = "/thong-bao-nghi-tet-nguyen-dan-at-ty-va-lich-truc/"
        portal.answers[path] = (302, {"Location": location}, b"")
        luutin("crawl", "portal", "-a", f"url={portal.url}")
        assert luutin.report()["reasons"][f"skipped:{reason}"] >= 1
        assert not [line for line in luutin.lines(portal.name) if line["url"].endswith(path)]

    @pytest.mark.no_cover
    def test_a_start_page_moved_within_the_portal_is_followed(self, luutin: CommandLine, portal: SampleServer) -> None:
        home = portal.answer("/")
        portal.answers["/trang-chu/"] = home
        portal.answers["/"] = (301, {"Location": "/trang-chu/"}, b"")
        assert luutin("crawl", "portal", "-a", f"url={portal.url}").code == 0
        assert len(luutin.versions(portal.name)) > 30

    @pytest.mark.no_cover
    def test_files_and_broken_pages_are_no_articles(self, luutin: CommandLine, portal: SampleServer) -> None:
        path = "/thong-bao-nghi-tet-nguyen-dan-at-ty-va-lich-truc/"
        portal.answers[path] = (200, {"Content-Type": "application/pdf"}, b"%PDF-1.4")
        portal.answers["/lien-he/"] = (200, {"Content-Type": "text/html"}, b"")
        luutin("crawl", "portal", "-a", f"url={portal.url}")
        reasons = luutin.report()["reasons"]
        assert reasons["skipped:not-html"] == 1
        assert reasons["skipped:empty-page"] == 1

    @pytest.mark.parametrize(
        ("error", "reason"),
        [(HttpError(Response("http://x/", status=503)), "http-503"), (ValueError("x"), "download"), (None, "download")],
    )
    def test_failures_have_names(self, error: BaseException | None, reason: str) -> None:
        assert reason_of(error) == reason


KNOWN = Known("article", None, "0" * 16, "rest:2021|title:hop giao ban")


@pytest.mark.parametrize(
    ("known", "marks", "unchanged"),
    [
        (None, {}, False),
        (KNOWN, {}, True),
        (KNOWN, {"rest": "2021"}, True),
        (KNOWN, {"rest": "2022"}, False),
        (KNOWN, {"rest": "2021", "title": "ten moi"}, True),
        (KNOWN, {"title": "ten moi"}, False),
        (KNOWN, {"lastmod": "2022"}, True),
        (Known("article", None, None, None), {"rest": "2022"}, False),
        (Known("article", None, None, None), {"title": "x"}, True),
        (Known("failed", "http-503", None, None), {}, False),
        (Known("skipped", "static-page", None, None), {"capture": "2025"}, True),
        (Known("part", None, None, None), {"rest": "2022"}, True),
    ],
)
def test_an_article_is_asked_for_again_only_where_a_source_says_so(
    known: Known | None, marks: dict[str, str], unchanged: bool
) -> None:
    assert Found("http://x/", known, marks=marks).unchanged is unchanged


@dataclass
class Live:
    live: bool = True


class Crawler:
    """As much of Scrapy's crawler as the extensions ask for."""

    def __init__(self) -> None:
        self.settings = Settings({"USER_AGENT": "luutin", "DOWNLOAD_DELAY": 1.0, "LUUTIN_PROGRESS": True})
        self.signals = SignalManager()
        self.spider: Any = type("Spider", (), {"sitemaps": [], "origin": Live(), "outcomes": Outcomes(None)})()
        self.stats = self

    def get_value(self, name: str, default: int) -> int:
        return 12


class TestWhatTheUserSees:
    def test_a_line_says_pages_and_outcomes(self) -> None:
        crawler = Crawler()
        crawler.spider.archive = type("Archive", (), {"portal": "so_thu"})()
        crawler.spider.outcomes.count("article")
        line = Progress.from_crawler(crawler).line(crawler.spider)  # type: ignore[arg-type]
        assert line.startswith("so_thu: 12 pages (")
        assert "article 1" in line

    def test_a_terminal_gets_a_live_table(self, luutin: CommandLine, portal: SampleServer) -> None:
        shown = _on_terminal(luutin, portal)
        assert re.search(r"\b\d:\d\d\b", shown)
        assert "duplicate" in shown
        assert "articles of this portal in the archive" in shown


def _on_terminal(luutin: CommandLine, portal: SampleServer) -> str:
    """What a crawl writes where its stderr is a terminal."""
    main, terminal = pty.openpty()
    process = luutin.popen("crawl", "portal", "-a", f"url={portal.url}", stderr=terminal)
    os.close(terminal)
    shown = b""
    with contextlib.suppress(OSError):  # what Linux says when the other end is closed
        while piece := os.read(main, 65536):
            shown += piece
    process.communicate(timeout=60)
    os.close(main)
    return shown.decode("utf-8", "replace")


def test_a_described_portal_is_known_by_its_host() -> None:
    portals: list[type[Portal]] = [SkhdtBackan]
    assert described("skhdt.backan.gov.vn", portals) is SkhdtBackan
    assert described("khac.example", portals) is None
    assert AnyPortal(url="https://x.example/", archive=None).start_url == "https://x.example/"


@pytest.mark.no_cover
def test_a_described_portal_is_read_from_an_archive_under_its_own_name(luutin: CommandLine) -> None:
    done = luutin("crawl", "skhdt_backan", "-a", f"origin={SAMPLE}", "-a", "url=https://sokhdt.tanson.example/")
    assert done.code == 0
    line = luutin.lines("skhdt_backan")[0]
    assert (line["portal"], line["province"]) == ("skhdt_backan", "Bắc Kạn")
