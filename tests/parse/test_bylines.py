"""Every form in which portals sign an article, in every shape of DOM they do it in."""

from __future__ import annotations

import pytest

from crawler.parse.article import read_article
from crawler.parse.page import read_page

pytestmark = pytest.mark.no_cover  # others reach all it does

LAST = (
    "Sáng 12/3, Ủy ban nhân dân huyện Bản Khoang tổ chức hội nghị triển khai kế hoạch trồng rừng, bảo vệ rừng với sự "
    "tham gia của 120 đại biểu đến từ các xã"
)
PROSE = f"<p>{LAST}.</p>" * 2
APART = {
    "right": PROSE + "<p style='text-align: right'>{}</p>",
    "bold": PROSE + "<p><strong>{}</strong></p>",
    "italic": PROSE + "<p><em>{}</em></p>",
    "box": PROSE + "<div class='author'>{}</div>",
    "cell": PROSE + "<table><tr><td align='right'><b>{}</b></td></tr></table>",
    "break": PROSE + "<p>" + LAST + ".<br><strong>{}</strong></p>",
}
SHAPES = APART | {"plain": PROSE + "<p>" + LAST + "./.</p><p>{}</p>"}
Form = (
    tuple[str, tuple[str, ...]] | tuple[str, tuple[str, ...], str | None] | tuple[str, tuple[str, ...], str | None, str]
)
# (byline, authors, cited source, credit of the photo)
FORMS: list[Form] = [
    ("Thu Hiền", ("Thu Hiền",)),
    ("Tác giả: Nông Thị Sim", ("Nông Thị Sim",)),
    ("Người viết: Ma Văn Chức", ("Ma Văn Chức",)),
    ("Tin, ảnh: Hoàng Minh", ("Hoàng Minh",)),
    ("Tin và ảnh: Hoàng Minh", ("Hoàng Minh",)),
    ("Bài, ảnh: Bế Ngọc Lan", ("Bế Ngọc Lan",)),
    ("Bài và ảnh: Bế Ngọc Lan", ("Bế Ngọc Lan",)),
    ("Tin/ảnh: Hoàng Minh", ("Hoàng Minh",)),
    ("Tin - ảnh: Hoàng Minh", ("Hoàng Minh",)),
    ("Tin, bài: Lý Thị Dậu", ("Lý Thị Dậu",)),
    ("Tin ảnh Hoàng Minh", ("Hoàng Minh",)),
    ("Nông Thị Sim - Ma Văn Chức", ("Nông Thị Sim", "Ma Văn Chức")),
    ("Thu Hiền & Minh Châu", ("Thu Hiền", "Minh Châu")),
    ("Thu Hiền – Minh Châu – Quốc Việt", ("Thu Hiền", "Minh Châu", "Quốc Việt")),
    ("Thu Hiền-Minh Châu", ("Thu Hiền", "Minh Châu")),
    ("Thu Hiền/Minh Châu", ("Thu Hiền", "Minh Châu")),
    ("Thu Hiền + Minh Châu", ("Thu Hiền", "Minh Châu")),
    ("Thu Hiền - Sở Kế hoạch và Đầu tư", ("Thu Hiền",)),
    ("Nông Thị Sim - Trung tâm Văn hóa, Thông tin huyện", ("Nông Thị Sim",)),
    ("Nông Thị Sim – Phòng TC-KH", ("Nông Thị Sim",)),
    ("Hà Văn Quý (Sở Nội vụ)", ("Hà Văn Quý",)),
    ("Hà Văn Quý, Văn phòng UBND xã", ("Hà Văn Quý",)),
    ("N.T.S", ("N.T.S",)),
    ("M.H", ("M.H",)),
    ("H. Minh", ("H. Minh",)),
    ("THU HIỀN", ("THU HIỀN",)),
    ("PV", ("PV",)),
    ("P.V", ("P.V",)),
    ("CTV", ("CTV",)),
    ("BTV", ("BTV",)),
    ("BBT", ("BBT",)),
    ("Ban Biên tập", ("BBT",)),
    ("Nhóm PV", ("Nhóm PV",)),
    ("Thu Hiền (TH)", ("Thu Hiền",)),
    ("Thu Hiền (t/h)", ("Thu Hiền",)),
    ("Thu Hiền (Tổng hợp)", ("Thu Hiền",)),
    ("Thu Hiền tổng hợp", ("Thu Hiền",)),
    ("Thực hiện: Thu Hiền", ("Thu Hiền",)),
    ("(Thu Hiền)", ("Thu Hiền",)),
    ("Theo Báo Nhân Dân", (), "Báo Nhân Dân"),
    ("(Theo TTXVN)", (), "TTXVN"),
    ("Nguồn: Cổng TTĐT Chính phủ", (), "Cổng TTĐT Chính phủ"),
    ("Nguồn tin: Báo Nhân Dân", (), "Báo Nhân Dân"),
    ("Nguồn: baochinhphu.vn", (), "baochinhphu.vn"),
    ("Thu Hiền (Theo Báo Nhân Dân)", ("Thu Hiền",), "Báo Nhân Dân"),
    ("Thu Hiền - Theo TTXVN", ("Thu Hiền",), "TTXVN"),
    ("Ảnh: M.H", (), None, "M.H"),
    ("Ảnh: Quốc Việt", (), None, "Quốc Việt"),
    ("Thu Hiền - Ảnh: Quốc Việt", ("Thu Hiền",), None, "Quốc Việt"),
    ("Thu Hiền; Ảnh: Quốc Việt", ("Thu Hiền",), None, "Quốc Việt"),
    ("Tin: Thu Hiền; ảnh: Quốc Việt", ("Thu Hiền",), None, "Quốc Việt"),
    ("Bài: Thu Hiền - Ảnh: Quốc Việt", ("Thu Hiền",), None, "Quốc Việt"),
    ("PV Thu Hiền", ("Thu Hiền",)),
    ("CTV: Nông Sim", ("Nông Sim",)),
    ("ThS. Nông Thị Sim", ("Nông Thị Sim",)),
    ("Tác giả: admin", ()),
    ("Người đăng: quantri", ()),
    ("Tác giả: Quản trị viên", ()),
    ("Tác giả: Ban Biên tập", ("BBT",)),
    ("Tác giả: Phòng Tổng hợp", ()),
    ("Tác giả bài viết: Nông Thị Sim", ("Nông Thị Sim",)),
    ("Nông Thị Sim - Nguồn: Sở Y tế", ("Nông Thị Sim",), "Sở Y tế"),
    ("Tin bài: Nông Sim - Trung tâm VH-TT&TT", ("Nông Sim",)),
    ("Nguyễn Thị Thu Hiền", ("Nguyễn Thị Thu Hiền",)),
    ("Thu Hiền 08:30 07/01/2021", ("Thu Hiền",)),
    ("T. Hiền - M. Châu", ("T. Hiền", "M. Châu")),
    ("Thu Hiền (thực hiện)", ("Thu Hiền",)),
    ("Thu Hiền lược ghi", ("Thu Hiền",)),
    ("Tin, ảnh: Thu Hiền, Minh Châu", ("Thu Hiền", "Minh Châu")),
    ("Tin, ảnh: CTV", ("CTV",)),
    ("Tin: Thu Hiền", ("Thu Hiền",)),
    ("Biên tập: Thu Hiền", ("Thu Hiền",)),
    ("Người đưa tin: Thu Hiền", ("Thu Hiền",)),
    ("Phóng viên: Thu Hiền", ("Thu Hiền",)),
    ("Lê Minh – Đài PTTH huyện", ("Lê Minh",)),
    ("Bài: Thu Hiền, ảnh: Quốc Việt", ("Thu Hiền",), None, "Quốc Việt"),
    ("Theo: TTXVN", (), "TTXVN"),
    ("(Nguồn: TTXVN)", (), "TTXVN"),
    ("Thu Hiền tổng hợp theo TTXVN", ("Thu Hiền",), "TTXVN"),
    ("Thu Hiền - CTV", ("Thu Hiền", "CTV")),
    ("Thu Hiền (CTV)", ("Thu Hiền",)),
    ("BS. Nông Thị Sim", ("Nông Thị Sim",)),
    ("Đại úy Nông Văn Sim", ("Nông Văn Sim",)),
    ("Ths.Bs Nông Thị Sim - TTYT huyện", ("Nông Thị Sim",)),
    ("KS. Ma Văn Chức", ("Ma Văn Chức",)),
    ("CN. Ma Văn Chung", ("Ma Văn Chung",)),
    ("Ảnh: Internet", (), None, "Internet"),
    ("Thu Hiền (gt)", ("Thu Hiền",)),
    ("Người đăng: Thu Hiền", ()),
    ("Người đăng: admin", ()),
    ("Tin, ảnh: Thu Hiền - Minh Châu (Đài TT-TH huyện)", ("Thu Hiền", "Minh Châu")),
    ("Nguyễn Văn Sự", ("Nguyễn Văn Sự",)),
    ("Trần Thị Huyện", ("Trần Thị Huyện",)),
    ("Cộng tác viên: Thu Hiền", ("Thu Hiền",)),
    ("Tin, ảnh: PV", ("PV",)),
    ("Thu Hiền - Văn Phòng Sở", ("Thu Hiền",)),
    ("Thu Hiền (Thực hiện)", ("Thu Hiền",)),
    ("Tác giả: Thu Hiền - Ảnh: Quốc Việt - Nguồn: Sở Y tế", ("Thu Hiền",), "Sở Y tế", "Quốc Việt"),
    ("Tổng hợp: Thu Hiền", ("Thu Hiền",)),
    ("Sưu tầm: Thu Hiền", ("Thu Hiền",)),
    ("Ảnh: Thu Hiền – Quốc Việt", (), None, "Thu Hiền – Quốc Việt"),
    ("Video: Quốc Việt", ()),
    ("Thu Hiền (biên dịch)", ("Thu Hiền",)),
    ("Lược ghi: Thu Hiền", ("Thu Hiền",)),
]
# What only the page tells from the last words of an article: pen names, names no list holds.
APART_ONLY: list[Form] = [
    ("NÔNG SIM - MA THỊ CHỨC", ("NÔNG SIM", "MA THỊ CHỨC")),
    ("Nông Sim, Ma Thị Chức", ("Nông Sim", "Ma Thị Chức")),
    ("Mây Ngàn", ("Mây Ngàn",)),
    ("Y Phương", ("Y Phương",)),
    ("H'Mai Niê", ("H'Mai Niê",)),
    ("* Thu Hiền", ("Thu Hiền",)),
    ("Nông Sim - Trung tâm VH-TT", ("Nông Sim",)),
]
NOT_BYLINES = [
    "Trân trọng thông báo",
    "Mời bạn đọc theo dõi",
    "Hội nghị kết thúc lúc 11 giờ",
    "Tổng hợp: kết quả trồng rừng của 12 xã trong quý I",
    "Người đăng ký: nộp hồ sơ tại bộ phận một cửa",
    "Sưu tầm: hiện vật về nghề dệt của người Tày",
]


