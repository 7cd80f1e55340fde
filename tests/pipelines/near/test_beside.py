"""Two texts side by side."""

from __future__ import annotations

import time
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as some

from pipelines.near import beside as module
from pipelines.near.beside import MAX_PARAGRAPHS, Beside, beside
from pipelines.near.differences import Piece


def lefts(found: Beside) -> list[str]:
    return [" ".join(piece.words for piece in row.left) for row in found.rows if row.left is not None]


def rights(found: Beside) -> list[str]:
    return [" ".join(piece.words for piece in row.right) for row in found.rows if row.right is not None]


def sides(found: Beside) -> list[str]:
    return ["right" if row.left is None else "left" if row.right is None else "both" for row in found.rows]


def random(words: str, number: int, seed: int) -> str:
    return " ".join(Random(seed).choices(words, k=number))


PARAGRAPHS = some.lists(some.sampled_from(["a b", "b c", "a b c d", "a b c e", "x", "y z"]))


def test_a_changed_word_is_marked_where_it_stands() -> None:
    found = beside(["Có hai trăm hộ dân.", "Hết."], ["Có ba trăm hộ dân.", "Hết."])
    assert (len(found.rows), found.changed) == (2, 1)
    row = found.rows[0]
    assert row.left == [Piece("same", "Có"), Piece("removed", "hai"), Piece("same", "trăm hộ dân.")]
    assert row.right == [Piece("same", "Có"), Piece("added", "ba"), Piece("same", "trăm hộ dân.")]
    assert found.rows[1].same


def test_a_new_paragraph_stands_beside_nothing() -> None:
    found = beside(["Một hai ba bốn.", "Năm sáu bảy tám."], ["Một hai ba bốn.", "Đoạn mới.", "Năm sáu bảy tám."])
    assert [(row.left is None, row.right is None) for row in found.rows] == [
        (False, False),
        (True, False),
        (False, False),
    ]
    assert found.rows[1].right == [Piece("added", "Đoạn mới.")]
    gone = beside(["Một hai ba bốn.", "Bỏ đi.", "Năm sáu bảy tám."], ["Một hai ba bốn.", "Năm sáu bảy tám."])
    assert [row.left for row in gone.rows if row.right is None] == [[Piece("removed", "Bỏ đi.")]]


def test_a_changed_paragraph_stands_beside_what_it_became_though_others_came_between() -> None:
    found = beside(
        ["Chủ tịch xã cho biết cầu hỏng nặng từ hôm qua."],
        ["Trời vẫn mưa to.", "Chủ tịch xã cho biết cầu hỏng nhẹ từ hôm qua.", "Nước đang rút."],
    )
    assert [(row.left is None, row.right is None) for row in found.rows] == [
        (True, False),
        (False, False),
        (True, False),
    ]


def test_the_same_is_the_same_and_nothing_is_nothing() -> None:
    assert beside(["a", "b"], ["a", "b"]).changed == 0
    assert beside([], []).rows == []
    assert beside(["a"], []).changed == 1


@given(PARAGRAPHS, PARAGRAPHS)
def test_both_texts_are_whole_and_in_order(one: list[str], other: list[str]) -> None:
    found = beside(one, other)
    assert lefts(found) == one
    assert rights(found) == other
    for row in found.rows:
        same = [[piece.words for piece in side or [] if piece.mark == "same"] for side in (row.left, row.right)]
        assert " ".join(same[0]) == " ".join(same[1])


def test_too_long_a_text_is_cut_and_says_so() -> None:
    found = beside([str(n) for n in range(MAX_PARAGRAPHS + 1)], ["0"])
    assert found.cut
    assert len(lefts(found)) == MAX_PARAGRAPHS
    assert not beside(["a"] * MAX_PARAGRAPHS, ["a"]).cut


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (["a b " * 20_000], ["b a " * 20_000]),  # a paragraph of words that are all alike
        (["a b c " * 400 + str(n) for n in range(1000)], ["b c a " * 400 + str(n) for n in range(1000)]),
        (["a"] * 1000, ["b"] * 1000),
        (["a", "b"] * 500, ["b", "a", "c"] * 333),
        ([random("ab", 1400, 1)] * 3, [random("ab", 1400, 2)] * 3),
        ([random("abcdefgh", 1400, 1)], [random("abcdefgh", 1400, 2)]),
        (random("abcdefgh", 1000, 3).split(), random("abcdefgh", 1000, 4).split()),
    ],
)
def test_no_text_takes_long(one: list[str], other: list[str]) -> None:
    start = time.process_time()
    found = beside(one, other)
    assert time.process_time() - start < 15
    assert len(found.rows) >= 1


def test_after_a_while_paragraphs_are_shown_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_SECONDS", -1.0)
    row = beside(["Có hai trăm hộ."], ["Có ba trăm hộ."]).rows[0]
    assert (row.left, row.right) == ([Piece("removed", "Có hai trăm hộ.")], [Piece("added", "Có ba trăm hộ.")])
