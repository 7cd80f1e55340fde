"""What the newspapers' content systems share: which URL is what, and a day that only the URL states."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.parse.article import Hint
from crawler.parse.page import Page, read_page
from crawler.platforms.base import Kind, Platform
from crawler.platforms.detect import PLATFORMS, detect
from crawler.platforms.newspaper import Newspaper
from pipelines.items import Article

TEXT = "Sáng nay, xã tổ chức lễ phát động trồng cây với hơn ba trăm đoàn viên tham gia."


def _page(body: str, url: str = "https://bao.example/", head: str = "") -> Page:
    html = f"<html><head><title>Báo Thử</title>{head}</head><body>{body}</body></html>"
    return read_page(html.encode(), url, {"content-type": "text/html; charset=utf-8"})


def _family(name: str) -> Newspaper:
    family = PLATFORMS[name]
    assert isinstance(family, Newspaper)
    return family


# -- what a URL is ------------------------------------------------------------------------------------

URLS = [
    ("zce", "https://bao.example/mot-bai-viet-post71042.html", Kind.ARTICLE),
    ("zce", "https://bao.example/mot-bai-viet-post219917.gd", Kind.ARTICLE),
    ("zce", "https://bao.example/mot-bai-viet-345120.html", Kind.ARTICLE),
    ("zce", "https://bao.example/kinh-te/thi-truong/", Kind.LISTING),
    ("zce", "https://bao.example/chu-de/mua-lu-topic12.html", Kind.LISTING),
    ("zce", "https://bao.example/tu-khoa/lua-tag311.html", Kind.TAG),
    ("zce", "https://bao.example/tac-gia/an-author88.html", Kind.AUTHOR),
    ("zce", "https://bao.example/tim-kiem/?q=lua", Kind.SEARCH),
    ("zce", "https://bao.example/gioi-thieu.html", Kind.STATIC),
    ("zce", "https://bao.example/gioi-thieu-sach-moi-post12.html", Kind.ARTICLE),
    ("zce", "https://bao.example/van-hoc/tac-gia/nha-tho-cua-ban-post12.html", Kind.ARTICLE),
    ("zce", "https://bao.example/gioi-thieu/lich-su-hinh-thanh-post12.html", Kind.ARTICLE),
    ("mediasoft", "https://bao.example/xa-hoi/201907/mot-bai-viet-8123639/", Kind.ARTICLE),
    ("mediasoft", "https://bao.example/thoi-su/202604/mot-bai-viet-3ac6d79/", Kind.ARTICLE),
    ("mediasoft", "https://bao.example/xa-hoi/moi-truong/", Kind.LISTING),
    ("mediasoft", "https://bao.example/media/phong-su-anh-3ac6d79/", Kind.UNKNOWN),
    ("fck", "https://bao.example/mot-bai-viet-a381204.html", Kind.ARTICLE),
    ("fck", "https://bao.example/kinh-te/?page=2", Kind.LISTING),
    ("picbox", "http://bao.example/Thoi-su/Mot-bai-viet/59518.bcb", Kind.ARTICLE),
    ("picbox", "http://bao.example/Thoi-su/57.bcb", Kind.LISTING),
    ("vccorp", "https://bao.example/mot-bai-viet-102241118163012407.htm", Kind.ARTICLE),
    ("vccorp", "https://bao.example/mot-bai-viet-2021080219330503.chn", Kind.ARTICLE),
    ("vccorp", "https://bao.example/the-gioi/vu-khi.htm", Kind.LISTING),
    ("vccorp", "https://bao.example/video/mot-video-19782.htm", Kind.UNKNOWN),
    ("mastercms", "https://bao.example/mot-bai-viet-112379.html", Kind.ARTICLE),
    ("mastercms", "https://bao.example/thuong-mai&s_cond=&BRSR=15", Kind.LISTING),
    ("mastercms", "https://bao.example/tag/go-dan-312.tag", Kind.TAG),
]


@pytest.mark.parametrize(("name", "url", "kind"), URLS)
def test_a_url_says_what_it_is(name: str, url: str, kind: Kind) -> None:
    family = _family(name)
    assert family.kind(_page("<p>Trang</p>", url)) is kind
    assert not (kind is Kind.ARTICLE and family.is_listing_url(url))
    assert family.refuses(url) == (kind in (Kind.TAG, Kind.AUTHOR, Kind.SEARCH, Kind.STATIC))


@pytest.mark.parametrize(
    "path", ["rss/home.rss", "print/71042.html", "epaper/", "apicenter@/print_article&i=1", "a.jpg"]
)
def test_what_is_neither_article_nor_list_is_refused(path: str) -> None:
    assert _family("zce").refuses(f"https://bao.example/{path}")


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("zce", f'<div class="article__body cms-body"><p>{TEXT}</p></div>'),
        ("fck", f'<div id="newscontents"><p>{TEXT}</p></div>'),
        ("picbox", f'<div id="newsContent"><p>{TEXT}</p></div>'),
        ("vccorp", f'<div class="detail-content afcbc-body"><p>{TEXT}</p></div>'),
        ("mastercms", f'<div class="__MASTERCMS_CONTENT"><p>{TEXT}</p></div>'),
    ],
)
def test_the_container_of_its_text_tells_an_article(name: str, body: str) -> None:
    assert _family(name).kind(_page(body, "https://bao.example/dac-biet/so-1.aspx")) is Kind.ARTICLE
    assert _family(name).kind(_page(body, "https://bao.example/")) is Kind.UNKNOWN


# -- who made a page ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "body", "name"),
    [
        ("", "<a class='cms-link' href='/a-post1.html'>Tin</a>", "zce"),
        ("", "<figure class='story__thumb'></figure>", "zce"),
        ("", "<p class='cms-desc'>Tin</p>", "zce"),
        ("", "<div id='abody'>Tin</div>", "zce"),
        ("", "<div class='article__sapo'>Tin</div>", "zce"),
        ("", "<a class='title2' href='/a/'>Tin</a>", "mediasoft"),
        ("", "<div id='content'><table><tr><td class='image_desc'>Ảnh</td></tr></table></div>", "mediasoft"),
        ("<link rel='stylesheet' href='/common/v1/css/main.css'>", "", "mediasoft"),
        ("", "<img src='/file/e7837c0286aa11cd01870bb2/022024/a.jpg'>", "mediasoft"),
        ("", "<img src='/image/fckeditor/upload/2017/a.jpg'>", "fck"),
        ("", "<ul class='cate-content-list-item'></ul>", "fck"),
        ("", "<table class='picBox'><tr><td></td></tr></table>", "picbox"),
        ("", "<div class='row1 creatdate'></div>", "picbox"),
        ("<meta name='generator' content='VCCorp.vn'>", "", "vccorp"),
        ("<script src='https://static.mediacdn.vn/a.js'></script>", "", "vccorp"),
        ("<link rel='icon' href='https://bao.mediacdn.vn/web_images/icon.png'>", "", "vccorp"),
        ("", "<time data-role='publishdate'></time>", "vccorp"),
        ("<script src='/modules/frontend/themes/bao/js/main.js'></script>", "", "mastercms"),
        ("", "<a class='__ads_click' href='/a'></a>", "mastercms"),
        ("", "<div id='__MB_MASTERCMS_EL_3'></div>", "mastercms"),
    ],
)
def test_each_mark_tells_its_family(head: str, body: str, name: str) -> None:
    assert detect(_page(body, head=head)).name == name


MEDIASOFT_PICTURE = "/dataimages/201609/original/images1.jpg"


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (f'<img src="{MEDIASOFT_PICTURE}">', "mediasoft"),
        (f'<img src="https://bao.example{MEDIASOFT_PICTURE}">', "mediasoft"),
        (f'<img src="https://bao-khac.example{MEDIASOFT_PICTURE}">', "generic"),
        ('<img src="/stores/news_dataimages/2023/a.jpg">', "generic"),
        (f'<div class="content"><table class="__MB_ARTICLE_A"><tr><td>{TEXT}</td></tr></table></div>', "generic"),
        (f'<div class="content"><div class="VCSortableInPreviewMode">{TEXT}</div></div>', "generic"),
        (f'<div class="text"><table class="image center"><td class="image_desc">{TEXT}</td></table></div>', "generic"),
    ],
)  # fmt: skip
def test_what_was_copied_from_a_paper_does_not_tell_its_family(body: str, name: str) -> None:
    assert detect(_page(body)).name == name


# -- when -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "url", "at", "precision"),
    [
        ("vccorp", "https://bao.example/bai-102241128182240327.htm", "2024-11-28T00:00:00+07:00", "day"),
        ("vccorp", "https://bao.example/bai-202241128182240327.htm", "2024-11-28T00:00:00+07:00", "day"),
        ("vccorp", "https://bao.example/bai-20210802174917636.chn", "2021-08-02T00:00:00+07:00", "day"),
        ("vccorp", "https://bao.example/bai-2021080220033436.chn", "2021-08-02T00:00:00+07:00", "day"),
        ("mediasoft", "https://bao.example/xa-hoi/201504/bai-2379/", "2015-04-01T00:00:00+07:00", "month"),
    ],
)
def test_the_url_dates_an_article_that_does_not(name: str, url: str, at: str, precision: str) -> None:
    article = _article(name, url)
    assert article.published_at is not None
    assert article.published_at.isoformat() == at
    assert article.published_precision == precision
    assert article.evidence["published_at"] == "url"


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("vccorp", "https://bao.example/bai-20210230174917636.chn"),
        ("vccorp", "https://bao.example/bai-102241328182240327.htm"),
        ("vccorp", "https://bao.example/bai-19782.htm"),
        ("mediasoft", "https://bao.example/xa-hoi/201513/bai-2379/"),
        ("zce", "https://bao.example/bai-20210802174917636.html"),
    ],
)
def test_digits_that_are_no_day_date_nothing(name: str, url: str) -> None:
    assert _article(name, url).published_at is None


def test_what_a_list_says_of_the_moment_goes_before_the_url() -> None:
    said = datetime(2021, 8, 3, 1, 30, tzinfo=UTC)
    article = _article("vccorp", "https://bao.example/bai-20210802174917636.chn", Hint(published_at=said))
    assert article.published_at == said
    assert article.evidence["published_at"] == "hint"


def _article(name: str, url: str, hint: Hint | None = None) -> Article:
    family: Platform = _family(name)
    return family.read(
        [_page(f"<h1>Phát động trồng cây đầu xuân</h1><p>{TEXT}</p><p>{TEXT} Cây đã lên.</p>", url)], hint
    )


# -- templates of many papers: date, lead, text ----------------------------------------------------------

LEAD = "Hơn ba trăm đoàn viên ra quân trồng cây đầu xuân trên đồi Khuổi Lặng."
TEMPLATES = [
    ("zce", "<div class='meta'><time class='cms-date'>{}</time></div>", "sapo cms-desc", "<div id='main_detail'>"),
    ("zce", "<div class='byline-dateline'><time>{}</time></div>", "article-sapo", "<div id='article-body'>"),
    ("zce", "<div class='meta'><time>{}</time></div>", "short-text", "<div class='text-content'><div id='abody'>"),
    ("zce", "<div class='details__meta'><time>{}</time></div>", "details__summary", "<div class='details__content'>"),
    ("zce", "<div class='details__meta'><time>{}</time></div>", "sapo", "<div id='abody'>"),
    ("zce", "<p class='article__meta'>{}</p>", "article__sapo", "<div class='main-contents article__body'>"),
    ("zce", "<div class='article__meta'><time>{}</time></div>", "article__sapo", "<div id='content-article'>"),
    ("mediasoft", "<div class='detail-news'><div class='date'>{}</div></div>", "", "<div class='detail-news'>"),
    ("mediasoft", "<p class=detail><b class=date>{}</b></p>", "", "<div id='content'><div class='td-post-content'>"),
    ("mediasoft", "<span class='date_up'>{}</span>", "Summary", "<div class='news_detail'>"),
    ("mediasoft", "<div class='date-contentL'>{}</div>", "", "<div id='content'>"),
    ("fck", "<p class='pubdate'>{}</p>", "fontd fw600 justify froboto", "<div id='newscontents'>"),
    ("fck", "<span class='pubdate'>{}</span>", "froboto fw600", "<div class='content-fck'>"),
    ("vccorp", "<span class='pdate'>{}</span>", "sapo-detail", "<div class='content-news-detail'>"),
    ("vccorp", "<span class='kbwcm-time'>{}</span>", "knc-sapo", "<div class='knc-content'>"),
    ("vccorp", "<div class='date-time'>{}</div>", "sapo", "<div id='main-detail-body'>"),
    ("vccorp", "<span class='publishdate'>{}</span>", "sapo", "<div data-role='content'>"),
    ("vccorp", "<span class='pdate'>{}</span>", "news-sapo", "<div class='clearfix news-content'>"),
    ("mastercms", "<span class='bx-time lt'>{}</span>", "article-desc", "<div class='__MASTERCMS_CONTENT'>"),
    ("mastercms", "<div class='published-dated'>{}</div>", "post-sapo", "<div id='__MB_MASTERCMS_EL_3'>"),
    ("mastercms", "<p class='post-publish-time'>{}</p>", "post-desc", "<div class='__MASTERCMS_CONTENT_BODY'>"),
    ("mastercms", "<p class='article-date'>{}</p>", "desc-detail", "<div id='htmlContent'>"),
    ("mastercms", "<p class='datetime'>{}</p>", "sabo", "<div class='detail_info '>"),
    ("mastercms", "<p class='datetime'>{}</p>", "detail-sapo", "<div class='viewsDtailContent'>"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "date", "lead", "text"), TEMPLATES)
def test_the_parts_of_many_templates_are_known(name: str, date: str, lead: str, text: str) -> None:
    closed = "</div>" * text.count("<div")
    first = f"<p class='{lead}'>{LEAD}</p>" if lead else ""
    page = _page(
        "<div class='time'>Thứ Tư, 20/11/2024</div><h1>Phát động trồng cây đầu xuân</h1>"
        f"{date.format('19/02/2019 - 08:15')}{first}{text}<p>{TEXT}</p><p>{TEXT} Cây đã lên.</p>{closed}",
        "https://bao.example/bai-viet",
    )
    article = _family(name).read([page], None)
    assert article.published_at is not None
    assert article.published_at.isoformat() == "2019-02-19T08:15:00+07:00"
    assert article.lead == (LEAD if lead else None)
    assert article.body == f"{TEXT}\n\n{TEXT} Cây đã lên."
    stated = [article.evidence[field] for field in ("published_at", "body", *(["lead"] if lead else []))]
    assert all(source.startswith("selector:") for source in stated), stated


# -- parts that the page alone would not give ------------------------------------------------------------

BODIES = {
    "zce": "<div class='article__content'><div class='content'>{}</div></div>",
    "zce-body": "<div class='article__body cms-body'>{}</div>",
    "zce-detail": "<div class='detail__content'>{}</div>",
    "zce-2014": "<div class='article-content'><div class='content cms-body'>{}</div></div>",
    "mediasoft": "<div id='content'>{}</div>",
    "fck": "<div id='newscontents'>{}</div>",
    "vccorp": "<div class='detail-content afcbc-body' data-role='content'>{}</div>",
    "mastercms": "<div class='__MASTERCMS_CONTENT'>{}</div>",
}
INSERTED = [
    *(("zce", f"class='{name}'") for name in ("cms-relate", "article__related", "article__related-listing")),
    *(("zce-body", f"class='{name}'") for name in ("article-relate", "related-news", "related-inline-story", "qc")),
    *(("zce-2014", f"class='{name}'") for name in ("box-relate", "article-poll", "social-share", "other-story")),
    *(("zce-2014", f"class='{name}'") for name in ("article-tag", "author")),
    *(("zce", f"class='{name}'") for name in ("article__tag", "article__author", "article__source", "author")),
    *(("zce-detail", f"class='{name}'") for name in ("detail__credit", "detail__relate", "detail__extension-wrap")),
    ("zce-detail", "class='content-ads'"),
    *(("mediasoft", name) for name in ("class='rl center'", "class='related'", "id='tags'")),
    *(("fck", f"class='{name}'") for name in ("news-relate", "box-relate")),
    *(("vccorp", f"class='VCSortableInPreviewMode' type='{kind}'") for kind in ("RelatedOneNews", "RelatedNewsBox")),
    *(("vccorp", f"class='VCSortableInPreviewMode' type='{kind}'") for kind in ("RelatedNews", "SimpleQuote")),
    *(("vccorp", f"class='{name}'") for name in ("link-content-footer", "relate-container", "seo-suggest-link")),
    *(("vccorp", f"id='{name}'") for name in ("reactRelate", "listNewsInContent")),
    *(("mastercms", f"class='{name}'") for name in ("__MB_ARTICLE_A", "__mb_article_in_image")),
    *(("mastercms", f"class='article-detail-{name}'") for name in ("source", "author", "tags")),
]
OTHER = "Một bài khác kể rằng mưa lớn đã làm ngập hơn hai mươi hộ dân ở hạ lưu, nước rút sau một ngày."


@pytest.mark.parametrize(("body", "attributes"), INSERTED)
def test_what_is_set_into_a_text_is_left_out(body: str, attributes: str) -> None:
    inside = f"<p>{TEXT}</p><div {attributes}><p>{OTHER}</p></div><p>{TEXT} Cây đã lên.</p>"
    article = _family(body.partition("-")[0]).read([_page(f"<h1>Trồng cây</h1>{BODIES[body].format(inside)}")], None)
    assert article.body == f"{TEXT}\n\n{TEXT} Cây đã lên."


@pytest.mark.parametrize(
    "box",
    [
        "<div class='full-img'><img src='/a.jpg'><span class='fig'>{}</span></div>",
        "<div class='article-photo inlinephoto'><img src='/a.jpg'><span>{}</span></div>",
        "<div class='item contentimg'><img src='/a.jpg'><div>{}</div></div>",
        "<table><tr><td><img src='/a.jpg'></td></tr><tr><td>{}</td></tr></table>",
        "<p><img src='/a.jpg'></p><p class='note ignore'>{}</p>",
    ],
)
def test_the_text_in_a_picture_box_is_its_caption(box: str) -> None:
    inside = f"<p>{TEXT}</p>{box.format('Đoàn viên trồng cây trên đồi')}<p>{TEXT}</p>"
    article = _family("zce").read([_page(f"<h1>Trồng cây</h1>{BODIES['zce'].format(inside)}")], None)
    assert article.body == f"{TEXT}\n\n{TEXT}"
    assert [image.caption for image in article.images] == ["Đoàn viên trồng cây trên đồi"]


def test_a_text_in_a_box_named_after_its_pictures_stays() -> None:
    inside = f"<div class='content-image'><img src='/a.jpg'><p>{TEXT}</p><p>{TEXT}</p><p>{TEXT}</p></div>"
    article = _family("zce").read([_page(f"<h1>Trồng cây</h1>{BODIES['zce'].format(inside)}")], None)
    assert article.body == f"{TEXT}\n\n{TEXT}\n\n{TEXT}"


@pytest.mark.parametrize(
    ("body", "byline"),
    [
        ("zce", "<div class='article__author'><a class='name'>{}</a></div>"),
        ("zce", "<span class='cms-author'>{}</span>"),
        ("zce-detail", "<div class='detail__credit'><p class='source'>Theo Báo Xuân</p><p class='author'>{}</p></div>"),
        ("zce-2014", "<span class='cms-author'>{}</span>"),
        ("vccorp", "<div data-role='author'><a class='name'>{}</a><span>và 2 tác giả khác</span></div>"),
        ("vccorp", "<div class='detail-author'>{}</div>"),
        ("mastercms", "<div class='article-detail-author'>{}</div>"),
        ("mastercms", "<h2 class='author-title'><a>{}</a></h2>"),
    ],
)
def test_the_byline_beside_a_text_is_read(body: str, byline: str) -> None:
    text = BODIES[body].format(f"<p>{TEXT}</p><p>{TEXT}</p>")
    page = _page(f"<h1>Trồng cây</h1>{byline.format('Tĩnh Trần')}{text}")
    assert _family(body.partition("-")[0]).read([page], None).authors == ["Tĩnh Trần"]


@pytest.mark.parametrize("box", ["<div class='content'>{}</div>", "<div class='cms-body'>{}</div>"])
@pytest.mark.parametrize("outer", ["article__content", "article-content"])
def test_a_byline_that_closes_a_text_is_no_paragraph(box: str, outer: str) -> None:
    inside = f"<p>{TEXT}</p><p>{TEXT}</p><div class='author'>Tĩnh Trần</div>"
    article = _family("zce").read([_page(f"<h1>Trồng cây</h1><div class='{outer}'>{box.format(inside)}</div>")], None)
    assert (article.body, article.authors) == (f"{TEXT}\n\n{TEXT}", ["Tĩnh Trần"])


@pytest.mark.parametrize(
    ("body", "heading"),
    [
        ("zce", "<h1 class='article__title'>{}</h1>"),
        ("zce", "<h1 class='cms-title'>{}</h1>"),
        ("zce-detail", "<h1 class='detail__title'>{}</h1>"),
        ("zce-detail", "<h1 class='details__headline'>{}</h1>"),
        ("zce-2014", "<h1 class='article-title'>{}</h1>"),
        ("zce-2014", "<div class='cms-title'>{}</div>"),
        ("mediasoft", "<div id='title'><h1>{}</h1></div>"),
        ("mediasoft", "<h1 class='title'>{}</h1>"),
        ("fck", "<div class='detail-title'><h1>{}</h1></div>"),
        ("fck", "<h1 class='title-detail'>{}</h1>"),
        ("vccorp", "<h1 data-role='title'>{}</h1>"),
        ("vccorp", "<h1 class='detail-title'>{}</h1>"),
        ("mastercms", "<h1 class='article-detail-title'>{}</h1>"),
        ("mastercms", "<h1 class='detail-title'>{}</h1>"),
        ("mastercms", "<h1 class='post-title'>{}</h1>"),
    ],
)
def test_the_headline_is_the_articles_own(body: str, heading: str) -> None:
    """Not a slogan set as the first heading, nor what the page's title says to search engines."""
    text = BODIES[body].format(f"<p>{TEXT}</p><p>{TEXT}</p>")
    page = _page(f"<h1>Tiếng nói của nhân dân</h1>{heading.format('Ra quân trồng cây')}{text}")
    assert _family(body.partition("-")[0]).read([page], None).title == "Ra quân trồng cây"


# -- where articles are listed --------------------------------------------------------------------------


def test_sitemaps_of_tags_and_topics_list_no_articles() -> None:
    names = ("news-2024-1", "categories", "topics", "tags-2", "authors", "bai-viet-2024", "video-sitemap")
    kept = [name for name in names if _family("zce").lists_posts(f"https://bao.example/sitemaps/{name}.xml")]
    assert kept == ["news-2024-1", "bai-viet-2024"]