def read(byline: str, shape: str) -> tuple[tuple[str, ...], str | None, str | None, bool]:
    """Authors, cited source, photo credit, and whether the byline is still in the body."""
    html = (
        "<html lang='vi'><head><title>Hội nghị trồng rừng năm 2021</title></head><body><div class='tin'>"
        "<h1>Hội nghị trồng rừng năm 2021</h1><div class='noi-dung'><p><img src='/anh.jpg'></p>"
        f"{SHAPES[shape].format(byline)}</div></div><div class='chan'>Bản quyền thuộc Sở</div></body></html>"
    )
    found = read_article([read_page(html.encode(), "https://tin.example/a.html", {})], (), platform="generic")
    return tuple(found.authors), found.cited_source, found.images[0].credit, byline in found.body


def stated(form: Form) -> tuple[tuple[str, ...], str | None, str | None, bool]:
    return form[1], form[2] if len(form) > 2 else None, form[3] if len(form) > 3 else None, False


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("form", FORMS, ids=[form[0] for form in FORMS])
def test_each_form_is_read_in_each_shape(form: Form, shape: str) -> None:
    assert read(form[0], shape) == stated(form)


@pytest.mark.parametrize("shape", APART)
@pytest.mark.parametrize("form", APART_ONLY, ids=[form[0] for form in APART_ONLY])
def test_where_the_page_sets_it_apart_a_pen_name_is_one(form: Form, shape: str) -> None:
    assert read(form[0], shape) == stated(form)


@pytest.mark.parametrize("shape", ["right", "bold", "italic", "break", "plain"])
@pytest.mark.parametrize("text", NOT_BYLINES)
def test_a_last_sentence_is_no_byline(text: str, shape: str) -> None:
    assert read(text, shape) == ((), None, None, True)
