"""What the form of a URL, or a bare page, says to the families of provincial portals."""

from datetime import date
from pathlib import Path

import pytest
from fixture_pages import Fixture, folders, load

from crawler.parse.page import Page, read_page
from crawler.platforms.base import Kind
from crawler.platforms.detect import PLATFORMS, detect

pytestmark = pytest.mark.no_cover  # others reach all it does

HOST = "https://tinh.example"
FAMILIES = ("com_php", "sharepoint", "tandan", "postdate", "liferay", "vnpt", "nukeviet")
FIXTURES = [load(folder) for folder in folders() if folder.parent.name in FAMILIES]


def page(path: str, body: str = "", head: str = "") -> Page:
    html = f"<html><head><title>Trang</title>{head}</head><body>{body}<p>Nội dung.</p></body></html>"
    return read_page(html.encode(), HOST + path, {"content-type": "text/html; charset=utf-8"})


@pytest.mark.parametrize(
    ("family", "path", "kind"),
    [
        ("com_php", "/index.php?com=thongbao_ct&id_tb=46", Kind.ARTICLE),
        ("com_php", "/index.php?com=danhmuc_tin&id_category=2&page=3", Kind.LISTING),
        ("com_php", "/index.php?com=tin-tuc", Kind.UNKNOWN),
        ("com_php", "/tin-tuc/318", Kind.ARTICLE),
        ("com_php", "/van-ban-qppl/47", Kind.ARTICLE),
        ("com_php", "/thong-bao?page=2", Kind.LISTING),
        ("com_php", "/danh-muc/5", Kind.LISTING),
        ("com_php", "/gioi-thieu", Kind.STATIC),
        ("sharepoint", "/Pages/tin-trong-tinh-237/khoi-cong-cau-4f0f05a3bb1e2d5b.aspx", Kind.ARTICLE),
        ("sharepoint", "/Pages/tin-trong-tinh-237/default.aspx", Kind.LISTING),
        ("sharepoint", "/tintuc/Pages/tin-tong-hop.aspx?ItemID=518", Kind.ARTICLE),
        ("sharepoint", "/tintuc/Pages/tin-tong-hop.aspx?ChuyenMucID=32&page=2", Kind.LISTING),
        ("sharepoint", "/vn/chuyen-muc/493/Tin-tong-hop.aspx?page=2", Kind.LISTING),
        ("sharepoint", "/Pages/Lien-He.aspx", Kind.STATIC),
        ("sharepoint", "/Pages/mot-trang.aspx", Kind.UNKNOWN),
        ("tandan", "/portal/Pages/2020-5-29/Uoc-tinh-thiet-haikd6fqr.aspx", Kind.ARTICLE),
        ("tandan", "/portal/pages/2015/Tham-vong-niqdbvc3sab5.aspx", Kind.ARTICLE),
        ("tandan", "/portal/Pages/kinh-te.aspx?page=2", Kind.LISTING),
        ("postdate", "/1233/28055/44316/601877/tin-trong-tinh/mot-tin", Kind.ARTICLE),
        ("postdate", "/1233/28055/44316/tin-trong-tinh", Kind.LISTING),
        ("postdate", "/lien-he", Kind.STATIC),
        ("liferay", "/tin-tuc/-/asset_publisher/L0n17v/content/mot-tin", Kind.ARTICLE),
        ("liferay", "/tin-tuc/-/asset_publisher/L0n17v/tag/nuoc", Kind.UNKNOWN),
        ("liferay", "/tin-tuc/-/mot-tin?inheritRedirect=false", Kind.ARTICLE),
        ("liferay", "/web/guest/-/blogs/mot-tin", Kind.ARTICLE),
        ("liferay", "/van-ban/-/document_library_display/x8/view/5", Kind.UNKNOWN),
        ("liferay", "/tin-tuc?p_p_id=101_INSTANCE_x&p_p_lifecycle=0&_101_INSTANCE_x_delta=10&_101_INSTANCE_x_cur=3",
         Kind.LISTING),
        ("vnpt", "/tin?p_p_id=dsnews_WAR_vnpteportalnewsportlet_INSTANCE_x_&_x_cur=2", Kind.LISTING),
        ("vnpt", "/tin?_x_articleId=18", Kind.ARTICLE),
        ("nukeviet", "/vi/news/nong-nghiep/mot-tin-132.html", Kind.ARTICLE),
        ("nukeviet", "/tin-tuc/mot-tin-55/", Kind.ARTICLE),
        ("nukeviet", "/index.php?language=vi&nv=news&op=nong-nghiep/mot-tin-132", Kind.ARTICLE),
        ("nukeviet", "/vi/news/nong-nghiep/page-2/", Kind.LISTING),
        ("nukeviet", "/vi/news/groups/Tin-moi-nhat/", Kind.LISTING),
        ("nukeviet", "/vi/news/topic/Chuyen-de-5/", Kind.LISTING),
        ("nukeviet", "/vi/news/tag/mua-lu/page-2/", Kind.TAG),
        ("nukeviet", "/vi/contact/", Kind.STATIC),
        ("nukeviet", "/vi/news/", Kind.UNKNOWN),
    ],
)  # fmt: skip
def test_kind_by_url(family: str, path: str, kind: Kind) -> None:
    assert PLATFORMS[family].kind(page(path)) is kind
    assert not PLATFORMS[family].refuses(HOST + path)


