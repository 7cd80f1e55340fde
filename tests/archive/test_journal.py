"""The journal beside the captures: what it says, once, and what a crash leaves of it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.archive.folder import Archive
from pipelines.archive.journal import (
    Began,
    Checked,
    Ended,
    Event,
    Learnt,
    Page,
    Read,
    Walked,
    journal_path,
    read_journal,
)
from pipelines.archive.warc import Exchange
from pipelines.errors import ArchiveError

AT = datetime(2025, 6, 2, 1, 2, 3, tzinfo=UTC)
URL = "http://so.tinhthu.example/a/"


def opened(folder: Path) -> Archive:
    return Archive(folder, "so_thu", "luutin/test")


def events(folder: Path) -> list[Event]:
    return list(read_journal(journal_path(folder, "so_thu")))


def test_what_happened_is_read_back_in_its_order(tmp_path: Path) -> None:
    read = Read(URL, "live", (Page("so_thu-00001.warc.gz", 7, AT),), {"mark": "rest:1", "via": "http://x/"})
    with opened(tmp_path) as archive:
        head = b"HTTP/1.1 200 OK\r\n\r\n"
        capture = archive.keep(Exchange("http://so.tinhthu.example/", AT, b"GET / HTTP/1.1\r\n\r\n", head), "live")
        archive.began("http://so.tinhthu.example/", capture)
        archive.set_learnt("{}")
        archive.settle(URL, "skipped", reason="gallery", mark="rest:1", read=read)
        archive.checked(URL, "rest:2")
        archive.set_walked("http://so.tinhthu.example/muc/", AT)
    began, *rest = events(tmp_path)
    assert isinstance(began, Began)
    assert (began.page, began.learnt) == (Page("so_thu-00001.warc.gz", capture.warc_offset, AT), False)
    checked = rest[2]
    assert isinstance(checked, Checked)
    assert rest == [Learnt(), read, Checked(URL, checked.at, "rest:2"), Walked("http://so.tinhthu.example/muc/", AT)]


def test_what_is_known_already_is_not_said_again(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        for _ in range(3):
            archive.settle(URL, "listing")
        archive.settle(URL, "skipped", reason="tag-page")
        archive.settle(URL, "listing", mark="title:a")
        archive.settle(URL, "listing")
    assert events(tmp_path) == [
        Ended(URL, "listing"),
        Ended(URL, "skipped", "tag-page"),
        Ended(URL, "listing", None, "title:a"),
    ]


def test_a_line_in_flight_is_left_out_and_cut_off(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        archive.settle(URL, "listing")
    path = journal_path(tmp_path, "so_thu")
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"did":"ended","url":"http://')
    assert events(tmp_path) == [Ended(URL, "listing")]
    opened(tmp_path).close()
    assert path.read_bytes() == whole


def test_a_line_that_is_no_event_is_named(tmp_path: Path) -> None:
    path = journal_path(tmp_path, "so_thu")
    path.parent.mkdir(parents=True)
    path.write_bytes(b'{"did":"dreamt"}\n')
    with pytest.raises(ArchiveError, match=r"so_thu\.journal: line 1"):
        events(tmp_path)


def test_an_event_whose_row_could_not_be_written_is_taken_back(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        archive.settle(URL, "listing")
        archive.db.execute("ALTER TABLE urls RENAME TO elsewhere")
        with pytest.raises(ArchiveError):
            archive.checked(URL, "rest:2")
        archive.db.execute("ALTER TABLE elsewhere RENAME TO urls")
    assert events(tmp_path) == [Ended(URL, "listing")]
