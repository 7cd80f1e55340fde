"""Each article in its place among all others: who is whose copy, as lines come in any order and are edited."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from bulletins import OTHER, REPORT, TITLE, appointment, prices, text
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.archive.database import Database
from pipelines.near.comparison import Comparison, Links, Published
from pipelines.near.features import Features
from pipelines.near.likeness import likeness
from pipelines.text import fold

pytestmark = pytest.mark.no_cover  # others reach all it does

DAY = datetime(2022, 9, 14, 8, tzinfo=UTC)
A, B, C, D = (f"{number:016x}" for number in (0xA, 0xB, 0xF0000000000000CC, 0xD))  # one is negative to SQLite


class Told:
    """A comparison, with what the lines of its articles say by now: as they were placed, and corrected."""

    def __init__(self, folder: Path, *, by_portal: bool = False) -> None:
        self.db = Database(folder / "archive.db")
        self.comparison = Comparison(self.db)
        self.comparison.begin(by_portal=by_portal)
        self.lines: dict[str, Links] = {}

    def place(self, article: str, title: str, body: str, day: int | None = None, portal: str = "so_thu") -> list[str]:
        folded = hashlib.sha256(fold(f"{title}\n\n{body}").encode()).hexdigest()
        at = None if day is None else DAY + timedelta(days=day)
        published = Published.of(at, "minute", DAY + timedelta(days=400))
        others = self.comparison.place(article, folded, portal, published, lambda: (title, body))
        for one in {article, *others}:
            self.lines[one] = self.comparison.links(one)
        return others


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Told]:
    told = Told(tmp_path)
    yield told
    told.db.close()


def test_a_later_repost_is_a_duplicate(told: Told) -> None:
    assert told.place(A, TITLE, text(*REPORT), day=0) == []
    assert told.place(B, TITLE.upper(), text(*REPORT).replace(", ", " , "), day=3) == []
    assert told.lines[B] == Links(duplicate_of=A)
    assert told.lines[A] == Links()


def test_an_earlier_original_that_turns_up_later_takes_its_place(told: Told) -> None:
    told.place(B, TITLE, text(*REPORT), day=3)
    told.place(C, TITLE, text(*REPORT), day=5)
    told.place(D, "Dược liệu dưới tán rừng", text(*REPORT), day=6)
    assert told.place(A, TITLE, text(*REPORT), day=0) == [B, D, C]
    assert [told.lines[one].duplicate_of for one in (A, B, C)] == [None, A, A]
    assert told.lines[D].near_duplicate_of == A


@pytest.mark.parametrize("day", [None, 3])
def test_where_the_order_of_publication_is_not_known_what_was_stored_first_comes_first(
    told: Told, day: int | None
) -> None:
    told.place(A, TITLE, text(*REPORT), day=3)
    assert told.place(B, TITLE, text(*REPORT), day=day) == []
    assert told.lines[B].duplicate_of == A


def test_a_day_is_no_minute() -> None:
    day, minute = Published.of(DAY.replace(hour=0), "day", None), Published.of(DAY, "minute", None)
    assert day.since < minute.since < day.until


def test_copies_are_linked_to_the_earliest_original(told: Told) -> None:
    told.place(B, TITLE, text(*REPORT[:2]), day=4)
    assert told.place(C, "Đưa dược liệu vào siêu thị", text(*REPORT[2:]), day=5) == []
    assert told.lines[C] == Links()  # nothing in common with the first half
    assert sorted(told.place(A, TITLE, text(*REPORT), day=0)) == sorted((B, C))
    assert [(told.lines[one].near_duplicate_of, told.lines[one].near_duplicate_kind) for one in (B, C)] == [
        (A, "excerpt"),
        (A, "excerpt"),
    ]
    assert told.lines[A] == Links()


def test_links_do_not_chain(told: Told) -> None:
    """A whole that is published after its first half is linked to that; its other half is a copy of no original."""
    told.place(A, TITLE, text(*REPORT[:2]), day=0)
    told.place(B, TITLE, text(*REPORT), day=1)
    told.place(C, TITLE, text(*REPORT[2:]), day=2)
    assert told.lines[B].near_duplicate_of == A
    assert told.lines[B].near_duplicate_kind == "extended"
    assert told.lines[C].near_duplicate_of is None


def test_a_series_is_kept_and_named_after_the_first(told: Told) -> None:
    told.place(A, *prices(36, "08/9/2023", 17_500, 118_000, 24_870, 68_000), day=0)
    assert told.place(B, *prices(37, "15/9/2023", 17_800, 121_000, 25_740, 67_000), day=7) == [A]
    assert told.place(C, *prices(38, "22/9/2023", 17_900, 119_500, 25_740, 69_000), day=14) == []
    title, said = prices(37, "15/9/2023", 17_800, 121_000, 25_740, 67_000)
    told.place(D, title, f"(ĐCSVN) - {said}", day=15)
    assert [told.lines[one] for one in (A, B, C)] == [Links(series=A)] * 3
    assert told.lines[D].near_duplicate_of == B


def test_what_differs_in_names_only_is_another_article(told: Told) -> None:
    told.place(A, *appointment("Nông Thị Hạnh", "Sở Tư pháp"), day=0)
    told.place(B, *appointment("Ma Doãn Kiên", "Sở Y tế"), day=0)
    assert told.lines[B].near_duplicate_of is None
    assert told.lines[B].series == A


def test_a_version_is_no_copy_of_the_one_before(told: Told) -> None:
    told.place(A, TITLE, text(*REPORT), day=0)
    assert told.place(A, TITLE, text(*REPORT).replace("126 ha", "128 ha"), day=0) == []
    assert told.lines[A] == Links()


def test_copies_of_an_edited_original_stay_linked(told: Told) -> None:
    told.place(A, TITLE, text(*REPORT), day=0)
    told.place(B, TITLE, text(*REPORT[:3]), day=1)
    assert told.place(A, TITLE, text(*REPORT).replace("126 ha", "128 ha"), day=0) == []
    assert told.comparison.links(B).near_duplicate_of == A


def test_an_original_that_becomes_another_article_lets_its_copies_go(told: Told) -> None:
    told.place(A, TITLE, text(*REPORT), day=0)
    told.place(B, TITLE, text(*REPORT[:3]), day=1)
    told.place(C, TITLE, text(*REPORT[1:]), day=2)
    assert sorted(told.place(A, "Trung thu sớm", text(*OTHER), day=0)) == sorted((B, C))
    assert told.lines[B] == Links()
    assert told.lines[C].near_duplicate_of == B


def test_duplicates_stay_linked_to_what_an_edited_original_said(told: Told) -> None:
    told.place(A, TITLE, text(*REPORT), day=0)
    told.place(B, TITLE, text(*REPORT), day=1)
    assert told.place(A, "Trung thu sớm", text(*OTHER), day=0) == []
    assert told.lines[B].duplicate_of == A
    assert told.place(C, TITLE, text(*REPORT), day=2) == [B]  # the only one now that has the text
    assert told.lines[B].duplicate_of == C
    assert told.lines[C] == Links()


def test_by_portal_articles_of_others_are_not_looked_at(tmp_path: Path) -> None:
    told = Told(tmp_path, by_portal=True)
    told.place(A, TITLE, text(*REPORT), day=0)
    told.place(B, TITLE, text(*REPORT), day=1, portal="so_ba")
    told.place(C, TITLE, text(*REPORT[:3]), day=1, portal="so_ba")
    told.place(D, TITLE, text(*REPORT[1:]), day=2)
    assert [told.lines[one].duplicate_of for one in (A, B)] == [None, None]
    assert told.lines[C].near_duplicate_of == B
    assert told.lines[D].near_duplicate_of == A
    told.db.close()


def test_only_what_has_no_text_yet_or_comes_first_lacks_it(told: Told) -> None:
    def lacks(article: str, day: int) -> bool:
        folded = hashlib.sha256(fold(f"{TITLE}\n\n{text(*REPORT)}").encode()).hexdigest()
        return told.comparison.lacks(article, folded, "so_thu", Published.of(DAY + timedelta(days=day), "minute", None))

    assert lacks(B, 3)
    told.place(A, TITLE, text(*REPORT), day=2)
    assert [lacks(B, 1), lacks(B, 2), lacks(B, 3), lacks(A, 9)] == [True, False, False, False]


PIECES = [*REPORT, *OTHER, prices(36, "08/9/2023", 17_500, 118_000, 24_870, 68_000)[1]]
Step = tuple[int, list[int], str | None, int | None, str]
STEPS = st.lists(
    st.tuples(
        st.integers(0, 7),
        st.lists(st.integers(0, len(PIECES) - 1), min_size=1, max_size=4, unique=True),
        st.sampled_from([None, "128", "7"]),
        st.one_of(st.none(), st.integers(0, 5)),
        st.sampled_from([TITLE, "Tin trong tỉnh"]),
    ),
    min_size=1,
    max_size=14,
)


@settings(max_examples=150)
@given(STEPS)
def test_whatever_is_placed_and_edited_every_link_holds(
    steps: list[tuple[int, list[int], str | None, int | None, str]],
) -> None:
    with TemporaryDirectory() as folder:
        every_link_holds(Told(Path(folder)), steps)


def test_where_no_order_of_publication_fits_all_every_link_holds(tmp_path: Path) -> None:
    """One precedes another for certain, and follows it by way of those whose days are not known."""
    steps: list[Step] = [
        (2, [0], None, None, TITLE),
        (0, [0], None, None, TITLE),
        (4, [0], None, None, "Tin trong tỉnh"),
        (2, [5, 0], None, 1, TITLE),
        (0, [0, 1, 2], None, None, TITLE),
        (1, [0, 1, 2, 3], None, None, TITLE),
        (3, [0], None, None, TITLE),
        (1, [0, 1], None, 0, TITLE),
    ]
    every_link_holds(Told(tmp_path), steps)


def every_link_holds(told: Told, steps: list[Step]) -> None:
    for article, pieces, number, day, title in steps:
        said = text(*(PIECES[one] for one in pieces))
        told.place(f"{article:016x}", title, said if number is None else said.replace("126", number), day)
        for one, line in told.lines.items():  # what changed was told
            assert told.comparison.links(one).tells_as(line)
    rows = {row["text"]: row for row in told.db.rows("SELECT * FROM texts")}
    features = {number: Features.decode(row["features"]) for number, row in rows.items()}
    holders = {row["article"]: row for row in told.db.rows("SELECT * FROM holders")}
    for number, row in rows.items():
        if row["original"] is not None:
            original = rows[row["original"]]
            assert original["original"] is None
            assert likeness(features[number], features[original["text"]]).copy
            assert likeness(features[number], features[original["text"]]).copy == row["kind"]
        assert row["article"] in holders
        assert any(holder["text"] == number for holder in holders.values())
    stand = {row["text"] for row in rows.values() if holders[row["article"]]["text"] == row["text"]}
    assert {row["original"] for row in rows.values()} <= {*stand, None}  # no link to what its owner says no more
    entered = {(row["key"] + (1 << 31), row["text"]) for row in told.db.rows("SELECT * FROM text_keys")}
    originals = [one for one, row in rows.items() if row["original"] is None and one in stand]
    assert entered == {(key, one) for one in originals for key in features[one].keys}
    for one in told.lines:
        links = told.comparison.links(one)
        for other in (links.duplicate_of, links.near_duplicate_of):
            assert (
                other is None or told.comparison.links(other).near_duplicate_of is None or links.duplicate_of == other
            )
    told.db.close()
