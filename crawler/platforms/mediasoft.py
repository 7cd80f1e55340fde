"""The MediaSoft type: provincial newspapers whose article URLs name the month, `/section/YYYYMM/slug-<hex>/`."""

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.parse.layout import Layout
from crawler.platforms.marks import Marks
from crawler.platforms.newspaper import Newspaper

if TYPE_CHECKING:
    from crawler.platforms.marks import Traces

_ARTICLE = r"/(?P<year>(?:19|20)\d\d)(?P<month>0[1-9]|1[0-2])/[^/]+-[0-9a-f]{3,8}/?(?:[?#]|$)"
# Where a paper of this type keeps its pictures and styles. Others link to the pictures: only one's own count.
_OWN_ASSETS = r"/(?:dataimages/(?:19|20)\d|file/e7837c0|common/v\d/)"
_INSERTED = (".rl", "table.quote", ".related", "#tags")


class MediaSoft(Newspaper):
    """The newspapers of the MediaSoft type."""

    name = "mediasoft"
    marks = Marks(selectors=("a.title2", "a.title3", "#content td.image_desc"), url=_ARTICLE)
    article_url = _ARTICLE
    listing_url = r"^https?://[^/]+(?:/(?!\d{6}/|[^/]*-[0-9a-f]{7}/)[a-z0-9-]+){1,3}/(?:[?#]|$)"
    url_dates = (_ARTICLE,)
    layouts = (
        Layout(
            name="mediasoft",
            title=(".detail h1", ".content-detail h1"),
            published=(".detail .date", ".content-detail .date", ".detail-news .date"),
            lead=(".detail .desc", "#content div.desc"),
            body=("#content .td-post-content", ".detail .content", ".detail-news"),
            section=(".breadcrumb a",),
            tags=(".tags a",),
            drop=_INSERTED,
        ),
        Layout(
            name="mediasoft-2010",
            title=("#title h1", "h1.title"),
            published=("#date", "#article .date", ".date-contentL", ".date_up"),
            lead=(".Summary",),
            body=("#content", ".news_detail", "div.content"),
            section=("#breadcrumb a", ".breadcrumb a"),
            tags=("#tags a",),
            drop=_INSERTED,
        ),
    )

    def detects(self, traces: "Traces") -> bool:
        """By its marks, or pictures and styles kept on the page's own host as this type keeps them."""
        if super().detects(traces):
            return True
        host = re.escape(urlsplit(traces.page.url).netloc)
        return bool(re.search(rf"^(?:(?:https?:)?//{host})?{_OWN_ASSETS}", traces.assets, re.MULTILINE))
