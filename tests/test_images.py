"""Pictures end to end: those of the sample portal's articles, fetched from a real server where that is wished."""

from __future__ import annotations

import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import CommandLine
from sample_server import SampleServer

from pipelines.archive.database import Database
from pipelines.archive.folder import Archive
from pipelines.archive.kept import images_of
from pipelines.archive.warc import Exchange, read_records
from pipelines.items import Capture

PAGE = "/ke-hoach-cai-cach-hanh-chinh-cua-so-nam-2023/"
HALL, STAGE, GUESTS = (f"/wp-content/uploads/2023/01/{name}.jpg" for name in ("hoi-truong", "khai-mac", "dai-bieu"))
JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF" + bytes(range(256)) * 8
PICTURE = (200, {"Content-Type": "image/jpeg"}, JPEG)
WISHED = ("-s", "IMAGES_PER_ARTICLE=8")


def show(portal: SampleServer, *paths: str) -> None:
    """Have the article show pictures."""
    status, headers, body = portal.answer(PAGE)
    figures = "".join(
        f'<figure><img src="{path}" width="800" height="500"><figcaption>Ảnh {number}</figcaption></figure>'
        for number, path in enumerate(paths, 1)
    )
    mark = '<div class="entry-content">'
    portal.answers[PAGE] = (status, headers, body.decode().replace(mark, f"{mark}\n{figures}").encode())


@pytest.fixture
def pictures(portal: SampleServer) -> SampleServer:
    show(portal, HALL, STAGE)
    portal.answers |= {HALL: PICTURE, STAGE: (200, {"Content-Type": "image/jpeg"}, JPEG + b"khai mac")}
    return portal


def crawl(luutin: CommandLine, portal: SampleServer, *args: str) -> dict[str, Any]:
    done = luutin("crawl", "portal", "-a", f"url={portal.url}", *args)
    assert done.code == 0, done.err
    return luutin.report()


def article(luutin: CommandLine, portal: SampleServer) -> dict[str, Any]:
    return next(line for line in reversed(luutin.lines(portal.name)) if line["url"].endswith(PAGE))


def found(luutin: CommandLine, portal: SampleServer, urls: list[str]) -> dict[str, str]:
    """By URL the URL of the capture that shows it."""
    db = Database(luutin.output / "archive.db", read_only=True)
    try:
        ids = images_of(db, portal.name, urls)
        rows = {url: db.one("SELECT url FROM captures WHERE id = ?", (ids[url],)) for url in ids}
        return {url: row["url"] for url, row in rows.items() if row is not None}
    finally:
        db.close()


@pytest.mark.no_cover
def test_pictures_are_kept_beside_the_article_and_found_by_it(luutin: CommandLine, pictures: SampleServer) -> None:
    report = crawl(luutin, pictures, *WISHED)
    line, host = article(luutin, pictures), pictures.url.rstrip("/")
    urls = [image["url"] for image in line["images"]]
    assert urls == [host + HALL, host + STAGE]
    assert report["outcomes"]["image"] == 2
    assert found(luutin, pictures, [*urls, host + GUESTS]) == {url: url for url in urls}
    [captures] = (luutin.output / "captures" / pictures.name).glob("*.warc.gz")
    kept = {record.url: record for record in read_records(captures)}
    assert kept[host + HALL].fields == {"image-of": host + PAGE}
    assert kept[host + HALL].block.endswith(JPEG)
    lines = luutin.output / "articles" / f"{pictures.name}.jsonl"
    stored = lines.read_bytes()
    assert luutin("verify").code == 0
    lines.unlink()
    (luutin.output / "archive.db").unlink()
    assert luutin("reparse", "--workers", "1").code == 0
    assert lines.read_bytes() == stored
    assert luutin("verify").code == 0
    assert set(found(luutin, pictures, urls)) == set(urls)


@pytest.mark.no_cover
def test_none_is_asked_for_unless_that_is_wished_and_a_full_run_brings_them_later(
    luutin: CommandLine, pictures: SampleServer
) -> None:
    assert "image" not in crawl(luutin, pictures)["outcomes"]
    assert not {HALL, STAGE} & set(pictures.asked)
    stored = article(luutin, pictures)
    assert crawl(luutin, pictures, *WISHED, "-a", "full=1")["outcomes"]["image"] == 2
    assert article(luutin, pictures) == stored
    pictures.asked.clear()
    assert "image" not in crawl(luutin, pictures, *WISHED, "-a", "full=1")["outcomes"]
    assert PAGE in pictures.asked
    assert not {HALL, STAGE} & set(pictures.asked)  # kept, so not asked for again


def test_a_picture_that_cannot_be_had_costs_nothing_but_itself(luutin: CommandLine, pictures: SampleServer) -> None:
    paths = [f"/anh/{name}.jpg" for name in ("khong-con", "trang-loi", "qua-lon", "cam", "chuyen")]
    gone, page, large, forbidden, moved = paths
    show(pictures, *paths, "https://anh.baokhac.example/a.jpg", "http://10.0.0.8/b.jpg", GUESTS)
    pictures.answers |= {
        gone: (410, {}, b""),
        page: (200, {"Content-Type": "text/html"}, b"<html><body>Phi\xc3\xaan l\xc3\xa0m vi\xe1\xbb\x87c"),
        large: (200, {"Content-Type": "image/png"}, JPEG * 9),
        moved: (301, {"Location": "/anh/moi/chuyen.jpg"}, b""),
        "/anh/moi/chuyen.jpg": PICTURE,
        GUESTS: PICTURE,
        "/robots.txt": (200, {"Content-Type": "text/plain"}, f"User-agent: *\nDisallow: {forbidden}\n".encode()),
    }
    options = ("-s", "IMAGES_PER_ARTICLE=8", "-s", f"IMAGE_MAXSIZE={len(JPEG) * 8}", "-s", "ATTACHMENT_HOSTS=10.0.0.8")
    report = crawl(luutin, pictures, *options)
    lost = {end: count for end, count in report["reasons"].items() if ":image-" in end}
    assert lost.pop("failed:image-http-404") > 9  # of other articles: no reason to say that the run went ill
    assert lost == {
        "failed:image-http-410": 1,
        "failed:image-not-image": 1,
        "failed:image-too-large": 1,
        "skipped:image-robots": 1,
        "skipped:image-offsite": 1,
        "skipped:image-private-address": 1,
        "skipped:image-too-many": 2,  # the page has two more
    }
    assert report["outcomes"]["image"] == 2
    assert forbidden not in pictures.asked
    assert article(luutin, pictures)["body"]
    assert luutin("verify").code == 0


