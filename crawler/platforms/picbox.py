"""Old ASP.NET and JSP newspapers that set pictures in `table.picBox`: Cao Bằng, Điện Biên Phủ, Hải Phòng."""

from crawler.parse.layout import Layout
from crawler.platforms.marks import Marks
from crawler.platforms.newspaper import Newspaper


class PicBox(Newspaper):
    """Old newspapers with `table.picBox`."""

    name = "picbox"
    marks = Marks(
        selectors=("table.picBox", "#primary-content .story-listing", ".creatdate", ".newsLeft .sapo"),
        url=r"^[^?#]+/\d+\.bcb(?:[?#]|$)",
    )
    article_url = r"^https?://[^/]+/[^/]+/[^/]+/\d+\.bcb(?:[?#]|$)|/InfoDetail\.jsp\?"
    listing_url = r"^https?://[^/]+/[^/]+/\d+\.bcb(?:[?#]|$)|/(?:index|InfoList|Category)\.jsp"
    texts = Marks(selectors=("#newsContent", ".newsLeft .sapo", "#primary-content .text"))
    layouts = (
        Layout(
            name="picbox",
            title=("#primary-content h1",),
            published=("#primary-content .time",),
            lead=("#primary-content .sapo", ".sapo"),
            body=("#primary-content .text", "div.text"),
            section=(".zone-title a",),
        ),
        Layout(
            name="picbox-newsleft",
            title=(".newsLeft h1",),
            published=(".newsLeft .time",),
            lead=(".newsLeft .sapo",),
            body=(".newsLeft",),
            drop=(".newsLeft .time",),
        ),
        Layout(
            name="picbox-jsp",
            title=(".row1 h1",),
            published=(".creatdate",),
            lead=(".head",),
            body=("#newsContent",),
        ),
    )
