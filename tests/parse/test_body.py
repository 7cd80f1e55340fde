"""The body: blocks, captions, what is stripped and what must never be, lead, tail, files, and the safe HTML."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html

from crawler.parse.article import read_article
from crawler.parse.errors import NotAnArticle
from crawler.parse.layout import Layout
from crawler.parse.page import read_page
from pipelines.items import Article, Image

URL = "https://tin.vidu.gov.vn/bai-viet/"
LAYOUT = Layout(name="thu", title=("h1.ten",), body=(".than",), lead=(".sapo",), drop=(".bo-di", "span.an"))
TITLE = "Khánh thành cầu treo bản Nà Lốc"
P1 = "Sáng nay, xã Tân Sương đã khánh thành cầu treo bản Nà Lốc, nối hai bờ suối Thia sau một năm thi công."
P2 = "Cây cầu dài 62 mét, rộng 2,5 mét, do Nhân dân đóng góp 400 ngày công và ngân sách huyện hỗ trợ vật liệu."
P3 = "Từ nay học sinh của ba bản không còn phải lội suối đến trường trong mùa mưa lũ./."


def p(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def read(body: str, *, layout: Layout | None = LAYOUT, head: str = "", around: str = "{}") -> Article:
    page = (
        f"<html lang='vi'><head><title>{TITLE} – Cổng thông tin</title>{head}</head><body><div id='trang'>"
        f"<h1 class='ten'>{TITLE}</h1>{around.format(f'<div class=than>{body}</div>')}</div></body></html>"
    )
    pages = [read_page(page.encode(), URL, {"content-type": "text/html; charset=utf-8"})]
    return read_article(pages, [layout] if layout else [], platform="thu")


def paragraphs(article: Article) -> list[str]:
    return article.body.split("\n\n")


@pytest.fixture(params=[LAYOUT, None], ids=["layout", "generic"])
def layout(request: pytest.FixtureRequest) -> Layout | None:
    """Both ways to a body must give the same text."""
    found: Layout | None = request.param
    return found


def test_paragraphs_are_separated_by_a_blank_line(layout: Layout | None) -> None:
    assert read(p(P1, P2, P3), layout=layout).body == f"{P1}\n\n{P2}\n\n{P3}"


@pytest.mark.parametrize(
    "body",
    [
        f"<div>{P1}</div><div>{P2}</div><div>{P3}</div>",
        f"{P1}<br><br>{P2}<br /> &nbsp; <br>{P3}",
        f"<div><div>{P1}</div></div><p></p><p>&nbsp;</p>{P2}<p>{P3}</p>",
        f"<table><tr><td><p>{P1}</p><p>{P2}</p><p>{P3}</p></td></tr></table>",
        f"<span><p>{P1}</p><p>{P2}</p></span><p>{P3}",
        f"<section><p>{P1}</p></section><div class='elementor-widget widget-text'><p>{P2}</p></div><p>{P3}</p>",
    ],
    ids=["divs", "double breaks", "nested divs", "layout table", "paragraphs in a span", "page builder"],
)
def test_every_way_to_write_paragraphs(body: str, layout: Layout | None) -> None:
    assert paragraphs(read(body, layout=layout)) == [P1, P2, P3]


def test_a_single_break_is_a_line_break() -> None:
    assert read(p(f"{P1}<br>{P2}", P3)).body == f"{P1}\n{P2}\n\n{P3}"


def test_words_split_over_spans_stay_whole() -> None:
    body = p(
        "Sáng n<span>ay, xã T</span><span>ân S<b>ươ</b>ng</span> &nbsp;đã   khánh\u200b thành\u00ad cầu<o:p></o:p>.",
        P2,
        P3,
    )
    assert paragraphs(read(body))[0] == "Sáng nay, xã Tân Sương đã khánh thành cầu."


def test_text_is_nfc_however_the_page_spells_it() -> None:
    article = read(p(unicodedata.normalize("NFD", P1), "x&#x300; " + P2, P3))
    assert paragraphs(article)[0] == P1
    assert unicodedata.is_normalized("NFC", article.body + article.body_html)


def test_lists_and_headings(layout: Layout | None) -> None:
    body = (
        p(P1)
        + "<h3>Kết quả chính</h3><ul><li>Làm 3 km đường;</li><li><p>Xây <b>2 lớp</b> học.</p></li></ul>"
        + "<ol start=3><li>Mục ba</li><li>Mục bốn</li></ol>"
        + p(P2, P3)
    )
    assert paragraphs(read(body, layout=layout)) == [
        P1,
        "Kết quả chính",
        "- Làm 3 km đường;\n- Xây 2 lớp học.",
        "3. Mục ba\n4. Mục bốn",
        P2,
        P3,
    ]


def test_tables_are_rows() -> None:
    body = p(P1) + (
        "<table><thead><tr><th>Bản</th><th>Số hộ</th></tr></thead>"
        "<tr><td><p>Nà Lốc</p><p>(mới)</p></td><td>41</td></tr><tr><td>Pá Khôm</td><td> </td></tr></table>"
    )
    article = read(body + p(P2, P3))
    assert "Bản | Số hộ\nNà Lốc (mới) | 41\nPá Khôm" in article.body
    assert "<tr><td>Nà Lốc (mới)</td><td>41</td></tr>" in article.body_html


# Captions


IMG = "<img src='/anh/cau.jpg' alt='Cầu'>"


@pytest.mark.parametrize(
    "figure",
    [
        f"<figure>{IMG}<figcaption>Cầu treo ngày khánh thành</figcaption></figure>",
        f"<div class='wp-caption aligncenter'>{IMG}<p class='wp-caption-text'>Cầu treo ngày khánh thành</p></div>",
        f"<p style='text-align: center'>{IMG}</p><p style='text-align:center'><em>Cầu treo ngày khánh thành</em></p>",
        f"<p>{IMG}</p><p><i>Cầu treo ngày khánh thành</i></p>",
        f"<p align=center>{IMG}<br>Cầu treo ngày khánh thành</p>",
        (
            f"<table class='image center'><tr><td>{IMG}</td></tr><tr>"
            f"<td class=image_desc>Cầu treo ngày khánh thành</td></tr></table>"
        ),
        (
            "<p><img data-src='/anh/cau.jpg' src='data:image/gif;base64,R0' alt='Cầu treo ngày khánh thành'></p>"
            "<p>Cầu treo ngày khánh thành</p>"
        ),
    ],
    ids=["figure", "wp-caption", "centred italic", "italic", "same paragraph", "table", "alt text"],
)
def test_captions_go_with_their_image(figure: str, layout: Layout | None) -> None:
    article = read(p(P1) + figure + p(P2, P3), layout=layout)
    assert paragraphs(article) == [P1, P2, P3]
    assert article.images == [Image("https://tin.vidu.gov.vn/anh/cau.jpg", "Cầu treo ngày khánh thành")]
    assert "<figcaption>" in article.body_html


def test_the_photo_credit_is_split_off() -> None:
    body = p(P1) + f"<figure>{IMG}<figcaption>Cầu treo ngày khánh thành. Ảnh: M.H</figcaption></figure>" + p(P2, P3)
    assert read(body).images == [Image("https://tin.vidu.gov.vn/anh/cau.jpg", "Cầu treo ngày khánh thành.", "M.H")]


def test_a_paragraph_after_an_image_is_no_caption() -> None:
    assert paragraphs(read(p(P1) + f"<p>{IMG}</p>" + p(P2, P3))) == [P1, P2, P3]


def test_icons_and_counters_are_no_images() -> None:
    body = "<img src=/p.gif width=1 height=1><img class=emoji src=/e.svg><img src='data:image/png;base64,AA'>"
    assert read(p(P1 + body, P2, P3)).images == []


def test_a_gallery_after_the_end_gives_images_and_no_text(layout: Layout | None) -> None:
    gallery = "<p>Một số hình ảnh:</p>" + "".join(
        f"<figure><img src='/anh/{n}.jpg'><figcaption>Bà con bản {n} qua cầu</figcaption></figure>" for n in (1, 2)
    )
    article = read(p(P1, P2, P3) + gallery, layout=layout)
    assert paragraphs(article) == [P1, P2, P3]
    assert [image.caption for image in article.images] == ["Bà con bản 1 qua cầu", "Bà con bản 2 qua cầu"]


# What is stripped


RELATED = (
    "<ul><li><a href='/a'>Bản Pá Khôm có điện lưới</a> <span>(03/02/2021)</span></li>"
    "<li><a href='/b'>Thu hoạch mận</a></li></ul>"
)


@pytest.mark.parametrize(
    "junk",
    [
        f"<div class='khoi-x'><h3>TIN BÀI CÙNG CHUYÊN MỤC</h3>{RELATED}</div>",
        f"<p><strong>Tin liên quan:</strong></p>{RELATED}",
        (
            "<div class=zz>"
            "<span>Chia sẻ:</span> <a href='#'>Facebook</a> <a href='#'>Zalo</a> <span>Lượt xem: 12</span></div>"
        ),
        "<p class=tr>Trang: <span class='post-page-numbers'>1</span> <a class='post-page-numbers' href='2/'>2</a></p>",
        "<p>Trang: 1 <a href='2/'>2</a> <a href='3/'>3</a></p>",
        "<p>&gt;&gt; Xem thêm: <a href='/c'>Lễ hội xuống đồng ở xã Tân Sương</a></p>",
        "<form><p>Ý kiến của bạn</p><input name=x><textarea></textarea></form>",
        "<script>var a='<p>x</p>';</script><style>p{color:red}</style><noscript>Bật JavaScript</noscript>",
        (
            "<div class='comments-area'>"
            "<p>Bài viết hay quá, cảm ơn tác giả đã đưa tin về bản làng của chúng tôi nhé.</p></div>"
        ),
        (
            "<div class='bo-di'>"
            "<p>Đoạn quảng bá dài, có dấu chấm và dấu phẩy, mà bố cục này nói là bỏ đi ở mọi bài viết.</p></div>"
        ),
        "<nav><a href='/truoc'>Bài trước</a><a href='/sau'>Bài sau</a></nav>",
        "<div class=x><p>Mục lục</p><ul><li><a href='#a'>Đi lại</a></li><li><a href='#b'>Ăn ở</a></li></ul></div>",
        "<div id=toc><h2>Mục lục</h2><nav><ul><li><a href='#a'>Đi lại</a></li></ul></nav></div>",
        "<p style='display:none'>Từ khóa ẩn cho máy tìm kiếm, rất dài và không ai nhìn thấy nó trên trang.</p>",
    ],
)
def test_what_is_around_the_text_goes(junk: str) -> None:
    for body in (p(P1, P2, P3) + junk, p(P1) + junk + p(P2, P3)):
        assert paragraphs(read(body)) == [P1, P2, P3]


def test_related_block_after_the_end_goes_without_a_layout() -> None:
    assert paragraphs(read(p(P1, P2, P3) + f"<div><h3>Tin liên quan</h3>{RELATED}</div>", layout=None)) == [P1, P2, P3]


@pytest.mark.parametrize(
    "prose",
    [
        "<div class='related sidebar widget share'><p>{}</p></div>",
        "<aside><p>{}</p></aside>",
        "<div class='social-news comment-box'><div>{}</div></div>",
        "<div class='media_core'><video src=x></video><p>{}</p></div>",
        "<p class='share'>{}</p>",
    ],
)
def test_a_class_name_alone_never_costs_prose(prose: str) -> None:
    assert paragraphs(read(p(P1) + prose.format(P2) + p(P3))) == [P1, P2, P3]


@pytest.mark.parametrize(
    "prose",
    [
        "Bạn đọc có thể xem thêm tại mục “Bài viết mới” của cổng, hoặc chọn nút Translate: English ở đầu trang để đọc.",
        "Các tin liên quan đến mưa lũ được xã cập nhật hằng ngày trên loa truyền thanh của ba bản vùng cao.",
    ],
)
def test_phrases_inside_prose_stay(prose: str) -> None:
    assert paragraphs(read(p(P1, prose, P3))) == [P1, prose, P3]


def test_links_inside_prose_stay() -> None:
    article = read(p(P1, f"{P2[:-1]} theo <a href='/nq'>nghị quyết của xã</a>.", P3))
    assert "theo nghị quyết của xã." in article.body
    assert '<a href="https://tin.vidu.gov.vn/nq">nghị quyết của xã</a>' in article.body_html


# Lead


def test_a_bold_first_paragraph_is_the_lead(layout: Layout | None) -> None:
    article = read(p(f"<strong>{P1}</strong>", P2, P3), layout=layout)
    assert (article.lead, paragraphs(article)) == (P1, [P2, P3])
    assert P1 not in article.body_html


def test_prefixes_of_the_lead_stay() -> None:
    assert read(p(f"<b>(CTTĐT) - </b><span style='font-weight:bold'>{P1}</span>", P2, P3)).lead == f"(CTTĐT) - {P1}"


@pytest.mark.parametrize(
    "first",
    ["<b>I. Kết quả</b>", f"{P1[:40]}<b>{P1[40:]}</b>", "<b>THÔNG BÁO VỀ VIỆC MỜI THẦU CÔNG TRÌNH CẦU TREO</b>"],
)
def test_other_bold_text_is_no_lead(first: str) -> None:
    assert read(p(first, P2, P3)).lead is None


def test_a_bold_only_paragraph_is_the_body() -> None:
    article = read(p(f"<b>{P1}</b>"))
    assert (article.lead, article.body) == (None, P1)


def test_a_lead_element_beside_the_body_is_not_repeated() -> None:
    article = read(p(f"<b>{P1}</b>", P2, P3), around=f"<div class=sapo>{P1}</div>{{}}")
    assert (article.lead, paragraphs(article)) == (P1, [P2, P3])
    assert article.evidence["lead"] == "selector:.sapo"


def test_a_lead_element_inside_the_body_is_taken_out() -> None:
    article = read(f"<h2 class=sapo>{P1}</h2>" + p(P2, P3))
    assert (article.lead, paragraphs(article)) == (P1, [P2, P3])


def test_a_lead_between_title_and_body_is_found_without_a_layout() -> None:
    around = f"<div class='bai-tom-tat sapo'>{P1}</div><div class=chia>{{}}</div>"
    article = read(p(P2, P3, P2 + " Lần hai.", P3 + " x"), layout=None, around=around)
    assert article.lead == P1


# The end of the text


@pytest.mark.parametrize(
    ("tail", "authors", "source"),
    [
        ("<p style='text-align:right'><b>Giàng A Páo</b></p>", ["Giàng A Páo"], None),
        ("<p>Tác giả: Lò Thị Mẩy</p>", ["Lò Thị Mẩy"], None),
        ("<p>Tin, ảnh: Lò Thị Mẩy</p><p><em>(Theo Báo Núi Xanh)</em></p>", ["Lò Thị Mẩy"], "Báo Núi Xanh"),
        (
            "<p class='has-text-align-right'><strong>Lò Thị Mẩy – Giàng A Páo</strong></p>",
            ["Lò Thị Mẩy", "Giàng A Páo"],
            None,
        ),
    ],
)
@pytest.mark.parametrize("mark", ["./.", "."])
def test_byline_and_source_leave_the_body(tail: str, authors: list[str], source: str | None, mark: str) -> None:
    article = read(p(P1, P2, P3.replace("./.", mark)) + tail)
    assert paragraphs(article) == [P1, P2, P3.replace("./.", mark)]
    assert (article.authors, article.cited_source) == (authors, source)


@pytest.mark.parametrize(
    "end", ["./. <strong>Lò Thị Mẩy</strong>", ". <strong>Lò Thị Mẩy</strong>", "./.<br>Lò Thị Mẩy"]
)
def test_a_byline_in_the_last_paragraph_is_cut_off(end: str) -> None:
    article = read(p(P1, P2, P3.replace("./.", end)))
    assert article.authors == ["Lò Thị Mẩy"]
    assert paragraphs(article)[-1] in (P3, P3.replace("./.", "."))
    assert "Mẩy" not in article.body + article.body_html


def test_prose_after_an_end_mark_stays() -> None:
    more = "Bên cạnh đó, xã cũng khởi công đường vào bản Pá Khôm, dự kiến hoàn thành trước mùa mưa năm sau."
    assert paragraphs(read(p(P1, P3, more))) == [P1, P3, more]


def test_the_photo_credit_at_the_end_goes_to_the_images() -> None:
    article = read(p(P1) + IMG + p(P2, P3) + "<p><em>Ảnh: Giàng A Páo</em></p>")
    assert [image.credit for image in article.images] == ["Giàng A Páo"]
    assert article.authors == []


def test_a_short_last_sentence_is_no_byline() -> None:
    assert paragraphs(read(p(P1, P2, "Trân trọng kính báo.")))[-1] == "Trân trọng kính báo."


# Files


@pytest.mark.parametrize(
    "line",
    [
        "<p><a href='/tep/ke-hoach.pdf'>Tải văn bản tại đây</a></p>",
        "<p>Tệp đính kèm: <a href='/tep/ke-hoach.pdf'>Tải văn bản tại đây</a></p>",
        (
            "<div class='wp-block-file'><a href='/tep/ke-hoach.pdf'>Tải văn bản tại đây</a>"
            "<a href='/tep/ke-hoach.pdf' download>Tải về</a></div>"
        ),
        "<ul><li><a href='/tep/ke-hoach.pdf'>Tải văn bản tại đây</a></li></ul>",
    ],
)
def test_a_line_that_is_a_file_is_an_attachment_and_no_text(line: str, layout: Layout | None) -> None:
    article = read(p(P1, P2, P3) + line, layout=layout)
    assert paragraphs(article) == [P1, P2, P3]
    (attachment,) = article.attachments
    assert attachment.url == "https://tin.vidu.gov.vn/tep/ke-hoach.pdf"
    assert (attachment.name, attachment.media_type) == ("Tải văn bản tại đây", "application/pdf")


def test_a_file_linked_from_prose_keeps_the_prose() -> None:
    article = read(p(P1, f"{P2} Xem <a href='qd.DOCX?download=1'>quyết định</a>.", P3))
    assert "Xem quyết định." in article.body
    assert [a.url for a in article.attachments] == ["https://tin.vidu.gov.vn/bai-viet/qd.DOCX?download=1"]


@pytest.mark.parametrize("name", ["/tai?file=bao-cao.xls", "/tep/bao-cao.rar", "/x/bao-cao.zip"])
def test_files_are_known_by_path_or_parameter(name: str) -> None:
    assert len(read(p(P1, P2, P3) + f"<p><a href='{name}'>Báo cáo</a></p>").attachments) == 1


def test_an_embedded_document_is_an_attachment() -> None:
    viewer = "<iframe src='https://docs.google.com/viewer?url=https%3A%2F%2Ftin.vidu.gov.vn%2Fvb.pdf&amp;embedded=true'></iframe>"
    (attachment,) = read(p(P1, P2, P3) + viewer).attachments
    assert (attachment.url, attachment.name) == ("https://tin.vidu.gov.vn/vb.pdf", "vb.pdf")


# Safe HTML


ALLOWED = {
    "p",
    "h2",
    "h3",
    "h4",
    "ul",
    "ol",
    "li",
    "table",
    "tr",
    "td",
    "th",
    "figure",
    "figcaption",
    "a",
    "img",
    "strong",
    "em",
    "blockquote",
}
HOSTILE = [
    "<a href='javascript:alert(1)' onclick='x()'>{}</a>",
    "<a href='java&#10;script:alert(1)'>{}</a>",
    "<a href='JaVaScRiPt:alert(1)'>{}</a>",
    "<a href='data:text/html,x'>{}</a>",
    "<a href='http://a.vn/\"&gt;&lt;script&gt;alert(1)&lt;/script&gt;'>{}</a>",
    "<a href=\"http://a.vn/' onmouseover='x\">{}</a>",
    "<img src='javascript:x' onerror='alert(1)'><b>{}</b>",
    "<img src=x onerror=alert(1) alt='\"&gt;&lt;script&gt;alert(1)&lt;/script&gt;'>{}",
    "&lt;script&gt;alert(1)&lt;/script&gt; {}",
    "<svg onload=alert(1)><script>alert(1)</script></svg>{}",
    "<p style='x:expression(alert(1))' onclick=x>{}</p>",
    "<h2 onclick=x><i onclick=y>{}</i></h2>",
    "<math><mtext></mtext><img src=x onerror=y></math>{}",
    "<table><tr><td onclick=x>&lt;b&gt;</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>{}",
]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_body_html_holds_nothing_that_runs(hostile: str) -> None:
    article = read(p(P1) + f"<div>{hostile.format(P2)}</div>" + p(P3))
    tree = lxml_html.fragment_fromstring(article.body_html, create_parent="div")
    for element in tree.iterdescendants():
        assert element.tag in ALLOWED
        assert set(element.keys()) <= {"href", "src", "alt"}
        for name in ("href", "src"):
            assert (element.get(name) or "https://").startswith(("http://", "https://"))
    assert "<" not in article.body or "<script>" in article.body or "<b>" in article.body


def test_body_html_has_the_same_words_as_the_body() -> None:
    article = read(
        p(P1) + "<h5>Mục <i>nhỏ</i></h5><blockquote><p>Lời <b>già</b> làng, lời bản.</p></blockquote>" + p(P2, P3)
    )
    tree = lxml_html.fragment_fromstring(article.body_html, create_parent="div")
    assert " ".join(" ".join(tree.itertext()).split()).replace(" ,", ",") == " ".join(article.body.split())
    assert "<h4>Mục <em>nhỏ</em></h4>" in article.body_html
    assert "<blockquote><p>Lời <strong>già</strong> làng, lời bản.</p></blockquote>" in article.body_html


TAGS = (
    "<p> </p> <div> </div> <br> <b> </b> </a> <ul> <li> </ul> <table> <tr> <td> </table> <img/src=/a.jpg> <ol> "
    "<figure> <figcaption> <h2> <script> <blockquote> <a/href=/x> </span> <span/class=share> &lt;i&gt;"
)
WORDS = [P1, P2, P3, "Lò Thị Mẩy", "ế", "e\u0302\u0301", " ", "\n", "\u200b", "Tin liên quan", "./."]
PIECES = st.sampled_from([*TAGS.split(), *WORDS])


@given(st.lists(PIECES, max_size=40), st.sampled_from([LAYOUT, None]))
def test_any_markup_gives_clean_text_or_a_named_reason(pieces: list[str], chosen: Layout | None) -> None:
    try:
        article = read("".join(pieces), layout=chosen)
    except NotAnArticle:
        return
    text = article.body + (article.lead or "") + article.title
    assert unicodedata.is_normalized("NFC", text)
    assert "\u200b" not in text
    assert "\0" not in text + article.body_html
    assert not any(f"<{tag}" in text for tag in ("p>", "div", "br", "a ", "img", "td", "li", "script"))
    tree = lxml_html.fragment_fromstring(article.body_html, create_parent="div")
    assert all(element.tag in ALLOWED for element in tree.iterdescendants())