@pytest.mark.parametrize(
    ("family", "path"),
    [
        ("com_php", "/index.php?com=dangnhap"),
        ("com_php", "/index.php?com=tim-kiem&key=le+hoi"),
        ("com_php", "/login"),
        ("sharepoint", "/_layouts/15/Authenticate.aspx?Source=%2F"),
        ("sharepoint", "/Lists/HoiDap/AllItems.aspx"),
        ("sharepoint", "/VanBan/Forms/DispForm.aspx?ID=3"),
        ("sharepoint", "/tintuc/Pages/tin.aspx?ItemID=5&IsPrint=1"),
        ("sharepoint", "/Pages/osssearchresults.aspx?k=nuoc"),
        ("tandan", "/portal/_layouts/15/listfeed.aspx"),
        ("postdate", "/rss"),
        ("postdate", "/tim-kiem?q=nuoc"),
        ("liferay", "/c/portal/login?p_l_id=5"),
        ("liferay", "/documents/20182/5011/tin.pdf/1a2b"),
        ("liferay", "/tin-tuc/-/asset_publisher/L0/content/mot-tin?_101_INSTANCE_L0_viewMode=print&p_p_state=pop_up"),
        ("vnpt", "/tin?p_p_id=3&_3_keywords=von"),
        ("nukeviet", "/vi/news/print/nong-nghiep/mot-tin-132.html"),
        ("nukeviet", "/vi/users/login/"),
        ("nukeviet", "/vi/seek/?q=nuoc"),
        ("nukeviet", "/index.php?language=vi&nv=news&op=savefile/nong-nghiep/mot-tin-132"),
    ],
)
def test_refuses(family: str, path: str) -> None:
    assert PLATFORMS[family].refuses(HOST + path)


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda fixture: fixture.id)
def test_what_is_listed_is_asked_for(fixture: Fixture) -> None:
    """Neither an article's own URL nor those of a listing's entries are taken for sections or refused."""
    family = PLATFORMS[fixture.platform]
    for url in [*fixture.expected.get("entries", ()), *(fixture.urls if fixture.is_article else ())]:
        assert not family.refuses(url)
        assert not family.is_listing_url(url)


