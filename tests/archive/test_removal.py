"""The parts of a removal: phrases found however they are written, records that take the place of others."""

from __future__ import annotations

import io
import json
import unicodedata
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import brotli
import pytest
import zstandard
from warcio.archiveiterator import ArchiveIterator

from pipelines.archive.removal.message import Message, Unreadable
from pipelines.archive.removal.records import DoesNotFit, exchange_at, masked_record, members_from, tombstone
from pipelines.archive.removal.wording import Phrases, anchors_of, masked, phrases_of, rough_words, said_in, words_of
from pipelines.archive.soundness import members
from pipelines.archive.warc import Exchange, WarcWriter, read_records, record_at
from pipelines.errors import Withdrawn

SAID = "Ủy ban nhân dân xã Nậm Khao họp bàn chuyện cây cầu treo hòa vốn năm 2024"
AT = datetime(2026, 11, 26, 8, tzinfo=UTC)


def phrases(text: str = SAID, *, anchored: bool = True) -> Phrases:
    words = words_of(text)
    anchors = frozenset(anchors_of(words)) if anchored else None
    return Phrases({count: frozenset(some) for count, some in phrases_of(words).items()}, anchors)


def entities(text: str) -> str:
    return "".join(f"&#{ord(char)};" if ord(char) > 127 else char for char in text)


WRITTEN: dict[str, Callable[[str], str]] = {
    "plain": lambda text: f"<p>{text}</p>",
    "capitals": lambda text: text.upper(),
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "the other tone": lambda text: text.replace("hòa", "hoà"),
    "entities": entities,
    "hexadecimal": lambda text: "".join(f"&#x{ord(char):X};" if ord(char) > 127 else char for char in text),
    "named": lambda text: text.replace(" ", "&nbsp;").replace("â", "&acirc;"),
    "escaped twice": lambda text: entities(text).replace("&", "&amp;"),
    "json": lambda text: json.dumps({"title": f"\n{text}\t"}),
    "json of markup": lambda text: json.dumps({"rendered": f"<p>{text}</p>\n"}).replace("</", "<\\/"),
    "json of escaped markup": lambda text: (
        json.dumps(text.replace("họp", "<b>họp</b>")).replace("<", "\\u003c").replace(">", "\\u003E")
    ),
    "feed": lambda text: (
        f"<description>&lt;p&gt;{text.replace('họp', '&lt;b&gt;họp&lt;/b&gt;')}&lt;/p&gt;</description>"
    ),
    "cdata": lambda text: f"<title><![CDATA[{text}]]></title>",
    "attribute": lambda text: f'<a href="/x" title="{text}">xem</a>',
    "link to share it": lambda text: f'<a href="https://mang.example/?t={quote(text)}&u=1">chia sẻ</a>',
    "tags between words": lambda text: "".join(f"<i>{word}</i> " for word in text.split()),
    "tags in words": lambda text: text.replace("họp", "h<span lang=vi>ọ</span>p").replace("xã", "x<b>ã</b>"),
    "soft hyphens": lambda text: text.replace("nhân", "nh\u00adân").replace("chuyện", "chuyện\u200b"),
    "comment": lambda text: f"<!-- {text} -->",
    "script": lambda text: f'<script>var t = "{text}";</script>',
}


@pytest.mark.parametrize("way", WRITTEN)
def test_a_phrase_is_found_and_made_unreadable_however_it_is_written(way: str) -> None:
    source = f"<html><p>Trước</p>{WRITTEN[way](SAID)}<p>Sau đó</p></html>"
    for wanted in (phrases(), phrases(anchored=False)):
        assert said_in(source, wanted)
        changed = masked(source, wanted)
        assert changed.text.startswith("<html><p>Trước</p>")
        assert changed.text.endswith("<p>Sau đó</p></html>")
        assert not said_in(changed.text, wanted)
        words = [word for some in rough_words(changed.text) for word in some]
        assert not {"ủy", "khao", "treo", "2024"} & set(words), changed.text
    assert masked(source, phrases("Một câu khác hẳn mà không trang nào trong số này có nói")).text == source


def test_a_headline_of_five_words_is_looked_for_and_one_of_four_is_not() -> None:
    assert said_in("<li>Khởi công cầu treo Huổi</li>", phrases("Khởi công cầu treo Huổi"))
    assert not phrases("Khởi công cầu treo")


def test_what_stands_between_two_phrases_goes_with_them_where_that_is_asked_for() -> None:
    first, second = SAID, "Bà con bản Huổi Lếch đóng góp hơn ba trăm ngày công"
    both = Phrases({8: phrases(first).digests[8] | phrases(second).digests[8]})
    source = f"<p>{first}</p><p>Ảnh: tư liệu</p><p>{second}</p><p>Tin khác hẳn</p>"
    assert "Ảnh: tư liệu" in masked(source, both).text
    assert "Ảnh" not in masked(source, both, gap=4).text
    assert "Tin khác hẳn" in masked(source, both, gap=4).text


@pytest.mark.parametrize("unit", ["<a", "&lt;a ", "&amp;", "\\u003c ", "%e1", "<span>x", "&", '"'])
def test_hostile_sources_take_no_longer_the_more_there_is_of_them(unit: str) -> None:
    source = unit * 10_000  # what looks at each of them again would take minutes
    assert masked(source, phrases()).text == source


