"""Custom PHP with `index.php?com=…` addresses, and the Laravel rewrite of it."""

from datetime import date

from crawler.parse.layout import Layout
from crawler.platforms.base import Platform
from crawler.platforms.marks import Marks


class ComPhp(Platform):
    """Department sites that name a page by `?com=…&id_…=N`; rewritten in late 2024 with `/tin-tuc/N` and the like."""

    name = "com_php"
    marks = Marks(selectors=("div.main_content .Content_Left",), url=r"/(?:index\.php)?\?com=[a-z]+_[a-z]+&id_")
    article_url = r"[?&]com=\w+_ct(?:&|$)|/(?:tin-tuc|thong-bao|van-ban-qppl)/\d+/?$"
    listing_url = r"[?&]com=danhmuc_\w+|/danh-muc/\d+/?(?:$|\?)"
    layouts = (
        Layout(
            name="com-php",
            title=(".Content_Left h1", ".Content_Left h2", ".Content_Left .title_news"),
            published=(".Content_Left .date_news", ".Content_Left .ngaydang"),
            body=(".Content_Left .noidung_tin", ".Content_Left .content_news", "div.main_content .Content_Left"),
            drop=(".Content_Right", ".notification-box"),
            valid_until=date(2024, 10, 31),
        ),
    )
