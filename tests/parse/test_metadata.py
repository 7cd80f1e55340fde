"""What a page says of itself: JSON-LD of every kind of bad, OpenGraph, microdata, link relations."""

from datetime import datetime, timedelta, timezone

import pytest

from crawler.parse.metadata import VIETNAM, Metadata, iso, read_metadata
from crawler.parse.page import read_page

URL = "https://tin.vidu.gov.vn/hoi-nghi/"


def read(head: str, body: str = "<p>x</p>", attributes: str = "") -> Metadata:
    page = f"<html {attributes}><head>{head}</head><body>{body}</body></html>"
    return read_metadata(read_page(page.encode(), URL, {"content-type": "text/html"}))


def ld(text: str) -> str:
    return f'<script type="application/ld+json">{text}</script>'


ARTICLE = (
    '{"@type": "NewsArticle", "headline": "Xã Tân Sương khởi công cầu", "datePublished": "2021-03-04T01:30:00+00:00",'
    ' "dateModified": "2021-03-05T08:00:00+07:00", "articleSection": ["Tin hoạt động", "Xây dựng"],'
    ' "keywords": "cầu, giao thông", "author": {"@type": "Person", "name": "Lò Thị Mẩy"}}'
)


def test_json_ld_is_read_with_the_offset_it_states() -> None:
    got = read(ld(ARTICLE))
    assert got.title == "Xã Tân Sương khởi công cầu"
    assert got.published is not None
    assert got.published.at == datetime(2021, 3, 4, 8, 30, tzinfo=VIETNAM)
    assert got.published.at.utcoffset() == timedelta(0)
    assert got.published.precision == "minute"
    assert got.published.raw == "2021-03-04T01:30:00+00:00"
    assert got.modified == datetime(2021, 3, 5, 8, 0, tzinfo=VIETNAM)
    assert got.section == "Tin hoạt động"
    assert got.tags == ("cầu", "giao thông")
    assert got.authors == ("Lò Thị Mẩy",)
    assert got.evidence["published"] == "json-ld"


@pytest.mark.parametrize(
    "text",
    [
        ARTICLE + ";",
        "<!--\n" + ARTICLE + "\n-->",
        "//<![CDATA[\n" + ARTICLE + "\n//]]>",
        '{"@context": "https://schema.org", "@graph": [{"@type": "WebSite", "name": "Cổng"}, ' + ARTICLE + "]}",
        "[" + ARTICLE + "]",
        ARTICLE.replace('"headline"', '"description": "dòng một\n\tdòng hai", "headline"'),
    ],
)
def test_json_ld_is_read_tolerantly(text: str) -> None:
    assert read(ld(text)).title == "Xã Tân Sương khởi công cầu"


@pytest.mark.parametrize(
    "broken", ["{", '{"a": }', "[" * 50_000, "", "null", "3", '"x"', '{"@type": ["NewsArticle"], "author": [[[]]]}']
)
def test_a_broken_block_does_not_cost_the_page(broken: str) -> None:
    assert read(ld(broken) + ld(ARTICLE)).published is not None
    assert read(ld(broken) + '<meta property="og:title" content="Tên bài">').title == "Tên bài"


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ('"2021-03-04T08:30:00+07:00"', "2021-03-04T08:30:00+07:00"),
        ('{"@type": "Date", "@value": "2021-03-04T08:30:00+07:00"}', "2021-03-04T08:30:00+07:00"),
        ('[null, "2021-03-04T08:30:00+07:00"]', "2021-03-04T08:30:00+07:00"),
        ("1614821400", "2021-03-04T01:30:00+00:00"),
        ('"1614821400000"', "2021-03-04T01:30:00+00:00"),
        ("true", None),
        ('"0000-00-00T00:00:00"', None),
    ],
)
def test_json_ld_states_a_date_in_several_shapes(stated: str, expected: str | None) -> None:
    got = read(ld('{"@type": "NewsArticle", "headline": "Khởi công cầu", "datePublished": ' + stated + "}")).published
    assert (got and got.at) == (expected and datetime.fromisoformat(expected))
    assert got is None or got.precision == "minute"


@pytest.mark.parametrize("kind", ["VideoObject", "ImageObject", "AudioObject", "Clip"])
def test_a_film_before_the_article_is_not_it(kind: str) -> None:
    film = f'{{"@type": "{kind}", "headline": "Toàn cảnh cầu", "datePublished": "2019-01-01T00:00:00+07:00"}}'
    got = read(ld(film) + ld(ARTICLE)).published
    assert got is not None
    assert got.at.year == 2021
    assert read(ld(film)).published is None


@pytest.mark.parametrize(
    "broken",
    [
        ARTICLE.replace("khởi công cầu", 'khởi công "cầu treo"'),  # quotes nobody escaped
        ARTICLE[:-1] + ",}",
        ARTICLE[: ARTICLE.index('"author"')],  # cut off
    ],
)
def test_the_dates_of_a_broken_block_are_read(broken: str) -> None:
    got = read(ld(broken))
    assert got.published is not None
    assert got.published.at == datetime(2021, 3, 4, 8, 30, tzinfo=VIETNAM)
    assert got.modified == datetime(2021, 3, 5, 8, 0, tzinfo=VIETNAM)


