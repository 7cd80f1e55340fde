"""robots.txt, pauses and retries against a real server, on a clock of the test's own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from exchanging import Exchanging, exchanging, raises_named
from pytest_httpserver import HTTPServer
from scrapy import Request
from scrapy.http import Response

from crawler.errors import Blocked, Unreachable
from crawler.manners.keeping import host_of


@pytest.fixture
def other() -> Iterator[HTTPServer]:
    """A second server of this machine, where no crawl is started."""
    with HTTPServer() as server:
        yield server


def told(server: HTTPServer) -> list[str]:
    """The paths the server was asked for, in order."""
    return [request.path for request, _ in server.log]


def get(asks: Exchanging, server: HTTPServer, path: str, **meta: Any) -> Any:
    return asks.download_async(Request(server.url_for(path), meta=meta))


class TestRobots:
    def test_a_failing_one_disallows_everything_but_is_asked_for_again_first(self, httpserver: HTTPServer) -> None:
        httpserver.expect_request("/robots.txt").respond_with_data("", 500)
        httpserver.expect_request("/tin").respond_with_data("co")

        async def then(asks: Exchanging) -> None:
            for _ in range(2):
                with raises_named("robots-unreachable"):
                    await get(asks, httpserver, "/tin")

        asks = exchanging(httpserver.url_for(""), then)
        assert told(httpserver) == ["/robots.txt"] * 4
        assert asks.now == pytest.approx(2 + 4 + 8, abs=0.1)

    def test_one_that_comes_back_is_obeyed(self, httpserver: HTTPServer) -> None:
        httpserver.expect_ordered_request("/robots.txt").respond_with_data("", 503, {"Retry-After": "20"})
        httpserver.expect_ordered_request("/robots.txt").respond_with_data("User-agent: luutin\nDisallow: /mat\n")
        httpserver.expect_ordered_request("/tin").respond_with_data("co")

        async def then(asks: Exchanging) -> None:
            assert (await get(asks, httpserver, "/tin")).body == b"co"
            with raises_named("robots"):
                await get(asks, httpserver, "/mat/1")

        assert exchanging(httpserver.url_for(""), then).now >= 20

    @pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451])
    def test_none_at_all_allows_everything(self, httpserver: HTTPServer, status: int) -> None:
        httpserver.expect_request("/robots.txt").respond_with_data("User-agent: *\nDisallow: /", status)
        httpserver.expect_request("/tin").respond_with_data("co")
        exchanging(httpserver.url_for(""), lambda asks: get(asks, httpserver, "/tin"))
        assert told(httpserver) == ["/robots.txt", "/tin"]

    def test_redirects_are_followed_and_a_loop_is_none(self, httpserver: HTTPServer) -> None:
        httpserver.expect_request("/robots.txt").respond_with_data("", 302, {"Location": "/1"})
        for hop in range(1, 5):
            httpserver.expect_request(f"/{hop}").respond_with_data("", 301, {"Location": f"/{hop + 1}"})
        httpserver.expect_request("/5").respond_with_data("User-agent: *\nDisallow: /mat\n")
        httpserver.expect_request("/tin").respond_with_data("co")

        async def then(asks: Exchanging) -> None:
            with raises_named("robots"):
                await get(asks, httpserver, "/mat")

        exchanging(httpserver.url_for(""), then)
        httpserver.clear()
        httpserver.expect_request("/robots.txt").respond_with_data("", 302, {"Location": "/robots.txt"})
        httpserver.expect_request("/mat").respond_with_data("co")
        exchanging(httpserver.url_for(""), lambda asks: get(asks, httpserver, "/mat"))
        assert told(httpserver) == ["/robots.txt"] * 6 + ["/mat"]

    def test_no_redirect_leads_to_a_private_address(self, httpserver: HTTPServer, other: HTTPServer) -> None:
        other.expect_request("/robots.txt").respond_with_data("User-agent: *\nDisallow: /\n")
        httpserver.expect_request("/robots.txt").respond_with_data("", 301, {"Location": other.url_for("/robots.txt")})
        httpserver.expect_request("/tin").respond_with_data("co")
        exchanging(httpserver.url_for(""), lambda asks: get(asks, httpserver, "/tin"))
        assert told(other) == []
        assert told(httpserver) == ["/robots.txt", "/tin"]

    def test_it_is_asked_for_again_when_it_has_expired_and_kept_while_it_cannot_be_had(
        self, httpserver: HTTPServer
    ) -> None:
        rules = "User-agent: *\nDisallow: /mat\nSitemap: http://so.tinhthu.example/s.xml\n"
        fresh = {"Cache-Control": "max-age=3600"}
        httpserver.expect_ordered_request("/robots.txt").respond_with_data(rules, 200, fresh)
        httpserver.expect_ordered_request("/robots.txt").respond_with_data(rules, 200, fresh)
        for _ in range(5):
            httpserver.expect_ordered_request("/robots.txt").respond_with_data("", 500)

        async def then(asks: Exchanging) -> None:
            for moment, asked in ((0, 1), (3_500, 1), (3_700, 2), (9_000, 7), (9_100, 7)):
                asks.now = max(asks.now, float(moment))
                with raises_named("robots"):
                    await get(asks, httpserver, "/mat")
                assert len(httpserver.log) == asked

        assert exchanging(httpserver.url_for(""), then).spider.sitemaps == ["http://so.tinhthu.example/s.xml"]

    def test_a_host_that_is_not_there_is_named_so(self) -> None:
        async def then(asks: Exchanging) -> None:
            with raises_named("refused"):
                await asks.download_async(Request("http://127.0.0.1:1/tin"))

        assert exchanging("http://127.0.0.1:1/", then).now == pytest.approx(2 + 4 + 8, abs=0.1)


class TestPauses:
    def test_a_crawl_delay_lies_between_any_two_requests(self, httpserver: HTTPServer) -> None:
        at: list[float] = []
        httpserver.expect_request("/robots.txt").respond_with_data("User-agent: *\nCrawl-delay: 7\n")

        async def then(asks: Exchanging) -> None:
            def noted(_: object) -> Any:
                from werkzeug import Response as Answer

                at.append(asks.now)
                return Answer("co", 500 if len(at) == 2 else 200)

            httpserver.expect_request("/tin").respond_with_handler(noted)
            for _ in range(3):
                await get(asks, httpserver, "/tin")

        exchanging(httpserver.url_for(""), then, DOWNLOAD_DELAY_JITTER=0.25)
        gaps = [after - before for before, after in zip([0.0, *at], at, strict=False)]
        assert len(at) == 4  # one was asked again
        assert all(7 <= gap <= 7 * 1.25 + 0.001 for gap in gaps)

    @pytest.mark.parametrize("status", [429, 503])
    @pytest.mark.parametrize("form", ["seconds", "date"])
    def test_retry_after_is_kept_by_every_request_to_the_host(
        self, httpserver: HTTPServer, status: int, form: str
    ) -> None:
        later = format_datetime(datetime.now(UTC) + timedelta(seconds=130), usegmt=True)
        wanted = {"Retry-After": "130" if form == "seconds" else later}
        httpserver.expect_ordered_request("/robots.txt").respond_with_data("", 404)
        httpserver.expect_ordered_request("/tin").respond_with_data("", status, wanted)
        httpserver.expect_ordered_request("/tin").respond_with_data("co")

        async def then(asks: Exchanging) -> None:
            assert (await get(asks, httpserver, "/tin")).body == b"co"

        assert 125 <= exchanging(httpserver.url_for(""), then).now <= 130.5

    @pytest.mark.parametrize(("status", "kind"), [(429, Blocked), (503, Unreachable)])
    def test_who_asks_for_more_than_patience_ends_the_run(
        self, httpserver: HTTPServer, status: int, kind: type[Exception]
    ) -> None:
        httpserver.expect_request("/robots.txt").respond_with_data("", 404)
        httpserver.expect_request("/tin").respond_with_data("", status, {"Retry-After": "7200"})

        async def then(asks: Exchanging) -> None:
            assert (await get(asks, httpserver, "/tin")).status == status
            with raises_named("not-asked"):
                await get(asks, httpserver, "/khac")

        asks = exchanging(httpserver.url_for(""), then)
        assert type(asks.spider.fatal) is kind
        assert "left alone for 7200 s" in str(asks.spider.fatal)
        assert f"{datetime.now(UTC) + timedelta(hours=2):after %Y-%m-%d}" in str(asks.spider.fatal)
        assert (told(httpserver), asks.now) == (["/robots.txt", "/tin"], 0)

    def test_a_page_that_stays_busy_costs_so_much_and_several_in_a_row_end_the_run(
        self, httpserver: HTTPServer
    ) -> None:
        httpserver.expect_request("/robots.txt").respond_with_data("", 404)
        httpserver.expect_request("/tin").respond_with_data("", 429)

        async def then(asks: Exchanging) -> None:
            assert (await get(asks, httpserver, "/tin")).status == 429
            assert len(httpserver.log) == 1 + 5
            for _ in range(4):
                await get(asks, httpserver, "/tin")

        asks = exchanging(httpserver.url_for(""), then)
        assert len(httpserver.log) == 1 + 5 + 4  # none is asked again once one was in vain
        assert isinstance(asks.spider.fatal, Blocked)
        assert "5 pages in a row could not be had, the last: http-429" in str(asks.spider.fatal)

    def test_the_next_good_answer_ends_the_row(self, httpserver: HTTPServer) -> None:
        httpserver.expect_request("/robots.txt").respond_with_data("", 404)
        httpserver.expect_request("/tin").respond_with_data("", 503)
        httpserver.expect_request("/tot").respond_with_data("co")

        async def then(asks: Exchanging) -> None:
            for _ in range(12):
                await get(asks, httpserver, "/tin")
                await get(asks, httpserver, "/tot")

        assert exchanging(httpserver.url_for(""), then, BUSY_RETRIES=0).spider.fatal is None

    def test_server_errors_of_a_page_are_asked_again_at_once_and_trouble_nobody(self, httpserver: HTTPServer) -> None:
        httpserver.expect_request("/robots.txt").respond_with_data("", 404)
        httpserver.expect_request("/loi").respond_with_data("", 500)

        async def then(asks: Exchanging) -> None:
            for _ in range(9):
                assert (await get(asks, httpserver, "/loi")).status == 500

        asks = exchanging(httpserver.url_for(""), then)
        assert (len(httpserver.log), asks.now, asks.spider.fatal) == (1 + 27, 0, None)

    def test_a_network_that_is_gone_for_a_minute_is_survived(
        self, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        httpserver.expect_request("/robots.txt").respond_with_data("", 404)
        httpserver.expect_request("/tin").respond_with_data("co")

        async def then(asks: Exchanging) -> None:
            await get(asks, httpserver, "/tin")
            fetch, gone_at = asks.spider.origin._fetch, asks.now

            async def gone(request: Request, timeout: float) -> Any:
                if asks.now < gone_at + 60:
                    return await fetch(request.replace(url="http://127.0.0.1:1/"), timeout)
                return await fetch(request, timeout)

            monkeypatch.setattr(asks.spider.origin, "_fetch", gone)
            monkeypatch.setattr(asks.spider.origin, "_anywhere", True)
            answer: Response = await get(asks, httpserver, "/tin")
            assert answer.body == b"co"
            assert 60 <= asks.now - gone_at < 130

        exchanging(httpserver.url_for(""), then)

    def test_a_run_that_is_being_ended_waits_for_nothing(self, httpserver: HTTPServer) -> None:
        httpserver.expect_request("/robots.txt").respond_with_data("", 404)
        httpserver.expect_request("/tin").respond_with_data("", 429, {"Retry-After": "600"})

        async def then(asks: Exchanging) -> None:
            sleep = asks.manners._sleep

            async def interrupted(seconds: float) -> None:
                await sleep(seconds)
                asks._slot.closing = object()

            asks.manners._sleep = interrupted
            with raises_named("not-asked"):
                await get(asks, httpserver, "/tin")

        assert exchanging(httpserver.url_for(""), then).now < 1


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://www.so.tinhthu.example/a", "so.tinhthu.example"),
        ("http://SO.tinhthu.example:80/", "so.tinhthu.example"),
        ("https://so.tinhthu.example.:8443/", "so.tinhthu.example:8443"),
        ("http://so.tinhthu.example:so/", "so.tinhthu.example:so"),
    ],
)
def test_one_host_has_one_pace(url: str, host: str) -> None:
    assert host_of(url) == host


class TestAddresses:
    @pytest.mark.parametrize(
        "form", ["{}", "localhost:{port}", "localhost.:{port}", "[::1]:{port}", "[::ffff:7f00:1]:{port}"]
    )
    def test_no_link_leads_to_another_place_on_this_machine(
        self, httpserver: HTTPServer, other: HTTPServer, form: str
    ) -> None:
        url = f"http://{form.format(f'127.0.0.1:{other.port}', port=other.port)}/tin"

        async def then(asks: Exchanging) -> None:
            with raises_named("private-address"):
                await asks.download_async(Request(url))

        exchanging(httpserver.url_for(""), then)
        assert told(other) == []

    @pytest.mark.parametrize(
        "host", ["10.0.0.8", "169.254.169.254", "192.168.1.1", "0.0.0.0", "[fe80::1]", "[fd00::1]", "224.0.0.1",
                 "2130706433", "0177.0.0.1", "127.1", "[64:ff9b::7f00:1]", "[2002:7f00:1::]"]
    )  # fmt: skip
    def test_nor_into_a_network(self, httpserver: HTTPServer, host: str) -> None:
        async def then(asks: Exchanging) -> None:
            with raises_named("private-address"):
                await asks.download_async(Request(f"http://{host}/tin"))

        exchanging(httpserver.url_for(""), then)

    def test_a_name_is_judged_by_what_it_resolves_to(
        self, httpserver: HTTPServer, other: HTTPServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from aiohttp.resolver import DefaultResolver

        async def resolve(self: object, host: str, port: int = 0, family: int = 0) -> list[dict[str, Any]]:
            return [{"hostname": host, "host": "127.0.0.1", "port": port, "family": 2, "proto": 0, "flags": 0}]

        monkeypatch.setattr(DefaultResolver, "resolve", resolve)

        async def then(asks: Exchanging) -> None:
            with raises_named("private-address"):
                await asks.download_async(Request(f"http://cdn.tinhthu.example:{other.port}/tin"))

        exchanging(httpserver.url_for(""), then)
        assert told(other) == []
