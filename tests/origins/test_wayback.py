"""A Wayback Machine as an origin: its index page by page, its copies with their own heads."""

from __future__ import annotations

import asyncio
import base64
import gzip
import hashlib
import json
from collections.abc import Callable, Coroutine, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pytest
from archive_server import ArchiveServer, Said, warc_of
from conftest import SAMPLE
from patience import DEFAULTS, Clock
from scrapy import Request
from scrapy.settings import Settings

from crawler.errors import CopyLost, NotAnswered, NotCaptured, Refused
from crawler.origins.copies import Choice
from crawler.origins.polite import Answer, Polite
from crawler.origins.wayback import WaybackOrigin, original
from pipelines.archive.warc import split_http

HOST = "sokhdt.tanson.example"
HOME = f"https://{HOST}/"
T = TypeVar("T")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ArchiveServer]:
    with ArchiveServer(warc_of(SAMPLE, tmp_path)) as server:
        yield server


def harvest(
    server: ArchiveServer,
    act: Callable[[WaybackOrigin], Coroutine[None, None, T]],
    *,
    rows: int = 1_000,
    choice: Choice | None = None,
) -> T:
    """Run `act` on an origin whose waits take no time."""
    settings = Settings({**DEFAULTS, "ARCHIVE_INDEX_ROWS": rows, "ARCHIVE_DELAY": 1, "ARCHIVE_INDEX_DELAY": 1})
    clock = Clock()

    async def run() -> T:
        client = Polite(settings, sleep=clock.sleep, clock=lambda: clock.now)
        cdx, web = server.wayback.removeprefix("wayback:").split(",")
        origin = WaybackOrigin(settings, choice or Choice(), cdx, web, client)
        try:
            return await act(origin)
        finally:
            await origin.close()

    return asyncio.run(run())


async def urls(origin: WaybackOrigin) -> list[str]:
    await origin.discover({HOST})
    return sorted(origin.captured_urls())


