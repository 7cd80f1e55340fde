"""Liferay portals."""

from crawler.parse.layout import Layout
from crawler.platforms.base import Platform
from crawler.platforms.marks import Marks


class Liferay(Platform):
    """Web content in portlets; a portlet turns its pages by `_cur=N` behind its own name."""

    name = "liferay"
    marks = Marks(
        selectors=("div.journal-content-article", "body.yui3-skin-sam.signed-out"),
        assets=("/o/frontend-", "barebone.jsp", "everything.jsp", "/combo?browserId="),
        url=r"[?&]p_p_id=(?!\w*WAR_vnpt)",
    )
    article_url = r"/-/asset_publisher/[^?]*/content/|/content/[^/?]+\?|[?&]_\w+_(?:articleId|urlTitle)="
    layouts = (
        Layout(
            name="liferay",
            title=(".contentDetail h3", ".header-title", "h1.title-detail"),
            published=("p.date_post", "span.meta-data-date", ".metadata-publish-date"),
            lead=(".article-summary", ".sapo"),
            body=("div.journal-content-article", ".asset-full-content .asset-content"),
            drop=(".taglib-social-bookmarks", ".taglib-ratings", ".asset-links", ".asset-metadata"),
        ),
    )
