"""VCCorp: newspapers and the Government's portals; article URLs end in an id whose digits hold the day."""

from crawler.parse.layout import Layout
from crawler.platforms.marks import Marks
from crawler.platforms.newspaper import Newspaper

_DAY = r"(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])"
_TIME = r"(?:[01]\d|2[0-3])[0-5]\d[0-5]\d\d{1,3}"
# Names older templates gave, and some papers still give.
_LEADS = ("h2.sapo", ".sapo-detail", ".knc-sapo", ".news-sapo", ".sapo")
_DATES = (".pdate", ".publishdate", ".kbwcm-time", ".date-time")
_INSERTED = (
    ".VCSortableInPreviewMode[type=RelatedOneNews]",
    ".VCSortableInPreviewMode[type=RelatedNewsBox]",
    ".VCSortableInPreviewMode[type=RelatedNews]",
    ".VCSortableInPreviewMode[type=SimpleQuote]",
    ".link-content-footer",
    ".relate-container",
    ".seo-suggest-link",
    "#reactRelate",
    "#listNewsInContent",
)


class VcCorp(Newspaper):
    """VCCorp newspapers and government portals."""

    name = "vccorp"
    marks = Marks(
        generator=("vccorp",),
        selectors=(".afcbc-body", "[data-role=publishdate]", ".box-category-link-title"),
        assets=("//static.mediacdn.vn/", ".mediacdn.vn/web_"),
    )
    article_url = r"-\d{16,18}\.(?:htm|chn|html)(?:[?#]|$)"
    listing_url = r"^https?://[^/]+(?:/(?![^/]*-\d{4,}\.)[a-z0-9-]+){1,2}\.(?:htm|chn)(?:[?#]|$)"
    texts = Marks(selectors=(".afcbc-body", "[data-role=content]"))
    url_dates = (rf"-(?P<year>20\d\d){_DAY}{_TIME}\.", rf"-\d{{3}}(?P<year>\d\d){_DAY}{_TIME}\.")
    layouts = (
        Layout(
            name="vccorp",
            title=("h1[data-role=title]", "h1.detail-title"),
            published=("[data-role=publishdate]", ".detail-time", *_DATES),
            lead=("[data-role=sapo]", ".detail-sapo", *_LEADS),
            body=("[data-role=content]", ".detail-content"),
            byline=("[data-role=author] .name", ".detail-author"),
            section=("[data-role=cate-name]", ".detail-cate a"),
            tags=(".detail-tag-list a",),
            drop=_INSERTED,
        ),
        Layout(
            name="vccorp-2014",
            title=("h1.title", "h1.article-title"),
            published=_DATES,
            lead=_LEADS,
            body=(
                "#mainContent",
                ".knc-content",
                "#main-detail-body",
                ".content-news-detail",
                ".fck",
                ".news-content",
            ),
            byline=(".kbwcm-author", ".author"),
            section=(".breadcrumb a",),
            tags=(".tags a",),
            drop=_INSERTED,
        ),
    )
