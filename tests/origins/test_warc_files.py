"""Files, folders and patterns of captures, packed in whatever way."""

from __future__ import annotations

import asyncio
import gzip
import io
import logging
import shutil
import subprocess
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
import zstandard
from archive_server import warc_of
from conftest import SAMPLE
from fastwarc import ArchiveIterator
from foreign_records import PAGE, URL, record
from pytest_httpserver import HTTPServer
from scrapy import Request

from crawler.errors import NotCaptured
from crawler.origins.warc import WarcOrigin
from pipelines.archive.warc import split_http
from pipelines.errors import BadWarc


def answers(origin: WarcOrigin) -> dict[str, bytes]:
    """Every page's body; closes the origin."""

    async def read() -> dict[str, bytes]:
        got = {url: split_http((await origin.fetch(Request(url))).response)[2] for url in origin.captured_urls()}
        await origin.close()
        return got

    return asyncio.run(read())


@pytest.fixture
def warc(tmp_path: Path) -> Path:
    return warc_of(SAMPLE, tmp_path)


@pytest.fixture
def expected(warc: Path) -> dict[str, bytes]:
    return answers(WarcOrigin(warc))


def members(warc: Path) -> list[bytes]:
    """The records of a .warc.gz, unpacked."""
    data = warc.read_bytes()
    with warc.open("rb") as stream:
        starts = [raw.stream_pos for raw in ArchiveIterator(stream, parse_http=False)]
    return [gzip.decompress(data[a:b]) for a, b in zip(starts, [*starts[1:], len(data)], strict=True)]


