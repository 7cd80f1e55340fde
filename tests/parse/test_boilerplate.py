"""Boilerplate phrases as whole blocks, share bars in pieces, and prose that holds the same words."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.parse.boilerplate import Family, family, is_boilerplate_pieces

pytestmark = pytest.mark.no_cover  # others reach all it does

WHOLE: dict[Family, list[str]] = {
    "related": [
        "TIN BÀI CÙNG CHUYÊN MỤC",
        "Tin cùng chuyên mục",
        "Các bài viết cùng chuyên mục",
        "Các tin khác:",
        "Tin liên quan",
        "Bài viết liên quan",
        "Các bài đã đăng",
        "Những tin mới hơn",
        "Những tin cũ hơn",
        "Theo dòng sự kiện:",
        "Tin mới nhất",
        "Tiêu điểm",
        "Tin nổi bật",
        "Đọc nhiều",
        "Tin xem nhiều",
        "Có thể bạn quan tâm",
        "Video liên quan",
        "Bài viết mới",
        "Các bài viết gần đây",
        "Bình luận gần đây",
        "Lưu trữ",
        "Chuyên mục",
        "Danh mục",
        "Thẻ",
        "» Xem thêm…",
        "Xem tiếp >>",
        "Đọc tiếp",
        "Xem tất cả",
        "Xem theo ngày",
        "Xem thêm: Hội nghị tổng kết năm",
        "Related posts",
        "Recent Posts",
        "Read more",
        "Tags:",
        "Tags: nông nghiệp, thủy lợi",
        "Từ khoá: nông nghiệp",
        "Categorized as Tin tức",
        "Tagged nông nghiệp",
        "Được phân loại là Tin tức",
    ],
    "actions": [
        "In",
        "In bài viết này",
        "Bản in",
        "Gửi email",
        "Giới thiệu bài viết cho bạn bè",
        "Lưu bài viết này",
        "Chia sẻ:",
        "Chia sẻ lên Facebook",
        "Thích 12",
        "Tweet",
        "Zalo",
        "Facebook",
        "Tăng cỡ chữ",
        "Cỡ chữ mặc định",
        "Nghe đọc bài",
        "Tải về",
        "Sao chép liên kết",
        "Chia sẻ | In | Gửi email",
        "Share this:",
        "Click to share on Facebook (Opens in new window)",
        "Like this:",
    ],
    "counters": [
        "Lượt xem: 1.234",
        "Lượt xem:",
        "45 lượt xem",
        "Đã xem 45",
        "Đã xem: 45 lần",
        "Lượt truy cập",
        "Đang truy cập12",
        "Tổng lượt truy cập2,940,118",
        "Thống kê truy cập",
        "Tổng số điểm của bài viết là: 0 trong 0 đánh giá",
    ],
    "comments": [
        "Ý kiến bạn đọc",
        "Ý kiến bạn đọc (3)",
        "10 bình luận",
        "Bình luận (0)",
        "Gửi bình luận",
        "Để lại một bình luận",
        "Trả lời",
        "Hủy",
        "Huỷ",
        "Email của bạn sẽ không được hiển thị công khai.",
        "Email của bạn sẽ không được hiển thị công khai. Các trường bắt buộc được đánh dấu *",
        "Các trường bắt buộc được đánh dấu *",
        "Mã bảo mật*",
        "Bạn phải đăng nhập để gửi bình luận",
        "Leave a comment",
        "Cancel reply",
    ],
    "footer": [
        "Bản quyền",
        "© 2021 Cổng thông tin điện tử",
        "Bản quyền thuộc về Sở Nông nghiệp",
        "Giấy phép số 12/GP-TTĐT cấp ngày 09/03/2021",
        "Ghi rõ nguồn “Cổng thông tin” khi phát hành lại thông tin",
        "Cơ quan chủ quản: UBND tỉnh",
        "Chịu trách nhiệm nội dung: Nguyễn Văn Tám",
        "Tổng Biên tập: Nguyễn Văn Tám",
        "Toà soạn:",
        "Hotline: 0209 000 000",
        "Sơ đồ website",
        "Designed by VNPT",
        "Translate:",
        "Language",
        "Chọn ngôn ngữ▼",
        "Được cung cấp bởi Google Dịch",
    ],
    "navigation": [
        "Trang chủ",
        "Skip to content",
        "Chuyển đến phần nội dung",
        "Điều hướng bài viết",
        "Trang trước",
        "Trang sau →",
        "Về đầu trang",
        "Lên đầu trang",
        "Quay lại",
        "Previous post",
        "Next: Hội nghị tổng kết năm",
        "Published March 9, 2021",
        "Trang 2",
    ],
}


@pytest.mark.parametrize(("text", "expected"), [(text, name) for name, texts in WHOLE.items() for text in texts])
def test_whole_block(text: str, expected: Family) -> None:
    assert family(text) == expected
    assert family(text.upper()) == expected
    assert family(unicodedata.normalize("NFD", f"\n\xa0{text}  ")) == expected
    assert is_boilerplate_pieces([text])


@pytest.mark.parametrize(
    "text",
    [
        "",
        ":",
        "12",
        "09/03/2021",
        "Minh Châu",
        "Quang cảnh hội nghị",
        "Kết quả đạt được",
        "Đề nghị bạn đọc xem thêm hướng dẫn tại Phụ lục kèm theo",
        "Giao diện mới bổ sung công cụ Translate hỗ trợ đọc tin",
        "Chia sẻ tại buổi gặp mặt, bà con kiến nghị hỗ trợ vốn",
        "Chia sẻ trên Facebook cá nhân, ông viết lời cảm ơn",
        "Bình luận về kết quả này, lãnh đạo Sở đánh giá cao",
        "Đã xem xét 45 hồ sơ",
        "45 lượt xe qua cửa khẩu",
        "Tin khác với dự báo ban đầu",
        "In ấn và phát hành tài liệu",
        "Trả lời 12 ý kiến của cử tri",
        "Bản quyền phần mềm được bảo vệ theo pháp luật",
        "Giấy phép số 12/GP-UBND ngày 5/1/2021 cho phép khai thác khoáng sản",
        "Chịu trách nhiệm trước Chủ tịch UBND tỉnh",
        "Cơ quan chủ quản phối hợp với các đơn vị liên quan",
        "Tổng Biên tập các báo tham dự hội nghị",
        "Chuyên mục và Danh mục",
        "Lưu trữ | Kết quả đạt được",
        "Trang 2 của báo cáo",
    ],
)
def test_prose_is_never_boilerplate(text: str) -> None:
    assert family(text) is None
    assert not is_boilerplate_pieces([text, "Chia sẻ"] if any(c.isalpha() for c in text) else [text])


phrases = st.sampled_from([text for texts in WHOLE.values() for text in texts])


@given(
    phrases,
    st.sampled_from(["Sáng cùng ngày, đoàn công tác của tỉnh thăm", "Đề nghị bạn đọc", "Hệ thống mới có mục"]),
    st.sampled_from(["", " để biết thêm chi tiết", " tại trụ sở Ủy ban nhân dân huyện"]),
)
def test_a_phrase_inside_prose_does_not_match(phrase: str, before: str, after: str) -> None:
    assert family(f"{before} {phrase}{after}") is None


@given(st.text(min_size=161, max_size=400, alphabet=st.characters(categories=["L"])))
def test_long_text_has_no_family(text: str) -> None:
    assert family(text) is None


@given(st.text(max_size=200))
def test_any_text_has_one_family_or_none(text: str) -> None:
    assert family(text) in {None, *WHOLE}
    if family(text) is not None:
        assert family(f"  {text}: ") is not None


@given(
    st.lists(phrases, min_size=1, max_size=6),
    st.sampled_from(["", "|", "666", "09/03/2021", "15:05 09/03/2021", " · "]),
)
def test_a_bar_of_phrases_numbers_and_dates(bar: list[str], other: str) -> None:
    assert is_boilerplate_pieces([*bar, other])
    assert not is_boilerplate_pieces([*bar, other, "Minh Châu"])


@pytest.mark.parametrize("pieces", [[], ["", " \n"], ["12", "45"], ["09/03/2021"], ["|", "·"]])
def test_nothing_but_figures_is_no_bar(pieces: list[str]) -> None:
    assert not is_boilerplate_pieces(pieces)
