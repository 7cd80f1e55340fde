"""What pages of no known make are, by how they are built."""

from __future__ import annotations

import pytest

from crawler.parse.listing import read_listing, read_sections
from crawler.parse.page import Page, read_page
from crawler.parse.pagekind import frames, is_document, is_question, leads_to, shape

PROSE = (
    "Sáng 04/3, Ủy ban nhân dân huyện tổ chức hội nghị triển khai nhiệm vụ trọng tâm, giao các phòng rà soát hồ sơ "
    "còn tồn đọng và báo cáo kết quả trước ngày 25 hằng tháng."
)
TITLES = [f"Huyện Tân Lâm nghiệm thu công trình nước sạch số {n} tại xã Nà Mạ" for n in range(1, 7)]


def page(body: str, url: str = "https://so.tinhthu.example/x") -> Page:
    return read_page(f"<html><head><title>Cổng</title></head><body>{body}</body></html>".encode(), url, {})


def built(body: str, titles: tuple[str, ...] = ()) -> str | None:
    return shape(page(body), titles)


RELATED = "<div class='kh'>" + "".join(f"<p><a href='/t{n}'>{t}</a></p>" for n, t in enumerate(TITLES)) + "</div>"
TEASERS = "".join(
    f"<div class='tin'><h3><a href='/t{n}'>{title}</a></h3><div>{PROSE}</div><a href='/c/1'>Kinh tế</a></div>"
    for n, title in enumerate(TITLES)
)


def test_prose_under_one_headline_is_an_article_whatever_is_listed_below() -> None:
    assert built(f"<h1>Họp giao ban</h1><div>{PROSE}</div>{RELATED}") == "article"


def test_many_teasers_are_a_list_however_long_they_are() -> None:
    assert built(TEASERS) == "listing"
    assert built(TEASERS.replace(PROSE, PROSE * 4)) == "listing"


def test_excerpts_that_end_in_a_link_are_teasers() -> None:
    rows = "".join(f"<div><h3><a href='/t{n}'>{t}</a></h3><p>{PROSE} <a href='/t{n}'>Chi tiết</a></p></div>"
                   for n, t in enumerate(TITLES))  # fmt: skip
    assert built(rows) == "listing"


def test_links_inside_running_text_make_no_teasers() -> None:
    paragraphs = "".join(f"<p>{PROSE} Xem <a href='/t{n}'>{t}</a> đã đăng.</p>" for n, t in enumerate(TITLES))
    assert built(f"<h1>Họp giao ban</h1><div>{paragraphs}</div>") == "article"


def test_headlines_alone_are_a_list() -> None:
    assert built(RELATED) == "listing"


def test_an_imprint_is_no_prose() -> None:
    footer = (
        f"<p>Bản quyền thuộc Ủy ban nhân dân huyện. Chịu trách nhiệm: Chánh Văn phòng. Điện thoại: 0209. {PROSE}</p>"
    )
    assert built(RELATED + footer) == "listing"


def test_a_short_notice_is_told_by_the_headline_lists_link_to_it_by() -> None:
    notice = f"<h2>{TITLES[0]}</h2><p>Chi tiết trong tệp đính kèm.</p>{RELATED.replace('/t0', '/x')}"
    assert built(notice) == "listing"
    assert built(notice, (TITLES[0].lower(),)) == "article"


def test_the_way_to_the_next_article_is_no_pager() -> None:
    read = page(
        f"<h1>Họp giao ban</h1><p>{PROSE}</p><a rel=next href='/tin/13'>Bài sau</a>{RELATED}", "https://a.vn/tin/12"
    )
    assert shape(read) == "article"


def test_the_date_over_a_headline_leads_to_the_article_too() -> None:
    dated = RELATED.replace("<p>", "<p><a href='/t1'>04/03</a> ")
    assert "/t1" not in {link.url[-3:] for link in read_sections(page(dated))}


def test_a_section_may_say_something_of_itself() -> None:
    pager = "<a href='/x?p=1'>1</a><a href='/x?p=2'>2</a><a href='/x?p=3'>3</a>"
    assert built(f"<p>{PROSE}</p>{RELATED}{pager}") == "listing"


def test_cards_that_a_script_opens_are_listed_like_links() -> None:
    cards = "".join(
        f"<div class='card' onclick=\"location.href='/t{n}'\"><img><div>{t}</div><div>04/03/2024</div></div>"
        for n, t in enumerate(TITLES)
    )
    listing = read_listing(page(cards))
    assert [entry.url[-3:] for entry in listing.entries] == ["/t0", "/t1", "/t2", "/t3", "/t4", "/t5"]
    assert built(cards) == "listing"