@pytest.mark.parametrize(
    ("path", "head", "body", "family"),
    [
        ("/index.php?com=tin-tuc", "", "", "com_php"),
        ("/", "", "<p class='main_content'><b class='wrapper'><i class='Content_Left'></i></b></p>", "com_php"),
        ("/", "", "<ul class='UL_Link_Menu'><li class='Lv_3'></li></ul>", "com_php"),
        ("/", "<meta name='GENERATOR' content='Microsoft SharePoint'>", "", "sharepoint"),
        ("/", "<script src='/_layouts/15/init.js'></script>", "", "sharepoint"),
        ("/", "<link href='/_catalogs/masterpage/a.css'>", "", "sharepoint"),
        ("/", "<link href='/Style%20Library/a.css'>", "", "sharepoint"),
        ("/", "<link href='/Style Library/a.css'>", "", "sharepoint"),
        ("/", "", "<div id='s4-workspace'></div>", "sharepoint"),
        ("/", "", "<div id='MSO_ContentTable'></div>", "sharepoint"),
        ("/", "", "<input id='_wpcmWpid'>", "sharepoint"),
        ("/", "", "<div class='ms-rtestate-field'></div>", "sharepoint"),
        ("/", "", "<div id='divArticleDescription2'></div>", "sharepoint"),
        ("/", "", "<div id='ctl00_g_1a2b_ctl00_pnNguontin'></div>", "sharepoint"),
        ("/", "", "<div class='ms-rtestate-field'></div><span class='tandan-span-date-publish'></span>", "tandan"),
        ("/", "", "<div class='PostDate'></div><div class='ArticleContent'></div>", "postdate"),
        ("/", "", "<div class='PostDate'></div><div class='ArticleSummary'></div>", "postdate"),
        ("/", "", "<div class='ArticleContent'></div>", "generic"),
        ("/", "", "<div class='PostDate'></div>", "generic"),
        ("/", "<meta name='generator' content='Liferay Portal'>", "", "liferay"),
        ("/", "<link data-senna-track='temporary' href='/'>", "", "liferay"),
        ("/", "<link class='lfr-css-file' href='/a.css'>", "", "liferay"),
        ("/", "<link href='/theme/css/main.css?minifierType=css'>", "", "liferay"),
        ("/", "<script src='/html/js/liferay/menu.js'></script>", "", "liferay"),
        ("/", "<script src='/o/frontend-js-web/main.js'></script>", "", "liferay"),
        ("/", "<script src='/o/js_resolve_modules'></script>", "", "liferay"),
        ("/", "<script src='/combo?browserId=other&amp;a.js'></script>", "", "liferay"),
        ("/", "<script src='/combo/?browserId=other&amp;a.js'></script>", "", "liferay"),
        ("/", "", "<div class='portlet-boundary'></div>", "liferay"),
        ("/", "", "<div class='journal-content-article'></div>", "liferay"),
        ("/", "", "<div class='portlet-boundary' id='p_p_id_dsnews_WAR_vnpteportalnewsportlet_'></div>", "vnpt"),
        ("/", "", "<div class='portlet-boundary'></div><div id='testabc'></div>", "vnpt"),
        ("/", "<link href='/vnpteportal-theme/a.css?minifierType=css'>", "", "vnpt"),
        ("/tin?p_p_id=dsnews_WAR_vnpteportalnewsportlet", "", "<div class='portlet-boundary'></div>", "vnpt"),
        ("/", "<meta name='generator' content='NukeViet v4.5'>", "", "nukeviet"),
        ("/", "<script src='/assets/js/nv.core.js'></script>", "", "nukeviet"),
        ("/", "", "<div id='news-bodyhtml'></div>", "nukeviet"),
    ],
)  # fmt: skip
def test_each_mark_by_itself(path: str, head: str, body: str, family: str) -> None:
    assert detect(page(path, body, head)).name == family


@pytest.mark.parametrize(
    ("family", "body", "kind"),
    [
        ("sharepoint", "<div id='divArticleDescription2'></div>", Kind.ARTICLE),
        ("sharepoint", "<div id='news-detail'></div>", Kind.ARTICLE),
        ("sharepoint", "<div id='ctl00_g_1a_pnHide'></div>", Kind.ARTICLE),
        ("sharepoint", "<div class='ms-rtestate-field'></div>", Kind.UNKNOWN),
        ("postdate", "<div class='ArticleContent'></div>", Kind.ARTICLE),
        ("liferay", "<div class='contentDetail'><div class='journal-content-article'></div></div>", Kind.ARTICLE),
        ("liferay", "<div class='journal-content-article'></div>", Kind.UNKNOWN),
        ("vnpt", "<div id='testabc'></div>", Kind.ARTICLE),
        ("nukeviet", "<div id='news_detail'><div class='bodytext'></div></div>", Kind.ARTICLE),
        ("nukeviet", "<div id='page-bodyhtml'></div>", Kind.STATIC),
    ],
)
def test_kind_by_what_is_on_the_page(family: str, body: str, kind: Kind) -> None:
    assert PLATFORMS[family].kind(page("/mot-trang", body)) is kind
    if kind is Kind.ARTICLE:
        assert PLATFORMS[family].kind(page("/", body)) is Kind.UNKNOWN, "a start page may show an article in full"


def test_a_page_with_the_text_of_an_article_is_one_whatever_its_section_is_called() -> None:
    assert PLATFORMS["nukeviet"].kind(page("/vi/about/tin-8.html", "<div id='news-bodyhtml'></div>")) is Kind.ARTICLE


