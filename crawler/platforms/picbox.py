"""Old ASP.NET and JSP newspapers that set pictures in `table.picBox`: Cao Bằng, Điện Biên Phủ, Hải Phòng."""

from crawler.parse.layout import Layout
from crawler.platforms.marks import Marks
from crawler.platforms.newspaper import Newspaper


class PicBox(Newspaper):
    """Old newspapers with `table.picBox`."""

    name = "picbox"
    marks = Marks(
        selectors=(".picBox", "#primary-content .story-listing", ".creatdate", ".newsLeft .sapo"),
        url=r"^[^?#]+/\d+\.bcb(?:[?#]|$)",
    )
    article_url = r"^https?://[^/]+/[^/]+/[^/]+/\d+\.bcb(?:[?#]|$)|/InfoDetail\.jsp\?"
    listing_url = r"^https?://[^/]+/[^/]+/\d+\.bcb(?:[?#]|$)|/(?:index|InfoList|Category)\.jsp"
    texts = Marks(selectors=("#newsContent", ".newsLeft .sapo", "#primary-content .text"))
    layouts = (
        Layout(
            name="picbox",
            title=("#primary-content h1", ".detail h1", "h1.title", ".detail .title"),
            published=("#primary-content .time", ".detail .time"),
            lead=("#primary-content .sapo", ".detail .sapo", ".sapo"),
            body=("#primary-content .text", ".detail .text", "div.text"),
            byline=(".author",),
            section=(".zone-title a", ".breadcrumb a"),
            tags=(".tags a",),
            drop=(".relate", ".other-news", ".tags", ".tools", ".mostread"),
        ),
        Layout(
            name="picbox-newsleft",
            title=(".newsLeft h1", ".newsLeft .title"),
            published=(".newsLeft .time",),
            lead=(".newsLeft .sapo",),
            body=(".newsLeft",),
            drop=(".newsLeft .time", ".newsLeft .tools", ".newsLeft .other"),
        ),
        Layout(
            name="picbox-jsp",
            title=(".row1 h1", ".row1.title", ".news-title"),
            published=(".creatdate",),
            lead=(".head",),
            body=("#newsContent",),
            drop=(".other-news",),
        ),
    )
