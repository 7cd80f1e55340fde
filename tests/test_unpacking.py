"""Bodies as they come: packed, packed to burst, broken off, mislabelled; each has a bound and a reason."""

from __future__ import annotations

import gzip
import resource
import zlib
from typing import Any

import brotli
import pytest
import zstandard
from exchanging import Exchanging, exchanging, raises_named
from pytest_httpserver import HTTPServer
from scrapy import Request
from scrapy.http import HtmlResponse, Response
from werkzeug import Response as Answer

from crawler.unpacking import Unpacking

PAGE = b"<html><body>" + b"".join(b"<p>Tin so %d cua tinh</p>" % n for n in range(20_000)) + b"</body></html>\n"
HTML = {"Content-Type": "text/html; charset=utf-8"}


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


PACKED = {
    "gzip": gzip.compress(PAGE),
    "x-gzip": gzip.compress(PAGE[:100]) + gzip.compress(PAGE[100:]) + b"\0" * 40,
    "deflate": zlib.compress(PAGE),
    "Deflate": raw_deflate(PAGE),
    "br": brotli.compress(PAGE),
    "zstd": zstandard.compress(PAGE),
    "identity, gzip": gzip.compress(PAGE),
    "br, gzip": gzip.compress(brotli.compress(PAGE)),
}


def unpacked(body: bytes, encoding: str, most: int = 1_000_000) -> Response:
    request = Request("http://so.tinhthu.example/tin")
    headers = {**HTML, "Content-Encoding": encoding}
    return Unpacking(most).process_response(request, Response(request.url, body=body, headers=headers))


@pytest.mark.parametrize("encoding", PACKED)
def test_each_encoding_is_undone(encoding: str) -> None:
    response = unpacked(PACKED[encoding], encoding)
    assert isinstance(response, HtmlResponse)
    assert response.body == PAGE
    assert "Content-Encoding" not in response.headers


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "Deflate", "br", "zstd"])
def test_what_breaks_off_inside_is_no_page(encoding: str) -> None:
    with raises_named("truncated"):
        unpacked(PACKED[encoding][: len(PACKED[encoding]) // 2], encoding)


@pytest.mark.parametrize("cut", [1, 4, 8])
def test_but_one_whose_end_is_there_is_whole_though_its_trailer_is_not(cut: int) -> None:
    assert unpacked(PACKED["gzip"][:-cut], "gzip").body == PAGE
    assert unpacked(PACKED["gzip"][:-8] + b"\1" * 8, "gzip").body == PAGE


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (b"\x1f\x8b\x08\0\0\0\0\0\0\0\xff\xff khong phai", "gzip"),
        (b"\xff\xff\xff", "br"),
        (b"\x01\x02\x03", "zstd"),
        (PAGE, "compress"),
        (PACKED["gzip"], "gzip, gzip, gzip, gzip"),
    ],
)
def test_what_is_not_as_it_says_has_a_name(body: bytes, encoding: str) -> None:
    with raises_named("bad-encoding"):
        unpacked(body, encoding)


BOMB = b"\0" * 120_000_000


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "gzip, gzip"])
def test_a_bomb_bursts_within_bounds(encoding: str) -> None:
    packers: dict[str, Any] = {
        "gzip": lambda: gzip.compress(BOMB, 1),
        "deflate": lambda: zlib.compress(BOMB, 1),
        "br": lambda: brotli.compress(BOMB, quality=1),
        "zstd": lambda: zstandard.compress(BOMB),
        "gzip, gzip": lambda: gzip.compress(gzip.compress(BOMB, 1), 9),
    }
    bomb = packers[encoding]()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with raises_named("too-large"):
        unpacked(bomb, encoding, 16_000_000)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60_000  # kilobytes


def announced(body: bytes, length: int, headers: dict[str, str] | None = None) -> Answer:
    """A page that says it has so many bytes."""
    answer = Answer(body, headers={**HTML, **(headers or {})})
    answer.headers["Content-Length"] = str(length)
    return answer


class TestFromTheWire:
    def ask(self, server: HTTPServer, answer: Answer, **settings: object) -> tuple[Exchanging, list[Any]]:
        """What becomes of an answer, as (what asked, [response or error])."""
        server.expect_request("/robots.txt").respond_with_data("", 404)
        server.expect_request("/tin").respond_with_response(answer)
        came: list[Any] = []

        async def then(asks: Exchanging) -> None:
            came.append(await asks.download_async(Request(server.url_for("/tin"))))

        return exchanging(server.url_for(""), then, **settings), came

    def test_a_page_longer_than_it_should_be_is_cut_and_not_asked_again(self, httpserver: HTTPServer) -> None:
        with raises_named("too-large"):
            self.ask(httpserver, Answer(PAGE * 3, headers=HTML), DOWNLOAD_MAXSIZE=1_000_000)
        assert len(httpserver.log) == 2

    def test_one_shorter_than_announced_is_asked_again_and_no_page(self, httpserver: HTTPServer) -> None:
        with raises_named("truncated"):
            self.ask(httpserver, announced(PAGE[:9_000], 10_000))
        assert len(httpserver.log) == 1 + 3

    def test_but_one_whose_end_is_there_is_whole(self, httpserver: HTTPServer) -> None:
        assert self.ask(httpserver, announced(PAGE, len(PAGE) + 9))[1][0].body == PAGE
        assert len(httpserver.log) == 2

    def test_a_packed_one_is_judged_by_what_is_inside(self, httpserver: HTTPServer) -> None:
        body = gzip.compress(PAGE)
        packed = {"Content-Encoding": "gzip"}
        assert self.ask(httpserver, announced(body, len(body) + 9, packed))[1][0].body == PAGE
        httpserver.clear()
        with raises_named("truncated"):
            self.ask(httpserver, announced(body[:5_000], 5_000, packed))

    def test_nobody_is_ever_asked_by_head(self, httpserver: HTTPServer) -> None:
        self.ask(httpserver, Answer(PAGE, headers=HTML))
        assert {request.method for request, _ in httpserver.log} == {"GET"}
