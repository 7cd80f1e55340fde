"""What the site reads out of an archive while others write it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from kept_site import OFFICE, PAPER
from stored_articles import FIRST_DAY, Folder

from pipelines.archive.database import Database
from pipelines.errors import ArchiveError, TookTooLong
from pipelines.urls import article_id, fold_url
from pipelines.web.holdings import Holdings
from pipelines.web.stored import (
    BadMark,
    Ledger,
    datestamp,
    last_number,
    lines_after,
    mark_of,
    number_before,
    number_of,
)


def named(portal: str, name: str) -> str:
    return article_id(fold_url(Folder.url(portal, name)))


@pytest.fixture(scope="module")
def holdings(kept: Path) -> Holdings:
    return Holdings(kept)


@pytest.fixture
def db(kept: Path) -> Iterator[Database]:
    with Holdings(kept).database() as db:
        yield db


def test_an_article_has_its_versions_and_what_changed(holdings: Holdings) -> None:
    held = holdings.held(named(PAPER, "chuyen-doi-so"))
    assert held is not None
    assert [(one.number, one.change) for one in held.versions] == [(1, "first"), (2, "edited")]
    assert held.versions[1].before == held.versions[0]
    assert held.shown == held.newest
    old = holdings.held(named(PAPER, "chuyen-doi-so"), 1)
    assert old is not None
    assert old.article.version == 1
    assert "hai trăm thủ tục" in old.text.body
    assert holdings.held(named(PAPER, "chuyen-doi-so"), 9) is None
    assert holdings.held("0123456789abcdef") is None
    assert holdings.held("") is None


def test_what_is_gone_keeps_its_text(holdings: Holdings) -> None:
    held = holdings.held(named(PAPER, "go"))
    assert held is not None
    assert [one.change for one in held.versions] == ["first", "gone"]
    assert held.article.gone_at is not None
    assert held.text.body


def test_a_line_that_only_says_what_an_article_is_of_others_is_no_version(tmp_path: Path) -> None:
    text = "Ủy ban nhân dân xã Yên Thượng họp bàn việc làm đường liên thôn trong mùa khô năm nay và năm sau."
    with Folder(tmp_path / "output") as made:
        made.store("so_sau", "mot", "Họp bàn làm đường", text, day=9)
        made.store("so_truoc", "hai", "Họp bàn làm đường", text, day=3)  # published before: the other is its copy now
    holdings = Holdings(tmp_path / "output")
    held = holdings.held(named("so_sau", "mot"))
    assert held is not None
    assert [(one.number, one.change) for one in held.versions] == [(2, "first")]
    assert held.article.duplicate_of == named("so_truoc", "hai")
    assert (held.at(1), held.at(0), held.at(3)) == (held.versions[0], None, None)
    named_before = holdings.held(named("so_sau", "mot"), 1)  # as a link may, that is older than the second line
    assert named_before is not None
    assert named_before.shown == held.shown
    assert held.text.body == text


def test_a_duplicate_shows_the_text_and_files_of_its_original(holdings: Holdings) -> None:
    held = holdings.held(named(OFFICE, "tin/lu"))
    assert held is not None
    assert held.article.body == ""
    assert held.text.id == named(PAPER, "lu-khe-truc")
    assert held.family is not None
    assert held.family.original.by.id == held.text.id


def test_its_record_and_its_files_are_found_among_the_captures(holdings: Holdings, db: Database) -> None:
    held = holdings.held(named(OFFICE, "lang-nghe"))
    assert held is not None
    row = db.one("SELECT url FROM captures WHERE id = ?", (held.record,))
    assert row is not None
    assert row["url"] == held.article.url
    ((url, capture),) = held.files.items()
    row = db.one("SELECT url FROM captures WHERE id = ?", (capture,))
    assert row is not None
    assert row["url"] == url


def test_portals_and_captures_are_counted(holdings: Holdings, db: Database) -> None:
    assert holdings.portals() == [PAPER, OFFICE]
    assert holdings.captures() == 9
    assert Ledger().counts(db) == {PAPER: 4, OFFICE: 3}


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    with Folder(tmp_path / "output") as made:
        made.store("so_thu", "mot", "Họp bàn làm đường", "Xã họp bàn việc làm đường liên thôn.", day=1)
    (tmp_path / "output" / "articles" / "so_thu.jsonl").write_bytes(b"")
    with pytest.raises(ArchiveError, match="luutin verify"):
        Holdings(tmp_path / "output").held(named("so_thu", "mot"))
    with pytest.raises(ArchiveError):
        Holdings(tmp_path / "none").portals()


def test_what_takes_too_long_is_given_up(kept: Path) -> None:
    endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT {what} FROM n"
    for what in ("count(*)", "x"):  # given up before the first row, and between rows
        with Holdings(kept).database() as db:
            db.bound(0.05)
            with pytest.raises(TookTooLong, match="ask for less"):
                for _ in db.rows(endless.format(what=what)):
                    pass


def test_lines_follow_each_other_from_a_mark(db: Database) -> None:
    rows = lines_after(db, 0, 100)
    assert [row["nth"] for row in rows] == sorted(row["nth"] for row in rows)
    assert last_number(db) == rows[-1]["nth"]
    at = number_of(db, mark_of(rows[3]))
    assert [mark_of(row) for row in lines_after(db, at, 2)] == [mark_of(row) for row in rows[4:6]]
    newest = lines_after(db, 0, 100, newest=True)
    assert len({row["id"] for row in newest}) == len(newest) == 7
    assert {row["portal"] for row in lines_after(db, 0, 100, portals=[OFFICE])} == {OFFICE}
    assert lines_after(db, 0, 100, portals=[]) == []
    assert lines_after(db, 0, 100, until=rows[1]["nth"]) == rows[:2]
    assert number_of(db, None) == 0


@pytest.mark.parametrize(
    "mark", ["", "x", "1", "1-0000000000000000", "-1-0123456789abcdef", "9" * 30, "١-0123456789abcdef"]
)
def test_a_mark_of_another_archive_is_none(db: Database, mark: str) -> None:
    with pytest.raises(BadMark):
        number_of(db, mark)


def test_datestamps_never_fall_and_are_found_again(db: Database) -> None:
    rows = lines_after(db, 0, 100)
    stamps = [datestamp(row) for row in rows]
    assert stamps == sorted(set(stamps))
    for stamp in stamps:
        before = [one["nth"] for one, at in zip(rows, stamps, strict=True) if at < stamp]
        assert number_before(db, stamp) == (before[-1] if before else 0)
    assert number_before(db, stamps[-1] + timedelta(seconds=1)) == rows[-1]["nth"]
    assert number_before(db, datetime(1, 1, 1, tzinfo=UTC)) == 0


def test_what_is_stored_later_is_taken_in(tmp_path: Path) -> None:
    ledger, folder = Ledger(), tmp_path / "output"
    with Folder(folder) as made:
        with Holdings(folder).database() as db:
            assert (last_number(db), ledger.counts(db)) == (0, {})
            assert number_before(db, FIRST_DAY) == 0
        made.store("so_thu", "mot", "Tin một", "Xã họp bàn việc làm đường.", day=1)
        with Holdings(folder).database() as db:
            assert ledger.counts(db) == {"so_thu": 1}
        made.store("so_thu", "hai", "Tin hai", "Huyện họp bàn việc xây cầu.", day=2)
        with Holdings(folder).database() as db:
            assert ledger.counts(db) == {"so_thu": 2}


def test_an_archive_built_anew_is_read_anew(tmp_path: Path) -> None:
    ledger = Ledger()
    for number in range(2):
        folder = tmp_path / str(number)
        with Folder(folder) as made:
            made.store("so_thu", f"tin-{number}", f"Tin {number}", "Xã họp bàn việc làm đường.", day=1)
        with Holdings(folder).database() as db:
            assert ledger.counts(db) == {"so_thu": 1}