ENCODED: dict[str, Callable[[bytes], bytes]] = {
    "": lambda data: data,
    "gzip": lambda data: zlib.compress(data, wbits=31),
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstandard.ZstdCompressor().compress,
}


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("encoding", ENCODED)
def test_an_answer_is_put_back_as_it_was_encoded(encoding: str, chunked: bool) -> None:
    body = ENCODED[encoding](f"<p>{SAID}</p>".encode())
    head = (
        f"HTTP/1.1 200 OK\r\nContent-Encoding: {encoding}\r\nContent-Type: text/html\r\n"
        if encoding
        else "HTTP/1.1 200 OK\r\n"
    )
    head += "Transfer-Encoding: chunked\r\n\r\n" if chunked else f"Content-Length: {len(body)}\r\n\r\n"
    framed = b"%x\r\n" % len(body) + body + b"\r\n0\r\n\r\n" if chunked else body
    message = Message.of(head.encode() + framed)
    assert message.text == f"<p>{SAID}</p>"
    block = message.saying("<p>khác</p>")
    assert Message.of(block).text == "<p>khác</p>"
    if not chunked:
        stated = int(block.partition(b"Content-Length: ")[2].partition(b"\r\n")[0])
        assert len(block.partition(b"\r\n\r\n")[2]) == stated


@pytest.mark.parametrize(
    ("data", "stated"),
    [
        ("Xã Nậm Khao".encode("utf-16-le"), "utf-16le"),
        (b"\xff\xfe" + "Xã Nậm Khao".encode("utf-16-le"), ""),
        (b"Tin m\xedi \x80", "windows-1252"),
        (b"\xe1\xba c\xe1\xbb\xa5t", "utf-8"),
    ],
)
def test_bytes_that_are_no_utf8_are_kept_as_they_are(data: bytes, stated: str) -> None:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset={stated}\r\n\r\n".encode()
    message = Message.of(head + data)
    assert message.text is not None
    assert message.saying(message.text) == head + data


def test_an_answer_whose_encoding_cannot_be_undone_is_told() -> None:
    with pytest.raises(Unreadable):
        Message.of(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8bno gzip at all")


def written(folder: Path, pages: list[bytes]) -> Path:
    writer = WarcWriter(folder, "so", "test")
    for number, page in enumerate(pages):
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(page)
        request = b"GET / HTTP/1.1\r\nHost: so.example\r\n\r\n"
        writer.write(Exchange(f"http://so.example/{number}", AT, request, head + page), fields={"via": "list"})
    writer.close()
    return writer.path


@pytest.mark.parametrize("size", [10, 3_000, 8_000, 66_000, 140_000])
def test_a_tombstone_takes_the_place_of_a_capture_to_the_byte(tmp_path: Path, size: int) -> None:
    import random

    noise = random.Random(size).randbytes(size)
    path = written(tmp_path, [b"<p>trang 0</p>", noise, b"<p>trang 2</p>"])
    data = path.read_bytes()
    offsets = [record.offset for record in read_records(path)]
    exchange = exchange_at(data, offsets[1], len(data))
    assert [one.value("WARC-Type") for one in exchange] == ["response", "request", "metadata"]
    length = sum(one.length for one in exchange)
    assert offsets[1] + length == offsets[2]
    grave = tombstone("http://so.example/1", "2026-11-26T08:00:00Z", AT, "theo yêu cầu", length)
    path.write_bytes(data[: offsets[1]] + grave + data[offsets[2] :])
    assert not [one.problem for one in members(path) if one.problem]
    assert [record.offset for record in read_records(path)] == [offsets[0], offsets[2]]
    kinds = [record.rec_type for record in ArchiveIterator(io.BytesIO(path.read_bytes()), check_digests="raise")]
    assert kinds == ["warcinfo", "response", "request", "metadata", "metadata", "response", "request", "metadata"]
    with path.open("rb") as stream, pytest.raises(Withdrawn, match="withdrawn at 2026-11-26"):
        record_at(stream, offsets[1], path.name)
    told = list(members_from(path.read_bytes(), offsets[1], offsets[2]))
    assert "theo yêu cầu" in told[0].block.decode()


def test_every_length_from_the_shortest_on_can_be_filled() -> None:
    def grave(length: int) -> bytes:
        return tombstone("http://so.example/1", "2026-11-26T08:00:00Z", AT, "theo yêu cầu", length)

    with pytest.raises(DoesNotFit):
        grave(60)
    lengths = [*range(330, 360), *range(8_180, 8_200), *range(65_540, 65_570), *range(131_090, 131_110)]
    for length in lengths:
        data = grave(length)
        assert len(data) == length
        assert len(list(members_from(data, 0, length))) == 1


def test_a_masked_capture_keeps_its_place_and_is_known_by_what_was_captured(tmp_path: Path) -> None:
    page = f"<p>{SAID}</p>{'<p>Tin khác của xã</p>' * 50}".encode()
    path = written(tmp_path, [page, b"<p>trang</p>"])
    data = path.read_bytes()
    before = list(read_records(path))
    member = exchange_at(data, before[0].offset, len(data))[0]
    message = Message.of(member.block)
    assert message.text is not None
    block = message.saying(masked(message.text, phrases()).text)
    record = masked_record(member, block, AT, member.length)
    path.write_bytes(data[: member.offset] + record + data[member.offset + member.length :])
    after = list(read_records(path))
    assert [(one.offset, one.length, one.payload_digest) for one in after] == [
        (one.offset, one.length, one.payload_digest) for one in before
    ]
    assert not [one.problem for one in members(path) if one.problem]
    assert "Nậm Khao" not in after[0].block.decode()
    assert after[0].block.decode().count("Tin khác của xã") == 50
    again = exchange_at(path.read_bytes(), member.offset, len(data))[0]
    assert masked_record(again, block, AT, member.length) == record  # and stays so when more is withdrawn
    with pytest.raises(DoesNotFit):
        masked_record(member, block, AT, 100)