def test_a_host_without_an_answer_is_left_alone_and_does_not_end_the_run(
    luutin: CommandLine, pictures: SampleServer
) -> None:
    paths = [f"/anh/{number}.jpg" for number in range(7)]
    show(pictures, *paths)
    pictures.answers |= {path: (502, {}, b"") for path in paths}
    report = crawl(luutin, pictures, *WISHED, "-s", "RETRY_TIMES=0", "-s", "GIVE_UP_AFTER=2")
    assert report["finished"] == "finished"
    assert report["reasons"]["failed:image-http-502"] == 3
    assert report["reasons"]["skipped:image-host-in-trouble"] >= 4  # those of other articles, too
    assert [path for path in pictures.asked if path in paths] == paths[:3]
    assert article(luutin, pictures)["body"]


def test_interrupted_at_a_picture_the_next_run_has_it(luutin: CommandLine, pictures: SampleServer) -> None:
    process = luutin.popen("crawl", "portal", "-a", f"url={pictures.url}", *WISHED)
    asked: list[str] = []

    def interrupt_at_the_second(path: str) -> None:
        if path == STAGE and not asked:
            asked.append(path)
            process.send_signal(signal.SIGINT)

    pictures.on_request = interrupt_at_the_second
    _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "Traceback" not in err
    pictures.on_request = lambda _: None
    crawl(luutin, pictures, *WISHED)
    urls = [image["url"] for image in article(luutin, pictures)["images"]]
    assert set(found(luutin, pictures, urls)) == set(urls)
    assert pictures.asked.count(HALL) == 1
    assert luutin("verify").code == 0


@pytest.mark.no_cover
def test_an_archive_answers_for_pictures_likewise(luutin: CommandLine, pictures: SampleServer, tmp_path: Path) -> None:
    crawl(luutin, pictures, *WISHED)
    wacz = tmp_path / "so.wacz"
    assert luutin("export", "--wacz", str(wacz)).code == 0
    again = CommandLine(tmp_path / "again")
    args = ("crawl", "portal", "-a", f"url={pictures.url}", "-a", f"origin={wacz}", *WISHED)
    assert again(*args).code == 0
    urls = [image["url"] for image in article(again, pictures)["images"]]
    assert again.report()["outcomes"]["image"] == 2
    assert set(found(again, pictures, urls)) == set(urls)
    assert again(*args, "-a", "full=1").code == 0
    assert "image" not in again.report()["outcomes"]
    assert again("verify").code == 0


class TestLookup:
    AT = datetime(2024, 3, 4, 8, 0, tzinfo=UTC)

    @pytest.fixture
    def archive(self, tmp_path: Path) -> Any:
        with Archive(tmp_path, "so_thu", "luutin/test") as archive:
            yield archive

    def keep(
        self, archive: Archive, url: str, day: int, body: bytes, kind: str = "image/png", status: int = 200
    ) -> Capture:
        head = f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        at = self.AT + timedelta(days=day)
        return archive.keep(Exchange(url, at, b"GET / HTTP/1.1\r\n\r\n", head + body), "live")

    def urls_of(self, archive: Archive, *urls: str, portal: str = "so_thu") -> dict[str, tuple[str, str]]:
        found = images_of(archive.db, portal, urls)
        rows = {url: archive.db.one("SELECT url, at FROM captures WHERE id = ?", (found[url],)) for url in found}
        return {url: (row["url"], row["at"][:10]) for url, row in rows.items() if row is not None}

    def test_the_newest_good_capture_of_the_same_picture_is_found(self, archive: Archive) -> None:
        old, new = "http://www.so.tinhthu.example/anh/a.jpg", "https://so.tinhthu.example/anh/a.jpg"
        self.keep(archive, old, 0, b"cu")
        self.keep(archive, new, 1, b"moi" * 900, "image/JPG; charset=utf-8")
        self.keep(archive, new, 2, b"moi" * 900, "image/jpg")  # a revisit
        self.keep(archive, new, 3, b"het", "text/html", 404)
        self.keep(archive, new, 4, b"<svg>", "image/svg+xml")
        spelled = "http://so.tinhthu.example/anh/a.jpg"
        assert self.urls_of(archive, new, old, spelled) == {
            new: (new, "2024-03-06"),
            old: (old, "2024-03-04"),
            spelled: (new, "2024-03-06"),
        }

    def test_what_is_none_is_not_found(self, archive: Archive) -> None:
        url = "https://so.tinhthu.example/anh/b.png"
        self.keep(archive, url, 0, b"png")
        others = ("https://so.tinhthu.example/anh/b.png?w=9", "http://so.tinhthu.example:99999/x", "", "data:,x")
        assert self.urls_of(archive, *others) == {}
        assert self.urls_of(archive, url, portal="so_khac") == {}
        assert images_of(archive.db, "so_thu", []) == {}
