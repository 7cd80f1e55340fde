"""What is left of an archive when the power fails: torn captures, a torn database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipelines.archive.database import Database
from pipelines.archive.folder import Archive, page_of
from pipelines.archive.journal import Read, journal_path, read_journal
from pipelines.archive.mend import Mender, behind
from pipelines.archive.torn import is_torn, roll_back
from pipelines.archive.warc import Exchange
from pipelines.items import Article
from pipelines.normalise import Normalise
from pipelines.text import fold_digest

AT = datetime(2025, 6, 2, 1, 2, 3, tzinfo=UTC)
NAME = "so_thu"
Make = Callable[..., Article]


def exchange(url: str, number: int) -> Exchange:
    body = f"<p>Kỳ họp thứ {number}</p>".encode()
    return Exchange(url, AT + timedelta(minutes=number), b"GET / HTTP/1.1\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n" + body)


def run(folder: Path, make_article: Make, numbers: range) -> None:
    """A run that reads some articles."""
    with Archive(folder, NAME, "luutin/test") as archive:
        start = archive.keep(exchange("https://so.tinhthu.example/", numbers[0] + 50), "live")
        archive.began("https://so.tinhthu.example/", start)
        for number in numbers:
            url = f"https://so.tinhthu.example/{number}/"
            capture = archive.keep(exchange(url, number), "live")
            article = make_article(
                url=url,
                body=f"Kỳ họp thứ {number}.",
                captured_at=capture.captured_at,
                warc_file=capture.warc_file,
                warc_offset=capture.warc_offset,
                warc_digest=capture.warc_digest,
            )
            Normalise().process_item(article)
            archive.reading(article, Read(url, "live", (page_of(capture),)))
            archive.append(article, fold_digest(article))


def mend(folder: Path) -> bool:
    """As a rebuild begins; whether captures were torn."""
    db = Database(folder / "archive.db")
    mender = Mender(folder, db, NAME)
    torn = is_torn(folder, NAME, mender.recorded())
    mender.captures()
    if torn:
        roll_back(folder, db, NAME)
    db.close()
    return torn


def test_what_tells_of_a_torn_capture_goes_with_it_and_is_kept_aside(tmp_path: Path, make_article: Make) -> None:
    run(tmp_path, make_article, range(1, 4))
    warc = tmp_path / "captures" / NAME / f"{NAME}-00001.warc.gz"
    lines = tmp_path / "articles" / f"{NAME}.jsonl"
    whole = lines.read_bytes().splitlines(keepends=True)
    warc.write_bytes(warc.read_bytes()[:-700])
    assert "ends early" in behind(tmp_path, [NAME, "elsewhere"])[NAME]
    assert mend(tmp_path)
    left = lines.read_bytes().splitlines(keepends=True)
    assert len(left) < 3
    assert left == whole[: len(left)]
    assert lines.with_name(lines.name + ".cut").read_bytes().splitlines(keepends=True) == whole[len(left) :]
    reads = [event for event in read_journal(journal_path(tmp_path, NAME)) if isinstance(event, Read)]
    assert len(reads) == len(left)


def test_what_earlier_runs_stored_is_not_touched(tmp_path: Path, make_article: Make) -> None:
    run(tmp_path, make_article, range(1, 4))
    run(tmp_path, make_article, range(4, 6))
    lines = tmp_path / "articles" / f"{NAME}.jsonl"
    whole = lines.read_bytes()
    warc = tmp_path / "captures" / NAME / f"{NAME}-00001.warc.gz"
    warc.write_bytes(warc.read_bytes()[:900])
    assert mend(tmp_path)
    assert lines.read_bytes() == whole


def test_a_torn_database_is_put_aside(tmp_path: Path, make_article: Make) -> None:
    run(tmp_path, make_article, range(1, 4))
    database = tmp_path / "archive.db"
    assert behind(tmp_path, [NAME]) == {}
    database.write_bytes(database.read_bytes()[:-1])
    assert "archive.db.damaged" in behind(tmp_path, [NAME])[NAME]
    assert not database.exists()
    assert (tmp_path / "archive.db.damaged").exists()
