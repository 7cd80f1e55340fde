"""The record: title, date, section, people and pages, on the page shapes WordPress themes and old portals have."""

import unicodedata
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.parse.article import Hint, read_article
from crawler.parse.errors import EmptyBody, NotAnArticle, NoTitle, ProtectedPost
from crawler.parse.layout import Layout
from crawler.parse.metadata import VIETNAM
from crawler.parse.page import Page, read_page
from pipelines.items import Article

URL = "https://tin.vidu.gov.vn/khanh-thanh-cau/"
TITLE = "Khánh thành cầu treo “Nà Lốc” – công trình của lòng dân"
SITE = "Cổng thông tin xã Tân Sương"
P1 = "Ngày 02/03/2021, xã Tân Sương đã khánh thành cầu treo bản Nà Lốc, nối hai bờ suối Thia sau một năm thi công."
P2 = "Cây cầu dài 62 mét, rộng 2,5 mét, do Nhân dân đóng góp 400 ngày công và ngân sách huyện hỗ trợ vật liệu."
P3 = "Từ nay học sinh của ba bản không còn phải lội suối đến trường trong mùa mưa lũ./."
BODY = f"<p>{P1}</p><p>{P2}</p><p>{P3}</p><p style='text-align:right'><strong>Lò Thị Mẩy</strong></p>"
RELATED = (
    "<h3>Tin liên quan</h3><ul>"
    + "".join(
        f"<li>"
        f"<a href='/b{n}/'>Bản Pá Khôm có điện lưới quốc gia, mừng Xuân thứ {n}</a> <span>(0{n}/12/2022)</span></li>"
        for n in range(1, 6)
    )
    + "</ul>"
)
WORDPRESS = Layout(
    name="wordpress",
    title=("h1.entry-title", ".tdb-title-text", ".jeg_post_title"),
    published=("time.entry-date.published", "time.entry-date", ".jeg_meta_date a"),
    modified=("time.updated",),
    body=(".entry-content", ".td-post-content", ".jeg_main .content-inner"),
    section=(".cat-links a", ".entry-crumbs a:last-of-type", ".jeg_meta_category a"),
    tags=(".tags-links a", ".td-tags a"),
    drop=(".sharedaddy", ".td-post-sharing"),
)


def page(body: str, *, head: str = "", title: str | None = f"{TITLE} – {SITE}", url: str = URL) -> Page:
    named = f"<title>{title}</title>" if title else ""
    html = f"<!DOCTYPE html><html lang='vi'><head>{named}{head}</head><body>{body}</body></html>"
    return read_page(html.encode(), url, {"content-type": "text/html; charset=UTF-8"})


def read(
    body: str, *layouts: Layout, head: str = "", hint: Hint | None = None, title: str | None = f"{TITLE} – {SITE}"
) -> Article:
    return read_article([page(body, head=head, title=title)], layouts, hint, platform="wordpress")


def check(article: Article, *, section: str | None = "Tin hoạt động") -> None:
    assert article.title == TITLE
    assert (article.lead, article.body) == (None, f"{P1}\n\n{P2}\n\n{P3}")
    assert article.authors == ["Lò Thị Mẩy"]
    assert article.published_at == datetime(2021, 3, 4, 8, 30, tzinfo=VIETNAM)
    assert article.published_precision == "minute"
    assert article.section == section


# Page shapes. Each is read with the layout and with none.

MENU = "".join(f"<li class='menu-item'><a href='/m{n}/'>Mục số {n}</a></li>" for n in range(8))
SIDE = f"<div class='cot phai'><div class='khoi'><h3>Bài viết mới</h3>{RELATED}</div></div>"
COMMENTS = "<div id='comments'><ol class='comment-list'><li>"
"<p>Cầu đẹp quá, mừng cho bà con bản Nà Lốc, chúc xã ngày càng phát triển.</p></li></ol></div>"

