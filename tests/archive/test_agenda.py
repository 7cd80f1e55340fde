"""What is still to be asked of a portal: what lists no longer show, looks that are due, pages that failed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.archive.agenda import MAX_RUNS_IN_VAIN
from pipelines.archive.database import Database
from pipelines.archive.folder import Archive
from pipelines.archive.journal import Page, Read
from pipelines.archive.revisits import Policy, Waiting, due, missing
from pipelines.items import Article
from pipelines.normalise import Normalise
from pipelines.text import fold_digest

Make = Callable[..., Article]
NOW = datetime(2025, 6, 2, 12, tzinfo=UTC)
POLICY = Policy(timedelta(days=1), timedelta(days=180), 100)


def opened(folder: Path) -> Archive:
    return Archive(folder, "so_thu", "luutin/test")


def store(archive: Archive, article: Article, fields: dict[str, str] | None = None) -> None:
    Normalise().process_item(article)
    assert article.captured_at is not None
    archive.reading(article, Read(article.url, "live", (Page("x", 0, article.captured_at),), fields or {}))
    archive.append(article, fold_digest(article))


def url(name: str) -> str:
    return f"https://so.tinhthu.example/{name}/"


def key(name: str) -> str:
    return f"http://so.tinhthu.example/{name}/"


def names(waiting: Iterable[Waiting]) -> list[str]:
    return [one.key.rsplit("/", 2)[1] for one in waiting]


class TestDue:
    def test_the_older_and_the_quieter_the_rarer(self, tmp_path: Path, make_article: Make) -> None:
        with opened(tmp_path) as archive:
            for name, age_days in (("new", 1), ("old", 400)):
                published = NOW - timedelta(days=age_days)
                text = f"Sở họp về {name}."
                store(archive, make_article(url=url(name), body=text, published_at=published, captured_at=NOW))

            def looked_at(days: float) -> list[str]:
                return names(due(tmp_path, archive.db, "so_thu", NOW + timedelta(days=days), POLICY))

            assert looked_at(0.9) == []
            assert looked_at(1.1) == ["new"]
            assert looked_at(39) == ["new"]
            assert looked_at(41) == ["new", "old"]  # the more overdue first
            archive.rows.checked(key("new"), NOW + timedelta(days=1.1))
            assert looked_at(2.2) == []
            assert looked_at(3.2) == ["new"]

    def test_no_interval_is_longer_than_the_longest_and_no_run_looks_at_more_than_its_share(
        self, tmp_path: Path, make_article: Make
    ) -> None:
        with opened(tmp_path) as archive:
            for number in range(5):
                text = f"Kỳ họp thứ {number} của Hội đồng nhân dân huyện."
                published = NOW - timedelta(days=9_000 + number)
                store(archive, make_article(url=url(f"k{number}"), body=text, published_at=published, captured_at=NOW))
                for _ in range(20):
                    archive.rows.checked(key(f"k{number}"), NOW)
            late = NOW + timedelta(days=181)
            assert len(list(due(tmp_path, archive.db, "so_thu", late, POLICY))) == 5
            assert len(list(due(tmp_path, archive.db, "so_thu", late, Policy(POLICY.first, POLICY.most, 2)))) == 2

    def test_a_section_whose_articles_are_edited_is_looked_at_sooner(self, tmp_path: Path, make_article: Make) -> None:
        with opened(tmp_path) as archive:
            for section in ("Giá cả", "Lịch sử"):
                for number in range(12):
                    name = f"{'gia' if section == 'Giá cả' else 'su'}{number}"
                    published = NOW - timedelta(days=40)
                    values = {"url": url(name), "section": section, "published_at": published, "captured_at": NOW}
                    store(archive, make_article(body=f"Tin {name} ngày đầu.", **values))
                    if section == "Giá cả":
                        store(archive, make_article(body=f"Tin {name} đã sửa.", version=2, **values))
            looked_at = names(due(tmp_path, archive.db, "so_thu", NOW + timedelta(days=3), POLICY))
            assert len(looked_at) == 12
            assert all(name.startswith("gia") for name in looked_at)

    def test_it_is_read_with_what_its_page_does_not_state(self, tmp_path: Path, make_article: Make) -> None:
        with opened(tmp_path) as archive:
            published = datetime(2025, 6, 1, 8, tzinfo=UTC)
            evidence = {"published_at": "hint", "url": "https://so.tinhthu.example/muc/"}
            article = make_article(
                url=url("a"), section="Văn bản", published_at=published, captured_at=NOW, evidence=evidence
            )
            store(archive, article, {"mark": "title:a"})
            (one,) = due(tmp_path, archive.db, "so_thu", NOW + timedelta(days=2), POLICY)
        assert one.url == url("a")
        assert one.look
        assert one.fields == {
            "via": "https://so.tinhthu.example/muc/",
            "section": "Văn bản",
            "published": "2025-06-01T08:00:00+00:00",
            "mark": "title:a",
        }


NAMES = [f"http://x/{number:02d}" for number in range(30)]


class TestLists:
    @pytest.mark.no_cover
    @given(
        before=st.integers(1, 20).map(lambda count: NAMES[10 : 10 + count]),
        dropped=st.sets(st.integers(0, 19)),
        added=st.integers(0, 10),
        read=st.integers(1, 30),
    )
    def test_what_is_left_out_between_others_is_missing(
        self, before: list[str], dropped: set[int], added: int, read: int
    ) -> None:
        with TemporaryDirectory() as folder:
            self.compare(Database(Path(folder) / "archive.db"), before, dropped, added, read)

    def compare(self, db: Database, before: list[str], dropped: set[int], added: int, read: int) -> None:
        assert missing(db, "p", "s", before, whole=True) == []
        left = [name for number, name in enumerate(before) if number not in dropped]
        shown = (NAMES[10 - added : 10] + left)[:read]
        whole = len(shown) == added + len(left)
        known = [name for name in shown if name in before]
        reach = len(before) if whole else before.index(known[-1]) + 1 if known else 0
        gone = [name for name in before[:reach] if name not in shown]
        expected = gone if len(gone) <= len(known) else []
        assert missing(db, "p", "s", shown, whole=whole) == expected
        again = [row["url"] for row in db.rows("SELECT url FROM listed ORDER BY place")]
        assert again == shown + ([] if whole else before[reach:])
        assert missing(db, "p", "s", shown, whole=whole) == []
        db.close()

    def test_a_list_that_was_rebuilt_makes_nothing_missing(self, tmp_path: Path) -> None:
        db = Database(tmp_path / "archive.db")
        missing(db, "p", "s", NAMES[:20], whole=True)
        assert missing(db, "p", "s", [NAMES[0], *NAMES[20:]], whole=True) == []
        db.close()

    def test_only_known_articles_are_looked_at(self, tmp_path: Path, make_article: Make) -> None:
        with opened(tmp_path) as archive:
            store(archive, make_article(url=url("a"), captured_at=NOW))
            urls = [key("top"), key("a"), key("unknown"), key("end"), key("last")]
            archive.agenda.compare_list("s", urls, whole=True)
            archive.agenda.compare_list("s", [key("top"), key("end"), key("last")], whole=False)
            assert names(archive.agenda.waiting()) == ["a"]
            archive.rows.checked(key("a"), NOW)
            assert list(archive.agenda.waiting()) == []


class TestWaiting:
    def test_it_waits_until_it_has_ended(self, tmp_path: Path) -> None:
        one = Waiting(key("a"), url("a"), {"via": "v", "section": "Tin tức"}, {"title": "họp giao ban"})
        with opened(tmp_path) as archive:
            archive.agenda.add([one, Waiting(key("b"), url("b"), {}, {})])
            archive.settle(key("b"), "skipped", reason="static-page")
        with opened(tmp_path) as archive:
            assert list(archive.agenda.waiting()) == [one]
            archive.settle(key("a"), "failed", reason="timeout")
            archive.agenda.close()
            assert list(archive.agenda.waiting()) == [one]
            archive.settle(key("a"), "failed", reason="http-404")
            assert list(archive.agenda.waiting()) == []

    def test_what_many_runs_asked_for_in_vain_is_given_up(self, tmp_path: Path) -> None:
        with opened(tmp_path) as archive:
            archive.agenda.add([Waiting(key("a"), url("a"), {}, {})])
            for number in range(MAX_RUNS_IN_VAIN):
                assert len(list(archive.agenda.waiting())) == 1, number
                archive.rows.in_vain(key("a"))
            assert list(archive.agenda.waiting()) == []


class TestGone:
    def test_it_is_a_version_with_the_text_of_the_last_and_comes_back_as_another(
        self, tmp_path: Path, make_article: Make
    ) -> None:
        with opened(tmp_path) as archive:
            store(archive, make_article(url=url("a"), captured_at=NOW))
            assert archive.gone(key("a"), "http-404")
            assert not archive.gone(key("a"), "http-404")
            known = archive.known(key("a"))
            assert known is not None
            assert known.gone_at is not None
            row = archive.rows.latest(known.article or "")
            assert row is not None
            assert (row.version, row.gone_at) == (2, known.gone_at)

    def test_an_error_or_a_challenge_takes_no_articles_place(self, tmp_path: Path, make_article: Make) -> None:
        with opened(tmp_path) as archive:
            store(archive, make_article(url=url("a"), captured_at=NOW), {"mark": "rest:1"})
            before = archive.known(key("a"))
            archive.settle(key("a"), "failed", reason="http-500", mark="rest:2")
            assert archive.known(key("a")) == before
            archive.settle(key("a"), "skipped", reason="static-page", mark="rest:2")
            after = archive.known(key("a"))
            assert after is not None
            assert before is not None
            assert (after.outcome, after.article, after.mark) == ("article", before.article, "rest:2")
