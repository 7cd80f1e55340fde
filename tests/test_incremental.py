"""Runs after the first: what is gone, what came back, what an earlier run did not get, and backfills."""

from __future__ import annotations

import shutil
from collections import Counter
from functools import partial
from typing import Any

import pytest
from conftest import CommandLine
from made_portal import MadePortal, article, frame, rows
from preloaded import Started
from sample_server import SampleServer

from pipelines.archive.database import Database

PAGE = {"Content-Type": "text/html; charset=UTF-8"}
NOT_FOUND = (
    "<html><head><title>Không tìm thấy trang</title></head><body class='error404'><h1>Không tìm thấy trang</h1>"
    "<p>Trang bạn tìm không tồn tại hoặc đã bị gỡ bỏ.</p></body></html>"
)


def crawl(luutin: CommandLine, portal: SampleServer | MadePortal, *args: str) -> None:
    portal.asked.clear()
    done = luutin("crawl", "portal", "-a", f"url={portal.url}", "-s", "RETRY_TIMES=0", *args)
    assert done.code == 0, done.err


def path_of(portal: SampleServer, line: dict[str, Any]) -> str:
    path: str = line["url"].removeprefix(portal.url.rstrip("/"))
    return path


class TestGone:
    def test_what_a_portal_no_longer_has_is_told_and_stays_and_may_come_back(
        self, luutin: CommandLine, portal: SampleServer
    ) -> None:
        crawl(luutin, portal)
        first = [line for line in luutin.lines(portal.name) if not line["duplicate_of"] and not line["parts"]]
        missing, removed, soft, home, ill, challenged = (path_of(portal, line) for line in first[3:9])
        challenge = "<html><head><title>Just a moment...</title></head><body></body></html>"
        portal.answers |= {
            missing: (404, PAGE, b""),
            removed: (410, PAGE, b""),
            soft: (200, PAGE, NOT_FOUND.encode()),
            home: (302, {"Location": "/"}, b""),
            ill: (500, PAGE, b""),
            challenged: (200, PAGE, challenge.encode()),
        }
        crawl(luutin, portal, "-a", "full=1")
        report = luutin.report()
        assert report["outcomes"]["gone"] == 4
        reasons = {name for name in report["reasons"] if name.startswith("gone:")}
        assert reasons == {"gone:http-404", "gone:http-410", "gone:soft-404", "gone:redirect-home"}
        gone = {path_of(portal, line): line for line in luutin.lines(portal.name) if line["gone_at"]}
        assert gone.keys() == {missing, removed, soft, home}
        for line in first[3:7]:
            last = gone[path_of(portal, line)]
            assert (last["version"], last["body"], last["previous_digest"]) == (2, line["body"], line["digest"])
        crawl(luutin, portal)  # what lists still show of it is asked for, and is gone still
        assert sum(line["gone_at"] is not None for line in luutin.lines(portal.name)) == 4
        portal.answers.clear()
        crawl(luutin, portal, "-a", "full=1")
        back = [line for line in luutin.lines(portal.name) if line["version"] == 3]
        assert {path_of(portal, line) for line in back} == gone.keys()
        assert all(line["gone_at"] is None for line in back)
        self.rebuilt(luutin, portal.name)

    def rebuilt(self, luutin: CommandLine, name: str) -> None:
        assert luutin("verify").code == 0
        before = (luutin.output / "articles" / f"{name}.jsonl").read_bytes()
        shutil.rmtree(luutin.output / "articles")
        (luutin.output / "archive.db").unlink()
        assert luutin("reparse").code == 0
        assert (luutin.output / "articles" / f"{name}.jsonl").read_bytes() == before
        assert luutin("verify").code == 0

    def test_what_a_list_leaves_out_between_others_is_looked_at(self, luutin: CommandLine) -> None:
        numbers = list(range(12, 0, -1))

        def answer(path: str, _: bytes) -> str | None:
            if path in ("/", "/muc?id=1"):
                return frame("".join(rows(range(n, n + 1)) for n in numbers))
            number = path.removeprefix("/tin?id=")
            return article(int(number)) if number.isdecimal() and int(number) in numbers else None

        with MadePortal(answer) as made:
            crawl(luutin, made)
            assert len(luutin.versions(made.name)) == 12
            numbers.remove(7)
            numbers.insert(0, 13)
            crawl(luutin, made)
            assert [path for path in made.asked if path.startswith("/tin")] == ["/tin?id=13", "/tin?id=7"]
            lines = luutin.lines(made.name)
            assert [line["url"][-1] for line in lines if line["gone_at"]] == ["7"]
            crawl(luutin, made)
            assert not [path for path in made.asked if path.startswith("/tin")]


