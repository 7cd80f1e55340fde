"""Layouts of single .gov.vn portals, each on the skeleton of its portal's article page."""

from datetime import date

import pytest

from crawler.parse.article import read_article
from crawler.parse.layout import Layout
from crawler.parse.page import read_page
from crawler.platforms import gov_layouts as gov

URL = "https://tinh.example/tin/chi-tiet-1042"
TITLE = "Xã Vĩnh Hòa hoàn thành kè chống sạt lở bờ sông trước mùa lũ"
LEAD = "Tuyến kè dài 840 mét được đưa vào sử dụng sớm hơn kế hoạch hai tháng."
BODY = [
    "Sáng 27/8, Ủy ban nhân dân xã Vĩnh Hòa tổ chức nghiệm thu tuyến kè chống sạt lở bờ sông đoạn qua ấp Bình An.",
    "Công trình có tổng vốn đầu tư 23 tỷ đồng, bảo vệ 112 hộ dân và gần 60 héc-ta đất trồng cây ăn trái ven sông.",
    "Ông Tô Văn Đậm, Chủ tịch Ủy ban nhân dân xã, cho biết xã sẽ trồng thêm hai hàng dừa nước ở chân kè.",
]
TEXT = "".join(f'<p style="text-align:justify;">{paragraph}</p>' for paragraph in BODY)
DATE = "28/08/2023 14:05"
CLOCK = "<div class='clock'>Thứ Ba, 24/11/2026</div>"
OTHERS = (
    "<ul class='tin-khac'>"
    + "".join(
        f"<li><a href='/tin/{number}'>Huyện Tân Lộc mở lớp dạy nghề đan lát cho phụ nữ khóa {number}</a>"
        f" (0{number}/09/2023)</li>"
        for number in range(1, 7)
    )
    + "</ul>"
)

PAGES = [
    (
        gov.BINHDINH,
        (
            f"<h1>{TITLE}</h1><span class='dtContentDate'>{DATE}</span>"
            f"<div><p class='content_summary'>{LEAD}</p>{TEXT}</div>"
        ),
        LEAD,
    ),
    (
        gov.KIENGIANG,
        (
            f"<div class='block_tin'><h1>{TITLE}</h1><span class='date_pst'>{DATE}</span><p class='mota'></p>"
            f"<p>{LEAD}</p><div class='textbody'>{TEXT}</div></div>"
        ),
        LEAD,
    ),
    (
        gov.KONTUM,
        (
            f"<h1>{TITLE}</h1><div class='thongke-ngay'>{DATE}</div><div class='noidung sapo'>{LEAD}</div>"
            f"<div class='noidung'>{TEXT}</div>"
        ),
        LEAD,
    ),
    (
        gov.QUANGTRI,
        (
            f"<h1>{TITLE}</h1><span class='time_detail_news'>{DATE}</span>"
            f"<span class='summary_detail_news'>{LEAD}</span>"
            f"<div class='article_summary_detail'>{TEXT}</div>"
        ),
        LEAD,
    ),
    (
        gov.DANANG,
        (
            f"<span class='chi-tiet-title'>{TITLE}</span><span class='chi-tiet-publish-date'>{DATE}</span>"
            f"<div class='chi-tiet-sub-content'><p>{LEAD}</p></div>"
            f"<div class='chi-tiet-main-content'>{TEXT}</div>"
        ),
        LEAD,
    ),
    (
        gov.KHANHHOA,
        (
            f"<h1>{TITLE}</h1><span id='datearticle'>{DATE}</span>"
            f"<div class='chitietbaiviet'><p><b>{LEAD}</b></p>{TEXT}</div>"
        ),
        LEAD,
    ),
    (
        gov.QUANGNGAI,
        (f"<h1>{TITLE}</h1><p class='date-post'>{DATE}</p><div class='asset-content change-size'>{TEXT}</div>"),
        None,
    ),
    (
        gov.QUANGNINH,
        (
            f"<h1>{TITLE}</h1><div id='noidungtrang '><span class='publish-date'>{DATE}</span>"
            f"<div class='noi-dung-trang'>{TEXT}</div></div>"
        ),
        None,
    ),
    (
        gov.HOABINH,
        (
            f"<h1>{TITLE}</h1><span class='date_time'>{DATE}</span><div class='summary'>{LEAD}</div>"
            f"<div class='textdetail'>{TEXT}</div>"
        ),
        LEAD,
    ),
    (
        gov.HAIPHONG,
        f"<h1>{TITLE}</h1><div class='tools'><div class='divDetail_DateCreate'>{DATE}</div></div>{TEXT}",
        None,
    ),
    (
        gov.MOIT,
        (
            f"<h1 class='logo'>Trang thông tin điện tử</h1><div class='article-detail'>"
            f"<h1 class='title-art'>{TITLE}</h1><div id='contentnews'>{TEXT}</div></div>"
        ),
        None,
    ),
]


@pytest.mark.parametrize(("layout", "markup", "lead"), PAGES, ids=[layout.name for layout, _, _ in PAGES])
def test_reads_its_portal(layout: Layout, markup: str, lead: str | None) -> None:
    head = f"<head><title>{TITLE} - Cổng thông tin</title></head>"
    html = f"<html>{head}<body>{CLOCK}<div class='main'>{markup}</div>{OTHERS}</body></html>"
    article = read_article(
        [read_page(html.encode(), URL, {"content-type": "text/html; charset=utf-8"})], [layout], platform="generic"
    )
    assert article.title == TITLE
    assert article.lead == lead
    assert article.body.split("\n\n") == BODY
    stated = article.published_at.date() if article.published_at else None
    assert stated == (date(2023, 8, 28) if layout.published else None)
    for field in ("title", "published_at", "body"):
        name = "published" if field == "published_at" else field
        if getattr(layout, name):
            assert article.evidence[field].startswith("selector:"), f"{field} was not found by the layout"