SHAPES = {
    "default theme, date and author in the footer": (
        f"<header><p class='site-title'><a href='/'>{SITE}</a></p><nav><ul>{MENU}</ul></nav></header><main>"
        f"<article class='post'><h1 class='entry-title'>{TITLE}</h1>"
        f"<div class='entry-content'>{BODY}<div class='xyz'>{RELATED}</div></div>"
        "<footer class='entry-footer'>"
        "<span>Published <time class='entry-date published' datetime='2021-03-04T08:30:00+07:00'>04/03/2021"
        "</time></span><span class='byline'>By <a rel='author' href='/author/bientap/'>Văn phòng xã</a></span>"
        "<span class='cat-links'>Categorized as <a rel='category tag' href='/category/tin/'>Tin hoạt động</a>"
        f"</span></footer></article>{COMMENTS}</main><aside>{RELATED}</aside>"
    ),
    "newspaper theme, crumbs and module dates": (
        f"<div class='td-header'><div class='td-logo'><a href='/'>{SITE}</a></div></div>"
        "<div class='td-crumb-container'><div class='entry-crumbs'><span><a href='/'>Trang chủ</a>"
        "</span> <i></i> "
        "<span><a href='/category/tin/'>Tin hoạt động</a></span></div></div>"
        f"<article class='post'><header class='td-post-title'><h1 class='entry-title'>{TITLE}</h1>"
        f"<div class='td-module-meta-info'>"
        "<div class='td-post-author-name'>Bởi <a href='/author/admin/'>admin</a> - </div>"
        "<span class='td-post-date'>"
        "<time class='entry-date updated td-module-date' datetime='2021-03-04T08:30:00+07:00'>"
        "4 Tháng Ba, 2021</time></span>"
        "<div class='td-post-views'>515</div></div></header><div class='td-post-sharing'>"
        "<a href='#'>Facebook</a></div>"
        f"<div class='td-post-content'>{BODY}</div><footer><div class='td-block-row'>"
        f"<div class='td_module_mx'><h3><a href='/k/'>Bài kế</a></h3>"
        "<time class='entry-date updated td-module-date' datetime='2022-12-09T10:00:00+07:00'>"
        "9 Tháng Mười Hai, 2022</time></div></div>"
        f"</footer></article>{COMMENTS}{SIDE}"
    ),
    "no h1, date line under the title, clock in the banner": (
        f"<div id=khung><div class=dau><a href='/'>{SITE}</a>"
        f"<div>Hôm nay, Thứ Hai, 23/11/2026, 09:15</div></div><div><ul>{MENU}</ul></div>"
        "<div class=g><div class=dd><a href='/'>Trang chủ</a> » <a href='/tin/'>Tin hoạt động</a></div>"
        f"<div class=ct><div class=td1>{TITLE}</div><div class=n2>04/03/2021 | 08:30</div>"
        f"<div class=nd>{BODY}<div>{RELATED}</div></div></div></div>"
        f"{SIDE}<div class=chan>Bản quyền thuộc về xã Tân Sương. "
        "Ghi rõ nguồn khi phát hành lại thông tin từ website này.</div></div>"
    ),
    "flatsome, date above the title and a meta bar of words": (
        f"<div class='page-wrapper'><div class='row'><div class='large-9 col'><article>"
        f"<div class='article-inner'><header class='entry-header'>"
        "<h6 class='entry-category'><a href='/category/tin/' rel='category tag'>Tin hoạt động</a></h6>"
        f"<h1 class='entry-title'>{TITLE}</h1><div class='entry-meta'>Posted on <a href='{URL}' rel='bookmark'>"
        "<time class='entry-date published' datetime='2021-03-04T08:30:00+07:00'>04/03/2021</time>"
        "<time class='updated' datetime='2021-03-09T10:00:00+07:00'>09/03/2021</time>"
        "</a> by <a class='url fn n' href='/author/admin/'>admin</a>"
        f"</div></header><div class='entry-content single-page'>{BODY}<div class='blog-share'>"
        f"<a href='#' class='icon'></a></div></div></div></article></div>"
        f"<div class='post-sidebar large-3 col'>{RELATED}</div></div></div>"
    ),
    "metadata only, in another time zone": (
        f"<div class='ast-container'><h1 class='entry-title'>{TITLE}</h1>"
        f"<div class='entry-content clear'>{BODY}</div></div>{SIDE}"
    ),
}
HEADS = {
    "metadata only, in another time zone": (
        '<script type="application/ld+json">{"@graph":[{"@type":"Article","headline":"x",'
        '"datePublished":"2021-03-04T01:30:00+00:00",'
        '"articleSection":["Tin hoạt động"],"author":{"name":"bientap"}}]}</script>'
    )
}


