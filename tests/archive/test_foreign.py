"""WARC and ARC files as others write them."""

from __future__ import annotations

import contextlib
import gzip
import io
import logging
import zlib
from typing import ClassVar

import brotli
import pytest
import zstandard
from foreign_records import ARC_HEAD, PAGE, URL, arc, record
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.settings import Settings
from scrapy.statscollectors import StatsCollector
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.downloads import response_of
from crawler.spider import PortalSpider
from pipelines.archive.encoded import decode, is_encoded
from pipelines.archive.foreign import foreign_records, read_one, shared_dictionary
from pipelines.archive.warc import Record, head_length, split_http
from pipelines.errors import BadWarc


def read(data: bytes) -> list[Record]:
    return list(foreign_records(io.BytesIO(data), "x"))


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("end", [b"\r\n", b"\n"])
def test_arc_files_each_record_alone_and_together(packed: bool, end: bytes) -> None:
    members = [gzip.compress(piece) if packed else piece for piece in (ARC_HEAD, arc(1, end), arc(2, end))]
    records = read(b"".join(members))
    assert [(r.url, f"{r.at:%Y%m%d%H%M%S}") for r in records] == [
        (URL.format(1), "20050405060701"), (URL.format(2), "20050405060702"),
    ]  # fmt: skip
    assert [split_http(r.block)[2] for r in records] == [PAGE, PAGE]
    assert read_one(b"".join(members)[records[1].offset :], "x").url == URL.format(2)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("make", [arc, record])
def test_of_a_file_cut_short_every_whole_record_is_read(packed: bool, make: object) -> None:
    assert callable(make)
    first = [ARC_HEAD] if make is arc else []
    members = [gzip.compress(piece) if packed else piece for piece in (*first, make(1), make(2), make(3))]
    data = b"".join(members)
    seen: list[str] = []
    with contextlib.suppress(BadWarc):  # a cut inside a head looks like an end
        seen.extend(found.url for found in foreign_records(io.BytesIO(data[: -len(members[-1]) // 4]), "x"))
    assert seen == [URL.format(1), URL.format(2)]


def test_zstd_with_a_dictionary_of_its_own() -> None:
    dictionary = zstandard.train_dictionary(1_000, [record(number) for number in range(500)])
    frame = b"\x5d\x2a\x4d\x18" + len(dictionary.as_bytes()).to_bytes(4, "little") + dictionary.as_bytes()
    compressor = zstandard.ZstdCompressor(dict_data=dictionary)
    data = frame + b"".join(compressor.compress(record(number)) for number in (1, 2))
    second = read(data)[1]
    assert shared_dictionary(io.BytesIO(data)) == frame
    alone = data[second.offset :]
    assert read_one(alone, "x", frame).url == second.url
    with pytest.raises(BadWarc):
        read_one(alone, "x")
    assert shared_dictionary(io.BytesIO(gzip.compress(b"x"))) == b""


def test_a_record_without_a_date_costs_only_itself(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert [r.url for r in read(record(1) + record(2, date="hom qua") + record(3))] == [
            URL.format(1),
            URL.format(3),
        ]
    assert "no date but 'hom qua'" in caplog.text


def test_heads_that_end_their_lines_with_lf_alone() -> None:
    block = b"HTTP/1.0 200\nContent-Type: text/html\nX: a\n\n" + PAGE
    assert split_http(block) == (200, [("Content-Type", "text/html"), ("X", "a")], PAGE)
    assert block[head_length(block) :] == PAGE
    crlf = b"HTTP/1.1 200 OK\r\nA: b\r\n\r\nmot\n\nhai"
    assert crlf[head_length(crlf) :] == b"mot\n\nhai"


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # warcio's writer leaves buffers open
def test_what_warcio_writes() -> None:
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True)
    for number in (1, 2):
        head = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
        writer.write_record(
            writer.create_warc_record(URL.format(number), "response", io.BytesIO(PAGE), http_headers=head)
        )
    assert [(r.url, split_http(r.block)[2]) for r in read(out.getvalue())] == [(URL.format(n), PAGE) for n in (1, 2)]


def test_no_archive_at_all() -> None:
    with pytest.raises(BadWarc, match=r"no WARC record|cannot be read"):
        read(b"<html>khong phai</html>")


class TestEncodings:
    """Bodies as they were on the wire, read as a browser reads them."""

    ENCODED: ClassVar = {
        "gzip": gzip.compress(PAGE),
        "br": brotli.compress(PAGE),
        "zstd": zstandard.ZstdCompressor().compress(PAGE),
        "deflate": zlib.compress(PAGE),
        "raw deflate": zlib.compress(PAGE, wbits=-15),
    }

    @staticmethod
    def page(encoding: str, body: bytes, *, chunked: bool = False) -> bytes:
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Encoding: {encoding}\r\n"
        if chunked:
            middle = len(body) // 2
            pieces = [b"%x\r\n%b\r\n" % (len(piece), piece) for piece in (body[:middle], body[middle:])]
            head, body = f"{head}Transfer-Encoding: chunked\r\n", b"".join([*pieces, b"0\r\n\r\n"])
        response = response_of(Request("http://so.tinhthu.example/"), f"{head}\r\n".encode() + body)
        crawler = Crawler(PortalSpider, Settings({"DOWNLOAD_MAXSIZE": 1_000_000, "COMPRESSION_ENABLED": True}))
        crawler.stats = StatsCollector(crawler)
        undo = HttpCompressionMiddleware.from_crawler(crawler)
        decoded = undo.process_response(Request("http://so.tinhthu.example/"), response)
        assert not isinstance(decoded, Request)
        return decoded.body

    @pytest.mark.parametrize("chunked", [False, True])
    @pytest.mark.parametrize("name", ENCODED)
    def test_each_is_undone(self, name: str, chunked: bool) -> None:
        assert self.page(name.split()[-1], self.ENCODED[name], chunked=chunked) == PAGE
        assert decode(self.ENCODED[name], name.split()[-1]) == PAGE

    @pytest.mark.parametrize("encoding", ["gzip", "br", "zstd", "deflate"])
    def test_a_head_may_name_one_that_was_undone_before(self, encoding: str) -> None:
        assert not is_encoded(PAGE, encoding)
        assert self.page(encoding, PAGE) == PAGE
        assert decode(PAGE, encoding) == PAGE

    def test_several_are_undone_from_the_last(self) -> None:
        assert decode(gzip.compress(brotli.compress(PAGE)), "br, gzip") == PAGE
        assert decode(PAGE, "identity") == decode(PAGE, "la-hoac") == PAGE
