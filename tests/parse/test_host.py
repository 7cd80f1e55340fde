"""What a host repeats is learnt by place and text together, and never at the cost of an article's own words."""

from __future__ import annotations

import pytest

from crawler.parse.article import read_article, read_specimen
from crawler.parse.host import HostFacts, learn, month_first
from crawler.parse.layout import Layout
from crawler.parse.page import Page, read_page

LAYOUTS = (Layout(name="test", title=("h1",), body=(".noi-dung",)),)
PLACES = ("Chợ Mới", "Na Rì", "Ngân Sơn", "Ba Bể", "Pác Nặm", "Bạch Thông", "Chợ Đồn", "Cư Kuin", "Mường Tè", "Lâm Hà")
FOLLOW = "Mời bạn đọc theo dõi trang của chúng tôi trên các nền tảng để nhận tin mới mỗi ngày."
CLOSING = "Đề nghị các cơ quan, đơn vị, địa phương nghiêm túc triển khai thực hiện các nội dung nêu trên."


def page(number: int, *, box: str = "", tail: str = "", head: str = "", lead: str = "") -> Page:
    name = PLACES[number % len(PLACES)]
    body = "".join(
        f"<p>Ngày {day}, Ủy ban nhân dân huyện {name} tổ chức hội nghị lần thứ {number} đánh giá công tác {day}, "
        f"với {30 + number * day} đại biểu các xã, thị trấn tham dự.</p>"
        for day in (3, 5, 8)
    )
    html = (
        f"<html><body><h1>Hội nghị lần thứ {number} của huyện {name}</h1>{lead}<div class='noi-dung'>"
        f"{head}{body}{box}{tail}</div></body></html>"
    )
    return read_page(html.encode(), f"https://tin.example/{number}.html", {})


def learnt(pages: list[Page]) -> HostFacts:
    return learn([read_specimen([one], LAYOUTS) for one in pages])


def body(one: Page, facts: HostFacts) -> str:
    return read_article([one], LAYOUTS, platform="generic", facts=facts).body


def test_box_that_stands_in_body_after_body_goes() -> None:
    box = f"<div class='theo-doi'><span>{FOLLOW}</span></div>"
    facts = learnt([page(number, box=box) for number in range(8)])
    assert FOLLOW in body(page(30, box=box), HostFacts())
    assert FOLLOW not in body(page(30, box=box), facts)
    assert "Hội nghị" not in body(page(30, box=box), facts)
    assert "với 120 đại biểu" in body(page(30, box=box), facts)


def test_same_words_elsewhere_in_the_page_stay() -> None:
    facts = learnt([page(number, box=f"<div class='theo-doi'><span>{FOLLOW}</span></div>") for number in range(8)])
    assert FOLLOW in body(page(30, tail=f"<p>{FOLLOW}</p><p>Hội nghị bế mạc vào chiều cùng ngày.</p>"), facts)


def test_paragraph_a_few_articles_share_stays() -> None:
    pages = [page(number, tail=f"<p>{CLOSING}</p>" if number < 5 else "") for number in range(12)]
    assert CLOSING in body(pages[2], learnt(pages))


def test_line_that_closes_nearly_every_article_goes() -> None:
    pages = [page(number, tail=f"<p>{FOLLOW}</p>") for number in range(10)]
    assert FOLLOW not in body(pages[2], learnt(pages))


def test_headings_every_bulletin_has_in_its_middle_stay() -> None:
    pages = [page(number, head="<h3>I. Tình hình chung</h3>") for number in range(12)]
    assert "I. Tình hình chung" in body(pages[2], learnt(pages))


def test_author_of_most_articles_is_not_learnt() -> None:
    byline = "<p style='text-align: right'><strong>Thu Hiền</strong></p>"
    pages = [page(number, tail=byline) for number in range(12)]
    assert read_article([pages[2]], LAYOUTS, platform="generic", facts=learnt(pages)).authors == ["Thu Hiền"]


def test_slogan_shown_as_lead_of_every_article_is_none() -> None:
    slogan = f"<p class='sapo'>{FOLLOW}</p>"
    pages = [page(number, lead=slogan) for number in range(8)]
    assert read_article([pages[1]], LAYOUTS, platform="generic").lead == FOLLOW
    assert read_article([pages[1]], LAYOUTS, platform="generic", facts=learnt(pages)).lead is None


def test_banner_in_every_body_is_no_image_of_the_article() -> None:
    banner = "<div class='qc'><img src='/banner.jpg'></div>"
    pages = [page(number, box=banner) for number in range(8)]
    assert read_article([pages[1]], LAYOUTS, platform="generic").images
    assert not read_article([pages[1]], LAYOUTS, platform="generic", facts=learnt(pages)).images


def test_ids_that_count_pages_are_one_place() -> None:
    pages = [page(n, box=f"<div class='hop' id='hop-{n}'><span>{FOLLOW}</span></div>") for n in range(8)]
    assert FOLLOW not in body(pages[3], learnt(pages))


def test_too_few_pages_teach_nothing() -> None:
    pages = [page(number, box=f"<div class='theo-doi'><span>{FOLLOW}</span></div>") for number in range(3)]
    assert not learnt(pages).repeated


def test_learning_does_not_depend_on_the_order_of_pages() -> None:
    pages = [page(number, box=f"<div class='theo-doi'><span>{FOLLOW}</span></div>") for number in range(8)]
    assert learnt(pages).repeated == learnt(pages[::-1]).repeated


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["1/27/2021 3:30:00 PM", "2/3/2021 8:00:00 AM"], True),
        (["27/1/2021 3:30:00 PM", "2/3/2021 8:00:00 AM"], False),
        (["2/3/2021", "5/6/2021"], False),
        (["1/27/2021", "27/1/2021"], False),
        ([], False),
    ],
)
def test_order_of_day_and_month_is_told_by_any_day_over_12(texts: list[str], expected: bool) -> None:
    assert month_first(texts) is expected
