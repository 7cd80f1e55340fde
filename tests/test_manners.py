"""Manners of the real command, as the portal's server sees them."""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest
from conftest import CommandLine
from made_portal import article, frame, rows
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from pipelines.archive.database import Database

Answer = Callable[[str], Response | None]


class Portal:
    """A small portal that notes when it was asked for what; `says` may answer in its place."""

    def __init__(self, server: HTTPServer, articles: int = 4) -> None:
        self.asked: list[tuple[float, str]] = []
        self.url = server.url_for("/")
        self.name = f"localhost_{server.port}"
        self.says: Answer = lambda _: None
        self._articles = articles
        server.expect_request(re.compile(".*")).respond_with_handler(self._answer)

    def _answer(self, request: Request) -> Response:
        path = request.full_path.rstrip("?")
        self.asked.append((time.monotonic(), path))
        if (said := self.says(path)) is not None:
            return said
        if path in ("/", "/muc?id=1"):
            return Response(frame(rows(range(self._articles))), mimetype="text/html")
        number = int(request.args.get("id", -1))
        if not path.startswith("/tin?") or not 0 <= number < self._articles:
            return Response("", 404)
        return Response(article(number), mimetype="text/html")

    @property
    def gaps(self) -> list[float]:
        return [after[0] - before[0] for before, after in pairwise(self.asked)]


@pytest.fixture
def made(httpserver: HTTPServer) -> Portal:
    return Portal(httpserver)


def crawl(luutin: CommandLine, portal: Portal, *words: str) -> Any:
    return luutin("crawl", "portal", "-a", f"url={portal.url}", *words)


def test_crawl_delay_and_retry_after_are_kept_to_the_letter(luutin: CommandLine, made: Portal) -> None:
    refused: list[float] = []

    def says(path: str) -> Response | None:
        if path == "/robots.txt":
            return Response("User-agent: *\nCrawl-delay: 0.3\n", mimetype="text/plain")
        if path == "/tin?id=2" and not refused:
            refused.append(made.asked[-1][0])
            return Response("", 503, {"Retry-After": "1"})
        return None

    made.says = says
    done = crawl(luutin, made)
    assert done.code == 0, done.err
    assert min(made.gaps) >= 0.3
    again = [at for at, path in made.asked if path == "/tin?id=2"]
    assert len(again) == 2
    after = [at for at, _ in made.asked if at > refused[0]]
    assert after[0] - refused[0] >= 1.0  # of any page
    assert len(luutin.versions(made.name)) == 4


def test_without_a_word_ones_own_machine_is_not_spared(luutin: CommandLine, made: Portal) -> None:
    assert crawl(luutin, made, "-s", "DOWNLOAD_DELAY=5").code == 0
    assert max(made.gaps) < 4


def test_a_robots_txt_that_cannot_be_had_is_a_block(luutin: CommandLine, made: Portal) -> None:
    made.says = lambda path: Response("", 500) if path == "/robots.txt" else None
    done = crawl(luutin, made, "-s", "START_RETRIES=1", "-s", "BACKOFF=0.05")
    assert done.code == 4
    assert "robots.txt: HTTP 500; without it nothing else may be asked for" in done.err
    assert [path for _, path in made.asked] == ["/robots.txt", "/robots.txt"]


def test_a_run_that_waits_is_interrupted_at_once(luutin: CommandLine, made: Portal) -> None:
    process = luutin.popen("crawl", "portal", "-a", f"url={made.url}")

    def says(path: str) -> Response | None:
        if not path.startswith("/tin?"):
            return None
        process.send_signal(signal.SIGINT)
        return Response("", 503, {"Retry-After": "600"})

    made.says = says
    _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "Traceback" not in err
    assert luutin.report()["finished"] == "shutdown"
    made.says = lambda _: None
    assert crawl(luutin, made).code == 0
    assert len(luutin.versions(made.name)) == 4


def test_429_with_a_long_retry_after_says_when_to_come_back_and_nothing_is_lost(
    luutin: CommandLine, made: Portal
) -> None:
    made.says = lambda path: Response("", 429, {"Retry-After": "86400"}) if path == "/tin?id=2" else None
    done = crawl(luutin, made)
    assert done.code == 4
    assert "asks to be left alone for 86400 s" in done.err
    assert "run the same command again after 20" in done.err
    made.says = lambda _: None
    assert crawl(luutin, made).code == 0
    assert len(luutin.versions(made.name)) == 4


def test_a_days_budget_is_shared_by_its_runs_and_ends_one_in_order(luutin: CommandLine, made: Portal) -> None:
    budget = ("-s", "HOST_REQUESTS_PER_DAY=5")
    done = crawl(luutin, made, *budget)
    assert done.code == 3
    assert "the day's budget of 5 requests (HOST_REQUESTS_PER_DAY) is used up" in done.err
    assert luutin.report()["finished"] == "budget"
    assert luutin.report()["reasons"] == {"failed:http-404": 2}
    assert len(made.asked) == 5
    assert crawl(luutin, made, *budget).code == 3
    assert len(made.asked) == 5
    db = Database(luutin.output / "archive.db", read_only=True)
    [row] = db.rows("SELECT requests, day FROM budgets")
    assert tuple(row) == (5, datetime.now(UTC).date().isoformat())
    db.close()
    assert crawl(luutin, made).code == 0
    assert len(luutin.versions(made.name)) == 4


def test_the_bytes_of_a_day_are_bounded_likewise(luutin: CommandLine, made: Portal) -> None:
    done = crawl(luutin, made, "-s", "HOST_BYTES_PER_DAY=2000")
    assert done.code == 3
    assert "2000 bytes (HOST_BYTES_PER_DAY)" in done.err
    assert 1 < len(made.asked) < 5


def test_a_host_that_goes_away_ends_the_run_after_some_pages(luutin: CommandLine, made: Portal) -> None:
    made.says = lambda path: Response("", 503) if path.startswith("/tin") else None
    done = crawl(luutin, made, "-s", "BACKOFF=0.01", "-s", "GIVE_UP_AFTER=3")
    assert done.code == 1
    assert "3 pages in a row could not be had, the last: http-503" in done.err
    asked = [path for _, path in made.asked if path.startswith("/tin")]
    assert len(asked) == 5 + 1 + 1
