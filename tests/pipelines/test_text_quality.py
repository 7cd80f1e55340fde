"""How texts are told from what only stands where texts stand."""

from __future__ import annotations

from dataclasses import replace

import pytest
from typewriter import typed

from pipelines.corpus.quality import quality
from pipelines.items import Article
from pipelines.legacy import TCVN3, VNI

BODY = """Sáng ngày 12/3/2024, tại hội trường Sở Kế hoạch và Đầu tư, đồng chí Hoàng Văn Thuỷ, Phó Giám đốc Sở, chủ trì \
hội nghị đánh giá kết quả giải ngân vốn đầu tư công quý I. Đến ngày 10/3, toàn tỉnh giải ngân được 412,6 tỷ đồng, \
đạt 18,3% kế hoạch.

Phát biểu tại hội nghị, đồng chí đề nghị các chủ đầu tư rà soát từng dự án, đẩy nhanh tiến độ giải phóng mặt \
bằng và không để dồn hồ sơ thanh toán vào cuối năm:

- Ban Quản lý dự án huyện Chợ Đồn hoàn thành thủ tục chuyển mục đích sử dụng rừng trước ngày 30/4;
- Sở Tài chính thẩm định quyết toán các dự án đã hoàn thành từ năm 2022."""
NEWS = Article(
    url="https://so.tinhkia.example/1",
    title="Hội nghị đánh giá kết quả giải ngân vốn đầu tư công quý I",
    body=BODY,
    evidence={"title": "selector:h1", "body": "selector:.content", "published_at": "generic", "language": "lang"},
)
HEADLINES = """Hội nghị triển khai công tác phòng chống thiên tai năm 2024
Đại hội Hội Chữ thập đỏ huyện Ngân Sơn lần thứ V
Khai mạc lớp bồi dưỡng lý luận chính trị cho đảng viên mới
Ra quân tổng vệ sinh môi trường trên địa bàn thành phố
Tặng quà các gia đình chính sách nhân dịp Tết Nguyên đán"""


def test_an_article_scores_high_and_says_what_of() -> None:
    told = quality(NEWS)
    assert told.score > 0.85
    assert told.words == 134
    assert told.generic == pytest.approx(1 / 3, abs=0.001)
    assert (told.repeated_lines, told.uncommon) == (0, 0)
    assert 0.02 < told.digits < 0.08


@pytest.mark.parametrize(
    "body",
    [
        "",
        "Nội dung đang được cập nhật.",
        "Xem chi tiết tại file đính kèm: Thông báo số 15/TB-SKHĐT ngày 12/3/2024.",
        "Trang chủ\nGiới thiệu\nTin tức - Sự kiện\nVăn bản\nThủ tục hành chính\nLiên hệ\n" * 8,
        HEADLINES,
        "\n".join(
            f"{place} | {n * 1317 % 9973} | {n * 7919 % 99991} | {n % 97},{n % 10}"
            for n, place in enumerate(["Chợ Đồn", "Ba Bể", "Na Rì", "Ngân Sơn", "Pác Nặm"] * 9, 11)
        ),
        "Bản quyền thuộc về Sở Kế hoạch và Đầu tư. Ghi rõ nguồn khi phát hành lại thông tin từ trang này.\n" * 6,
        NEWS.body.encode().decode("cp1252", "ignore"),
        NEWS.body.encode().decode("latin-1"),
        typed(NEWS.body, TCVN3),
        typed(NEWS.body, VNI),
        NEWS.body.encode("ascii", "replace").decode().replace("?", "\ufffd"),
    ],
)
def test_what_is_no_text_scores_low(body: str) -> None:
    assert quality(replace(NEWS, title="Thông báo", body=body)).score < 0.5


def test_more_of_what_is_bad_never_scores_better() -> None:
    scores = [
        [quality(replace(NEWS, body=NEWS.body + worse * times)).score for times in range(0, 40, 4)]
        for worse in ("\n\nTin liên quan", " 20.412.600", " Ä‘áº§u", "\n\nHội nghị | 12 | 34")
    ]
    for each in scores:
        assert each == sorted(each, reverse=True)
        assert each[0] > each[-1]


def test_other_languages_and_scripts_are_texts_too() -> None:
    khmer = "ក្នុងឱកាសបុណ្យចូលឆ្នាំថ្មីប្រពៃណីជាតិខ្មែរ គណៈប្រតិនិធិខេត្តបានអញ្ជើញទៅជូនពរព្រះសង្ឃ និងបងប្អូនប្រជាពលរដ្ឋ។"
    chinese = (
        "省人民委员会日前召开会议，总结第一季度经济社会发展情况，并部署下一阶段的重点任务。会上，各部门代表发表了意见。"
    )
    swedish = (
        "Delegationen togs emot av ordföranden i kommittén, som också berättade om arbetet på ön och om båtarna där."
    )
    for language, line in (("km", khmer), ("zh", chinese), ("sv", swedish)):
        body = "\n\n".join(f"{line[n:]} {line[:n]}{line[-1]}" for n in range(0, 12, 2))
        told = quality(replace(NEWS, title="1", language=language, body=body))
        assert told.score > 0.8, told
