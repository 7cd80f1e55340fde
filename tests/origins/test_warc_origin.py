"""Captures in WARC and WACZ files, as an origin."""

from __future__ import annotations

import asyncio
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from conftest import SAMPLE
from fastwarc import ArchiveIterator
from scrapy import Request

from crawler.errors import BadArgument, NotCaptured
from crawler.origins.warc import WarcOrigin
from pipelines.archive.warc import Earlier, Exchange, WarcWriter, split_http
from pipelines.errors import BadWarc

AT = datetime(2020, 5, 1, 3, 0, tzinfo=UTC)
URL = "http://so.tinhthu.example/tin/"


def page(body: str, status: int = 200) -> bytes:
    return f"HTTP/1.1 {status} X\r\nContent-Type: text/html\r\n\r\n{body}".encode()


@pytest.fixture
def warc(tmp_path: Path) -> Path:
    """Three captures of one page (the second unchanged, the third an error), one of the root."""
    writer = WarcWriter(tmp_path, "cu", "luutin/test")
    first = writer.write(Exchange(URL, AT, b"", page("mot")))
    earlier = Earlier(URL, AT, first.payload_digest)
    writer.write(Exchange(URL, AT + timedelta(days=1), b"", page("mot")), earlier=earlier)
    writer.write(Exchange(URL, AT + timedelta(days=2), b"", page("loi", 503)))
    writer.write(Exchange("http://so.tinhthu.example/", AT, b"", page("trang chu")))
    writer.write(
        Exchange("http://so.tinhthu.example/a.css", AT, b"", b"HTTP/1.1 200 OK\r\nContent-Type: text/css\r\n\r\n")
    )
    writer.close()
    return writer.path


def body_of(origin: WarcOrigin, url: str, **meta: object) -> str:
    exchange = asyncio.run(origin.fetch(Request(url, meta=meta)))
    return split_http(exchange.response)[2].decode()


def test_the_newest_good_capture_answers(warc: Path) -> None:
    origin = WarcOrigin(warc)
    exchange = asyncio.run(origin.fetch(Request("https://so.tinhthu.example/tin/")))
    assert exchange.at == AT + timedelta(days=1)
    assert split_http(exchange.response)[2] == b"mot"
    assert exchange.source
    assert origin.times(URL) == [AT + timedelta(days=1)]


def test_every_version_is_there_when_asked_for(warc: Path) -> None:
    origin = WarcOrigin(warc, every_version=True)
    assert origin.times(URL) == [AT]  # the second is the same over again
    assert body_of(origin, URL, at=AT + timedelta(days=1)) == "mot"
    assert body_of(origin, URL, at=AT) == "mot"
    with pytest.raises(NotCaptured, match="2021"):
        body_of(origin, URL, at=AT.replace(year=2021))


def test_what_was_not_captured_is_not_answered(warc: Path) -> None:
    with pytest.raises(NotCaptured, match="khac"):
        body_of(WarcOrigin(warc), "http://so.tinhthu.example/khac/")


def test_its_pages_and_its_start(warc: Path) -> None:
    origin = WarcOrigin(warc)
    assert list(origin.captured_urls()) == [URL, "http://so.tinhthu.example/"]
    assert origin.home(()) == "http://so.tinhthu.example/"
    assert origin.home(("so.tinhthu.example",)) == "http://so.tinhthu.example/"
    assert origin.home(("khac.example",)) is None


def test_every_capture_of_the_bundled_wacz_can_be_read() -> None:
    origin = WarcOrigin(SAMPLE, every_version=True)
    read = [asyncio.run(origin.fetch(Request(url))) for url in origin.captured_urls()]
    assert len(read) > 50
    assert all(exchange.response.startswith(b"HTTP/1.1 ") for exchange in read)


def test_a_zip_that_is_no_wacz_is_named(tmp_path: Path, warc: Path) -> None:
    with zipfile.ZipFile(tmp_path / "leer.wacz", "w") as wacz:
        wacz.writestr("pages/pages.jsonl", "{}")
    with pytest.raises(BadWarc, match="no WACZ"):
        WarcOrigin(tmp_path / "leer.wacz")


def test_missing_empty_and_bare_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(BadArgument, match="no such file"):
        WarcOrigin(tmp_path / "fehlt.warc.gz")
    (tmp_path / "leer.warc").touch()
    with pytest.raises(BadWarc, match="is empty"):
        WarcOrigin(tmp_path / "leer.warc")
    writer = WarcWriter(tmp_path, "nur", "luutin/test")
    writer.write(Exchange("urn:x", AT, b"", page("x")))
    writer.close()
    with pytest.raises(BadWarc, match="no HTTP response"):
        WarcOrigin(writer.path)


class TestPostedForms:
    """Answers to forms: other writers put the request before its response, ours after it."""

    @staticmethod
    def ask(origin: WarcOrigin, form: str) -> str:
        exchange = asyncio.run(origin.fetch(Request(URL, method="POST", body=form)))
        assert exchange.posted == form.encode()
        return split_http(exchange.response)[2].decode()

    @pytest.mark.parametrize("request_first", [False, True])
    def test_each_form_has_its_own_answer(self, tmp_path: Path, request_first: bool) -> None:
        writer = WarcWriter(tmp_path, "cu", "luutin/test")
        writer.write(Exchange(URL, AT, b"GET /tin/ HTTP/1.1\r\n\r\n", page("trang mot")))
        for number in (2, 3):
            asked = f"POST /tin/ HTTP/1.1\r\nHost: x\r\n\r\ntrang={number}".encode()
            writer.write(Exchange(URL, AT, asked, page(f"trang {number}")))
        writer.close()
        if request_first:
            _swap(writer.path)
        origin = WarcOrigin(writer.path)
        assert body_of(origin, URL) == "trang mot"
        assert [self.ask(origin, f"trang={number}") for number in (3, 2)] == ["trang 3", "trang 2"]
        assert list(origin.captured_urls()) == [URL]
        with pytest.raises(NotCaptured, match="form"):
            self.ask(origin, "trang=4")


def _swap(path: Path) -> None:
    """Put each request record of a WARC before its response, as Heritrix and wget do."""
    records: list[bytes] = []
    with path.open("rb") as stream:
        offsets = [record.stream_pos for record in ArchiveIterator(stream, parse_http=False)]
    data = path.read_bytes()
    pieces = [data[start:end] for start, end in zip(offsets, [*offsets[1:], len(data)], strict=True)]
    first, *rest = pieces
    for response, request in zip(rest[::2], rest[1::2], strict=True):
        records += [request, response]
    path.write_bytes(b"".join([first, *records]))
