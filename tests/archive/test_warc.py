"""WARC writing and reading, held against warcio as the independent reader."""

from __future__ import annotations

import contextlib
import gzip
import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from pipelines.archive import warc
from pipelines.archive.warc import Earlier, Exchange, WarcWriter, read_records, split_http, unchunk
from pipelines.errors import BadWarc

AT = datetime(2025, 6, 2, 1, 2, 3, tzinfo=UTC)
URL = "http://so.tinhthu.example/tin/"
REQUEST = b"GET /tin/ HTTP/1.1\r\nHost: so.tinhthu.example\r\n\r\n"
CHUNKED = (
    b"HTTP/1.1 200 Tot\r\nContent-type: text/html\r\nSet-COOKIE: a=1\r\nSet-COOKIE: b=2\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n6\r\nB\xe1\xba\xafc \r\n4\r\nK\xe1\xba\xa1\r\n0\r\n\r\n"
)


def exchange(response: bytes = CHUNKED, **fields: object) -> Exchange:
    return Exchange(URL, AT, REQUEST, response, **fields)  # type: ignore[arg-type]


@pytest.fixture
def writer(tmp_path: Path) -> WarcWriter:
    return WarcWriter(tmp_path, "so_thu", "luutin/test")


def test_the_response_block_is_the_bytes_as_sent(writer: WarcWriter) -> None:
    writer.write(exchange())
    writer.close()
    records = list(read_records(writer.path))
    assert [record.block for record in records] == [CHUNKED]
    assert records[0].url == URL
    assert records[0].at == AT


def test_warcio_reads_every_record_and_finds_its_digests_right(writer: WarcWriter) -> None:
    writer.write(exchange(ip="127.0.0.1"), fields={"via": "http://so.tinhthu.example/", "section": "Tin tức"})
    writer.write(exchange(b"HTTP/1.0 404 Not Found\r\n\r\n"))
    writer.close()
    kinds = []
    with writer.path.open("rb") as stream:
        for record in ArchiveIterator(stream, check_digests=True):
            kinds.append(record.rec_type)
            record.raw_stream.read()
            assert record.digest_checker.passed is not False, record.digest_checker.problems
            assert record.rec_headers.protocol == "WARC/1.1"
    assert kinds == ["warcinfo", "response", "request", "metadata", "response", "request"]


def test_each_record_is_a_gzip_member_at_the_offset_that_was_returned(writer: WarcWriter) -> None:
    written = [writer.write(exchange()), writer.write(exchange())]
    writer.close()
    data = writer.path.read_bytes()
    for spot in written:
        member = gzip.decompress(data[spot.offset : spot.offset + spot.length])
        assert member.startswith(b"WARC/1.1\r\nWARC-Type: response\r\n")
        assert CHUNKED in member
    assert [record.offset for record in read_records(writer.path)] == [spot.offset for spot in written]


def test_metadata_comes_back_with_its_response(writer: WarcWriter) -> None:
    writer.write(exchange(), fields={"section": "Tin tức – Sự kiện", "mark": "a\r\nWARC-Type: evil"})
    writer.write(exchange())
    writer.close()
    first, second = read_records(writer.path)
    assert first.fields == {"section": "Tin tức – Sự kiện", "mark": "a WARC-Type: evil"}
    assert second.fields == {}


def test_a_repeated_payload_becomes_a_revisit_of_the_first(writer: WarcWriter) -> None:
    page = CHUNKED + bytes(range(256)) * 8
    first = writer.write(exchange(page))
    again = writer.write(exchange(page), earlier=Earlier(URL, AT, first.payload_digest))
    writer.close()
    assert again.length < first.length
    with writer.path.open("rb") as stream:
        headers = next(record.rec_headers for record in ArchiveIterator(stream) if record.rec_type == "revisit")
    assert headers["WARC-Profile"] == warc.SAME_PAYLOAD
    assert headers["WARC-Refers-To-Target-URI"] == URL
    assert headers["WARC-Refers-To-Date"] == "2025-06-02T01:02:03Z"
    assert headers["WARC-Payload-Digest"] == first.payload_digest