@pytest.mark.parametrize("layouts", [(WORDPRESS,), ()], ids=["layout", "generic"])
@pytest.mark.parametrize("shape", SHAPES)
def test_page_shapes(shape: str, layouts: tuple[Layout, ...]) -> None:
    head = HEADS.get(shape, "").replace('"headline":"x",', "")
    check(read(SHAPES[shape], *layouts, head=head))


# Title


@pytest.mark.parametrize(
    ("head_title", "og"),
    [
        (f"{TITLE} – {SITE}", None),
        (f"{TITLE} | {SITE}", TITLE),
        (f"{SITE} - {TITLE}", None),
        (f"{TITLE} &#8211; {SITE} &raquo; Trang 1", f"{TITLE} - {SITE}"),
    ],
)
@pytest.mark.parametrize("tag", ["h1", "h2", "div class=ten", "p"])
def test_the_title_is_the_element_that_says_it(head_title: str, og: str | None, tag: str) -> None:
    head = f'<meta property="og:title" content="{og}">' if og else ""
    close = tag.split(" ")[0]
    body = (
        f"<h1 class=logo><a href='/'>{SITE}</a></h1><div>"
        f"<{tag}> {TITLE.replace('–', '&#8211;')}\n</{close}><div>{BODY}</div></div>"
    )
    assert read(body, head=head, title=head_title).title == TITLE


def test_the_title_of_the_head_loses_the_site_name() -> None:
    head = f'<meta property="og:site_name" content="{SITE}">'
    assert read(f"<div>{BODY}</div>", head=head).title == TITLE


def test_a_title_in_other_quotes_and_dashes_is_still_the_title() -> None:
    spelled = TITLE.replace("“", '"').replace("”", '"').replace("–", "-")
    assert read(f"<div class=a>{TITLE}</div><div>{BODY}</div>", title=f"{spelled} | {SITE}").title == TITLE


def test_no_title_is_a_named_reason() -> None:
    with pytest.raises(NoTitle) as caught:
        read(f"<div>{BODY}</div>", title=None)
    assert caught.value.reason == "no-title"
    assert read(f"<div>{BODY}</div>", title=None, hint=Hint(title=TITLE)).title == TITLE


# Dates


def dated(line: str, where: str = "{}<div class=b>{body}</div>") -> Article:
    return read(f"<h1>{TITLE}</h1>" + where.format(line, body=BODY))


@pytest.mark.parametrize(
    "line",
    [
        "<div>04/03/2021 08:30</div>",
        "<span>Thứ Năm, 04/03/2021 - 08:30 (GMT+7)</span>",
        "<p class=meta>Đăng ngày: <b>04/03/2021</b> 08:30 | Lượt xem: 66</p>",
        "<ul><li>08:30, 04/03/2021</li><li>Lượt xem: 7</li></ul>",
        "<time datetime='2021-03-04T08:30:00+07:00'>hôm qua</time>",
    ],
)
def test_the_date_line_under_the_title_is_found(line: str) -> None:
    article = dated(line)
    assert article.published_at == datetime(2021, 3, 4, 8, 30, tzinfo=VIETNAM)
    assert article.published_raw
    assert article.body == f"{P1}\n\n{P2}\n\n{P3}"


def test_the_date_line_after_the_body_is_found() -> None:
    assert (
        dated("<div class=c>Ngày đăng: 04/03/2021 08:30</div>", "<div class=b>{body}</div>{}").published_at is not None
    )


@pytest.mark.parametrize(
    "body",
    [
        f"<h1>{TITLE}</h1><div>{BODY}</div>",
        f"<div>Hôm nay, 23/11/2026</div><h1>{TITLE}</h1><div>{BODY}</div>",
        f"<div class=top>Thứ Hai, 23/11/2026, 09:15:00</div><ul>{MENU}</ul><h1>{TITLE}</h1><div>{BODY}</div>",
        f"<h1>{TITLE}</h1><div>{BODY}</div><div>{RELATED}</div>{SIDE}",
        (
            f"<h1>{TITLE}</h1><div>{BODY}</div><div class=related><time datetime='2022-12-09'>9/12</time>"
            f"<h4><a href='/k'>Bài kế</a></h4></div>"
        ),
        f"<h1>{TITLE}</h1><div>{BODY}</div>{COMMENTS}<footer>Cập nhật phần mềm 01/01/2020</footer>",
    ],
    ids=["event date only", "clock", "bare clock", "dates of lists", "times of related", "footer"],
)
def test_no_other_date_is_taken_for_the_date(body: str) -> None:
    article = read(body)
    assert (article.published_at, article.published_raw, article.published_precision) == (None, None, None)
    assert "published_at" not in article.evidence


