"""`luutin crawl` as its user runs it: a whole portal, twice, killed, edited, refused."""

from __future__ import annotations

import json
import resource
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import SAMPLE, CommandLine
from sample_server import HOST, SampleServer

from pipelines.archive.lock import Lock

pytestmark = pytest.mark.no_cover  # others reach all it does

NAME = "sokhdt_tanson_example"


def latest(lines: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {line["url"]: line for line in lines}


def warcio_check(folder: Path) -> int:
    files = [str(path) for path in folder.glob("captures/*/*.warc.gz")]
    assert files
    warcio = str(Path(sys.executable).with_name("warcio"))
    return subprocess.run([warcio, "check", *files], check=False, capture_output=True).returncode


class TestFromAnArchive:
    def test_every_article_of_the_sample_is_read_as_its_truth_says(
        self, luutin: CommandLine, expected: dict[str, dict[str, Any]]
    ) -> None:
        done = luutin("crawl", "portal", "-a", f"origin={SAMPLE}", "-a", "captures=all")
        assert done.code == 0, done.err
        lines = luutin.lines(NAME)
        got = latest(lines)
        protected = {url for url, row in expected.items() if row["kind"] == "protected"}
        assert protected
        assert got.keys() == expected.keys() - protected
        wrong = []
        for url, line in got.items():
            row = expected[url]
            pairs = {
                "title": (row["title"], line["title"]),
                "published_at": (row["published"], line["published_at"]),
                "modified_at": (row["modified"], line["modified_at"]),
                "authors": (row["authors"], line["authors"]),
                "cited_source": (row["cited_source"], line["cited_source"]),
                "section": (row["section"], line["section"]),
                "tags": (row["tags"], line["tags"]),
                "captions": (row["captions"], [i["caption"] for i in line["images"] if i["caption"]]),
                "attachments": (row["attachments"], [a["url"] for a in line["attachments"]]),
                "version": (row["versions"], len({one["digest"] for one in lines if one["id"] == line["id"]})),
            }
            if line["duplicate_of"] is None:
                pairs["lead"] = (row["lead"], line["lead"])
                pairs["body"] = (row["body"], [part for part in line["body"].split("\n") if part])
            wrong += [(url, name, want, have) for name, (want, have) in pairs.items() if want != have]
        assert not wrong

    def test_reposts_are_findable_as_duplicates_without_text(
        self, luutin: CommandLine, expected: dict[str, dict[str, Any]]
    ) -> None:
        luutin("crawl", "portal", "-a", f"origin={SAMPLE}")
        lines = luutin.lines(NAME)
        by_id = {line["id"]: line for line in lines}
        reposts = {url: row["duplicate_of"] for url, row in expected.items() if row["duplicate_of"]}
        flagged = {line["url"]: by_id[line["duplicate_of"]]["url"] for line in lines if line["duplicate_of"]}
        assert flagged == reposts
        assert not any(line["body"] or line["body_html"] for line in lines if line["duplicate_of"])

    def test_reading_it_again_adds_nothing(self, luutin: CommandLine) -> None:
        luutin("crawl", "portal", "-a", f"origin={SAMPLE}", "-a", "captures=all")
        files = sorted(path for path in luutin.output.rglob("*") if path.suffix in (".jsonl", ".gz"))
        before = [path.read_bytes() for path in files]
        done = luutin("crawl", "portal", "-a", f"origin={SAMPLE}", "-a", "captures=all")
        assert done.code == 0
        assert [path.read_bytes() for path in files] == before

    def test_the_capture_keeps_its_own_time_and_is_named(self, luutin: CommandLine) -> None:
        luutin("crawl", "portal", "-a", f"origin={SAMPLE}")
        line = luutin.lines(NAME)[0]
        assert line["origin"] == "wacz:sample.wacz"
        assert line["captured_at"].startswith("2025-06-0")
        assert (luutin.output / line["warc_file"]).exists()
        assert warcio_check(luutin.output) == 0


class TestLive:
    def test_it_gives_the_same_articles_as_the_archive(
        self, luutin: CommandLine, portal: SampleServer, expected: dict[str, dict[str, Any]]
    ) -> None:
        done = luutin("crawl", "portal", "-a", f"url={portal.url}")
        assert done.code == 0, done.err
        got = latest(luutin.lines(portal.name))
        articles = [row for row in expected.values() if row["kind"] != "protected" and row["url"]]
        first_day = {portal.here(row["url"]) for row in articles} & got.keys()
        assert len(first_day) >= len(articles) - 1  # one article was published on the second day
        for row in articles:
            line = got.get(portal.here(row["url"]))
            if line and not line["duplicate_of"] and row["versions"] == 1:
                assert [part for part in line["body"].split("\n") if part] == row["body"]
        assert len(portal.asked) == len(set(portal.asked))
        assert warcio_check(luutin.output) == 0

    def test_a_second_run_asks_for_no_article_and_adds_no_line(self, luutin: CommandLine, portal: SampleServer) -> None:
        luutin("crawl", "portal", "-a", f"url={portal.url}")
        lines = luutin.lines(portal.name)
        articles = {line["url"] for line in lines}
        portal.asked.clear()
        assert luutin("crawl", "portal", "-a", f"url={portal.url}").code == 0
        assert luutin.lines(portal.name) == lines
        assert not {portal.url.rstrip("/") + path for path in portal.asked} & articles

    def test_an_edited_article_becomes_its_next_version(self, luutin: CommandLine, portal: SampleServer) -> None:
        luutin("crawl", "portal", "-a", f"url={portal.url}")
        before = luutin.lines(portal.name)
        portal.day = 2
        luutin("crawl", "portal", "-a", f"url={portal.url}", "-a", "full=1")
        added = luutin.lines(portal.name)[len(before) :]
        edited = [line for line in added if line["version"] == 2]
        assert len(edited) == 1
        old = next(line for line in before if line["id"] == edited[0]["id"])
        assert edited[0]["previous_digest"] == old["digest"] != edited[0]["digest"]

    def test_killed_in_the_middle_the_next_run_ends_with_the_same_archive(
        self, luutin: CommandLine, portal: SampleServer, tmp_path: Path
    ) -> None:
        whole = CommandLine(tmp_path / "whole")
        whole("crawl", "portal", "-a", f"url={portal.url}")
        portal.asked.clear()
        process = luutin.popen("crawl", "portal", "-a", f"url={portal.url}")
        portal.on_request = lambda _: process.kill() if len(portal.asked) == 40 else None
        process.communicate(timeout=60)
        assert process.returncode == -9
        kept = len(luutin.versions(portal.name))
        assert 0 < kept < len(whole.lines(portal.name))
        portal.on_request = lambda _: None
        done = luutin("crawl", "portal", "-a", f"url={portal.url}")
        assert done.code == 0, done.err
        again = luutin.lines(portal.name)
        assert {(line["url"], line["digest"]) for line in again} == {
            (line["url"], line["digest"]) for line in whole.lines(portal.name)
        }
        assert len({(line["id"], line["version"]) for line in again}) == len(again)
        assert warcio_check(luutin.output) == 0

    def test_interrupted_it_ends_in_order_and_says_so(self, luutin: CommandLine, portal: SampleServer) -> None:
        process = luutin.popen("crawl", "portal", "-a", f"url={portal.url}")
        portal.on_request = lambda _: process.send_signal(signal.SIGINT) if len(portal.asked) == 30 else None
        _, err = process.communicate(timeout=60)
        assert process.returncode == 1
        assert "(shutdown)" in err
        assert "Traceback" not in err
        assert luutin.report()["finished"] == "shutdown"
        assert warcio_check(luutin.output) == 0

    def test_the_cdxj_leads_to_every_capture(self, luutin: CommandLine, portal: SampleServer) -> None:
        luutin("crawl", "portal", "-a", f"url={portal.url}")
        index = (luutin.output / "captures" / portal.name / f"{portal.name}.cdxj").read_text().splitlines()
        assert index == sorted(index)
        assert len(index) == luutin.report()["pages"]
        paths = {json.loads(line.split(" ", 2)[2])["url"].removeprefix(portal.url) for line in index}
        assert "robots.txt" in paths

    def test_every_page_ends_as_one_counted_outcome(self, luutin: CommandLine, portal: SampleServer) -> None:
        luutin("crawl", "portal", "-a", f"url={portal.url}")
        report = luutin.report()
        asked = len(portal.asked) - 1  # robots.txt is no page
        assert sum(report["outcomes"].values()) == asked
        assert report["reasons"]["failed:http-404"] >= 1

    def test_robots_txt_is_kept(self, luutin: CommandLine, portal: SampleServer) -> None:
        portal.answers["/robots.txt"] = (
            200, {"Content-Type": "text/plain"}, b"User-agent: *\nDisallow: /category/van-ban/\n",
        )  # fmt: skip
        luutin("crawl", "portal", "-a", f"url={portal.url}")
        assert not [path for path in portal.asked if path.startswith("/category/van-ban/")]
        assert luutin.report()["reasons"]["skipped:robots"] >= 1


class TestRefusals:
    def test_robots_txt_that_forbids_all_is_a_block(self, luutin: CommandLine, portal: SampleServer) -> None:
        portal.answers["/robots.txt"] = (200, {"Content-Type": "text/plain"}, b"User-agent: *\nDisallow: /\n")
        done = luutin("crawl", "portal", "-a", f"url={portal.url}")
        assert done.code == 4
        assert portal.asked == ["/robots.txt"]

    def test_a_start_page_that_leads_to_another_host_is_no_portal(
        self, luutin: CommandLine, portal: SampleServer
    ) -> None:
        portal.answers["/"] = (302, {"Location": "https://thainguyen.example/"}, b"")
        done = luutin("crawl", "portal", "-a", f"url={portal.url}")
        assert done.code == 1
        assert "thainguyen.example" in done.err

    def test_a_start_page_that_is_a_file_is_no_portal(self, luutin: CommandLine, portal: SampleServer) -> None:
        portal.answers["/"] = (200, {"Content-Type": "application/pdf"}, b"%PDF-1.4")
        done = luutin("crawl", "portal", "-a", f"url={portal.url}")
        assert done.code == 1
        assert "not with a page of a portal: not-html" in done.err

    def test_a_file_that_is_no_archive_is_named(self, luutin: CommandLine) -> None:
        done = luutin("crawl", "portal", "-a", "origin=pyproject.toml")
        assert done.code == 1
        assert "cannot be read as WARC" in done.err
        assert "Traceback" not in done.err

    def test_an_empty_warc_is_named(self, luutin: CommandLine, tmp_path: Path) -> None:
        (tmp_path / "leer.warc.gz").touch()
        done = luutin("crawl", "portal", "-a", f"origin={tmp_path / 'leer.warc.gz'}")
        assert done.code == 1
        assert "leer.warc.gz: is empty" in done.err

    def test_debug_shows_the_traceback(self, luutin: CommandLine) -> None:
        assert "Traceback" in luutin("crawl", "portal", "-a", "url=backan", "--debug").err

    def test_a_second_run_on_the_same_output_is_refused_and_told_who_holds_it(self, luutin: CommandLine) -> None:
        luutin.output.mkdir()
        lock = Lock(luutin.output)
        done = luutin("crawl", "portal", "-a", f"origin={SAMPLE}")
        lock.release()
        assert done.code == 1
        assert "process" in done.err
        assert "LUUTIN_OUTPUT" in done.err

    def test_an_output_that_is_no_folder_is_refused(self, luutin: CommandLine) -> None:
        luutin.output.write_text("kein Ordner")
        done = luutin("crawl", "portal", "-a", f"origin={SAMPLE}")
        assert done.code == 1
        assert str(luutin.output) in done.err
        assert "Traceback" not in done.err

    def test_a_disk_that_fills_up_ends_the_run_and_loses_nothing(self, luutin: CommandLine) -> None:
        done = luutin(
            "crawl", "portal", "-a", f"origin={SAMPLE}", "-a", "captures=all",
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1_600_000, 1_600_000)),
        )  # fmt: skip
        assert done.code == 1
        assert "What was stored before is whole" in done.err
        assert "Traceback" not in done.err
        kept = luutin.lines(NAME)
        assert kept
        assert luutin("crawl", "portal", "-a", f"origin={SAMPLE}", "-a", "captures=all").code == 0
        assert luutin.lines(NAME)[: len(kept)] == kept
        assert warcio_check(luutin.output) == 0


class TestScrapysOwnCommands:
    def test_fetch_and_shell_work_as_ever(self, luutin: CommandLine, portal: SampleServer) -> None:
        assert "Sitemap:" in luutin("fetch", f"{portal.url}robots.txt").out
        done = luutin("shell", "-c", "response.status", f"{portal.url}lien-he/")
        assert (done.code, done.out.strip()) == (0, "200")
        assert not luutin.output.exists()


class TestList:
    def test_names_and_titles(self, luutin: CommandLine) -> None:
        out = luutin("list").out
        assert "skhdt_backan" in out
        assert "Sở Kế hoạch và Đầu tư tỉnh Bắc Kạn" in out

    def test_json_has_every_attribute(self, luutin: CommandLine) -> None:
        rows = {row["name"]: row for row in json.loads(luutin("list", "--json").out)["portals"]}
        assert rows["khuyennong_backan"]["hosts"] == ["khuyennong.backan.gov.vn"]
        assert rows["khuyennong_backan"]["verified_on"] is None


def test_the_sample_is_served_under_another_host(portal: SampleServer) -> None:
    """Guards the tests above: a server that answered with the sample's own host would make them pass for nothing."""
    _, _, body = portal.answer("/")
    assert HOST.encode() not in body
