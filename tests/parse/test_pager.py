"""Pagers as portals print them, and what looks like one."""

from __future__ import annotations

import pytest

from crawler.parse.forms import Form
from crawler.parse.page import read_page
from crawler.parse.pager import Step, counted_on, follows, next_step

URL = "https://so.tinhthu.example/tin"


def step(body: str, number: int = 1, url: str = URL) -> Step | None:
    return next_step(read_page(f"<html><body>{body}</body></html>".encode(), url, {}), number)


def links(form: str, values: list[int], names: list[str] | None = None) -> str:
    names = names or [str(number) for number in range(1, len(values) + 1)]
    return "".join(f'<a href="{form.format(value)}">{name}</a> ' for value, name in zip(values, names, strict=True))


@pytest.mark.parametrize(
    ("form", "values", "following"),
    [
        ("/tin?page={}", [1, 2, 3], "/tin?page=2"),
        ("/tin?start={}", [0, 20, 40], "/tin?start=20"),
        ("/tin?b_start:int={}", [0, 12, 24], "/tin?b_start:int=12"),
        ("/tin?p_p_id=101&_101_delta=10&_101_cur={}", [1, 2, 3], "/tin?p_p_id=101&_101_delta=10&_101_cur=2"),
        ("/tin/trang-{}.html", [1, 2, 3], "/tin/trang-2.html"),
        ("/tin/page-{}/", [1, 2, 3], "/tin/page-2/"),
        ("?so_trang={}", [0, 1, 2], "/tin?so_trang=1"),
        ("/tin/9/{}", [1, 2, 3], "/tin/9/2"),
    ],
)
def test_any_parameter_that_counts_with_the_numbers_is_a_pager(form: str, values: list[int], following: str) -> None:
    found = step(links(form, values))
    assert found is not None
    assert found.to == f"https://so.tinhthu.example{following}"


def test_the_first_page_may_be_linked_by_the_bare_address_and_the_current_not_at_all() -> None:
    pager = '<a href="/tin">1</a><b>2</b><a href="/tin?start=40">3</a><a href="/tin?start=60">4</a>'
    found = step(pager, 2, f"{URL}?start=20")
    assert found == Step(f"{URL}?start=40")


def test_the_place_of_a_page_is_read_off_its_own_address() -> None:
    found = step(links("/tin?page={}", [1, 2, 3, 4]), 1, f"{URL}?page=3")
    assert found == Step(f"{URL}?page=4")


def test_a_list_of_two_pages_has_one_number_that_is_a_link() -> None:
    assert step('<div><span>1</span> <a href="/tin?trang_so=2">2</a></div>') == Step(f"{URL}?trang_so=2")
    assert step('<p>Số bài: </p><a href="/bai-viet-9?x=2">2</a>') is None


@pytest.mark.parametrize("text", ["Trang sau", "Tiếp theo »", "›", "⟩", "Các mục 12 tiếp »", "Older posts", "Kế tiếp"])
def test_a_link_that_says_next_is_followed_where_it_goes_on_from_the_page(text: str) -> None:
    assert step(f'<a href="/tin?trang_so=2">{text}</a>') == Step(f"{URL}?trang_so=2")
    assert step(f'<a href="/hop-giao-ban-thang-ba">{text}</a>') is None


def test_the_last_page_is_not_the_next() -> None:
    pager = '<a href="/tin?p=1">«</a> <a href="/tin?p=3">›</a> <a href="/tin?p=9">»</a>'
    assert step(pager, 2, f"{URL}?p=2") == Step(f"{URL}?p=3")


def test_no_page_comes_after_the_last() -> None:
    assert step(links("/tin?page={}", [1, 2]) + "<b>3</b>", 3, f"{URL}?page=3") is None


@pytest.mark.parametrize(
    "body",
    [
        f"<table>{2 * ('<tr>' + ''.join(f'<td><a href=?d={day}>{day}</a>' for day in range(1, 8)))}</table>",
        "<div class='calendar'>" + links("/lich?o={}", [1, 2, 3]) + "</div>",
        links("/2024/05/{}/", [1, 2, 3]),
        links("/luu-tru?nam={}", [2023, 2024, 2025], ["2023", "2024", "2025"]),
        links("/tin?hien={}", [10, 20, 50], ["10", "20", "50"]),
        '<a href="/tin?sapxep=moi">Mới nhất</a><a href="/tin?sapxep=cu">Cũ nhất</a>',
    ],
)  # fmt: skip
def test_calendars_years_sizes_and_orders_are_no_pagers(body: str) -> None:
    assert step(body) is None


class TestForms:
    STATE = (
        '<input type="hidden" name="__VIEWSTATE" value="dDwt"><input name="tim" value=""><input type="submit" name="b">'
    )

    def page(self, pager: str, number: int = 1) -> Step | None:
        return step(f'<form action="/Tin.aspx?ID=2">{self.STATE}{pager}</form>', number)

    def event(self, argument: str, text: str) -> str:
        return f'<a href="javascript:__doPostBack(&#39;ctl00$gv&#39;,&#39;{argument}&#39;)">{text}</a>'

    def test_a_postback_is_sent_as_a_browser_would(self) -> None:
        found = self.page("<span>1</span>" + self.event("Page$2", "2") + self.event("Page$3", "3"))
        assert found is not None
        assert isinstance(found.to, Form)
        assert found.to.url == "https://so.tinhthu.example/Tin.aspx?ID=2"
        assert found.to.fields == (
            ("__VIEWSTATE", "dDwt"), ("tim", ""), ("__EVENTTARGET", "ctl00$gv"), ("__EVENTARGUMENT", "Page$2"),
        )  # fmt: skip

    def test_three_dots_lead_to_the_next_ten(self) -> None:
        before = self.event("Page$3", "...")
        pager = before + self.event("Page$4", "4") + self.event("Page$5", "5") + "6" + self.event("Page$7", "...")
        found = self.page(f"<td>{pager}</td>", 6)
        assert found is not None
        assert isinstance(found.to, Form)
        assert ("__EVENTARGUMENT", "Page$7") in found.to.fields

    def test_a_form_of_another_host_is_not_sent(self) -> None:
        pager = self.event("Page$2", "2") + self.event("Page$3", "3")
        assert step(f'<form action="https://khac.example/">{self.STATE}{pager}</form>') is None


@pytest.mark.parametrize(
    "button",
    [
        '<button data-url="/tin/them?page=2">Xem thêm</button>',
        """<span onclick="location.href='/tin?page=2'">Xem thêm</span>""",
        '<a class="btn load-more" href="/tin?page=2">Tải thêm tin</a>',
    ],
)
def test_a_button_for_more_with_an_address_behind_it(button: str) -> None:
    found = step(button)
    assert found is not None
    assert found.more
    assert str(found.to).endswith("page=2")


def test_a_link_that_reads_more_of_an_article_is_none_for_more_of_the_list() -> None:
    assert step('<a href="/hop-giao-ban-thang-ba">Xem thêm</a><a href="/thong-bao">Xem thêm</a>') is None


def test_counting_on() -> None:
    assert counted_on("http://a.vn/danh-muc/2/them?page=2", 2) == "http://a.vn/danh-muc/2/them?page=3"
    assert counted_on("http://a.vn:8002/them?page=2", 3) is None
    assert follows("http://a.vn/tin?page=2", "http://a.vn/tin?page=3") == (2, 3)
    assert follows("http://a.vn/tin?page=3", "http://a.vn/tin?page=2") is None
