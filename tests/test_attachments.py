"""Attachments end to end: the files of the sample portal, fetched from a real server, as the article line has them."""

from __future__ import annotations

import hashlib
import json
import signal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from conftest import CommandLine
from fastwarc import ArchiveIterator
from made_files import docx, pdf
from sample_server import SampleServer

from pipelines.archive.warc import read_records
from pipelines.attachments.kinds import MEDIA_TYPES
from pipelines.items import Article, Attachment

PLAN = "/wp-content/uploads/2023/01/04-kh-skhdt-cchc-2023.pdf"
SHARES = "/wp-content/uploads/2023/01/phan-cong-cchc-2023.xlsx"
PAGE = "/ke-hoach-cai-cach-hanh-chinh-cua-so-nam-2023/"
JOBS = "/wp-content/uploads/2022/08/ke-hoach-71-tuyen-dung-2022.pdf"
JOBS_PAGE = "/thong-bao-tuyen-dung-vien-chuc-nam-2022/"
# "Kế hoạch cải cách hành chính năm 2023 của Sở Kế hoạch và Đầu tư" as typed for .VnTime
TYPED = "KÕ ho¹ch c¶i c¸ch hµnh chÝnh n¨m 2023 cña Së KÕ ho¹ch vµ §Çu t­".encode("latin-1")
READ = "Kế hoạch cải cách hành chính năm 2023 của Sở Kế hoạch và Đầu tư"
FILE = {"Content-Type": "application/octet-stream"}


@pytest.fixture
def files(portal: SampleServer) -> SampleServer:
    portal.answers[PLAN] = (200, FILE, pdf([TYPED]))
    portal.answers[SHARES] = (302, {"Location": "/tep/phan-cong"}, b"")
    portal.answers["/tep/phan-cong"] = (200, FILE, docx("<w:p><w:r><w:t>Phân công nhiệm vụ</w:t></w:r></w:p>"))
    return portal


def crawl(luutin: CommandLine, portal: SampleServer, *args: str) -> dict[str, Any]:
    done = luutin("crawl", "portal", "-a", f"url={portal.url}", *args)
    assert done.code == 0, done.err
    return luutin.report()


def article(luutin: CommandLine, portal: SampleServer, path: str = PAGE) -> dict[str, Any]:
    return next(line for line in reversed(luutin.lines(portal.name)) if line["url"].endswith(path))


def named(folder: Path, portal: str) -> set[tuple[str, str]]:
    """The URL of each capture that says which article it belongs to, and that article's URL."""
    found = set()
    for path in (folder / "captures" / portal).glob("*.warc.gz"):
        for record in read_records(path):
            if of := record.fields.get("attachment-of"):
                found.add((record.url, of))
    return found


@pytest.mark.no_cover
def test_files_are_kept_as_captures_and_their_text_stands_in_the_article(
    luutin: CommandLine, files: SampleServer
) -> None:
    report = crawl(luutin, files)
    plan, shares = article(luutin, files)["attachments"]
    body = files.answers[PLAN][2]
    assert (plan["text"], plan["sha256"]) == (READ, hashlib.sha256(body).hexdigest())
    assert (plan["media_type"], plan["problem"]) == (MEDIA_TYPES["pdf"], None)
    assert (shares["text"], shares["media_type"]) == (
        "Phân công nhiệm vụ",
        MEDIA_TYPES["docx"],
    )  # not what its name says
    assert shares["capture"]["url"].endswith("/tep/phan-cong")
    assert report["outcomes"]["attachment"] == 2
    path = luutin.output / plan["capture"]["warc_file"]
    with path.open("rb") as stream:
        stream.seek(plan["capture"]["warc_offset"])
        record = next(iter(ArchiveIterator(stream)))
        assert record.reader.read() == body
    host = files.url.rstrip("/")
    belong = {(host + path, host + PAGE) for path in (PLAN, SHARES, "/tep/phan-cong")}
    assert belong <= named(luutin.output, files.name)


def assert_rebuilt(luutin: CommandLine, portal: SampleServer) -> None:
    """What the lines say of attachments is what a rebuild from the captures alone says."""
    lines = luutin.output / "articles" / f"{portal.name}.jsonl"
    stored = lines.read_bytes()
    lines.unlink()
    (luutin.output / "archive.db").unlink()
    done = luutin("reparse", "--workers", "1")
    assert done.code == 0, done.err
    assert lines.read_bytes() == stored