def test_a_broken_block_that_states_two_dates_states_none() -> None:
    other = ARTICLE.replace("2021-03-04T01:30", "2020-01-01T01:30")
    assert read(ld(f"[{ARTICLE}, {other},]")).published is None
    assert read(ld(ARTICLE.replace("NewsArticle", "Event")[:-1] + ",}")).published is None


@pytest.mark.parametrize(
    "name",
    [
        "parsely-pub-date",
        "sailthru.date",
        "dc.date.issued",
        "DCTERMS.created",
        "article.published",
        "og:article:published_time",
        "publish_date",
        "datePublished",
        "pubdate",
        "date",
    ],
)
def test_meta_names_of_the_day_of_publication(name: str) -> None:
    got = read(f"<meta name='{name}' content='2021-03-04 08:30:00'><meta name='lastmod' content='2022-01-01'>")
    assert got.published is not None
    assert got.published.at == datetime(2021, 3, 4, 8, 30, tzinfo=VIETNAM)
    assert got.modified == datetime(2022, 1, 1, tzinfo=VIETNAM)


def test_articles_of_a_related_list_are_not_the_article() -> None:
    other = '{"@type": "ItemList", "itemListElement": [{"@type": "NewsArticle", "headline": "Bài khác"}]}'
    assert read(ld(other) + ld(ARTICLE)).title == "Xã Tân Sương khởi công cầu"
    assert read(ld(other)).title is None


def test_opengraph_and_article_properties() -> None:
    got = read(
        '<meta property="og:title" content="Chợ phiên &#7903; bản Nà Lốc – Cổng">'
        '<meta property="og:site_name" content="Cổng"><meta property="og:type" content="article">'
        '<meta property="article:published_time" content="2020-02-03T09:15:00+07:00">'
        '<meta property="article:section" content="Văn hóa"><meta property="article:tag" content="chợ phiên">'
        '<meta name="description" content="Chợ họp vào ngày rằm.">'
    )
    assert got.title == "Chợ phiên ở bản Nà Lốc – Cổng"
    assert got.site_name == "Cổng"
    assert got.kind == "article"
    assert got.description == "Chợ họp vào ngày rằm."
    assert got.published is not None
    assert got.published.at.isoformat() == "2020-02-03T09:15:00+07:00"
    assert (got.section, got.tags) == ("Văn hóa", ("chợ phiên",))


def test_microdata() -> None:
    got = read("", '<span itemprop="datePublished" content="2019-01-02">x</span><b itemprop="author">Giàng A Páo</b>')
    assert got.published is not None
    assert (got.published.at.date().isoformat(), got.published.precision) == ("2019-01-02", "day")
    assert got.authors == ("Giàng A Páo",)


@pytest.mark.parametrize("account", ["admin", "Administrator", "webmaster", "banbientap", "Phòng Tổng hợp"])
def test_accounts_and_units_are_no_authors(account: str) -> None:
    assert read(f'<meta name="author" content="{account}">').authors == ()


@pytest.mark.parametrize(
    "mark",
    [
        '<meta name="generator" content="WordPress 5.8">',
        '<link rel="https://api.w.org/" href="https://tin.vidu.gov.vn/wp-json/">',
    ],
)
def test_on_wordpress_the_metadata_names_the_poster_not_the_writer(mark: str) -> None:
    got = read(mark + '<meta name="author" content="Lò Thị Mẩy">' + ld(ARTICLE))
    assert got.wordpress
    assert got.authors == ()


def test_category_and_tag_links() -> None:
    got = read(
        "",
        '<a rel="category tag" href="/category/tin/">Tin tức &#8211; Sự kiện</a><a rel="tag" href="/tag/lua/">lúa</a>'
        '<div class="taxonomy-category"><a rel="tag" href="/category/x/">Chuyên mục</a></div>',
    )
    assert got.section == "Tin tức – Sự kiện"
    assert got.tags == ("lúa",)


def test_breadcrumb_list_gives_the_label_before_the_article() -> None:
    crumbs = (
        '{"@type": "BreadcrumbList", "itemListElement": ['
        '{"@type": "ListItem", "position": 1, "name": "Trang chủ"},'
        '{"@type": "ListItem", "position": 2, "item": {"@id": "/x", "name": "Nông nghiệp"}},'
        '{"@type": "ListItem", "position": 3, "name": "Bài A về lúa"}]}'
    )
    assert read(ld(crumbs) + '<meta property="og:title" content="Bài A về lúa">').section == "Nông nghiệp"


def test_canonical_and_language() -> None:
    got = read('<link rel="canonical" href="/hoi-nghi/?p=1">', attributes='lang="vi_VN"')
    assert got.canonical == "https://tin.vidu.gov.vn/hoi-nghi/?p=1"
    assert got.language == "vi-VN"
    assert read("", attributes='lang="<script>"').language is None
    assert read('<link rel="canonical" href="http://[x">').canonical is None


@pytest.mark.parametrize("value", ["", "hôm nay", "0001-01-01T00:00:00", "2021-13-40", "x" * 500])
def test_what_states_no_date_gives_none(value: str) -> None:
    assert iso(value) is None


def test_a_bare_iso_date_has_the_precision_of_a_day() -> None:
    dated = iso("2020-05-06")
    assert dated is not None
    assert (dated.precision, dated.at) == ("day", datetime(2020, 5, 6, tzinfo=timezone(timedelta(hours=7))))
