"""MasterCMS: newspapers of trade and ministries; the system marks a text with `__MASTERCMS_CONTENT`."""

from crawler.parse.layout import Layout
from crawler.platforms.marks import Marks
from crawler.platforms.newspaper import Newspaper


class MasterCms(Newspaper):
    """MasterCMS newspapers."""

    name = "mastercms"
    # A related box or a table of pictures copied from such a paper shows its names too: they are no marks.
    marks = Marks(
        selectors=(
            ".__MASTERCMS_CONTENT",
            ".__MB_MASTERCMS_EL",
            "#__MB_MASTERCMS_EL_3",
            ".__API_WIDGET",
            ".__ads_click",
            ".sabo",
        ),
        assets=("/modules/frontend/themes/",),
    )
    article_url = r"-\d{3,8}\.html(?:[?#]|$)"
    listing_url = r"^https?://[^/]+(?:/[a-z0-9-]+){1,2}(?:/?|&s_cond=[^/]*)(?:[?#]|$)|[?&]BRSR=\d+"
    texts = Marks(selectors=(".__MASTERCMS_CONTENT",))
    layouts = (
        Layout(
            name="mastercms",
            title=("h1.article-detail-title", "h1.detail-title", "h1.post-title"),
            published=(
                ".article-detail .article-publish-time",
                ".datetime",
                ".article-publish-time",
                ".article-date",
                ".post-publish-time",
                ".bx-time",
                ".published-dated",
                ".format_date",
            ),
            lead=(
                ".article-detail-desc",
                ".detail-sapo",
                "#__MB_MASTERCMS_EL_2",
                ".post-desc",
                ".post-sapo",
                ".sabo",
                ".desc-detail",
                ".article-desc",
            ),
            body=(
                ".__MASTERCMS_CONTENT_BODY",
                ".__MASTERCMS_CONTENT",
                "#__MB_MASTERCMS_EL_3",
                ".viewsDtailContent",
                ".detail_info",
                "#htmlContent",
            ),
            byline=(".article-detail-author", ".author-title"),
            section=(".breadcrumb a", ".article-catname"),
            tags=(".article-detail-tags a", ".tags a"),
            drop=(
                ".__MB_ARTICLE_A",
                ".__mb_article_in_image",
                ".article-detail-source",
                ".article-detail-author",
                ".article-detail-tags",
            ),
        ),
    )