class TestIndex:
    def test_it_is_read_page_by_page_to_its_end(self, server: ArchiveServer) -> None:
        whole = harvest(server, urls)
        asked = len(server.asked)
        assert len(whole) > 50
        assert harvest(server, urls, rows=7) == whole
        assert len(server.asked) - asked == -(-len(server.held) // 7)

    def test_without_resume_keys_it_is_asked_for_at_once(self, server: ArchiveServer) -> None:
        whole = harvest(server, urls)
        server.before = lambda path: _lines(server, path)
        assert harvest(server, urls, rows=7) == whole

    def test_empty_answers_under_load_are_not_taken_for_absence(self, server: ArchiveServer) -> None:
        whole = harvest(server, urls)
        asked: list[str] = []

        def flaky(path: str) -> Said | None:
            asked.append(path)
            return Said(200, body=b"[]" if len(asked) % 4 else b"") if len(asked) % 3 else None

        server.before = flaky
        assert harvest(server, urls, rows=20) == whole

    def test_nothing_but_empty_answers_has_a_name(self, server: ArchiveServer) -> None:
        server.before = lambda _: Said(200, body=b"[]")
        with pytest.raises(NotAnswered, match=r"empty answer.*4 times in a row"):
            harvest(server, urls)

    def test_a_second_host_without_captures_is_believed_while_the_first_is_answered(
        self, server: ArchiveServer
    ) -> None:
        async def both(origin: WaybackOrigin) -> list[str]:
            await origin.discover({HOST, "cu.tanson.example"})
            return sorted(origin.captured_urls())

        assert harvest(server, both) == harvest(server, urls)

        def silent(path: str) -> Said | None:
            return Said(200, body=b"[]") if "cu.tanson" in path or "limit=1&" in path else None

        server.before = silent
        with pytest.raises(NotAnswered, match=r"cu\.tanson"):
            harvest(server, both)

    def test_a_resume_key_behind_which_nothing_comes_ends_the_index(self, server: ArchiveServer) -> None:
        whole = harvest(server, urls)

        def keyed(path: str) -> Said | None:
            said = server.answer(path, None)
            table = json.loads(said.body)
            if table and table[-2]:
                said.body = json.dumps([*table, [], [f"{HOME}zzz"]]).encode()
            return said

        server.before = keyed
        assert harvest(server, urls, rows=len(server.held)) == whole

    def test_an_index_cut_short_is_asked_for_again(self, server: ArchiveServer) -> None:
        whole = harvest(server, urls)
        answers = iter([lambda said: said[: len(said) // 2]])

        def cut(path: str) -> Said | None:
            if (shorten := next(answers, None)) is None:
                return None
            return Said(200, body=shorten(server.answer(path, None).body))

        server.before = cut
        assert harvest(server, urls) == whole

    def test_bounds_are_passed_on_and_kept(self, server: ArchiveServer) -> None:
        choice = Choice(since=datetime(2025, 6, 3, tzinfo=UTC), until=datetime(2025, 6, 4, tzinfo=UTC))
        found = harvest(server, urls, choice=choice)
        assert "from=20250603000000&to=20250604000000" in server.asked[0]
        assert 0 < len(found) < len(harvest(server, urls))

    def test_a_portal_it_may_not_show_is_a_block(self, server: ArchiveServer) -> None:
        server.before = lambda _: Said(403, body=b"Blocked Site Error")
        with pytest.raises(Refused, match="Blocked Site Error"):
            harvest(server, urls)

    def test_another_address_than_that_of_an_index_is_named(self, server: ArchiveServer) -> None:
        server.before = lambda _: Said(404, body=b"khong co")
        with pytest.raises(NotAnswered, match=r"HTTP 404: khong co.*Is this the address"):
            harvest(server, urls)


def _lines(server: ArchiveServer, path: str) -> Said | None:
    """The same index as pywb gives it: JSON lines, `limit` kept, no resume key."""
    said = server.answer(path, None)
    head, *rows = (row for row in json.loads(said.body) if len(row) > 1)
    names = {"original": "url", "mimetype": "mime", "statuscode": "status"}
    lines = [json.dumps({names.get(n, n): v for n, v in zip(head, row, strict=True)}) for row in rows]
    return Said(200, body="\n".join(lines).encode())


class TestCopies:
    def test_a_copy_is_the_response_as_it_was_captured(self, server: ArchiveServer) -> None:
        async def both(origin: WaybackOrigin) -> None:
            await origin.discover({HOST})
            for held in server.held:
                exchange = await origin.fetch(Request(held.url, meta={"at": _time(held.stamp)}))
                status, headers, body = split_http(exchange.response)
                was_status, was_headers, was_body = split_http(held.block)
                assert (status, body) == (was_status, was_body)
                assert exchange.source == f"{server.url}web/{held.stamp}id_/{held.url}"
                kept = {
                    n.lower(): v for n, v in was_headers if n.lower() not in ("transfer-encoding", "content-length")
                }
                assert {n.lower(): v for n, v in headers if n.lower() != "content-length"} == kept

        harvest(server, both)

    def test_a_copy_that_does_not_come_is_lost_and_several_in_a_row_end_it(self, server: ArchiveServer) -> None:
        async def three(origin: WaybackOrigin) -> None:
            await origin.discover({HOST})
            server.before = lambda _: Said(503)
            for url in list(origin.captured_urls())[:2]:
                with pytest.raises(CopyLost, match="HTTP 503"):
                    await origin.fetch(Request(url))
            await origin.fetch(Request(HOME))

        with pytest.raises(NotAnswered, match="Nothing is lost"):
            harvest(server, three)

    def test_a_copy_cut_short_is_asked_for_again(self, server: ArchiveServer) -> None:
        async def one(origin: WaybackOrigin) -> bytes:
            await origin.discover({HOST})
            cuts = iter([True])
            server.before = lambda _: Said(200, (("memento-datetime", "x"),), b"<html>", 500) if next(cuts, 0) else None
            return (await origin.fetch(Request(HOME))).response

        assert b"</html>" in harvest(server, one)

    def test_listed_but_not_to_be_had_is_no_capture(self, server: ArchiveServer) -> None:
        async def one(origin: WaybackOrigin) -> None:
            await origin.discover({HOST})
            server.before = lambda _: Said(404, body=b"not archived")
            await origin.fetch(Request(HOME))

        with pytest.raises(NotCaptured, match="not to be had"):
            harvest(server, one)

    def test_it_may_send_on_to_the_copy_next_to_it(self, server: ArchiveServer) -> None:
        async def one(origin: WaybackOrigin) -> tuple[datetime, str | None]:
            await origin.discover({HOST})
            moved = Said(302, (("location", f"/web/20250602011213id_/{HOME}"),))
            server.before = lambda path: moved if "20250603" in path else None
            exchange = await origin.fetch(Request(HOME))
            return exchange.at, exchange.source

        at, source = harvest(server, one)
        assert at == datetime(2025, 6, 2, 1, 12, 13, tzinfo=UTC)
        assert source == f"{server.url}web/20250602011213id_/{HOME}"

    def test_it_is_not_followed_to_other_servers(self, server: ArchiveServer) -> None:
        async def one(origin: WaybackOrigin) -> None:
            await origin.discover({HOST})
            server.before = lambda _: Said(302, (("location", "http://169.254.0.1/secret"),))
            await origin.fetch(Request(HOME))

        with pytest.raises(NotCaptured, match="no copy of this archive"):
            harvest(server, one)


def _time(stamp: str) -> datetime:
    return datetime.strptime(stamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)


class TestHeads:
    """The original head, from what a replay says of it."""

    @staticmethod
    def head(*headers: tuple[str, str], body: bytes = b"<html>", status: int = 200, digest: str | None = None) -> bytes:
        head, got = original(Answer("x", status, list(headers), body), digest)
        return head + got

    def test_the_archive_s_own_headers_are_left_out(self) -> None:
        head = self.head(
            ("Server", "nginx"), ("X-Archive-Orig-Server", "Microsoft-IIS/6.0"), ("x-archive-src", "a.warc.gz"),
            ("Content-Type", "text/html; charset=utf-8"), ("Memento-Datetime", "Mon, 02 Jun 2025 01:12:13 GMT"),
            ("Link", '<http://so.example/>; rel="original", <http://web/x>; rel="timemap"'),
            ("Link", '<http://so.example/wp-json/>; rel="https://api.w.org/"'),
            ("x-archive-orig-transfer-encoding", "chunked"),
        )  # fmt: skip
        assert head == (
            b"HTTP/1.1 200 OK\r\nServer: Microsoft-IIS/6.0\r\nContent-Type: text/html; charset=utf-8\r\n"
            b'Link: <http://so.example/wp-json/>; rel="https://api.w.org/"\r\nContent-Length: 6\r\n\r\n<html>'
        )

    def test_a_redirect_leads_where_it_led(self) -> None:
        head = self.head(("Location", "https://web/20200101000000id_/http://so.example/moi"), status=301, body=b"")
        assert b"HTTP/1.1 301 Moved Permanently\r\nLocation: http://so.example/moi\r\n" in head

    def test_what_the_archive_compressed_on_the_way_is_unpacked_and_what_was_captured_so_is_not(self) -> None:
        plain, packed = b"<html>tin</html>", gzip.compress(b"<html>tin</html>")
        sha1 = base64.b32encode(hashlib.sha1(plain).digest()).decode()
        assert self.head(("Content-Encoding", "gzip"), body=packed, digest=sha1).endswith(b"\r\n\r\n" + plain)
        as_captured = base64.b32encode(hashlib.sha1(packed).digest()).decode()
        assert b"Content-Encoding: gzip" in self.head(("Content-Encoding", "gzip"), body=packed, digest=as_captured)
        in_sha256 = f"sha256:{hashlib.sha256(plain).hexdigest()}"
        assert self.head(("Content-Encoding", "gzip"), body=packed, digest=in_sha256).endswith(plain)
