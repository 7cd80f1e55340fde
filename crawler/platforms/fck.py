"""The pubdate / content-fck type: newspapers of the south, article URLs `/section/slug-a<id>.html`."""

from crawler.parse.layout import Layout
from crawler.platforms.marks import Marks
from crawler.platforms.newspaper import Newspaper


class ContentFck(Newspaper):
    """The pubdate / content-fck newspapers."""

    name = "fck"
    marks = Marks(
        selectors=(
            "#newscontents",
            ".content-fck-font-size",
            ".content-fck.slider-jsgallery",
            ".detail-date-share",
            ".cate-content-list-item",
        ),
        assets=("/image/fckeditor/upload/",),
    )
    article_url = r"-a\d+\.html(?:[?#]|$)"
    listing_url = r"^https?://[^/]+(?:/[a-z0-9-]+){1,3}/(?:[?#]|$)"
    texts = Marks(selectors=("#newscontents", ".content-fck"))
    layouts = (
        Layout(
            name="content-fck",
            title=(".detail-title h1", "h1.title-detail"),
            published=(".pubdate",),
            lead=(".detail-desc", "h4.sapo", ".fontd.fw600.justify", ".froboto.fw600"),
            body=("#newscontents", ".content-fck"),
            byline=("p.author",),
            section=(".breadcrumb a",),
            tags=(".detail-tags a", ".tags a"),
            drop=("p.author", ".box-relate", ".news-relate"),
        ),
    )