class TestPacking:
    def test_plain_zstd_and_as_one_piece(self, warc: Path, expected: dict[str, bytes], tmp_path: Path) -> None:
        pieces = members(warc)
        whole = b"".join(pieces)
        compressor = zstandard.ZstdCompressor()
        forms = {
            "a.warc": whole,
            "b.warc.zst": b"".join(map(compressor.compress, pieces)),
            "c.warc.gz": gzip.compress(whole),
            "d.warc.zst": compressor.compress(whole),
        }
        for name, data in forms.items():
            (tmp_path / name).write_bytes(data)
            assert answers(WarcOrigin(tmp_path / name)) == expected, name

    def test_a_wacz_of_several_files_some_of_them_deflated(
        self, warc: Path, expected: dict[str, bytes], tmp_path: Path
    ) -> None:
        head, *pieces = map(gzip.compress, members(warc))
        path = tmp_path / "browsertrix.wacz"
        with zipfile.ZipFile(path, "w") as wacz:
            wacz.writestr("datapackage.json", "{}")
            wacz.writestr("archive/rec-0.warc.gz", head + b"".join(pieces[:60]))
            wacz.writestr("archive/rec-1.warc.gz", b"".join(pieces[60:]), zipfile.ZIP_DEFLATED)
            wacz.writestr("archive/notes.txt", "x")
        assert answers(WarcOrigin(path)) == expected

    def test_what_was_unpacked_is_thrown_away(
        self, warc: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
        (tmp_path / "c.warc.gz").write_bytes(gzip.compress(b"".join(members(warc))))
        origin = WarcOrigin(tmp_path / "c.warc.gz")
        assert list(tmp_path.glob("luutin-*/*"))
        asyncio.run(origin.close())
        assert not list(tmp_path.glob("luutin-*"))

    def test_what_unpacks_without_end_is_given_up(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("crawler.origins.files.MAX_UNPACKED_BYTES", 1_000)
        (tmp_path / "bom.warc.gz").write_bytes(gzip.compress(b"".join(record(n) for n in range(20))))
        with pytest.raises(BadWarc, match="more than 1000 bytes"):
            WarcOrigin(tmp_path / "bom.warc.gz")


class TestSeveral:
    def test_a_folder_and_a_pattern(self, warc: Path, expected: dict[str, bytes], tmp_path: Path) -> None:
        pieces = members(warc)
        folder = tmp_path / "cu" / "sau"
        folder.mkdir(parents=True)
        (folder.parent / "1.warc").write_bytes(b"".join(pieces[:50]))
        (folder / "2.warc.gz").write_bytes(b"".join(map(gzip.compress, pieces[50:])))
        (folder / "readme.txt").write_text("x")
        assert answers(WarcOrigin(folder.parent)) == expected
        assert answers(WarcOrigin(f"{tmp_path}/cu/**/*.warc*")) == expected

    def test_damage_costs_what_lies_behind_it_and_is_told(
        self, warc: Path, expected: dict[str, bytes], tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        folder = tmp_path / "cu"
        folder.mkdir()
        (folder / "0.warc.gz").touch()
        (folder / "1.warc.gz").write_bytes(warc.read_bytes()[:98_000])
        with caplog.at_level(logging.WARNING):
            part = answers(WarcOrigin(folder))
        assert "0.warc.gz: is empty" in caplog.text
        assert "captures before that are read" in caplog.text
        assert part
        assert len(part) < len(expected)
        assert part.items() <= expected.items() | part.items()
        with caplog.at_level(logging.WARNING):
            shutil.copy(warc, folder / "2.warc.gz")
            assert answers(WarcOrigin(folder)) == expected


class TestRevisits:
    """Records that repeat another: at another URL, in another file, by digest or by URL and time."""

    FULL = "WARC-Payload-Digest: sha1:ABC\r\n"
    BY_TIME = f"WARC-Refers-To-Target-URI: {URL.format(1)}\r\nWARC-Refers-To-Date: 2019-03-04T05:06:07Z\r\n"
    HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"

    @pytest.mark.parametrize("more", [FULL, BY_TIME])
    @pytest.mark.parametrize("head", [HEAD, b""])
    def test_they_answer_with_what_they_repeat(self, tmp_path: Path, more: str, head: bytes) -> None:
        again = record(2, kind="revisit", block=head, date="2021-01-01T00:00:00Z", more=more)
        (tmp_path / "1.warc").write_bytes(again)
        (tmp_path / "2.warc").write_bytes(record(1, more=self.FULL))
        origin = WarcOrigin(tmp_path)
        assert origin.times(URL.format(2)) == [datetime(2021, 1, 1, tzinfo=UTC)]
        assert answers(origin) == {URL.format(1): PAGE, URL.format(2): PAGE}

    def test_one_that_repeats_what_is_not_there_is_no_capture(self, tmp_path: Path) -> None:
        (tmp_path / "1.warc").write_bytes(record(1) + record(2, kind="revisit", block=self.HEAD, more=self.FULL))
        with pytest.raises(NotCaptured):
            asyncio.run(WarcOrigin(tmp_path).fetch(Request(URL.format(2))))


class TestSpellings:
    def test_www_and_scheme_are_one_page_as_last_captured(self, tmp_path: Path) -> None:
        old = record(1)
        new = record(1, date="2022-01-01T00:00:00Z").replace(b"<http://so.", b"<https://www.so.")
        (tmp_path / "a.warc").write_bytes(old + new)
        origin = WarcOrigin(tmp_path, every_version=True)
        assert len(origin.times(URL.format(1))) == 2
        assert list(origin.captured_urls()) == ["https://www.so.tinhthu.example/tin/1"]
        assert origin.spelled(URL.format(1)) == "https://www.so.tinhthu.example/tin/1"
        assert origin.spelled(URL.format(9)) == URL.format(9)

    def test_permalinks_come_before_the_same_pages_by_number(self, tmp_path: Path) -> None:
        numbered = record(1).replace(b"/tin/1>", b"/?p=12>")
        (tmp_path / "a.warc").write_bytes(numbered + record(2))
        urls = list(WarcOrigin(tmp_path).captured_urls())
        assert urls == [URL.format(2), "http://so.tinhthu.example/?p=12"]

    def test_what_is_the_same_at_many_addresses_is_no_page_of_theirs(self, tmp_path: Path) -> None:
        digest = "WARC-Payload-Digest: sha1:{}\r\n".format
        old = [record(n, more=digest(f"A{n}")) for n in range(8)]
        merged = [record(n, date="2026-01-01T00:00:00Z", more=digest("HOME")) for n in range(9)]
        (tmp_path / "a.warc").write_bytes(b"".join(old + merged))
        origin = WarcOrigin(tmp_path)
        assert [origin.times(URL.format(n))[-1].year for n in range(9)] == [2019] * 8 + [2026]

    def test_the_copy_before_one_that_is_no_good(self, tmp_path: Path) -> None:
        copies = [("2019", "A"), ("2020", "B"), ("2021", "C"), ("2022", "C")]
        records = [
            record(1, date=f"{year}-01-01T00:00:00Z", more=f"WARC-Payload-Digest: sha1:{digest}\r\n")
            for year, digest in copies
        ]
        (tmp_path / "a.warc").write_bytes(b"".join(records))
        origin = WarcOrigin(tmp_path)
        at: datetime | None = origin.times(URL.format(1))[0]
        years = []
        while at := origin.before(URL.format(1), at):
            years.append(at.year)
        assert years == [2020, 2019]
        assert WarcOrigin(tmp_path, every_version=True).before(URL.format(1), datetime(2022, 1, 1, tzinfo=UTC)) is None


@pytest.mark.skipif(shutil.which("wget") is None, reason="wget is not installed")
@pytest.mark.parametrize("options", [[], ["--no-warc-compression"]])
def test_what_wget_writes(httpserver: HTTPServer, tmp_path: Path, options: list[str]) -> None:
    httpserver.expect_request("/").respond_with_data(
        PAGE + b"<a href=/tin?id=1&trang=2>tin</a>", content_type="text/html"
    )
    httpserver.expect_request("/tin").respond_with_data(PAGE, content_type="text/html")
    url = httpserver.url_for("/")
    command = ["wget", "-q", "-r", "-e", "robots=off", f"--warc-file={tmp_path}/cu", *options, url]
    subprocess.run(command, cwd=tmp_path, check=False, timeout=60)
    assert answers(WarcOrigin(next(tmp_path.glob("cu.warc*"))))[f"{url}tin?id=1&trang=2"] == PAGE


def test_what_scrapy_webarchive_writes(tmp_path: Path) -> None:
    """Status lines of HTTP/1.0 without a reason, headers of an encoding that is undone, request lines without query."""
    block = b"HTTP/1.0 200\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n" + PAGE
    asked = record(1, kind="request", block=b"GET /tin/1 HTTP/1.0\r\n\r\n")
    data = (record(1, block=block) + asked).replace(b"/tin/1>", b"/tin/1?trang=2>")
    with zipfile.ZipFile(tmp_path / "a.wacz", "w") as wacz:
        wacz.writestr("archive/a.warc.gz", gzip.compress(data))
    assert answers(WarcOrigin(tmp_path / "a.wacz")) == {f"{URL.format(1)}?trang=2": PAGE}


def test_a_window_reads_and_seeks_like_a_file() -> None:
    from crawler.origins.files import Window

    window = Window(io.BytesIO(b"0123456789"), 2, 5)
    assert window.read() == b"23456"
    assert window.seek(1) == 1
    assert window.read(2) == b"34"
    assert window.seek(1, 1) == 4
    assert window.read(9) == b"6"