def test_a_304_is_a_revisit_of_its_own_profile(writer: WarcWriter) -> None:
    writer.write(exchange(b"HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n"), earlier=Earlier(URL, AT, "sha256:00"))
    writer.close()
    with writer.path.open("rb") as stream:
        profiles = [r.rec_headers["WARC-Profile"] for r in ArchiveIterator(stream) if r.rec_type == "revisit"]
    assert profiles == [warc.NOT_MODIFIED]


def test_files_are_rotated_by_size_and_gone_on_with(tmp_path: Path) -> None:
    small = WarcWriter(tmp_path, "so_thu", "luutin/test", max_bytes=2_000)
    for _ in range(6):
        small.write(exchange())
    small.close()
    names = sorted(path.name for path in tmp_path.iterdir())
    assert len(names) > 1
    assert names[0] == "so_thu-00001.warc.gz"
    more = WarcWriter(tmp_path, "so_thu", "luutin/test")
    assert more.path.name == names[-1]
    more.write(exchange())
    more.close()
    assert sum(len(list(read_records(path))) for path in tmp_path.iterdir()) == 7


def test_source_and_truncation_are_said(writer: WarcWriter) -> None:
    writer.write(exchange(source="https://archive.example/x", truncated="length"))
    writer.close()
    with writer.path.open("rb") as stream:
        headers = next(record.rec_headers for record in ArchiveIterator(stream) if record.rec_type == "response")
    assert headers["WARC-Source-URI"] == "https://archive.example/x"
    assert headers["WARC-Truncated"] == "length"


@pytest.mark.parametrize("content", [b"", b"<html></html>", b"\x1f\x8b\x08\x00garbage" * 9])
def test_what_is_no_warc_is_refused_with_its_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "tep.warc.gz"
    path.write_bytes(content)
    with pytest.raises(BadWarc, match=r"tep\.warc\.gz"):
        list(read_records(path))


def test_a_file_that_breaks_off_gives_its_whole_records_then_says_so(writer: WarcWriter) -> None:
    for _ in range(3):
        last = writer.write(exchange(CHUNKED + bytes(range(256)) * 40))
    writer.close()
    writer.path.write_bytes(writer.path.read_bytes()[: last.offset + last.length // 2])
    reader = read_records(writer.path)
    assert next(reader).block.startswith(CHUNKED)
    assert next(reader).block.startswith(CHUNKED)
    with pytest.raises(BadWarc):
        next(reader)


def test_a_record_larger_than_memory_is_refused(writer: WarcWriter, monkeypatch: pytest.MonkeyPatch) -> None:
    writer.write(exchange())
    writer.close()
    monkeypatch.setattr(warc, "MAX_RECORD_BYTES", 10)
    with pytest.raises(BadWarc, match="bytes long"):
        list(read_records(writer.path))


def test_an_http_message_is_taken_apart() -> None:
    status, headers, body = split_http(CHUNKED)
    assert status == 200
    assert [value for name, value in headers if name == "Set-COOKIE"] == ["a=1", "b=2"]
    assert body.decode() == "Bắc Kạ"[:4] + "Kạ"


def test_a_record_without_status_line_is_refused() -> None:
    with pytest.raises(BadWarc, match="status line"):
        split_http(b"<html>\r\n\r\n")


def test_a_body_that_is_not_framed_stays_as_it_is() -> None:
    assert unchunk(b"<html>not framed</html>") == b"<html>not framed</html>"


@given(st.lists(st.binary(min_size=1, max_size=50)))
def test_chunks_are_joined_whatever_they_hold(chunks: list[bytes]) -> None:
    framed = b"".join(b"%x;ext=1\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n"
    assert unchunk(framed) == b"".join(chunks)


@given(st.binary(max_size=400))
def test_reading_anything_never_fails_otherwise_than_as_bad_warc(data: bytes) -> None:
    with contextlib.suppress(BadWarc):
        list(warc.iter_records(io.BytesIO(data), "x"))