def test_the_first_layout_of_custom_php_ended_with_2024() -> None:
    layouts = {layout.name: layout.valid_until for layout in PLATFORMS["com_php"].layouts}
    assert layouts == {"com_php-laravel": None, "com_php": date(2024, 12, 31)}


LONG = "Ủy ban nhân dân huyện yêu cầu các xã rà soát hộ thiếu nước và báo cáo trước ngày làm việc cuối cùng của tuần."
TEXT = f"<p>{LONG}</p><p>{LONG}</p>"
DAY = "07/01/2021"


@pytest.mark.parametrize(
    ("family", "field", "css", "body"),
    [
        ("com_php", "title", "h1.News_Detail_Title",
         f"<h1 class=News_Detail_Title>Tin</h1><div id=divArticleDescription>{TEXT}</div>"),
        ("com_php", "body", "#divArticleDescription", f"<div id=divArticleDescription>{TEXT}</div>"),
        ("com_php", "title", ".Content_Left h1",
         f"<div class=main_content><div class=Content_Left><h1>Tin</h1>{TEXT}</div></div>"),
        ("com_php", "body", "div.main_content .Content_Left",
         f"<div class=main_content><div class=Content_Left><h1>Tin</h1>{TEXT}</div></div>"),
        ("sharepoint", "title", "#divArticleDescription3 h1", "<div id=divArticleDescription3><h1>Tin</h1></div>"),
        ("sharepoint", "title", "h1.News_Detail_Title", "<h1 class=News_Detail_Title>Tin</h1>"),
        ("sharepoint", "title", "[id$=pnHide] h1", "<div id=ctl00_g_1_pnHide><h1>Tin</h1></div>"),
        ("sharepoint", "published_at", "[id$=pnHide] span", f"<div id=ctl00_g_1_pnHide><span>{DAY}</span></div>"),
        ("sharepoint", "published_at", ".News_Time_Post", f"<span class=News_Time_Post>{DAY}</span>"),
        ("sharepoint", "published_at", ".PostDate", f"<div class=PostDate>{DAY}</div>"),
        ("sharepoint", "lead", "#divArticleDescription1", f"<div id=divArticleDescription1>Hỏi {LONG}</div>"),
        ("sharepoint", "lead", "#news-des", f"<div id=news-des>Hỏi {LONG}</div>"),
        ("sharepoint", "body", "#divArticleDescription2", f"<div id=divArticleDescription2>{TEXT}</div>"),
        ("sharepoint", "body", "#divArticleContent", f"<div id=divArticleContent>{TEXT}</div>"),
        ("sharepoint", "body", "#news-detail", f"<div id=news-detail>{TEXT}</div>"),
        ("sharepoint", "body", ".article-content .ms-rtestate-field",
         f"<div class=article-content><div class=ms-rtestate-field>{TEXT}</div></div>"),
        ("sharepoint", "body", ".ms-rtestate-field", f"<div class=ms-rtestate-field>{TEXT}</div>"),
        ("tandan", "title", ".tandan-p-article-news-title", "<p class=tandan-p-article-news-title>Tin</p>"),
        ("tandan", "published_at", ".tandan-span-date-publish", f"<b class=tandan-span-date-publish>{DAY}</b>"),
        ("tandan", "lead", ".tandan-p-article-news-summary", f"<p class=tandan-p-article-news-summary>Hỏi {LONG}</p>"),
        ("postdate", "published_at", "div.PostDate", f"<div class=PostDate>{DAY}</div>"),
        ("postdate", "lead", "div.ArticleSummary", f"<div class=ArticleSummary>Hỏi {LONG}</div>"),
        ("liferay", "title", ".contentDetail h3", "<div class=contentDetail><h3>Tin</h3></div>"),
        ("liferay", "title", ".asset-full-content h1.header-title",
         "<div class=asset-full-content><h1 class=header-title>Tin</h1></div>"),
        ("liferay", "title", ".asset-full-content .asset-title",
         "<div class=asset-full-content><h2 class=asset-title>Tin</h2></div>"),
        ("liferay", "title", ".asset-content h1", "<div class=asset-content><h1>Tin</h1></div>"),
        ("liferay", "title", ".portlet-asset-publisher .header-title",
         "<div class=portlet-asset-publisher><h1 class=header-title>Tin</h1></div>"),
        ("liferay", "title", ".journal-content-article h1", "<div class=journal-content-article><h1>Tin</h1></div>"),
        ("liferay", "published_at", "p.date_post", f"<p class=date_post>{DAY}</p>"),
        ("liferay", "published_at", "span.meta-data-date", f"<span class=meta-data-date>{DAY}</span>"),
        ("liferay", "published_at", ".metadata-publish-date", f"<span class=metadata-publish-date>{DAY}</span>"),
        ("liferay", "lead", ".article-summary", f"<div class=article-summary>Hỏi {LONG}</div>"),
        ("liferay", "lead", ".sapo strong", f"<div class=sapo><strong>Hỏi {LONG}</strong></div>"),
        ("liferay", "body", ".contentDetail div.journal-content-article",
         f"<div class=contentDetail><div class=journal-content-article>{TEXT}</div></div>"),
        ("liferay", "body", ".asset-full-content div.journal-content-article",
         f"<i class=asset-full-content><div class=journal-content-article>{TEXT}</div></i>"),
        ("liferay", "body", "div.journal-content-article", f"<div class=journal-content-article>{TEXT}</div>"),
        ("vnpt", "title", "#testabc div h1", f"<div id=testabc><div><h1>Tin</h1></div>{TEXT}</div>"),
        ("vnpt", "title", "#testabc h1", f"<div id=testabc><h1>Tin</h1>{TEXT}</div>"),
        ("vnpt", "published_at", "#testabc div p", f"<div id=testabc><div><h1>Tin</h1><p>{DAY}</p></div>{TEXT}</div>"),
        ("vnpt", "body", "#change_font_size", f"<div id=testabc><div id=change_font_size>{TEXT}</div></div>"),
        ("vnpt", "body", "#testabc", f"<div id=testabc>{TEXT}</div>"),
        ("nukeviet", "title", "h1.title[itemprop=headline]", "<h1 class=title itemprop=headline>Tin</h1>"),
        ("nukeviet", "title", ".news_column h1.title", "<div class=news_column><h1 class=title>Tin</h1></div>"),
        ("nukeviet", "published_at", ".news_column .h5", f"<div class=news_column><span class=h5>{DAY}</span></div>"),
        ("nukeviet", "body", "#news-bodyhtml", f"<div id=news-bodyhtml>{TEXT}</div>"),
        ("nukeviet", "title", "#news_detail h1",
         f"<div id=news_detail><h1>Tin</h1><div class=bodytext>{TEXT}</div></div>"),
        ("nukeviet", "published_at", "#news_detail .time",
         f"<div id=news_detail><b class=time>{DAY}</b><div class=bodytext>{TEXT}</div></div>"),
        ("nukeviet", "body", "#news_detail .bodytext", f"<div id=news_detail><div class=bodytext>{TEXT}</div></div>"),
    ],
)  # fmt: skip
def test_where_each_part_is_said_to_be(family: str, field: str, css: str, body: str) -> None:
    """A page of nothing but the element a selector names, and the text of an article."""
    marker = {"sharepoint": "#divArticleContent", "tandan": ".ms-rtestate-field", "postdate": ".ArticleContent",
              "liferay": ".journal-content-article", "nukeviet": "#news-bodyhtml"}.get(family, "")  # fmt: skip
    if field != "body" and TEXT not in body and marker:
        name = "id" if marker[0] == "#" else "class"
        body += f"<div {name}='{marker[1:]}'>{TEXT}</div>"
    article = PLATFORMS[family].read([page("/tin/mot-tin", body)], None)
    assert article.evidence[field] == f"selector:{css}"


def _layout_of(case: str) -> str:
    fixture = load(Path(__file__).parent / "com_php" / case)
    article = fixture.outcome
    assert not isinstance(article, str)
    return str(getattr(article, "extractor", "")).split()[0]


def test_each_generation_of_custom_php_is_read_by_its_layout() -> None:
    assert _layout_of("laravel-article") == "com_php/com_php-laravel"
    assert _layout_of("com-article-br") == "com_php/com_php"


@pytest.mark.parametrize("case", ["two-authors", "lead-twice"])
def test_a_portal_found_to_be_sharepoint_by_its_start_page_has_its_articles_read(case: str) -> None:
    fixture = load(Path(__file__).parent / "tandan" / case)
    article = PLATFORMS["sharepoint"].read(fixture.pages, None)
    expected = fixture.expected
    assert (article.title, article.lead, article.body.split("\n\n")) == (
        expected["title"],
        expected["lead"],
        expected["body"],
    )
    assert article.published_at is not None
    assert article.published_at.isoformat() == expected["published_at"]
