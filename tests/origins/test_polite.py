"""Patience with web archives: what is asked again, after how long, and how it ends."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from patience import DEFAULTS, Clock
from pytest_httpserver import HTTPServer
from scrapy.settings import Settings
from werkzeug import Response

from crawler.errors import NotAnswered, Refused
from crawler.origins.polite import Answer, Polite, busy


def ask(clock: Clock, url: str, times: int = 1, pause: float = 0.0, **settings: object) -> list[Answer]:
    async def run() -> list[Answer]:
        client = Polite(Settings({**DEFAULTS, **settings}), sleep=clock.sleep, clock=lambda: clock.now)
        try:
            return [await client.get(url, pause=pause, check=busy) for _ in range(times)]
        finally:
            await client.close()

    return asyncio.run(run())


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_busy_server_is_asked_again_with_longer_pauses(httpserver: HTTPServer, clock: Clock) -> None:
    for status in (503, 502, 429):
        httpserver.expect_ordered_request("/cdx").respond_with_data("", status)
    httpserver.expect_ordered_request("/cdx").respond_with_data("co")
    assert ask(clock, httpserver.url_for("/cdx"))[0].body == b"co"
    assert clock.waits == [5, 10, 20]
    assert httpserver.log[0][0].headers["User-Agent"] == DEFAULTS["USER_AGENT"]


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_retry_after_is_kept(httpserver: HTTPServer, clock: Clock, form: str) -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=130), usegmt=True)
    wanted = "130" if form == "seconds" else later
    httpserver.expect_ordered_request("/cdx").respond_with_data("", 429, {"Retry-After": wanted})
    httpserver.expect_ordered_request("/cdx").respond_with_data("co")
    assert ask(clock, httpserver.url_for("/cdx"))[0].status == 200
    assert 120 <= clock.waits[0] <= 130


def test_a_retry_after_beyond_patience_ends_it_and_says_when_to_come_back(httpserver: HTTPServer, clock: Clock) -> None:
    httpserver.expect_request("/cdx").respond_with_data("", 429, {"Retry-After": "7200"})
    with pytest.raises(Refused, match=r"left alone for 7200 s.*run the same command again after 20\d\d-"):
        ask(clock, httpserver.url_for("/cdx"))
    assert clock.waits == []


@pytest.mark.parametrize(("status", "error"), [(429, Refused), (503, NotAnswered)])
def test_what_never_changes_has_a_name(
    httpserver: HTTPServer, clock: Clock, status: int, error: type[Exception]
) -> None:
    httpserver.expect_request("/cdx").respond_with_data("", status)
    with pytest.raises(error, match=f"HTTP {status}, 4 times in a row"):
        ask(clock, httpserver.url_for("/cdx"))
    assert len(httpserver.log) == 4


def test_a_body_that_is_cut_short_is_asked_for_again(httpserver: HTTPServer, clock: Clock) -> None:
    bodies = iter(["nua chung", "nua chung va het"])

    def answer(_: object) -> Response:
        response = Response(next(bodies))
        response.headers["Content-Length"] = "16"
        return response

    httpserver.expect_request("/tin").respond_with_handler(answer)
    assert ask(clock, httpserver.url_for("/tin"))[0].body == b"nua chung va het"


def test_nobody_there_is_not_taken_for_absence(clock: Clock) -> None:
    with pytest.raises(NotAnswered, match="4 times in a row"):
        ask(clock, "http://127.0.0.1:9/cdx")


def test_pauses_lie_between_requests_but_not_on_this_machine(
    httpserver: HTTPServer, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    httpserver.expect_request("/cdx").respond_with_data("co")
    ask(clock, httpserver.url_for("/cdx"), times=2, pause=10)
    assert clock.waits == []
    monkeypatch.setattr("crawler.origins.polite.is_loopback", lambda _: False)
    ask(clock, httpserver.url_for("/cdx"), times=3, pause=10)
    assert len(clock.waits) == 2
    assert all(10 <= wait <= 12 for wait in clock.waits)


def test_an_endless_answer_is_named(httpserver: HTTPServer, clock: Clock) -> None:
    httpserver.expect_request("/cdx").respond_with_data("x" * 5_000)
    with pytest.raises(NotAnswered, match="longer than 1000 bytes"):
        ask(clock, httpserver.url_for("/cdx"), DOWNLOAD_MAXSIZE=1_000)
