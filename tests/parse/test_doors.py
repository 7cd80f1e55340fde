"""What an old or hostile host answers in place of a page: "not found" with status 200, challenges, doors, frames."""

from __future__ import annotations

import pytest

from crawler.parse.blocking import blocked, is_headed_missing, is_missing
from crawler.parse.errors import NotHtml
from crawler.parse.links import anchors, framed
from crawler.parse.page import Page, read_page
from crawler.parse.pagekind import leads_to, refreshes_to

URL = "http://so.example.gov.vn/muc/kinh-te/"
MENU = "<ul class=menu><li><a href='/'>Trang chủ</a><li><a href='/gioi-thieu'>Giới thiệu</a></ul>"
PROSE = (
    "Sáng 04/3, Ủy ban nhân dân huyện Lâm Sơn tổ chức hội nghị triển khai nhiệm vụ, giao các phòng rà soát hồ sơ. " * 3
)


def page(body: str, head: str = "<title>Cổng thông tin</title>", **headers: str) -> Page:
    return read_page(f"<html><head>{head}</head><body>{MENU}{body}</body></html>".encode(), URL, headers)


@pytest.mark.parametrize(
    ("body", "missing"),
    [
        ("<h2>Không tìm thấy nội dung</h2><p>Mời bạn quay lại trang chủ.</p>", True),
        ("<p>Bài viết bạn yêu cầu không tồn tại hoặc đã bị xóa khỏi hệ thống.</p>", True),
        ("<div>Rất tiếc, trang bạn tìm không tồn tại. <a href='/'>Về trang chủ</a></div>", True),
        ("<h1>404 Not Found</h1>", True),
        ("<h1>Page not found</h1>", True),
        ("<td>Lỗi: Liên kết đã hết hạn</td>", True),
        (f"<h1>Không tìm thấy nạn nhân vụ lật thuyền trên sông</h1><p>{PROSE}</p>", False),
        (f"<h1>Họp giao ban</h1><p>{PROSE}</p><p>Trang này không tồn tại</p>", False),
        ("<h1>Họp giao ban tháng ba</h1><p>Chưa có bình luận</p>", False),
    ],
)
def test_a_page_that_says_there_is_nothing(body: str, missing: bool) -> None:
    assert is_missing(page(body)) is missing


def test_an_empty_box_beside_a_list_does_not_make_the_list_missing() -> None:
    assert not is_headed_missing(page("<ul><li>Họp giao ban</ul><div class=hop>Không tìm thấy dữ liệu</div>"))
    assert is_headed_missing(page("<h1>Không tìm thấy trang</h1>"))


@pytest.mark.parametrize(
    ("title", "reason"),
    [
        ("Just a moment...", "challenge"),
        ("Xác minh bạn không phải người máy", "challenge"),
        ("Tên miền so.example.gov.vn đang được rao bán", "parking"),
        ("Sở Công Thương", None),
    ],
)
def test_challenges_and_parking_pages(title: str, reason: str | None) -> None:
    assert blocked(page("<p>Vui lòng chờ</p>", f"<title>{title}</title>")) == reason


def test_a_door_sends_on_and_a_page_that_reloads_itself_does_not() -> None:
    refresh = "<meta http-equiv=refresh content='0; url=/trang-chu'>"
    assert refreshes_to(page("", refresh)) == "/trang-chu"
    assert refreshes_to(page("<script>location.href='/vi/'</script>")) == "/vi/"
    assert refreshes_to(page(f"<p>{PROSE * 2}</p>", refresh)) is None
    door = read_page(b"<html><body><a href='/vi/'>Tin</a></body></html>", URL, {})
    assert (refreshes_to(door), leads_to(door)) == (None, "/vi/")


def test_lists_in_frames_are_named_and_those_of_other_hosts_are_not() -> None:
    frames = "<iframe src='/khung/tin'></iframe><iframe src='//video.example/1'></iframe><iframe></iframe>"
    assert framed(page(frames * 2)) == ["http://so.example.gov.vn/khung/tin"]


@pytest.mark.parametrize(
    ("base", "target"),
    [
        ("", "http://so.example.gov.vn/muc/kinh-te/bai-1.html"),
        ("/", "http://so.example.gov.vn/bai-1.html"),
        ("http://so.example.gov.vn/portal/", "http://so.example.gov.vn/portal/bai-1.html"),
        ("http://may-cu.example/", "http://so.example.gov.vn/bai-1.html"),
        ("http://[::1/", "http://so.example.gov.vn/muc/kinh-te/bai-1.html"),
    ],
)
def test_a_base_on_another_host_does_not_lead_there(base: str, target: str) -> None:
    head = f"<base href='{base}'>" if base else ""
    assert target in [url for _, url in anchors(page("<a href='bai-1.html'>Bài</a>", head))]


@pytest.mark.parametrize("kind", ["image/jpeg", "application/octet-stream", "application/json", ""])
def test_a_page_served_under_a_wrong_type_is_a_page(kind: str) -> None:
    assert page("<p>Tin</p>", **{"content-type": kind}).tree.tag == "html"
    with pytest.raises(NotHtml):
        read_page(b"GIF89a<html>", URL, {"content-type": "image/gif"})
