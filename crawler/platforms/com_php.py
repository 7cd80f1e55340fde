"""Custom PHP with `index.php?com=…` addresses, and the Laravel rewrite of it."""

from datetime import date

from crawler.parse.layout import Layout
from crawler.platforms.government import SEARCH_URL, STATIC_URL, Government
from crawler.platforms.marks import Marks


class ComPhp(Government):
    """Custom PHP: news, notices and documents each under a `com=` of their own, details under `<com>_ct`.

    The rewrite of late 2024 kept the frame and gave each kind of page a path: `/tin-tuc/{id}`, `/danh-muc/{id}`.
    """

    name = "com_php"
    marks = Marks(
        selectors=(".main_content > .wrapper > .Content_Left", ".UL_Link_Menu > .Lv_3"),
        url=r"/index\.php\?(?:[^#]*&)?com=[a-z]",
    )
    article_url = (
        r"[?&]com=[\w-]+_ct(?:&|$)|[?&]com=chi-?tiet[\w-]*|[?&]id_(?:tb|tin|vb|baiviet)=\d|"
        r"/(?:tin-tuc|thong-bao|van-ban-qppl)/\d+(?:[?#]|$)"
    )
    listing_url = r"[?&]com=danhmuc_[\w-]+&id_category=\d+|/danh-muc/\d+|/(?:tin-tuc|thong-bao|van-ban-qppl)/?(?:\?|$)"
    static_url = rf"[?&]com=(?:gioi-?thieu|lien-?he|so-?do|co-?cau)[\w-]*(?:&|$)|{STATIC_URL}"
    search_url = rf"[?&]com=(?:tim-?kiem|search)\b|{SEARCH_URL}"
    refused_url = r"[?&]com=(?:dang-?nhap|login|rss|video|album|lich)\b|/(?:login|admin|rss)(?:[/?]|$)"
    layouts = (
        Layout(
            name="com_php-laravel",
            title=("h1.News_Detail_Title",),
            published=(".Around_News_Content .News_Time_Post",),
            body=("#divArticleDescription",),
            section=(".UL_Link_Menu a[href*='/']",),
        ),
        Layout(
            name="com_php",
            valid_until=date(2024, 12, 31),
            title=(".Content_Left h1",),
            published=(".Content_Left .News_Time_Post",),
            body=("div.main_content .Content_Left",),
            section=(".UL_Link_Menu a[href*=index]",),
        ),
    )
