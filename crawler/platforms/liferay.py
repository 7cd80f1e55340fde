"""Liferay portals."""

from typing import ClassVar

from crawler.parse.layout import Layout
from crawler.platforms.government import SEARCH_URL, Government
from crawler.platforms.marks import Marks

_PORTLETS = "asset_publisher|blogs|calendar|categories|document_library|message_boards|rss|search|tags?|wiki"
"""What stands after `/-/` where no article does: names of portlets."""


class Liferay(Government):
    """Liferay 6 and 7: portlets, each in a box named after it; listings are asset publishers, paged by `_cur`."""

    name = "liferay"
    marks = Marks(
        generator=("liferay",),
        selectors=(".portlet-boundary", ".lfr-css-file", ".journal-content-article", "link[data-senna-track]"),
        assets=(
            "minifierType=",
            "/html/js/liferay/",
            "/o/frontend-js-",
            "/o/js_resolve_modules",
            "/combo?browserId=",
            "/combo/?browserId=",
        ),
    )
    article_url = (
        rf"/-/(?:asset_publisher/\w+/content/|blogs/\w|(?!(?:{_PORTLETS})\b)[\w%-]+(?:[?#]|$))|"
        r"/content/[\w%-]+(?:[?#]|$)|[?&]\w*_urltitle=\w"
    )
    listing_url = (
        r"[?&]p_p_id=(?:101|com_liferay_asset_publisher_web_portlet_assetpublisherportlet)_instance_[^#]*_cur=\d"
    )
    texts = Marks(selectors=(".contentDetail div.journal-content-article",))
    search_url = rf"[?&]p_p_id=(?:3|com_liferay_portal_search_\w+)(?:&|$)|/-/search/|{SEARCH_URL}"
    refused_url = (
        r"/c/(?:portal|document_library|journal|blogs|asset)/|/documents/\d|[?&]p_p_state=(?:pop_up|exclusive)|"
        r"[?&]p_p_lifecycle=[12]|[?&]p_p_id=(?:58|com_liferay_login_\w+)|_viewmode=print|/-/(?:rss|calendar)\b"
    )
    layouts: ClassVar[tuple[Layout, ...]] = (
        Layout(
            name="liferay",
            title=(
                ".contentDetail h3",
                ".asset-full-content h1.header-title",
                ".asset-full-content .asset-title",
                ".asset-content h1",
                ".portlet-asset-publisher .header-title",
                ".journal-content-article h1",
            ),
            published=(
                "p.date_post",
                "span.meta-data-date",
                ".metadata-publish-date",
            ),
            lead=(".article-summary", ".sapo strong"),
            body=(
                ".contentDetail div.journal-content-article",
                ".asset-full-content div.journal-content-article",
                "div.journal-content-article",
            ),
            tags=(".taglib-asset-tags-summary a",),
        ),
    )
