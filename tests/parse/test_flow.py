"""The flow of an article on a page no selector knows, and the boxes that stand in it."""

import json

import pytest

from crawler.parse.article import read_article
from crawler.parse.page import read_page
from pipelines.items import Article

URL = "https://tin.vidu.vn/bai-viet/"
TITLE = "Khánh thành trạm bơm Nà Pục"
P1 = "Sáng 12/6, xã Vân Thủy đưa trạm bơm Nà Pục vào hoạt động, cấp nước cho 86 héc-ta lúa hai vụ của năm thôn."
P2 = "Trạm có ba tổ máy, tổng vốn 7,4 tỷ đồng, do Nhân dân góp đất và ngân sách huyện chi phần thiết bị, đường dây."
P3 = "Từ vụ mùa này, bà con không còn phải thức đêm canh nước như nhiều năm trước, ông trưởng thôn Nà Pục cho hay."
P4 = "Huyện sẽ làm thêm hai trạm nữa ở thượng nguồn suối Thia trong năm tới, theo kế hoạch được duyệt tháng trước."
LONG = (P1, P2, P3, P4, P2.replace("Trạm", "Hệ thống"), P4.replace("Huyện", "Tỉnh"), P3.replace("mùa", "xuân"))
BOXED = "Cũng trong sáng nay, xã Thanh Mai khởi công tuyến đường liên thôn dài bốn cây số, vốn đầu tư hơn chín tỷ đồng."


