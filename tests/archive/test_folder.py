"""The output folder: what is stored, and what a crash leaves of it."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from pipelines.archive import database as schema
from pipelines.archive.database import Database
from pipelines.archive.folder import Archive
from pipelines.archive.warc import Exchange
from pipelines.errors import ArchiveError, OutputLocked, OutputUnwritable
from pipelines.items import Article
from pipelines.near.comparison import SCHEMA
from pipelines.normalise import Normalise
from pipelines.text import fold_digest

AT = datetime(2025, 6, 2, 1, 2, 3, tzinfo=UTC)
Make = Callable[..., Article]


def opened(folder: Path) -> Archive:
    return Archive(folder, "so_thu", "luutin/test")


def exchange(path: str = "/", body: bytes = b"xin chao", at: datetime = AT, **kwargs: Any) -> Exchange:
    head = b'HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=UTF-8\r\nETag: "e1"\r\n\r\n'
    return Exchange(f"http://so.tinhthu.example{path}", at, b"GET / HTTP/1.1\r\n\r\n", head + body, **kwargs)


def store(archive: Archive, article: Article) -> Article:
    Normalise().process_item(article)
    archive.append(article, fold_digest(article))
    return article


def warc_of(folder: Path) -> Path:
    return folder / "captures" / "so_thu" / "so_thu-00001.warc.gz"


def test_a_capture_is_found_again_by_what_was_returned(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        archive.keep(exchange("/a/"), "live")
        capture = archive.keep(exchange("/b/", b"noi dung"), "live")
    with (tmp_path / capture.warc_file).open("rb") as stream:
        stream.seek(capture.warc_offset)
        record = next(iter(ArchiveIterator(stream)))
        assert record.rec_headers["WARC-Target-URI"] == "http://so.tinhthu.example/b/"
        assert record.rec_headers["WARC-Payload-Digest"] == capture.warc_digest


def test_the_same_bytes_at_the_same_url_are_kept_once(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        first = archive.keep(exchange(), "live")
        again = archive.keep(exchange(at=AT + timedelta(days=1)), "live")
        assert (again.warc_offset, again.captured_at) == (first.warc_offset, AT + timedelta(days=1))
        archive.keep(exchange(body=b"khac", at=AT + timedelta(days=2)), "live")
        kinds = [row["revisit"] for row in archive.db.rows("SELECT revisit FROM captures ORDER BY at")]
    assert kinds == [0, 1, 0]


def test_a_capture_read_from_an_archive_twice_is_kept_once(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        first = archive.keep(exchange(source="http://x/"), "wacz:x.wacz")
        assert archive.keep(exchange(source="http://x/"), "wacz:x.wacz") == first
        assert len(list(archive.db.rows("SELECT 1 FROM captures"))) == 1


def test_validators_are_those_of_the_newest_good_capture(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        assert archive.kept.validators("http://so.tinhthu.example/") == (None, None)
        archive.keep(exchange(), "live")
        assert archive.kept.validators("http://so.tinhthu.example/") == ('"e1"', None)


def test_an_article_line_is_json_with_every_field(tmp_path: Path, make_article: Make) -> None:
    with opened(tmp_path) as archive:
        store(archive, make_article(published_at=AT))
    line = json.loads((tmp_path / "articles" / "so_thu.jsonl").read_text("utf-8"))
    assert line.keys() == set(Article.__dataclass_fields__)
    assert line["published_at"] == "2025-06-02T01:02:03Z"
    assert "Giám đốc" in line["body"]


def test_a_torn_tail_is_cut_off_and_everything_before_it_stays(tmp_path: Path, make_article: Make) -> None:
    with opened(tmp_path) as archive:
        archive.keep(exchange(), "live")
        store(archive, make_article())
    warc, lines = warc_of(tmp_path), tmp_path / "articles" / "so_thu.jsonl"
    whole = warc.read_bytes(), lines.read_bytes()
    warc.write_bytes(whole[0] + b"\x1f\x8b\x08half a record")
    lines.write_bytes(whole[1] + b'{"id":"half')
    opened(tmp_path).close()
    assert (warc.read_bytes(), lines.read_bytes()) == whole


def test_bytes_lost_at_the_end_are_forgotten_so_that_they_are_fetched_again(tmp_path: Path, make_article: Make) -> None:
    with opened(tmp_path) as archive:
        archive.keep(exchange("/1/"), "live")
        archive.keep(exchange("/2/", b"hai"), "live")
        store(archive, make_article())
        store(archive, make_article(url="https://so.tinhthu.example/2/", title="Bài thứ hai"))
    for path in (warc_of(tmp_path), tmp_path / "articles" / "so_thu.jsonl"):
        path.write_bytes(path.read_bytes()[:-400])
    with opened(tmp_path) as archive:
        assert [row["url"] for row in archive.db.rows("SELECT url FROM captures")] == ["http://so.tinhthu.example/1/"]
        assert archive.count() == 1
        archive.keep(exchange("/2/", b"hai"), "live")
    with warc_of(tmp_path).open("rb") as stream:
        assert len([r for r in ArchiveIterator(stream) if r.rec_type == "response"]) == 2


def test_without_its_database_the_archive_is_read_from_its_files(tmp_path: Path, make_article: Make) -> None:
    with opened(tmp_path) as archive:
        archive.keep(exchange(), "live")
        archive.keep(exchange(at=AT + timedelta(days=1)), "live")
        article = store(archive, make_article())
        before = [tuple(row)[1:] for row in archive.db.rows("SELECT * FROM captures ORDER BY offset")]
        lengths = [row[-1] for row in before]
    for path in tmp_path.glob("archive.db*"):
        path.unlink()
    with opened(tmp_path) as archive:
        after = [tuple(row)[1:] for row in archive.db.rows("SELECT * FROM captures ORDER BY offset")]
        assert [row[:-1] for row in after] == [row[:-1] for row in before]
        assert all(have >= want for have, want in zip((row[-1] for row in after), lengths, strict=True))
        stored = archive.rows.latest(article.id)
        assert stored
        assert stored.digest == article.digest
        known = archive.known(article.canonical_url)
        assert known
        assert known.outcome == "article"


def test_a_damaged_line_stops_the_rebuilding_and_is_named(tmp_path: Path, make_article: Make) -> None:
    with opened(tmp_path) as archive:
        store(archive, make_article())
    lines = tmp_path / "articles" / "so_thu.jsonl"
    lines.write_bytes(b"{broken}\n" + lines.read_bytes())
    for path in tmp_path.glob("archive.db*"):
        path.unlink()
    with pytest.raises(ArchiveError, match=r"so_thu\.jsonl: line 1"):
        opened(tmp_path)
    assert lines.read_bytes().startswith(b"{broken}")


def test_a_warc_of_someone_elses_that_breaks_off_is_indexed_as_far_as_it_goes(tmp_path: Path) -> None:
    with opened(tmp_path / "a") as archive:
        archive.keep(exchange("/1/"), "live")
        archive.keep(exchange("/2/", bytes(range(256)) * 40), "live")
    data = warc_of(tmp_path / "a").read_bytes()
    copy = tmp_path / "b" / "captures" / "so_thu" / "so_thu-00001.warc.gz"
    copy.parent.mkdir(parents=True)
    copy.write_bytes(data[:-900])
    with opened(tmp_path / "b") as archive:
        urls = [row["url"] for row in archive.db.rows("SELECT url FROM captures")]
    assert urls == ["http://so.tinhthu.example/1/"]


def test_one_writer_at_a_time(tmp_path: Path) -> None:
    with opened(tmp_path), pytest.raises(OutputLocked, match="process"):
        opened(tmp_path)
    opened(tmp_path).close()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "tep").write_text("x")
    with pytest.raises(OutputUnwritable, match="tep"):
        opened(tmp_path / "tep")


def test_a_file_that_is_no_database_is_named_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "archive.db").write_text("kein Datenbank" * 100)
    with pytest.raises(ArchiveError, match="rebuilt"):
        opened(tmp_path)
    (tmp_path / "archive.db").unlink()
    opened(tmp_path).close()


def test_a_database_of_another_version_is_left_alone(tmp_path: Path) -> None:
    opened(tmp_path).close()
    database = Database(tmp_path / "archive.db")
    database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(ArchiveError, match="version 99"):
        opened(tmp_path)


def test_a_failed_transaction_leaves_nothing(tmp_path: Path) -> None:
    database = Database(tmp_path / "archive.db")

    def fail_halfway() -> None:
        with database:
            database.execute("INSERT INTO files VALUES ('x', 1)")
            database.execute("INSERT INTO nowhere VALUES (1)")

    with pytest.raises(OutputUnwritable, match="no such table"):
        fail_halfway()
    assert database.one("SELECT 1 FROM files") is None
    database.close()


def test_shares_count_articles_not_versions_or_duplicates(tmp_path: Path, make_article: Make) -> None:
    with opened(tmp_path) as archive:
        store(archive, make_article(published_at=AT))
        store(archive, make_article(version=2, body="Đã sửa.", published_at=AT))
        store(archive, make_article(url="https://so.tinhthu.example/2/", title="Không ngày"))
        store(archive, make_article(url="https://so.tinhthu.example/3/", title="KHÔNG NGÀY"))
        assert archive.count() == 2
        assert archive.share_with("published_at") == 0.5
        assert archive.newest() == AT


def test_what_was_learnt_outlives_the_database(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        assert archive.learnt() is None
        archive.set_learnt('{"version": 1}')
        archive.set_learnt('{"version": 2}')
    for path in tmp_path.glob("archive.db*"):
        path.unlink()
    with opened(tmp_path) as archive:
        assert archive.learnt() == '{"version": 2}'


@pytest.mark.parametrize("version", range(1, schema.SCHEMA_VERSION))
def test_an_older_database_is_taken_to_the_newest(tmp_path: Path, version: int) -> None:
    old = sqlite3.connect(tmp_path / "archive.db")
    compared = SCHEMA if version >= schema._FIRST_COMPARED else ""
    old.executescript("".join(schema._STEPS[:version]) + compared)
    columns = "portal, url, outcome, reason, article, mark"
    old.execute(f"INSERT INTO urls ({columns}) VALUES ('so_thu', 'http://so.example/', 'article', NULL, 'ab', NULL)")
    old.execute(f"PRAGMA user_version = {version}")
    old.commit()
    old.close()
    with pytest.raises(ArchiveError, match=r"older luutin .*The next crawl brings it up to date"):
        schema.Database(tmp_path / "archive.db", read_only=True)
    with opened(tmp_path) as archive:
        archive.set_learnt("{}")
        known = archive.known("http://so.example/")
        assert known is not None
        assert (known.article, archive.learnt()) == ("ab", "{}")


def as_killed(archive: Archive, folder: Path) -> Path:
    """What is left of a folder where the process that has it open is killed now."""
    return Path(shutil.copytree(archive.folder, folder, ignore=shutil.ignore_patterns(".lock")))


def test_a_kill_loses_no_more_than_the_capture_whose_page_has_not_ended(tmp_path: Path) -> None:
    with opened(tmp_path / "output") as archive:
        archive.keep(exchange("/1"), "live")
        second = archive.keep(exchange("/2", b"hai"), "live")
        with opened(as_killed(archive, tmp_path / "killed")) as left:
            kept = [row["url"].rpartition("/")[2] for row in left.db.rows("SELECT url FROM captures ORDER BY id")]
            assert kept == ["1"]
            assert left.keep(exchange("/2", b"hai"), "live").warc_offset == second.warc_offset
        archive.settle("http://so.tinhthu.example/2", "listing")
        with opened(as_killed(archive, tmp_path / "later")) as left:
            assert left.kept.last_asked("http://so.tinhthu.example/2") == AT


def test_a_step_that_fails_takes_back_nothing_of_what_had_waited_for_it(tmp_path: Path) -> None:
    with opened(tmp_path / "output") as archive:
        archive.keep(exchange("/1"), "live")
        with pytest.raises(sqlite3.IntegrityError), archive.db:
            archive.db.execute("INSERT INTO captures (portal) VALUES (NULL)")
        with opened(as_killed(archive, tmp_path / "killed")) as left:
            assert left.kept.last_asked("http://so.tinhthu.example/1") == AT
        archive.settle("http://so.tinhthu.example/1", "listing")
        assert archive.known("http://so.tinhthu.example/1") is not None