def test_headlines_that_are_no_links_are_named_by_what_stands_over_their_detail_link() -> None:
    rows = "".join(f"<div class='r'><b>{t}</b> <a href='/t{n}'>Chi tiết</a></div>" for n, t in enumerate(TITLES))
    marks = [entry.mark for entry in read_listing(page(rows)).entries]
    assert marks[0] == "title:huyện tân lâm nghiệm thu công trình nước sạch số 1 tại xã nà mạ"
    assert len(marks) == 6


def test_a_page_inside_one_form_is_read_like_any_other() -> None:
    assert len(read_listing(page(f"<form>{RELATED * 3}</form>")).entries) == 6


def test_sections_are_found_in_boxes_of_any_name() -> None:
    body = (
        "<td class=m1><a href='/c/1'>Kinh tế</a></td><h3><a href='/c/2'>Văn hóa - Xã hội</a></h3>"
        f"<a href='/x?p=2'>2</a><a href='/x?p=2'>Trang sau</a><a href='/c/3'>Xem thêm</a>{RELATED}"
    )
    assert [(link.url[-4:], link.text) for link in read_sections(page(body))] == [
        ("/c/2", "Văn hóa - Xã hội"), ("/c/1", "Kinh tế"),
    ]  # fmt: skip


def test_records_of_legal_documents_are_told_by_their_labels() -> None:
    rows = {"Số ký hiệu": "12/KH-UBND", "Ngày ban hành": "12/03/2024", "Trích yếu": "Kế hoạch", "Người ký": "Hà Thị N"}
    table = "".join(f"<tr><td>{label}:</td><td>{value}</td></tr>" for label, value in rows.items())
    assert is_document(page(f"<table>{table}</table>"))
    assert not is_document(page(f"<p>{PROSE}</p><table><tr><td>Số ký hiệu</td></tr></table>"))


@pytest.mark.parametrize(
    "door",
    [
        '<meta http-equiv="refresh" content="0; url=/web/guest/home">',
        "<script>window.location.href = '/web/guest/home';</script>",
        '<a href="/web/guest/home"><img src="/splash.jpg"></a>',
    ],
)
def test_a_door_leads_to_the_portal(door: str) -> None:
    assert leads_to(page(door)) == "/web/guest/home"


def test_a_portal_that_renews_itself_is_no_door() -> None:
    assert leads_to(page('<meta http-equiv="refresh" content="600">' + RELATED)) is None
    assert leads_to(page('<meta http-equiv="refresh" content="0; url=/a">' + PROSE * 3)) is None


def test_an_article_that_links_to_one_other_in_its_midst_is_no_teaser_of_it() -> None:
    paragraphs = f"<p>{PROSE}</p>" * 3
    text = (
        f"<div>{paragraphs}<div><a href='/t9'>Huyện Tân Lâm họp bàn về nước sạch quý sau</a></div><p>{PROSE}</p></div>"
    )
    assert built(f"<h1>Họp giao ban</h1>{text}<section>{TEASERS}</section>") == "article"
    posts = "".join(f"<div><h3><a href='/t{n}'>{t}</a></h3>{paragraphs}</div>" for n, t in enumerate(TITLES))
    assert built(posts) == "listing"


def test_a_citizens_question_is_known_by_its_labels() -> None:
    asked = f"<h3>Hỏi về nước sạch</h3><div>Người gửi: Lò Thị Én</div><p><b>Câu hỏi:</b> {PROSE}</p>"
    assert is_question(page(f"{asked}<p><b>Trả lời:</b> {PROSE}</p>"))
    assert not is_question(page(asked))
    assert not is_question(page(f"<p><b>Hỏi:</b> {PROSE}</p><p><b>Trả lời:</b> {PROSE}</p>"))  # an interview


def test_the_frames_of_a_page_are_found_though_it_has_no_body() -> None:
    made = b"<html><frameset rows='80,*'><frame src=dau.php><frame src='/chinh.php#a'><frame src=http://khac.example/>"
    root = "https://so.tinhthu.example"
    assert frames(read_page(made, f"{root}/", {})) == [f"{root}/dau.php", f"{root}/chinh.php"]
    assert frames(page("<iframe src=/a></iframe>")) == []