@pytest.mark.no_cover
def test_a_failed_attachment_never_costs_the_article(luutin: CommandLine, files: SampleServer) -> None:
    files.answers[PLAN] = (200, FILE, b"%PDF-1.4 torn")
    files.answers[JOBS] = (200, {"Content-Type": "text/html"}, b"<html>Het phien lam viec")
    report = crawl(luutin, files)
    line = article(luutin, files)
    assert line["body"]
    assert [(each["problem"], bool(each["text"])) for each in line["attachments"]] == [("damaged", False), (None, True)]
    [jobs] = article(luutin, files, JOBS_PAGE)["attachments"]
    assert (jobs["problem"], jobs["text"]) == ("html-page", None)
    [missing] = article(luutin, files, "/cong-van-huong-dan-lap-ke-hoach-dau-tu-cong-nam-2022/")["attachments"]
    assert (missing["problem"], missing["sha256"]) == ("http-404", None)
    reasons = report["reasons"]
    assert (reasons["attachment:damaged"], reasons["attachment:html-page"]) == (1, 1)
    assert reasons["failed:attachment-http-404"] == 5
    assert report["outcomes"]["attachment"] == 3
    assert_rebuilt(luutin, files)


def test_robots_txt_and_the_limits_are_kept(luutin: CommandLine, files: SampleServer) -> None:
    robots = f"User-agent: *\nDisallow: {PLAN}\n".encode()
    files.answers["/robots.txt"] = (200, {"Content-Type": "text/plain"}, robots)
    report = crawl(luutin, files, "-s", "ATTACHMENTS_PER_ARTICLE=1")
    assert PLAN not in files.asked
    assert SHARES not in files.asked
    assert report["reasons"]["skipped:attachment-robots"] == 1
    assert report["reasons"]["skipped:attachment-too-many"] >= 1
    assert [each["capture"] for each in article(luutin, files)["attachments"]] == [None, None]


def test_a_file_over_the_limit_is_cut_and_counted(luutin: CommandLine, files: SampleServer) -> None:
    files.answers[PLAN] = (200, FILE, pdf([TYPED]) + b"\0" * 2_000_000)
    report = crawl(luutin, files, "-s", "DOWNLOAD_MAXSIZE=1000000")
    assert report["reasons"]["failed:attachment-too-large"] == 1
    assert article(luutin, files)["attachments"][0]["capture"] is None
    assert_rebuilt(luutin, files)


@pytest.mark.no_cover
def test_an_edited_article_asks_conditionally_and_reads_the_kept_file(luutin: CommandLine, files: SampleServer) -> None:
    files.validators = True
    crawl(luutin, files)
    first = article(luutin, files)
    status, headers, body = files.answer(PAGE)
    files.answers[PAGE] = (status, headers, body.replace("cải cách".encode(), "đổi mới".encode()))
    crawl(luutin, files, "-a", "full=1")
    edited = article(luutin, files)
    assert edited["version"] == 2
    assert PLAN in files.not_modified
    assert edited["attachments"][0] | {"capture": None} == first["attachments"][0] | {"capture": None}
    assert edited["attachments"][0]["capture"]["warc_offset"] == first["attachments"][0]["capture"]["warc_offset"]
    assert_rebuilt(luutin, files)


@pytest.mark.no_cover
def test_interrupted_while_a_file_is_on_its_way_nothing_is_lost(luutin: CommandLine, files: SampleServer) -> None:
    process = luutin.popen("crawl", "portal", "-a", f"url={files.url}")
    asked: list[str] = []

    def interrupt_at_the_first(path: str) -> None:
        if "/uploads/" in path and not asked:
            asked.append(path)
            process.send_signal(signal.SIGINT)

    files.on_request = interrupt_at_the_first
    _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "Traceback" not in err
    files.on_request = lambda _: None
    crawl(luutin, files)
    lines = luutin.lines(files.name)
    assert len({(line["id"], line["version"]) for line in lines}) == len(lines)
    assert [each["text"] for each in article(luutin, files)["attachments"]] == [READ, "Phân công nhiệm vụ"]


@pytest.mark.no_cover
def test_an_archive_answers_for_files_likewise(luutin: CommandLine, files: SampleServer, tmp_path: Path) -> None:
    crawl(luutin, files)
    [captures] = (luutin.output / "captures" / files.name).glob("*.warc.gz")
    again = CommandLine(tmp_path / "again")
    done = again("crawl", "portal", "-a", f"url={files.url}", "-a", f"origin={captures}")
    assert done.code == 0, done.err
    known = ("url", "name", "media_type", "sha256", "text")
    for path in (PAGE, JOBS_PAGE):
        pairs = zip(
            article(luutin, files, path)["attachments"], article(again, files, path)["attachments"], strict=True
        )
        for live, archived in pairs:
            assert [archived[name] for name in known] == [live[name] for name in known]
    assert_rebuilt(again, files)


def test_lines_written_before_files_were_fetched_are_read_still(make_article: Any) -> None:
    old = msgspec.json.encode(make_article(attachments=[]))
    line = json.loads(old) | {"attachments": [{"url": "http://a.vn/b.pdf", "name": "b", "media_type": None}]}
    assert msgspec.json.decode(json.dumps(line), type=Article).attachments == [Attachment("http://a.vn/b.pdf", "b")]
