"""NukeViet 4."""

from crawler.parse.layout import Layout
from crawler.platforms.base import Platform
from crawler.platforms.marks import Marks


class NukeViet(Platform):
    """The open-source system of districts and schools: `/vi/news/<cat>/<alias>-<id>.html`, pages `/page-N/`."""

    name = "nukeviet"
    marks = Marks(
        generator=("nukeviet",), selectors=("#news-bodyhtml",), assets=("/assets/js/language/vi.js", "/themes/nukeviet")
    )
    article_url = r"/(?:vi/)?news/[^/]+/[^/?]+-\d+\.html"
    listing_url = r"/(?:vi/)?news/[^/]+/(?:page-\d+/?)?$"
    layouts = (
        Layout(
            name="nukeviet",
            title=("h1.title[itemprop=headline]", ".news_column h1.title", "h1.title"),
            published=(".news_column .h5", "[itemprop=datePublished]"),
            lead=(".hometext",),
            body=("#news-bodyhtml", ".bodytext"),
            byline=("p.h5.text-right",),
            tags=(".news_column .h5 a[rel=dofollow]",),
            drop=("ul.detail-related", ".other-news", ".socialicon", ".news-download-file .modal", "#idcomment"),
        ),
    )
