"""Marks and snippets are of the text itself, whatever it is."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from pipelines.errors import BadQuery
from pipelines.items import Article, Attachment
from pipelines.search.query import parse
from pipelines.search.results import Piece
from pipelines.search.snippets import MAX_CHARS, SNIPPET_CHARS, Marker, pieces, snippet

Make = Callable[..., Article]


def marker(words: str, *, exactly: bool = True) -> Marker:
    return Marker(parse(words).wanted, exactly)


def hits(words: str, text: str, *, exactly: bool = True) -> list[str]:
    return [piece.text for piece in pieces(text, marker(words, exactly=exactly).marks(text)) if piece.hit]


def test_words_are_marked_with_their_marks_or_none_of_them() -> None:
    text = "Đà Nẵng, đã nắng; Da Nang (ĐÀ NẴNG) đá nặng."
    assert hits("Đà Nẵng", text) == ["Đà Nẵng", "Da Nang", "ĐÀ NẴNG"]
    assert hits("da nang", text) == ["Đà Nẵng", "đã nắng", "Da Nang", "ĐÀ NẴNG", "đá nặng"]
    assert hits("Đà Nẵng", text, exactly=False) == ["Đà Nẵng", "đã nắng", "Da Nang", "ĐÀ NẴNG", "đá nặng"]


def test_tone_placement_case_and_composition_do_not_count() -> None:
    assert hits("hòa", "Hoà, HÒA, ho\u0300a, hoa, hỏa") == ["Hoà", "HÒA", "ho\u0300a", "hoa"]


def test_a_phrase_is_marked_where_it_is_whole() -> None:
    assert hits('"ba bể"', "Ba con bể, Ba Bể, ba\nbể, bể ba") == ["Ba Bể", "ba", "bể"]
    assert hits("123/QĐ-UBND", "Số 123/QĐ-UBND và 124/QĐ-UBND, QĐ 123.") == ["123", "QĐ", "UBND"]


def test_a_beginning_marks_whole_words() -> None:
    assert hits("ngh*", "Nghiệm thu nghề, ngựa") == ["Nghiệm", "nghề"]
    assert hits('"hội ngh*"', "Hội nghị; hội nghề; hội họp") == ["Hội nghị", "hội nghề"]


def test_a_snippet_is_the_part_with_most_of_the_words(make_article: Make) -> None:
    body = "Lúa tốt. " + "Trời mưa dầm dề suốt tuần. " * 40 + "Trạm cấp lúa giống cho dân. " + "Nắng lên. " * 60
    shown, file = snippet(make_article(body=body, lead="Tin vụ mùa."), marker("lúa giống"))
    assert file is None
    assert [piece.text for piece in shown if piece.hit] == ["lúa giống"]
    assert (shown[0], shown[-1]) == (Piece("… "), Piece(" …"))
    assert "".join(piece.text for piece in shown[1:-1]) in body
    assert len("".join(piece.text for piece in shown)) < SNIPPET_CHARS + 10


def test_the_lead_is_shown_where_it_says_as_much(make_article: Make) -> None:
    article = make_article(lead="Lúa giống về tới bản.", body="Chiều qua, xe chở lúa giống về tới bản.")
    assert "".join(piece.text for piece in snippet(article, marker("lúa giống"))[0]) == article.lead


def test_of_attachments_the_first_that_has_it_is_shown(make_article: Make) -> None:
    files = [
        Attachment("u", "a.pdf", text="Phụ lục."),
        Attachment("u", "b.pdf", text="Đơn giá\u200b ghế đá"),
        Attachment("u", "c"),
    ]
    shown, file = snippet(make_article(attachments=files), marker("ghế đá"))
    assert ([piece.text for piece in shown if piece.hit], file) == (["ghế đá"], "b.pdf")


def test_an_article_without_text_has_an_empty_snippet(make_article: Make) -> None:
    assert snippet(make_article(body="", attachments=[Attachment("u", "a.pdf")]), marker("mưa")) == ([], None)


def test_a_huge_text_is_looked_through_in_part(make_article: Make) -> None:
    began = time.process_time()
    huge = "mưa " * MAX_CHARS
    shown, _ = snippet(make_article(body=huge), marker("mưa"))
    assert len("".join(piece.text for piece in shown)) < SNIPPET_CHARS + 10
    assert snippet(make_article(body="x" * 10 * MAX_CHARS), marker("mưa"))[0]
    files = [Attachment("u", f"{number}.pdf", text="gió " * MAX_CHARS) for number in range(40)]
    assert snippet(make_article(attachments=files), marker("mưa"))[1] is None
    assert time.process_time() - began < 5


@given(st.text(alphabet="aàáđÐ hội.\n-12*\u0300\u0301xß🙂İ"), st.text(alphabet='aàđh oội12*"-', min_size=1))
def test_the_pieces_are_the_text(text: str, words: str) -> None:
    with suppress(BadQuery):
        assert "".join(piece.text for piece in pieces(text, marker(words).marks(text))) == text