def test_the_hint_serves_where_the_page_is_silent() -> None:
    hinted = datetime(2021, 3, 4, 1, 30, tzinfo=VIETNAM) + timedelta(hours=7)
    hint = Hint(section="Từ danh sách", published_at=hinted, modified_at=hinted, tags=("cầu",))
    article = read(f"<h1>{TITLE}</h1><div>{BODY}</div>", hint=hint)
    assert (article.published_at, article.published_precision, article.section, article.tags) == (
        hinted,
        "minute",
        "Từ danh sách",
        ["cầu"],
    )
    assert article.evidence["published_at"] == article.evidence["section"] == "hint"
    check(
        read(
            SHAPES["default theme, date and author in the footer"],
            hint=Hint(section="Khác", published_at=hinted + timedelta(days=9)),
        )
    )


@pytest.mark.parametrize(("day", "minute"), [(4, True), (5, False)])
def test_the_hint_tells_the_minute_of_the_stated_day_only(day: int, minute: bool) -> None:
    hinted = datetime(2021, 3, day, 8, 30, tzinfo=VIETNAM)
    article = read(f"<h1>{TITLE}</h1><p>04/03/2021</p><div>{BODY}</div>", hint=Hint(published_at=hinted))
    assert article.published_at is not None
    assert article.published_at.date() == date(2021, 3, 4)
    assert article.published_precision == ("minute" if minute else "day")


def test_modified_is_read_from_the_layout() -> None:
    article = read(SHAPES["flatsome, date above the title and a meta bar of words"], WORDPRESS)
    assert article.modified_at == datetime(2021, 3, 9, 10, 0, tzinfo=VIETNAM)


# Section, layouts, canonical


@pytest.mark.parametrize(
    "crumbs",
    [
        "<div class=breadcrumb><a href='/'>Home</a> / <a href='/t/'>Tin hoạt động</a> / <span>{}</span></div>",
        (
            "<ol class='duong-dan'><li><a href='/'>Trang chủ</a></li><li><a href='/t/'>Tin hoạt động</a>"
            "</li><li><a href='#'>{}</a></li></ol>"
        ),
        "<p><a href='/'>Trang chủ</a> &gt; <a href='/c/'>Tin tức</a> &gt; <a href='/t/'>Tin hoạt động</a></p>",
        "<nav aria-label='breadcrumb'><a href='/'>Trang chủ</a><a href='/t/'>Tin hoạt động</a></nav>",
        "<ul><li><a href='/'>Trang chủ</a></li><li><a href='/t/'>Tin hoạt động</a></li></ul>",
    ],
)
def test_the_section_is_the_last_crumb_before_the_title(crumbs: str) -> None:
    article = read(
        f"<div><ul>{MENU}</ul></div>{crumbs.format(TITLE)}<h1>{TITLE}</h1><p>04/03/2021</p><div>{BODY}</div>{SIDE}"
    )
    assert article.section == "Tin hoạt động"


def test_a_menu_is_no_breadcrumb() -> None:
    menu = (
        "<ul><li><a href='/'>Trang chủ</a></li>"
        + "".join(f"<li><a href='/{n}'>Mục {n}</a></li>" for n in range(9))
        + "</ul>"
    )
    assert read(f"{menu}<h1>{TITLE}</h1><div>{BODY}</div>").section is None


def test_a_menu_in_one_line_is_no_breadcrumb() -> None:
    menu = "<a href='/'>Trang nhất</a> | " + " | ".join(f"<a href='/{n}'>Mục {n}</a>" for n in range(5))
    assert read(f"<div>{menu}</div><h1>{TITLE}</h1><div>{BODY}</div>").section is None


