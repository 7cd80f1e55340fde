"""Every form in which portals write a date, in every place where they put it, below a clock that shows today."""

from __future__ import annotations

from datetime import datetime

import pytest

from crawler.parse.article import read_article
from crawler.parse.host import HostFacts
from crawler.parse.layout import Layout
from crawler.parse.page import read_page
from pipelines.items import Article

pytestmark = pytest.mark.no_cover  # others reach all it does

LAYOUT = Layout(name="test", title=("h2.tieu-de",), published=(".ngay-dang-tin",), body=(".noi-dung",))
BODY = (
    "<p>Sáng 12/3, Ủy ban nhân dân huyện Bản Khoang tổ chức hội nghị triển khai kế hoạch trồng rừng, bảo vệ rừng với "
    "sự tham gia của 120 đại biểu.</p>"
) * 4
MINUTE, DAY, FIRST = "2021-01-07T15:30", "2021-01-07T00:00", "2013-12-29T14:14"
FORMS = [
    ("15:30, 07/01/2021", MINUTE),
    ("07/01/2021 - 15:30", MINUTE),
    ("07/01/2021 | 15:30", MINUTE),
    ("15:30 | 07/01/2021", MINUTE),
    ("15:30 ngày 07-01-2021", MINUTE),
    ("15:30' 07/01/2021", MINUTE),
    ("15h30 ngày 07/01/2021", MINUTE),
    ("07.01.2021", DAY),
    ("ngày 7 tháng 1, 2021", DAY),
    ("Ngày 07 tháng 01 năm 2021", DAY),
    ("Thứ năm - 07/01/2021 15:30", MINUTE),
    ("Thứ Năm, 07/01/2021 | 15:30", MINUTE),
    ("Thứ Năm, ngày 7 tháng 1 năm 2021", DAY),
    ("7 Tháng Một, 2021", DAY),
    ("Tháng Mười Hai 29, 2013, 14:14", FIRST),
    ("Cập nhật lúc 15:30, Thứ Năm, 07/01/2021 (GMT+7)", MINUTE),
    ("2021-01-07T15:30:00+07:00", MINUTE),
    ("2021-01-07T15:30:00+07", MINUTE),
    ("07/01/2021 3:30:00 CH", MINUTE),
    ("07/01/2021 03:30:00 PM", MINUTE),
    ("Tháng Giêng 7, 2021", DAY),
    ("07/01/2021", DAY),
]
PLACES = {
    "selector": ("<div class='ngay-dang-tin'>{}</div>", (LAYOUT,)),
    "line": ("<p>{}</p>", ()),
    "bar": ("<div>{} <span>|</span> <span>Lượt xem: 134</span></div>", ()),
    "time": ("<time>{}</time>", ()),
}
CLOCKS = [
    "<div>Thứ Ba, 24/11/2026</div>",
    "<div class='dong-ho'>Hôm nay, Thứ Ba ngày 24/11/2026 10:05:33</div>",
    "<time>24/11/2026 10:05</time>",
    "<span id='clock'>10:05:33 AM | 24/11/2026</span>",
]


def article(shown: str, clock: str, layouts: tuple[Layout, ...] = (), facts: HostFacts = HostFacts()) -> Article:  # noqa: B008 - it is frozen
    html = (
        f"<html lang='vi'><head><title>Hội nghị trồng rừng năm 2021</title></head><body><div id='dau'>{clock}</div>"
        f"<div class='tin'><h2 class='tieu-de'>Hội nghị trồng rừng năm 2021</h2>{shown}"
        f"<div class='noi-dung'>{BODY}</div>"
        "<div class='tin-khac'><h3>Các tin khác</h3><ul>"
        "<li><a href='/1'>Tập huấn kỹ thuật chăm sóc chè</a> (05/02/2020)</li>"
        "<li><a href='/2'>Kiểm tra hồ chứa nước trước mùa mưa lũ</a> (04/02/2020)</li></ul></div></div>"
        "<div class='cot'><a href='/3'>Thông báo tuyển dụng viên chức</a><span>03/02/2020 08:00</span></div>"
        "</body></html>"
    )
    page = read_page(html.encode(), "https://tin.example/hoi-nghi.html", {})
    return read_article([page], layouts, platform="generic", facts=facts)


@pytest.mark.parametrize("clock", CLOCKS, ids=["bare", "today", "time", "am"])
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("text", "expected"), FORMS, ids=[text for text, _ in FORMS])
def test_each_form_is_read_in_each_place_and_no_clock_is(text: str, expected: str, place: str, clock: str) -> None:
    markup, layouts = PLACES[place]
    found = article(markup.format(text), clock, layouts).published_at
    assert found == datetime.fromisoformat(f"{expected}:00+07:00")


@pytest.mark.parametrize("clock", CLOCKS, ids=["bare", "today", "time", "am"])
def test_a_page_without_a_date_has_none(clock: str) -> None:
    assert article("", clock).published_at is None


@pytest.mark.parametrize("place", ["selector", "line"])
def test_the_order_a_host_was_seen_to_write_is_kept(place: str) -> None:
    markup, layouts = PLACES[place]
    us = HostFacts(1, month_first=True)
    shown = markup.format("1/7/2021 3:30:00 PM")
    assert article(shown, "", layouts, us).published_at == datetime.fromisoformat("2021-01-07T15:30:00+07:00")
    assert article(shown, "", layouts).published_at == datetime.fromisoformat("2021-07-01T15:30:00+07:00")


def test_a_number_over_12_is_the_day_whatever_the_order() -> None:
    shown = "<p>10/21/2021 3:30:00 PM</p>"
    assert article(shown, "").published_at == datetime.fromisoformat("2021-10-21T15:30:00+07:00")
    shown = "<p>21/10/2021 3:30:00 PM</p>"
    us = HostFacts(1, month_first=True)
    assert article(shown, "", (), us).published_at == datetime.fromisoformat("2021-10-21T15:30:00+07:00")


def test_the_date_of_a_document_is_not_the_page_s() -> None:
    assert article("<p>Ngày ban hành: 17/08/2021</p>", "").published_at is None
