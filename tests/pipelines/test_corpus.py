"""Texts as language models are given them: one spelling, sentences, words."""

from __future__ import annotations

import sys
import unicodedata
from pathlib import Path
from typing import Any

import msgspec
import pytest

from pipelines.corpus.derived import DERIVED
from pipelines.corpus.placement import normalised, place_word
from pipelines.corpus.sentences import sentences
from pipelines.corpus.words import segmented, segmenter
from pipelines.errors import ExtraMissing
from pipelines.items import Article

SAMPLES = Path(__file__).parent
LEAST_WORDS_F1 = 0.9
MANY = 200_000


@pytest.mark.parametrize("line", (SAMPLES / "sentence_samples.txt").read_text("utf-8").splitlines())
def test_a_line_ends_its_sentences_where_a_reader_does(line: str) -> None:
    assert sentences(line.replace(" ¦ ", " ").replace("¦", "")) == [part.strip() for part in line.split("¦")]


def test_sentences_lose_nothing_and_end_with_their_lines() -> None:
    text = "Hội nghị bế mạc. Tin: Thu Hà\n\n- Mục một\n- Mục hai. Hết…\nHọ tên | Ghi chú. Đủ\n"
    assert sentences(text) == [
        "Hội nghị bế mạc.",
        "Tin: Thu Hà",
        "- Mục một",
        "- Mục hai.",
        "Hết…",
        "Họ tên | Ghi chú. Đủ",
    ]


@pytest.mark.parametrize("piece", [".", "…", "“", ". ", "./. ", "a.", ".A", "Đ. ", "1. ", ".” ", "(", " ", "。", "a.Á"])
@pytest.mark.no_cover
def test_hostile_lines_take_no_longer_than_their_length(piece: str) -> None:
    text = piece * (MANY // len(piece))
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())


PLACED = """
hoà=hòa Hoà=Hòa HOÀ=HÒA thuý=thúy Thuỷ=Thủy UỶ=ỦY khoẻ=khỏe xoè=xòe goá=góa tòan=toàn khỏan=khoản qúy=quý quỳ=quỳ
quý=quý qúi=quí gía=giá gìa=già gì=gì giữ=giữ giếng=giếng nghĩa=nghĩa khuỷu=khuỷu ngoài=ngoài hoặc=hoặc cuả=của Huế=Huế
Ðảng=Đảng HÐND=HĐND lí=lí Lý=Lý Noé=Noé García=García Chloé=Chloé Êñuôl=Êñuôl mơ̆ng=mơ̆ng Guðmundsson=Guðmundsson
"""


def test_tone_marks_have_one_place_and_names_stay() -> None:
    for pair in unicodedata.normalize("NFC", PLACED).split():
        word, placed = pair.split("=")
        assert place_word(word) == placed
        assert place_word(placed) == placed


def test_one_spelling_keeps_quotes_case_and_lines() -> None:
    decomposed = unicodedata.normalize("NFD", "“Uỷ ban”  Nhân dân –\u00a0Tỉnh\r\n\r\n\r\nHoà…")
    assert normalised(decomposed) == "“Ủy ban” Nhân dân – Tỉnh\n\nHòa…"


def article(**values: Any) -> Article:
    return Article(**{"url": "https://so.tinhkia.example/1", "title": "Hoà Bình", **values})


def test_derived_columns_have_the_fields_they_name() -> None:
    one = article(lead="Sở Tài chính họp.", body="Ông Hoà dự. Bà Thuý vắng.\n\n- Hết", evidence={"title": "generic"})
    for name in ("quality", "normalised", "sentences"):
        derived = DERIVED[name]
        derived.ready()
        assert msgspec.convert(msgspec.to_builtins(derived.of(one)), dict[str, Any]).keys() == derived.fields.keys()
    assert DERIVED["sentences"].of(one) == {"sentences": ["Sở Tài chính họp.", "Ông Hoà dự.", "Bà Thuý vắng.", "- Hết"]}
    assert DERIVED["normalised"].of(one) == {
        "title_normalised": "Hòa Bình",
        "lead_normalised": "Sở Tài chính họp.",
        "body_normalised": "Ông Hòa dự. Bà Thúy vắng.\n\n- Hết",
    }
    assert DERIVED["normalised"].of(article(language="fr"))["title_normalised"] == "Hoà Bình"


def test_other_languages_are_parted_at_spaces_and_left_whole_where_they_have_none() -> None:
    words = DERIVED["words"].of
    english = article(body="The committee met on 1.7.2025, Mr. Brown said. It's over!", language="en")
    assert words(english) == {
        "words": ["The committee met on 1.7.2025 , Mr . Brown said .", "It's over !"],
    }
    assert words(article(body="省人民委员会召开会议。会上发言。", language="zh")) == {
        "words": ["省人民委员会召开会议。", "会上发言。"],
    }


def test_words_of_vietnamese_are_those_a_reader_finds() -> None:
    pytest.importorskip("underthesea", reason="the extra `nlp` is not installed")
    right = found = wanted = 0
    for line in (SAMPLES / "word_samples.txt").read_text("utf-8").splitlines():
        got, want = _spans(segmented(line.replace("_", " ")).split()), _spans(line.split())
        right, found, wanted = right + len(got & want), found + len(got), wanted + len(want)
    assert 2 * right / (found + wanted) > LEAST_WORDS_F1
    assert DERIVED["words"].of(article(body="Uỷ ban nhân dân họp. Hết giờ.", lead=None))["words"][0].count("_") >= 2
    assert segmented("Gia cầm | Số lượng | 21.430 con") == "Gia_cầm | Số_lượng | 21.430 con"
    address = "https://so.tinhkia.example/" + "a." * MANY
    assert segmented(f"Xem tại {address} nhé").split()[2] == address
    rubbish = "a.b " * (MANY // 40)
    assert segmented(rubbish).replace(" ", "").replace("_", "") == rubbish.replace(" ", "")


def test_who_lacks_the_library_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "underthesea.pipeline.word_tokenize", None)
    segmenter.cache_clear()
    with pytest.raises(ExtraMissing, match=r"pip install 'luutin\[nlp\]'"):
        DERIVED["words"].ready()


def _spans(words: list[str]) -> set[tuple[int, int]]:
    spans, at = set(), 0
    for word in words:
        size = len(word.replace("_", ""))
        spans.add((at, at + size))
        at += size
    return spans