def p(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def read(body: str, head: str = "", lang: str = "vi") -> Article:
    page = (
        f"<html lang={lang}><head><title>{TITLE}</title>{head}</head><body><h1>{TITLE}</h1>"
        f"<main><div class=than>{body}</div></main></body></html>"
    )
    return read_article([read_page(page.encode(), URL, {"content-type": "text/html; charset=utf-8"})], (), platform="t")


def paragraphs(article: Article) -> list[str]:
    return article.body.split("\n\n")


# Boxes


@pytest.mark.parametrize(
    "box",
    [
        f"<div class='related-news'><p>{BOXED}</p></div>",
        f"<div class='x-teaser'><a href=/a>Khởi công đường liên thôn</a><p>{BOXED}</p></div>",
        f"<div class=o1><div class=o2><h4>Khởi công đường liên thôn</h4><p>{BOXED}</p></div></div>",
        f"<aside><p>{BOXED}</p></aside>",
        "<div class=k7><span>Gửi tòa soạn</span></div>",
        "<div class=k7><p>Lê Văn Tám</p><p>Phóng viên thường trú</p></div>",
        "<div class=k7><div class=k8><h3><a href=/a>Khởi công đường liên thôn Thanh Mai</a></h3></div></div>",
        "<div class=k7><div class=k8><ul><li>Bản tin trưa</li><li>Bản tin tối</li></ul></div></div>",
    ],
)
def test_a_box_in_the_flow_is_left_out(box: str) -> None:
    assert paragraphs(read(p(*LONG[:3]) + box + p(*LONG[3:]))) == [*LONG]


@pytest.mark.parametrize("name", ["media_core", "bai-khung", "elementor-widget widget-text", "text-promotion-area"])
def test_a_paragraph_in_one_box_of_no_telling_name_stays(name: str) -> None:
    assert paragraphs(read(p(P1, P2) + f"<div class='{name}'><p>{BOXED}</p></div>" + p(P3, P4)))[2] == BOXED


def test_what_stands_in_the_same_place_is_no_box_whatever_its_name() -> None:
    chunks = "".join(
        f"<div class='related-share promo{at}'><p>{text}</p></div>" for at, text in enumerate((P1, P2, P3))
    )
    assert paragraphs(read(chunks + p(P4))) == [P1, P2, P3, P4]


def test_a_quotation_a_table_and_a_section_heading_stay() -> None:
    quotation = "<div class=a1><blockquote><p>Nước về là no.</p></blockquote></div>"
    rows = "<tr><td>Vốn</td><td>7,4 tỷ</td></tr><tr><td>Tổ máy</td><td>3</td></tr>"
    table = f"<div class=a2><div class=a3><table>{rows}</table></div></div>"
    heading = "<div class=a4><div class=a5><h3>Nước về đồng cao</h3></div></div>"
    found = paragraphs(read(p(P1, P2) + quotation + heading + p(P3) + table + p(P4)))
    assert found == [P1, P2, "Nước về là no.", "Nước về đồng cao", P3, "Vốn | 7,4 tỷ\nTổ máy | 3", P4]


def test_the_heading_of_a_box_that_is_gone_goes_too() -> None:
    box = f"<div class=b1><div class=b2><h3>Chuyện bên lề</h3><p>{BOXED}</p></div></div>"
    assert paragraphs(read(p(*LONG[:3]) + box + p(*LONG[3:]))) == [*LONG]
    assert paragraphs(read(p(P1, P2, P3, P4) + "<h3>Chuyện bên lề</h3>")) == [P1, P2, P3, P4]


def test_a_lead_in_a_box_of_the_body_stays() -> None:
    sapo = "Trạm bơm mới giúp năm thôn của xã Vân Thủy chủ động nước tưới, nông dân hết cảnh thức đêm canh mương."
    box = f"<div class=dau-bai><div class=chi-tiet-sapo><p>{sapo}</p></div></div>"
    article = read(box + p(*LONG))
    assert sapo in f"{article.lead} {article.body}"


def test_a_line_named_as_a_byline_is_none_of_the_flow() -> None:
    line = "<p class=article-author>Lê Văn Tám và Hà Thị Mận, phóng viên thường trú tại huyện</p>"
    assert paragraphs(read(line + p(P1, P2, P3, P4))) == [P1, P2, P3, P4]
    named = "".join(f"<p class=article-author>{text}</p>" for text in (P1, P2, P3, P4))
    assert paragraphs(read(named)) == [P1, P2, P3, P4]


def test_who_asks_and_who_answers_in_an_interview_stays() -> None:
    names = [f"Bạn đọc Lò Văn {name} hỏi:" for name in ("An", "Bình", "Chi", "Dũng", "Giang")]
    page = "".join(f"<p class=author>{name}</p>{p(text)}" for name, text in zip(names, LONG, strict=False))
    assert [line for line in paragraphs(read(page)) if line in names] == names


def test_a_heading_stays_with_its_paragraph_in_one_box() -> None:
    box = f"<div class=hoi><h4>Bạn đọc Lò Văn An hỏi:</h4>{p(BOXED)}</div>"
    assert paragraphs(read(p(*LONG[:3]) + box + p(*LONG[3:])))[3:5] == ["Bạn đọc Lò Văn An hỏi:", BOXED]


# Captions


@pytest.mark.parametrize(
    "box",
    [
        "<div class='content-image'><img src=/a.jpg><div class=fig>{}</div></div>",
        "<figure><img src=/a.jpg><figcaption><h2>{}</h2></figcaption></figure>",
        "<table class=picBox><tr><td><img src=/a.jpg></td></tr><tr><td>{}</td></tr></table>",
        "<div class='anh photo'><div class=o1><img src=/a.jpg></div><p class=c>{}</p></div>",
    ],
)
def test_a_text_in_a_box_of_an_image_is_its_caption(box: str) -> None:
    caption = (
        "Ba tổ máy của trạm bơm chạy thử không tải trong tuần đầu tháng sáu trước giờ cắt băng, người dân đứng xem."
    )
    article = read(p(P1, P2) + box.format(caption) + p(P3, P4))
    assert paragraphs(article) == [P1, P2, P3, P4]
    assert [image.caption for image in article.images] == [caption]


# Links


LINKS = "<ul><li><a href=/a>Đường liên thôn Thanh Mai</a></li><li><a href=/b>Chợ phiên Nà Pục</a></li></ul>"


def test_a_list_of_nothing_but_links_is_another_articles() -> None:
    assert paragraphs(read(p(P1, P2) + LINKS + p(P3, P4))) == [P1, P2, P3, P4]


def test_a_cell_that_is_a_link_is_another_articles() -> None:
    table = "<table class=o_bai><tr><td><a href=/a>Chợ phiên Nà Pục mở lại</a></td></tr></table>"
    assert paragraphs(read(p(P1, P2) + table + p(P3, P4))) == [P1, P2, P3, P4]


def test_the_labels_and_values_of_a_legal_document_are_rows() -> None:
    values = {"Số hiệu": "12/QĐ-UBND", "Ngày ban hành": "12/06/2021", "Người ký": "Lê Văn Tám", "Trích yếu": P1}
    rows = "".join(f"<tr><td>{label}</td><td>{value}</td></tr>" for label, value in values.items())
    assert read(f"<table>{rows}</table>").body == "\n".join(f"{label} | {value}" for label, value in values.items())


def test_a_list_of_links_that_a_line_introduces_is_the_articles() -> None:
    body = read(p(P1, P2, "Các công trình cùng đợt:") + LINKS + p(P3, P4)).body
    assert "- Đường liên thôn Thanh Mai\n- Chợ phiên Nà Pục" in body


def test_a_list_that_only_partly_links_is_the_articles() -> None:
    mixed = LINKS.replace("</ul>", "<li>Kè suối Thia, dài một cây số rưỡi</li></ul>")
    assert "Chợ phiên Nà Pục" in read(p(P1, P2) + mixed + p(P3, P4)).body


@pytest.mark.parametrize(
    "line",
    [
        "Advertisement",
        "Quảng cáo",
        "Story continues below advertisement",
        "Related: <a href=/a>Village road opens after four years of work</a>",
        "Lesen Sie auch: <a href=/a>Neue Straße nach vier Jahren fertig</a>",
        "A round-up of the week's news is in <a href=/n>our free newsletter</a>.",
    ],
)
def test_lines_that_interrupt_an_article_are_left_out(line: str) -> None:
    assert paragraphs(read(p(P1, P2, line, P3, P4))) == [P1, P2, P3, P4]


def test_a_sentence_that_opens_like_such_a_line_stays() -> None:
    text = "Related costs rose by a tenth, the <a href=/a>audit</a> of the works found, and nobody was told in time."
    assert text.replace("<a href=/a>", "").replace("</a>", "") in read(p(P1, text, P3, P4)).body


# Behind the article


@pytest.mark.parametrize(
    "note",
    [
        "Sign up for our weekly letter and never miss a story from the hills.",
        "Reporting by Le Van Tam in Van Thuy; editing by Ha Thi Man",
        "Le Van Tam is a senior staff reporter who covers farming.",
        "tam.le@vidu.vn",
        "© 2021 Vi Du News. All rights reserved.",
        "Dieser Artikel ist zuerst im Dorfblatt erschienen.",
    ],
)
def test_what_an_editor_adds_behind_an_article_is_left_out(note: str) -> None:
    assert paragraphs(read(p(P1, P2, P3, P4, note), lang="en")) == [P1, P2, P3, P4]
    assert note in read(p(P1, note, P2, P3, P4), lang="en").body


def test_a_sentence_or_a_byline_set_as_a_heading_is_no_heading_of_nothing() -> None:
    assert paragraphs(read(p(P1, P2, P3) + f"<h3>{P4}</h3>")) == [P1, P2, P3, P4]
    article = read(p(P1, P2, P3) + "<h4>Thu Hiền</h4>")
    assert paragraphs(article) == [P1, P2, P3]
    assert article.authors == ["Thu Hiền"]


@pytest.mark.parametrize("box", ["<div class=k7><div class=article-author>{}</div></div>", "<p class=author>{}</p>"])
def test_a_byline_in_a_box_behind_the_article_names_its_author(box: str) -> None:
    article = read(p(*LONG) + box.format("Thu Hiền"))
    assert paragraphs(article) == [*LONG]
    assert article.authors == ["Thu Hiền"]
    cited = read(p(*LONG) + box.format("Theo Báo Vân Thủy"))
    assert (cited.cited_source, paragraphs(cited)) == ("Báo Vân Thủy", [*LONG])


def test_a_note_of_documents_stays() -> None:
    article = read(p(P1, P2, P3) + "<p><a href=/kh.pdf>Click here for the plan</a></p>", lang="en")
    assert [file.url for file in article.attachments] == ["https://tin.vidu.vn/kh.pdf"]


# Chunks


def test_chunks_before_and_behind_the_largest_are_read_with_it() -> None:
    def part(*texts: str) -> str:
        boxes = f"<div class=o><div class=hop><div class=chu>{p(*texts)}</div></div></div>"
        return f"<section class='khoi doan'>{boxes}</section>"

    between = "<div class=phim><p>Xem phim</p></div>" * 6
    page = part(BOXED) + between + part(*LONG) + between + "<h2>Kế hoạch</h2>" + part(P1.upper())
    assert paragraphs(read(page)) == [BOXED, *LONG, "Kế hoạch", P1.upper()]


def test_the_next_articles_headline_ends_it() -> None:
    def whole(title: str, *texts: str) -> str:
        return f"<article class=bai>{title}<div class=chu>{p(*texts)}</div></article>"

    page = whole("", P1, P2, P3, P4) + whole("<h2><a href=/b>Khởi công đường liên thôn</a></h2>", BOXED)
    assert paragraphs(read(page)) == [P1, P2, P3, P4]


def test_of_articles_in_full_the_first_is_read_though_the_next_is_longer() -> None:
    def whole(title: str, *texts: str) -> str:
        boxes = f"<div class=o1><div class=o2>{title}<div class=chu>{p(*texts)}</div></div></div>"
        return f"<article class=bai>{boxes}</article>"

    page = whole("", *LONG[:4]) + whole("<h2><a href=/b>Khởi công đường liên thôn</a></h2>", *[BOXED] * 6)
    assert paragraphs(read(page)) == [*LONG[:4]]


def test_a_column_before_the_title_is_no_article_though_it_is_longer() -> None:
    page = (
        f"<html><body><div class=o1><div class=trai><div class=o2>{p(*[BOXED] * 6)}</div></div></div>"
        f"<div class=o3><div class=o4><h1>{TITLE}</h1><div class=than>{p(P1, P2, P3)}</div></div></div></body></html>"
    )
    article = read_article([read_page(page.encode(), URL, {})], (), platform="t")
    assert paragraphs(article) == [P1, P2, P3]


def test_japanese_paragraphs_are_prose() -> None:
    texts = [
        "山あいの村で新しい揚水場が完成し、五つの集落の水田に水が届くようになった。",
        "総工費は七億円で、住民が土地を出し合い、県が機械と送電線の費用を負担した。",
        "村長は「夜通し水番をする必要がなくなった」と話し、来年さらに二か所を造る。",
    ]
    box = "<div class=k7><div class=k8><p>会員登録をすると、この続きをお読みいただけます。</p></div></div>"
    assert paragraphs(read(p(*texts[:2]) + box + p(texts[2]), lang="ja")) == texts


# What a page does not show


def test_text_hidden_until_a_script_runs_is_read_where_the_page_shows_none() -> None:
    hidden = f"<div class=subscriber-only style='display:none'>{p(P1, P2, P3, P4, P1.upper(), P2.upper())}</div>"
    article = read("<p>Mời bạn đăng nhập.</p>" + hidden)
    assert article.body.startswith(P1)
    assert article.evidence["body"] == "generic:hidden"
    opening = read(p(*(P1, P2, P3, P4) * 2) + f"<div style='display:none'>{p(*[BOXED] * 30)}</div>")
    assert BOXED in opening.body  # a wall that lets some paragraphs through
    shown = read(p(*(P1, P2, P3, P4) * 4) + f"<div style='display:none'>{p(*[BOXED] * 30)}</div>")
    assert BOXED not in shown.body


def test_json_ld_is_the_last_resort() -> None:
    told = "\n\n".join(LONG)
    data = json.dumps({"@type": "NewsArticle", "headline": TITLE, "articleBody": told.replace("12/6", "12&#47;6")})
    head = f"<script type='application/ld+json'>{data}</script>"
    article = read("<p>Mời bạn đăng nhập.</p>", head)
    assert article.body == told
    assert article.evidence["body"] == "json-ld"
    assert read(p(BOXED, *LONG), head).evidence["body"] == "generic"


def test_a_short_notice_is_read_as_it_is_shown() -> None:
    data = json.dumps({"@type": "NewsArticle", "headline": TITLE, "articleBody": f"{P1} {P2}"})
    article = read(p(P1, P2), f"<script type='application/ld+json'>{data}</script>")
    assert paragraphs(article) == [P1, P2]


def test_a_line_break_in_a_heading_is_a_space_in_the_html() -> None:
    assert "<h2>Nước về đồng cao</h2>" in read(p(P1, P2) + "<h2>Nước về<br>đồng cao</h2>" + p(P3, P4)).body_html