def test_a_layout_that_ended_before_the_article_is_passed_over() -> None:
    old = Layout(name="cu", body=(".cu",), valid_until=date(2020, 1, 1))
    new = Layout(name="moi", body=(".moi",))
    body = f"<h1>{TITLE}</h1><div class=cu><p>{P2}</p></div><div class=moi>{BODY}</div>"
    head = '<meta property="article:published_time" content="2021-03-04T08:30:00+07:00">'
    article = read(body, old, new, head=head)
    assert (article.body, article.extractor.split()[0]) == (f"{P1}\n\n{P2}\n\n{P3}", "wordpress/moi")


def test_a_senseless_selector_is_an_error_at_import() -> None:
    with pytest.raises(ValueError, match="layout 'x', body"):
        Layout(name="x", body=("div[",))


@pytest.mark.parametrize(
    ("canonical", "want"),
    [("/khac/", "https://tin.vidu.gov.vn/khac/"), ("https://evil.example/", URL), ("http://[", URL), ("", URL)],
)
def test_canonical_url_of_the_same_host_only(canonical: str, want: str) -> None:
    head = f'<link rel="canonical" href="{canonical}">'
    assert read(f"<h1>{TITLE}</h1><div>{BODY}</div>", head=head).canonical_url == want


def test_every_field_names_its_source() -> None:
    article = read(SHAPES["default theme, date and author in the footer"], WORDPRESS)
    assert article.evidence == {
        "title": "selector:h1.entry-title",
        "body": "selector:.entry-content",
        "published_at": "selector:time.entry-date.published",
        "section": "selector:.cat-links a",
        "authors": "byline",
        "language": "lang",
    }
    assert article.extractor.startswith("wordpress/wordpress ")
    assert article.language == "vi"


# Pages, refusals


def test_an_article_over_several_pages_is_joined() -> None:
    shape = (
        "<h1 class='entry-title'>{}</h1>"
        "<div class='entry-content'>{}<p class='z'>Trang: <a href='{}'>1</a> <a href='2/'>2</a></p></div>"
    )
    first = page(shape.format(TITLE, f"<p><b>{P1}</b></p><p>{P2}</p>", URL))
    second = page(
        shape.format(
            TITLE,
            f"<p><b>Mục hai của bài viết này, cũng được in đậm cả dòng.</b></p><p>{P3}</p><p>Tin: Lò Thị Mẩy</p>",
            URL,
        )
    )
    for layouts in ((WORDPRESS,), ()):
        article = read_article([first, second], layouts, platform="wordpress")
        assert article.lead == P1
        assert article.body.split("\n\n") == [P2, "Mục hai của bài viết này, cũng được in đậm cả dòng.", P3]
        assert article.authors == ["Lò Thị Mẩy"]


def test_a_password_post_is_refused() -> None:
    body = (
        f"<h1 class='entry-title'>Bảo vệ: {TITLE}</h1><div class='entry-content'>"
        f"<form class='post-password-form'><p>Nhập mật khẩu.</p></form></div>"
    )
    with pytest.raises(ProtectedPost) as caught:
        read(body, WORDPRESS)
    assert caught.value.reason == "protected"


def test_a_headline_without_text_is_refused() -> None:
    with pytest.raises(EmptyBody):
        read(f"<h1 class='entry-title'>{TITLE}</h1><div class='entry-content'><p>&nbsp;</p></div>", WORDPRESS)


@pytest.mark.parametrize("content", ["<p><a href='/kh.pdf'>Kế hoạch</a></p>", "<p><img src='/a.jpg'></p>"])
def test_a_file_or_an_image_is_enough_of_a_body(content: str) -> None:
    article = read(f"<h1 class='entry-title'>{TITLE}</h1><div class='entry-content'>{content}</div>", WORDPRESS)
    assert article.attachments or article.images


@given(st.binary(max_size=600), st.booleans())
def test_arbitrary_bytes_give_an_article_or_a_named_reason(body: bytes, known: bool) -> None:
    try:
        article = read_article(
            [read_page(b"<h1>Ten bai</h1><div class=entry-content>" + body, URL, {})],
            [WORDPRESS] if known else [],
            platform="x",
        )
    except NotAnArticle:
        return
    assert unicodedata.is_normalized("NFC", article.title + article.body + article.body_html)


def test_the_same_page_gives_the_same_article() -> None:
    shape = SHAPES["newspaper theme, crumbs and module dates"]
    assert read(shape) == read(shape)
