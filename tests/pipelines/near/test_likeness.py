"""Copies of a text are told from others of its form, whichever of the two comes first."""

from __future__ import annotations

import pytest
from bulletins import OTHER, REPORT, TITLE, appointment, prices, text

from pipelines.near.features import features_of
from pipelines.near.likeness import likeness

ORIGINAL = features_of(TITLE, text(*REPORT))
BOILERPLATE = """Bài viết liên quan

Khai mạc giải bóng chuyền các xã vùng cao

Lịch tiếp công dân của lãnh đạo huyện tháng này

Phát động tuần lễ áo dài trong nữ công chức, viên chức

Bản quyền thuộc về Cổng thông tin điện tử huyện; ghi rõ nguồn khi phát hành lại"""


@pytest.mark.parametrize(
    ("title", "copy", "kind"),
    [
        ("Cây dược liệu bén rễ dưới tán rừng", text(*REPORT), "headline"),
        (TITLE.upper(), text(*REPORT), "edited"),
        (TITLE, text(*REPORT).replace("126 ha", "128 ha"), "edited"),
        (TITLE, text(*REPORT).replace("126", "128").replace("286", "291").replace("37 ha", "35 ha"), "edited"),
        (TITLE, text("(backan.gov.vn) - " + REPORT[0], *REPORT[1:], "Nguyễn Hải Yến"), "edited"),
        (TITLE, text(*REPORT).replace("cho rằng", "nhận định").replace("Nhiều xã", "Một số xã"), "edited"),
        (TITLE, text(REPORT[0], REPORT[2], REPORT[1], REPORT[3]), "edited"),
        (TITLE, text(*REPORT[:2]), "excerpt"),
        ("Đưa cây dược liệu vào siêu thị", text(*REPORT[1:3]), "excerpt"),
        (TITLE, text(*REPORT, BOILERPLATE), "extended"),
        (TITLE, text(*REPORT, *OTHER), "extended"),
    ],
    ids=["headline", "case", "number", "numbers", "byline", "words", "order", "cut", "middle", "menu", "more"],
)
def test_a_copy_is_told_and_how_it_differs(title: str, copy: str, kind: str) -> None:
    found = likeness(features_of(title, copy), ORIGINAL)
    assert found.copy == kind
    assert found.similarity > 0.8
    assert likeness(ORIGINAL, features_of(title, copy)) == found.reversed()


WEEK = prices(36, "08/9/2023", 17_500, 118_000, 24_870, 68_000)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (WEEK, prices(37, "15/9/2023", 17_800, 121_000, 25_740, 67_000)),
        (WEEK, prices(37, "15/9/2023", 17_500, 118_000, 24_870, 68_000)),  # as last week: only the dates are new
        (appointment("Nông Thị Hạnh", "Phó Giám đốc Sở Tư pháp"), appointment("Ma Doãn Kiên", "Phó Giám đốc Sở Y tế")),
        (
            appointment("Nông Thị Hạnh", "Phó Giám đốc Sở Tư pháp"),
            appointment("Ma Doãn Kiên", "Phó Giám đốc Sở Tư pháp"),
        ),
    ],
    ids=["prices", "same-prices", "names", "one-name"],
)
def test_bulletins_of_one_form_are_alike_and_no_copies(one: tuple[str, str], other: tuple[str, str]) -> None:
    found = likeness(features_of(*one), features_of(*other))
    assert found.alike
    assert found.copy is None


def test_a_copy_of_a_bulletin_is_one() -> None:
    copy = WEEK[1] + "\n\nTheo Báo Bắc Kạn"
    assert likeness(features_of("Giá gạo, thịt lợn ổn định", copy), features_of(*WEEK)).copy


def test_texts_on_other_things_are_not_alike() -> None:
    assert not likeness(features_of("Trung thu sớm", text(*OTHER)), ORIGINAL).alike


def test_too_short_a_text_is_like_none() -> None:
    short = features_of("Thông báo", "Mất điện ngày 5/6")
    assert not likeness(short, short).alike
