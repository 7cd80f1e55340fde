"""What a text is compared by: no difference of spelling shows in it, and no page makes it large."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.near.features import MAX_KEYS, MAX_PARTICULARS, MAX_SAMPLE, MIN_SAMPLE, Features, features_of
from pipelines.near.likeness import likeness

pytestmark = pytest.mark.no_cover  # others reach all it does

TITLE = "Hoà Bình: 1.250 hộ được hỗ trợ sửa nhà"
TEXT = (
    "Ngày 05/8/2023, Đoàn công tác của Sở Xây dựng tỉnh Hoà Bình do Phó Giám đốc Đinh Thuý Loan dẫn đầu đã kiểm tra "
    "tiến độ xoá nhà tạm tại huyện Đà Bắc. Toàn huyện có 1.250 hộ được hỗ trợ, đến nay 978 nhà đã khởi công, 640 nhà "
    "hoàn thành, tổng kinh phí giải ngân đạt 38,4 tỷ đồng.\n\nĐồng chí Đinh Thuý Loan đề nghị Uỷ ban nhân dân các xã "
    "Tu Lý, Toàn Sơn và Hiền Lương khoẻ mạnh hoá phong trào thi đua, huy động ngày công của đoàn viên, hội viên, bảo "
    "đảm mọi hộ có nhà ở trước ngày 31/12/2023."
)
WORDS = sorted({word.strip(".,:") for word in f"{TITLE} {TEXT}".split()})


def same(one: Features, other: Features) -> bool:
    return one.encode() == other.encode()


@pytest.mark.parametrize(
    "spelt",
    [
        lambda text: unicodedata.normalize("NFD", text),
        lambda text: text.replace("Hoà", "Hòa").replace("Thuý", "Thúy").replace("hoá", "hóa").replace("khoẻ", "khỏe"),
        lambda text: text.replace("Đ", "\u00d0"),
        lambda text: text.replace(", ", " ,  ").replace("\n\n", "\n \n"),
        lambda text: text.replace("05/8/2023", "5-8-2023").replace("31/12/2023", "31.12.2023"),
        lambda text: text.replace("1.250", "1250"),
    ],
    ids=["nfd", "tone", "eth", "space", "dates", "thousands"],
)
def test_spelling_makes_no_difference(spelt: Callable[[str], str]) -> None:
    other = spelt(TEXT)
    assert other != TEXT
    found, known = features_of(spelt(TITLE), other), features_of(TITLE, TEXT)
    assert (found.sample, found.particulars, found.bonds) == (known.sample, known.particulars, known.bonds)
    assert likeness(found, known).copy == "edited"


def test_a_heading_in_capitals_is_wording_and_no_name() -> None:
    said = "hội nghị bàn về phòng cháy, chữa cháy rừng trong mùa khô năm nay"
    assert features_of("", said.upper()).encode() == features_of("", said).encode()


@pytest.mark.parametrize(("one", "other"), [("978", "979"), ("Hiền Lương", "Vầy Nưa Thượng")])
def test_numbers_and_names_are_no_wording_but_particulars(one: str, other: str) -> None:
    found, known = features_of(TITLE, TEXT.replace(one, other)), features_of(TITLE, TEXT)
    assert found.sample == known.sample
    assert len({*found.particulars} ^ {*known.particulars}) == 2


def test_a_name_of_one_word_is_no_particular() -> None:
    assert features_of("", "Hôm nay Loan về quê thăm mẹ ở Huế").particulars == []
    assert len(features_of("", "Hôm nay chị Đinh Loan về quê thăm mẹ").particulars) == 1


def test_titles_of_a_series_have_one_form() -> None:
    week, next_week = features_of("Giá cả tuần 12 năm 2023", TEXT), features_of("Giá cả tuần 13 năm 2023", TEXT)
    assert week.form == next_week.form
    assert week.title != next_week.title


@given(st.lists(st.sampled_from(WORDS), max_size=400), st.lists(st.sampled_from(WORDS), max_size=12))
def test_what_is_stored_is_what_was_found(text: list[str], title: list[str]) -> None:
    found = features_of(" ".join(title), " ".join(text))
    again = Features.decode(found.encode())
    assert (again.syllables, again.runs, again.title, again.form) == (
        found.syllables,
        found.runs,
        found.title,
        found.form,
    )
    assert same(again, found)
    assert again.keys == found.keys


@given(st.lists(st.sampled_from(WORDS), min_size=60, max_size=900), st.data())
def test_any_excerpt_is_contained(text: list[str], data: st.DataObject) -> None:
    begin = data.draw(st.integers(0, len(text) - 20))
    end = data.draw(st.integers(begin + 20, len(text)))
    excerpt, whole = features_of("", " ".join(text[begin:end])), features_of("", " ".join(text))
    top = min(found.sample[-1] if len(found.sample) < found.runs else 1 << 32 for found in (excerpt, whole))
    beside = {one for one in excerpt.sample if one <= top} - {*whole.sample}
    assert len(beside) <= 4  # where a name is cut through, at both ends


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n ",
        "…",
        "a",
        "1",
        "x" * 2_000_000,
        "9" * 100_000,
        "Ông Bà " * 200_000,
        " ".join(map(str, range(200_000))),
    ],
    ids=["empty", "blank", "dots", "letter", "digit", "word", "digits", "names", "numbers"],
)
def test_any_text_has_features_of_bounded_size(text: str) -> None:
    found = features_of(text[:1000], text)
    assert len(found.sample) <= MAX_SAMPLE
    assert len(found.particulars) <= MAX_PARTICULARS
    assert len(found.keys) <= 2 * MAX_KEYS
    assert Features.decode(found.encode()).syllables <= 0xFFFF


def test_a_long_text_has_a_larger_sample() -> None:
    words = [f"{one} {other}" for one in WORDS for other in WORDS]
    assert len(features_of("", " ".join(words[:60])).sample) == MIN_SAMPLE
    assert MIN_SAMPLE < len(features_of("", " ".join(words[:900])).sample) <= MAX_SAMPLE
