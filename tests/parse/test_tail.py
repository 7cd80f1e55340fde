"""End marks, bylines, source lines and photo credits, and the short blocks that are none of these."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.parse import tail
from crawler.parse.tail import Tail, has_end_mark, people, read_tail, split_end_mark

ONE = Tail(("Minh Châu",))
TWO = Tail(("Minh Châu", "Ngọc Lan"))
NAMES = ["Minh Châu", "Ngọc Lan", "Nguyễn Văn Tám", "HOÀNG YẾN", "M.C", "Triệu Thị Kim Thoa", "PV", "CTV"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Minh Châu", ONE),
        ("Minh Châu.", ONE),
        ("(Minh Châu)", ONE),
        ("MINH CHÂU", Tail(("MINH CHÂU",))),
        ("Nguyễn Văn Tám", Tail(("Nguyễn Văn Tám",))),
        ("Lò Thị Páo", Tail(("Lò Thị Páo",))),
        ("Đoàn Thị Lan", Tail(("Đoàn Thị Lan",))),
        ("M.C", Tail(("M.C",))),
        ("T.L.", Tail(("T.L",))),
        ("PV", Tail(("PV",))),
        ("P.V", Tail(("P.V",))),
        ("BBT", Tail(("BBT",))),
        ("Ban Biên tập", Tail(("BBT",))),
        ("CTV", Tail(("CTV",))),
        ("PV Minh Châu", ONE),
        ("PV TTXVN", Tail(("PV",))),
        ("Nhóm PV thực hiện", Tail(("Nhóm PV",))),
        ("ThS. Nguyễn Văn Tám", Tail(("Nguyễn Văn Tám",))),
        ("Minh Châu - Ngọc Lan", TWO),
        ("Minh Châu – Ngọc Lan", TWO),
        ("Minh Châu-Ngọc Lan", TWO),
        ("Minh Châu, Ngọc Lan", TWO),
        ("Minh Châu và Ngọc Lan", TWO),
        ("Minh Châu & Ngọc Lan", TWO),
        ("MINH CHÂU-NGỌC LAN", Tail(("MINH CHÂU", "NGỌC LAN"))),
        ("Minh Châu, Minh Châu", ONE),
        ("Minh Châu - Phòng Tài chính và Kế hoạch", ONE),
        ("Minh Châu – Sở Văn hóa, Thể thao và Du lịch", ONE),
        ("Minh Châu - TTVH huyện", ONE),
        ("Minh Châu - Ban Quản lý dự án", ONE),
        ("Minh Châu (Nhà văn hóa xã)", ONE),
        ("Nhà báo Minh Châu", ONE),
        ("Minh Châu (Trung tâm VH&TT)", ONE),
        ("Minh Châu - Hà Nội", ONE),
        ("Minh Châu - 15:05 09/03/2021", ONE),
        ("Minh Châu (TH)", ONE),
        ("Minh Châu (tổng hợp)", ONE),
        ("(Minh Châu tổng hợp)", ONE),
        ("(TH)", Tail()),
        ("Tác giả: Minh Châu", ONE),
        ("Tác giả bài viết: Minh Châu", ONE),
        ("Người viết : Minh Châu", ONE),
        ("Thực hiện: Minh Châu – Ngọc Lan", TWO),
        ("Biên tập: Minh Châu", ONE),
        ("Tin: Minh Châu", ONE),
        ("Tin, ảnh: Minh Châu", ONE),
        ("Tin ảnh: Minh Châu", ONE),
        ("Tin - ảnh: Minh Châu", ONE),
        ("Tin, bài, ảnh: Minh Châu", ONE),
        ("Bài, ảnh: Minh Châu", ONE),
        ("Bài và ảnh: Minh Châu", ONE),
        ("Bài, ảnh Minh Châu", ONE),
        ("Tin, ảnh: Minh Châu - Đài Truyền thanh huyện", ONE),
        ("Tác giả: Mây", Tail(("Mây",))),
        ("Tác giả: James Doe", Tail(("James Doe",))),
        ("Tác giả: Minh Châu – Phó Giám đốc Sở", ONE),
        ("Tác giả: Sở Tài chính", Tail()),
        ("Tác giả: admin", Tail()),
        ("Tác giả: Quản trị", Tail()),
        ("Ảnh: M.C", Tail(credit="M.C")),
        ("Ảnh: Internet", Tail(credit="Internet")),
        ("Nguồn ảnh: TTXVN", Tail(credit="TTXVN")),
        ("Tin: Minh Châu, Ảnh: Ngọc Lan", Tail(("Minh Châu",), credit="Ngọc Lan")),
        ("Bài: Minh Châu - Ảnh: M.C", Tail(("Minh Châu",), credit="M.C")),
        ("Minh Châu Ảnh: M.C", Tail(("Minh Châu",), credit="M.C")),
        ("Nguồn: Báo Bắc Kạn", Tail(cited_source="Báo Bắc Kạn")),
        ("Nguồn tin: chinhphu.vn", Tail(cited_source="chinhphu.vn")),
        ("Nguồn: https://example.vn/a/b-12.html", Tail(cited_source="https://example.vn/a/b-12.html")),
        ("Theo TTXVN", Tail(cited_source="TTXVN")),
        ("(Theo Báo Pháp luật Việt Nam)", Tail(cited_source="Báo Pháp luật Việt Nam")),
        ("(Theo VOV, TTXVN)", Tail(cited_source="VOV, TTXVN")),
        ("Theo: Cổng thông tin điện tử Chính phủ", Tail(cited_source="Cổng thông tin điện tử Chính phủ")),
        ("Minh Châu (Theo TTXVN)", Tail(("Minh Châu",), cited_source="TTXVN")),
        ("Minh Châu theo TTXVN", Tail(("Minh Châu",), cited_source="TTXVN")),
        ("Minh Châu – Nguồn: Báo Bắc Kạn", Tail(("Minh Châu",), cited_source="Báo Bắc Kạn")),
    ],
)
def test_tail(text: str, expected: Tail) -> None:
    assert read_tail(text) == expected
    assert read_tail(unicodedata.normalize("NFD", f" \xa0{text}\n"), marked=True) == expected


@pytest.mark.parametrize("text", ["Hiền", "Mây", "Gió Ngàn", "Ban Mai", "James Doe", "Đẫu Tyn"])
def test_a_pen_name_counts_only_where_the_page_marks_it(text: str) -> None:
    assert read_tail(text) is None
    assert read_tail(text, marked=True) == Tail((text,))


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \xa0 ",
        "()",
        ".",
        "Kết quả đạt được",
        "KẾT LUẬN",
        "Kết Luận",
        "TỔ CHỨC THỰC HIỆN",
        "CÔNG NGHỆ",
        "Nông Thôn Mới",
        "NÔNG NGHIỆP",
        "ĐÀO TẠO",
        "Quang cảnh hội nghị",
        "Quang Cảnh Hội Nghị",
        "Các đại biểu dự hội nghị",
        "Nơi nhận:",
        "Trân trọng!",
        "II",
        "Hà Nội",
        "BẮC KẠN",
        "Huyện Ba Bể",
        "Bắc Kạn, ngày 9 tháng 3",
        "UBND tỉnh Bắc Kạn",
        "Sở Kế hoạch và Đầu tư",
        "Phòng Tổng hợp",
        "Ban Dân Tộc",
        "Nhà Văn Hóa",
        "KHOA HỌC - CÔNG NGHỆ",
        "GIÁM ĐỐC",
        "Phó Chủ tịch",
        "KT. CHỦ TỊCH",
        "Nguyễn Văn Tám - Chủ tịch UBND tỉnh",
        "Đ/c Nguyễn Văn Tám, Chủ tịch UBND huyện",
        "Ông Nguyễn Văn Tám",
        "Minh Châu phát biểu.",
        "Hội nghị thành công tốt đẹp.",
        "1. Nguyễn Văn Tám",
        "Tags:",
        "Thông tin: Nguyễn Văn Tám",
        "Thực hiện theo Quyết định",
        "Tin bài cùng chuyên mục",
        "Ảnh minh họa",
        "Ảnh: Quang cảnh hội nghị",
        "Ảnh: Nguyễn Văn Tám phát biểu tại Hội nghị",
        "Tin: Bão số 5 đổ bộ đất liền",
        "Nguồn: ngân sách nhà nước",
        "Theo dõi chúng tôi",
        "Theo dòng sự kiện",
        "Theo báo cáo của Sở Tài chính, tổng thu đạt 5 tỷ đồng",
        "Theo Sở Y tế, toàn tỉnh có 5 ca mắc mới",
        "Theo Sở Y tế toàn tỉnh đã có ca mắc mới",
        "(Theo Nghị định số 76/2013/NĐ-CP)",
        "Theo ông Nguyễn Văn Tám",
        "Minh Châu " * 20,
    ],
)
def test_no_tail(text: str) -> None:
    assert read_tail(text) is None
    assert read_tail(text, marked=True) is None


def test_a_list_item_is_no_byline() -> None:
    assert read_tail("- Nguyễn Văn Tám") is None
    assert read_tail("- Tin, ảnh: Minh Châu") == ONE


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Minh Châu | 08:30 07/01/2021 | 45 lượt xem", ["Minh Châu"]),
        ("Tác giả: Minh Châu, Ngọc Lan", ["Minh Châu", "Ngọc Lan"]),
        ("Minh Châu (TH)", ["Minh Châu"]),
        ("Minh Châu (Trung tâm Văn hóa)", ["Minh Châu"]),
        ("Minh Châu – Nguồn: Báo Bắc Kạn", ["Minh Châu"]),
        ("VINADES", ["VINADES"]),
        ("BBT", ["BBT"]),
        ("admin", []),
        ("Admin", []),
        ("Administrator", []),
        ("webmaster", []),
        ("quantri", []),
        ("Quản trị viên", []),
        ("banbientap", []),
        ("Ban Biên tập", []),
        ("thuhien2021", []),
        ("a@example.vn", []),
        ("Sở Tài chính", []),
        ("Nguồn: Báo Bắc Kạn", []),
        ("Ảnh: Minh Châu", []),
        ("Theo Nghị định số 76/2013/NĐ-CP", []),
        ("x" * 400, []),
    ],
)
def test_people(text: str, names: list[str]) -> None:
    assert people(text) == names


@given(
    st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True),
    st.sampled_from([" - ", " – ", ", ", " và ", " & "]),
    st.sampled_from(["", "Tác giả: ", "Tin, ảnh: "]),
)
def test_however_names_are_joined_they_come_back(names: list[str], joint: str, label: str) -> None:
    text = label + joint.join(names)
    assert people(text) == names
    assert read_tail(text) == Tail(tuple(names))


pieces = st.one_of(st.text(max_size=40), st.sampled_from([*NAMES, "Ảnh: ", "(Theo ", ")", " - ", "Nguồn: ", "./."]))


@given(st.lists(pieces, max_size=6).map("".join), st.booleans())
def test_any_text_gives_nfc_without_outer_space(text: str, marked: bool) -> None:
    read = read_tail(text, marked=marked)
    values = people(text)
    if read is not None:
        values += [*read.authors, *filter(None, [read.cited_source, read.credit])]
    for value in values:
        assert value
        assert value == unicodedata.normalize("NFC", value).strip()


@given(st.text(max_size=300), st.sampled_from(["./.", " ./.", "…/.", "/.", ". / ."]))
def test_splitting_loses_nothing(text: str, mark: str) -> None:
    body, rest = split_end_mark(text + mark)
    assert (text + mark).startswith(body)
    assert (text + mark)[len(body) :].strip() == rest
    assert has_end_mark(body) or not has_end_mark(text + mark)


@pytest.mark.parametrize(
    ("text", "body", "rest"),
    [
        ("tỉnh ban hành./.", "tỉnh ban hành./.", ""),
        ("tỉnh ban hành ./. Minh Châu", "tỉnh ban hành ./.", "Minh Châu"),
        ("tỉnh ban hành./.Minh Châu", "tỉnh ban hành./.", "Minh Châu"),
        ("tỉnh ban hành…/.\nMinh Châu", "tỉnh ban hành…/.", "Minh Châu"),
        ("tỉnh ban hành/.", "tỉnh ban hành/.", ""),
        ("“tỉnh ban hành./.”", "“tỉnh ban hành./.”", ""),
        ("tỉnh ban hành./. Minh Châu./.", "tỉnh ban hành./.", "Minh Châu./."),
    ],
)
def test_end_mark(text: str, body: str, rest: str) -> None:
    assert split_end_mark(text) == (body, rest)
    assert has_end_mark(text)


@pytest.mark.parametrize("text", ["", "tỉnh ban hành.", "../../a", "http://a.vn/./b", "50 km/giờ.", "kết thúc..."])
def test_no_end_mark(text: str) -> None:
    assert split_end_mark(text) == (text, "")
    assert not has_end_mark(text)


def test_no_syllable_is_both_of_a_name_and_of_none() -> None:
    assert not tail._NEVER_NAME & tail._NAME_SYLLABLES
