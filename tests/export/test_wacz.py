"""The WACZ: digests, index, pages with text; the same bytes for the same archive, and readable as an origin."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import CommandLine
from scrapy import Request
from warcio.archiveiterator import ArchiveIterator

from crawler.origins.warc import WarcOrigin
from pipelines.archive.cdxj import Zipped, merged
from pipelines.archive.folder import Archive
from pipelines.archive.warc import Exchange
from pipelines.errors import ArchiveError, OutputUnwritable
from pipelines.export.selection import Selection
from pipelines.export.wacz import Exported, export_cdxj, export_wacz
from pipelines.normalise import Normalise
from pipelines.text import fold_digest

DAY = timedelta(days=1)
AT = datetime(2025, 6, 2, 1, 2, 3, tzinfo=UTC)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=UTF-8\r\n\r\n"


def keep(folder: Path, portal: str, make_article: Any) -> None:
    """Three captures of a page, the second unchanged, and one of another; an article of each version."""
    url = f"http://{portal.replace('_', '-')}.example/hop/"
    with Archive(folder, portal, "luutin/test") as archive:
        for day, body in enumerate((b"lan mot", b"lan mot", b"lan hai")):
            at = AT + day * DAY
            capture = archive.keep(Exchange(url, at, b"GET / HTTP/1.1\r\n\r\n", HEAD + body), "live", {"via": "feed"})
            if day != 1:
                text = f"Giám đốc yêu cầu các phòng của {portal} rà soát hồ sơ tồn đọng."
                fields = {"url": url, "portal": portal, "captured_at": at, "warc_file": capture.warc_file, "body": text}
                article = Normalise().process_item(make_article(title=f"Họp lần {day}", version=1 + day // 2, **fields))
                archive.append(article, fold_digest(article))
        archive.keep(Exchange(f"{url}anh.jpg", AT + DAY, b"", HEAD + b"anh"), "live")


@pytest.fixture
def archive(tmp_path: Path, make_article: Any) -> Path:
    for portal in ("so_thu", "so_binh_phuoc"):
        keep(tmp_path / "output", portal, make_article)
    return tmp_path / "output"


def exported(folder: Path, path: Path, *args: Any) -> Exported:
    with Selection(folder, *args) as selection:
        return export_wacz(selection, path, "luutin/test")


def index(wacz: zipfile.ZipFile) -> list[dict[str, str]]:
    """The lines of the index, as they are reached block by block."""
    meta, *table = wacz.read("indexes/index.idx").decode().splitlines()
    name = json.loads(meta.removeprefix("!meta 0 "))["filename"]
    blocks, lines = wacz.read(f"indexes/{name}"), []
    for line in table:
        key, _, place = line.partition("{")
        at = json.loads("{" + place)
        block = gzip.decompress(blocks[at["offset"] : at["offset"] + at["length"]]).decode()
        assert block.startswith(key)
        lines += block.splitlines()
    assert lines == sorted(lines)
    return [json.loads(line.split(" ", 2)[2]) for line in lines]


def check(path: Path) -> tuple[list[dict[str, str]], list[dict[str, Any]]]:
    """Every digest, and every index line against the record it leads to; the index and the pages."""
    with zipfile.ZipFile(path) as wacz:
        package = json.loads(wacz.read("datapackage.json"))
        digest = json.loads(wacz.read("datapackage-digest.json"))
        assert digest["hash"] == f"sha256:{hashlib.sha256(wacz.read('datapackage.json')).hexdigest()}"
        names = {resource["path"] for resource in package["resources"]}
        assert names | {"datapackage.json", "datapackage-digest.json"} == set(wacz.namelist())
        for resource in package["resources"]:
            data = wacz.read(resource["path"])
            assert (resource["hash"], resource["bytes"]) == (f"sha256:{hashlib.sha256(data).hexdigest()}", len(data))
        for name in wacz.namelist():
            if name.startswith("archive/"):
                assert wacz.getinfo(name).compress_type == zipfile.ZIP_STORED
        lines = index(wacz)
        for line in lines:
            record = next(
                iter(ArchiveIterator(io.BytesIO(wacz.read(f"archive/{line['filename']}")[int(line["offset"]) :])))
            )
            assert record.rec_headers["WARC-Target-URI"] == line["url"]
            assert record.rec_headers["WARC-Payload-Digest"] == line["digest"]
        head, *pages = map(json.loads, wacz.read("pages/pages.jsonl").decode().splitlines())
        assert head["format"] == "json-pages-1.0"
    return lines, pages


def test_all_portals_go_into_one_file_with_pages_and_their_text(archive: Path, tmp_path: Path) -> None:
    done = exported(archive, tmp_path / "all.wacz")
    lines, pages = check(tmp_path / "all.wacz")
    assert (done.captures, done.pages) == (len(lines), len(pages)) == (8, 4)
    assert {page["title"] for page in pages} == {"Họp lần 0", "Họp lần 2"}
    assert all("Giám đốc yêu cầu" in page["text"] and page["ts"].endswith("Z") for page in pages)
    assert done.bytes == (tmp_path / "all.wacz").stat().st_size


def test_the_same_archive_gives_the_same_bytes(archive: Path, tmp_path: Path) -> None:
    exported(archive, tmp_path / "one.wacz")
    exported(archive, tmp_path / "two.wacz")
    assert (tmp_path / "one.wacz").read_bytes() == (tmp_path / "two.wacz").read_bytes()


def test_a_span_of_time_takes_whole_records_and_what_revisits_repeat(archive: Path, tmp_path: Path) -> None:
    exported(archive, tmp_path / "day.wacz", ("so_thu",), AT + DAY, AT + 2 * DAY)
    lines, pages = check(tmp_path / "day.wacz")
    assert sorted((line["mime"], line["url"].rpartition("/")[2]) for line in lines) == [
        ("text/html", ""),  # of the day before: the revisit of this day repeats it
        ("text/html", "anh.jpg"),
        ("warc/revisit", ""),
    ]
    assert pages == []
    with zipfile.ZipFile(tmp_path / "day.wacz") as wacz:
        warc = gzip.decompress(wacz.read("archive/so_thu-00001.warc.gz"))
    assert b"lan hai" not in warc
    assert warc.count(b"WARC-Type: request") == 2  # what stands beside a response comes along
    assert warc.count(b"via: feed") == 2


def test_it_answers_as_an_origin(archive: Path, tmp_path: Path) -> None:
    exported(archive, tmp_path / "all.wacz")
    origin = WarcOrigin(tmp_path / "all.wacz")
    exchange = asyncio.run(origin.fetch(Request("http://so-thu.example/hop/")))
    assert (exchange.response, exchange.at) == (HEAD + b"lan hai", AT + 2 * DAY)


def test_what_is_being_written_meanwhile_is_left_out(archive: Path, tmp_path: Path) -> None:
    exported(archive, tmp_path / "before.wacz")
    with (archive / "captures" / "so_thu" / "so_thu-00001.warc.gz").open("ab") as stream:
        stream.write(b"half a record")
    exported(archive, tmp_path / "after.wacz")
    assert (tmp_path / "before.wacz").read_bytes() == (tmp_path / "after.wacz").read_bytes()


def test_an_export_that_fails_leaves_the_old_file(archive: Path, tmp_path: Path) -> None:
    path = tmp_path / "all.wacz"
    exported(archive, path)
    before = path.read_bytes()
    (archive / "captures" / "so_thu" / "so_thu-00001.warc.gz").write_bytes(b"")
    with pytest.raises(ArchiveError, match="ends before"):
        exported(archive, path)
    assert path.read_bytes() == before
    assert list(tmp_path.glob("*.partial")) == []
    (tmp_path / "file").touch()
    with pytest.raises(OutputUnwritable, match="Name a file"):
        exported(archive, tmp_path / "file" / "such" / "folder.wacz")


def test_nothing_selected_is_an_error(archive: Path, tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="so_thu"):
        exported(archive, tmp_path / "a.wacz", ("so_la",))
    with pytest.raises(ArchiveError, match="nothing was selected"):
        exported(archive, tmp_path / "a.wacz", (), AT + 9 * DAY)


def test_indexes_are_merged_with_paths_that_lead_to_the_files(archive: Path, tmp_path: Path) -> None:
    path = archive / "captures" / "all.cdxj"
    with Selection(archive) as selection:
        assert export_cdxj(selection, path) == 8
    lines = path.read_text("utf-8").splitlines()
    assert lines == sorted(lines)
    for line in lines:
        fields = json.loads(line.split(" ", 2)[2])
        with (path.parent / fields["filename"]).open("rb") as stream:
            stream.seek(int(fields["offset"]))
            assert next(iter(ArchiveIterator(stream))).rec_headers["WARC-Target-URI"] == fields["url"]


def test_merging_reads_no_index_whole() -> None:
    def endless(key: str) -> Any:
        number = 0
        while True:
            yield f"{key})/{number:09d} 20250101000000 {{}}\n".encode()
            number += 1

    lines = merged([endless("vn,a"), [b'vn,a)/000000001 20240101000000 {"b":1}\n']])
    assert [line[:29] for line, _ in zip(lines, range(3), strict=False)] == [
        b"vn,a)/000000000 2025010100000",
        b"vn,a)/000000001 2024010100000",
        b"vn,a)/000000001 2025010100000",
    ]


@pytest.mark.parametrize(
    ("args", "code", "says"),
    [
        (["--wacz", "x.wacz"], 1, "archive.db"),
        ([], 2, "--wacz FILE"),
        (["--wacz", "x.wacz", "--since", "hom qua"], 2, "2025-07-01"),
        (["--cdxj", "x.cdxj", "--since", "2025-07-01"], 2, "whole files"),
    ],
)
def test_bad_input_is_explained(luutin: CommandLine, args: list[str], code: int, says: str) -> None:
    done = luutin("export", *args)
    assert (done.code, done.out) == (code, ""), done.err
    assert says in done.err


def test_the_verb_writes_what_it_says(archive: Path, tmp_path: Path) -> None:
    done = CommandLine(archive)("export", "--wacz", str(tmp_path / "thu.wacz"), "so_thu", "--until", "2025-06-03")
    assert done.code == 0, done.err
    assert "1 pages" in done.err
    lines, _ = check(tmp_path / "thu.wacz")
    assert len(lines) == 1


def test_a_long_index_lies_in_blocks_of_its_own() -> None:
    lines = [f'vn,so)/{number:04d} 20250101000000 {{"offset":"{number}"}}\n'.encode() for number in range(700)]
    index = Zipped("index.cdx.gz")
    blocks = b"".join(index.blocks(lines))
    assert index.lines == 700
    assert index.table[0] == b'!meta 0 {"format":"cdxj-gzip-1.0","filename":"index.cdx.gz"}\n'
    assert [line[:15] for line in index.table[1:]] == [b"vn,so)/0000 202", b"vn,so)/0300 202", b"vn,so)/0600 202"]
    place = json.loads(b"{" + index.table[2].partition(b"{")[2])
    block = blocks[place["offset"] : place["offset"] + place["length"]]
    assert gzip.decompress(block) == b"".join(lines[300:600])
    assert place["digest"] == f"sha256:{hashlib.sha256(block).hexdigest()}"