class TestGoingOn:
    @pytest.mark.no_cover
    def test_what_a_run_asked_for_in_vain_the_next_one_gets_wherever_it_was_listed(
        self, luutin: CommandLine, portal: SampleServer
    ) -> None:
        crawl(luutin, portal)
        whole = luutin.versions(portal.name)
        line = next(line for line in whole if not line["parts"] and not line["duplicate_of"])
        other = CommandLine(luutin.output.with_name("other"))
        portal.answers[path_of(portal, line)] = (500, PAGE, b"")
        crawl(other, portal)
        assert len(other.versions(portal.name)) == len(whole) - 1
        portal.answers.clear()
        crawl(other, portal)
        (late,) = other.versions(portal.name)[len(whole) - 1 :]
        assert (late["url"], late["section"], late["digest"]) == (line["url"], line["section"], line["digest"])

    @pytest.mark.no_cover
    def test_a_server_in_trouble_for_many_pages_costs_no_other(
        self, luutin: CommandLine, portal: SampleServer, expected: dict[str, dict[str, Any]]
    ) -> None:
        paths = sorted(path_of(portal, {"url": portal.here(url)}) for url in expected)
        portal.answers |= dict.fromkeys(paths[:25], (500, PAGE, b""))
        crawl(luutin, portal)
        stored = len(luutin.versions(portal.name))
        assert stored >= len(paths) - 25 - 2  # one is protected, one of the second day
        portal.answers.clear()
        crawl(luutin, portal)
        assert len(luutin.versions(portal.name)) == 41

    @pytest.mark.no_cover
    def test_killed_again_and_again_it_asks_for_nothing_twice_but_what_was_in_flight(
        self, luutin: CommandLine, portal: SampleServer
    ) -> None:
        kills = 3
        for number in range(kills):
            process = luutin.popen("crawl", "portal", "-a", f"url={portal.url}")
            portal.on_request = partial(self.kill, process, portal.asked, 15 * (number + 1))
            process.communicate(timeout=60)
            assert process.returncode == -9
        assert luutin("verify").code == 0
        portal.on_request = lambda _: None
        assert luutin("crawl", "portal", "-a", f"url={portal.url}").code == 0
        twice = [path for path, count in Counter(portal.asked).items() if count > 1]
        assert len(twice) <= kills
        assert len(luutin.versions(portal.name)) == 41
        assert luutin("verify").code == 0

    def kill(self, process: Started, asked: list[str], at: int, _: str) -> None:
        if len(asked) >= at:
            process.kill()

    def test_a_list_whose_further_page_could_not_be_had_is_read_on_by_the_next_run(self, luutin: CommandLine) -> None:
        state = {"last": 6, "fails": False}

        def answer(path: str, _: bytes) -> str | None:
            if path.startswith("/tin?id="):
                return article(int(path.removeprefix("/tin?id=")))
            page = int(path.partition("&trang=")[2] or 1)
            if path == "/" or not path.startswith("/muc?id=1") or page > 4:
                return frame("<p>Trang chủ</p>") if path == "/" else None
            if page == 2 and state["fails"]:
                return "<html><head><title>Just a moment...</title></head><body></body></html>"
            last = state["last"] - 3 * (page - 1)
            pager = "".join(f"<a href='/muc?id=1&trang={n}'>{n}</a> " for n in range(1, state["last"] // 3 + 1))
            shown = "".join(rows(range(n, n + 1)) for n in range(last, max(0, last - 3), -1))
            return frame(f"{shown}<div class=trang>{pager}</div>") if shown else None

        with MadePortal(answer) as made:
            crawl(luutin, made)
            assert len(luutin.versions(made.name)) == 6
            state.update(last=12, fails=True)
            crawl(luutin, made)
            assert len(luutin.versions(made.name)) == 9
            state["fails"] = False
            crawl(luutin, made)
            assert len(luutin.versions(made.name)) == 12

    @pytest.mark.no_cover
    @pytest.mark.parametrize(
        "instead", [frame("<p>Chưa có bài</p>"), "<html><head><title>Just a moment...</title></head></html>"]
    )
    def test_a_list_that_once_was_empty_or_answered_a_challenge_is_a_list_still(
        self, luutin: CommandLine, instead: str
    ) -> None:
        state = {"last": 6, "fails": False}

        def answer(path: str, _: bytes) -> str | None:
            if path == "/muc?id=1" and state["fails"]:
                return instead
            if path in ("/", "/muc?id=1"):
                shown = range(state["last"], 0, -1) if path != "/" else (1, 2)
                return frame("".join(rows(range(n, n + 1)) for n in shown))
            return article(int(path.removeprefix("/tin?id="))) if path.startswith("/tin?id=") else None

        with MadePortal(answer) as made:
            crawl(luutin, made)
            state["fails"] = True
            crawl(luutin, made)
            state.update(last=8, fails=False)
            crawl(luutin, made)
            assert len(luutin.versions(made.name)) == 8


class TestPeriod:
    def test_a_backfill_walks_as_far_back_as_its_period_and_asks_for_nothing_outside(self, luutin: CommandLine) -> None:
        def answer(path: str, _: bytes) -> str | None:
            if path.startswith("/tin?id="):
                return article(int(path.removeprefix("/tin?id=")))
            page = int(path.partition("&trang=")[2] or 1)
            if path == "/" or not path.startswith("/muc?id=1") or page > 6:
                return frame("<p>Trang chủ</p>") if path == "/" else None
            last = 24 - 4 * (page - 1)
            pager = "".join(f"<a href='/muc?id=1&trang={n}'>{n}</a> " for n in range(1, 7))
            shown = "".join(rows(range(n, n + 1)) for n in range(last, last - 4, -1))
            return frame(f"{shown}<div class=trang>{pager}</div>")

        with MadePortal(answer) as made:
            crawl(luutin, made, "-a", "since=2024-03-12", "-a", "until=2024-03-15")
            assert sorted(line["published_at"][:10] for line in luutin.versions(made.name)) == [
                "2024-03-12",
                "2024-03-13",
                "2024-03-14",
                "2024-03-15",
            ]
            assert "/muc?id=1&trang=6" not in made.asked
            assert luutin.report()["reasons"]["skipped:outside-period"] > 0
            crawl(luutin, made)  # and what was left out is found by the next run that is not bounded
            assert len(luutin.versions(made.name)) == 24


class TestLooks:
    @pytest.mark.no_cover
    def test_an_article_that_lists_still_show_as_it_was_is_looked_at_when_its_time_has_come(
        self, luutin: CommandLine
    ) -> None:
        edited: list[str] = []

        def answer(path: str, _: bytes) -> str | None:
            if path in ("/", "/muc?id=1"):
                return frame("".join(rows(range(n, n + 1)) for n in range(6, 0, -1)))
            page = article(int(path.removeprefix("/tin?id="))) if path.startswith("/tin?id=") else None
            return page.replace("rà soát", "kiểm đếm") if page and path in edited else page

        with MadePortal(answer) as made:
            crawl(luutin, made)
            edited.append("/tin?id=4")
            crawl(luutin, made)
            assert not [path for path in made.asked if path.startswith("/tin")]
            with Database(luutin.output / "archive.db") as db:
                db.execute("UPDATE urls SET checked_at = '2025-01-01T00:00:00Z'")
            crawl(luutin, made)
            assert len([path for path in made.asked if path.startswith("/tin")]) == 6
            assert [line["url"][-1] for line in luutin.versions(made.name) if line["version"] == 2] == ["4"]
