"""SharePoint publishing sites of provinces and ministries."""

from typing import ClassVar

from crawler.parse.layout import Layout
from crawler.platforms.government import SEARCH_URL, Government
from crawler.platforms.marks import Marks


class SharePoint(Government):
    """SharePoint 2010 and later. Web parts carry GUIDs in their ids: only the end of an id tells what it is.

    It also reads what Tân Dân's web parts print, as the start page of a portal may show none of them.
    """

    name = "sharepoint"
    marks = Marks(
        generator=("microsoft sharepoint",),
        selectors=(
            "#s4-workspace",
            "#MSO_ContentTable",
            "#_wpcmWpid",
            ".ms-rtestate-field",
            "#divArticleDescription2",
            "[id$=_pnNguontin]",
        ),
        assets=("/_layouts/", "/_catalogs/masterpage/", "/Style%20Library/", "/Style Library/"),
    )
    article_url = r"/pages/[^?]*-[0-9a-f]{16}\.aspx|\.aspx\?(?:[^#]*&)?(?:itemid|newsid|tinid|idtin)=\d|/chi-tiet-tin/"
    listing_url = (
        r"/chuyen-muc/\d+/|[?&]chuyenmucid=\d+(?:&page=\d+)?$|/pages/[^?]*-\d+/default\.aspx|"
        r"/pages/(?:tin-tong-hop|danh-muc-tin|default)\.aspx(?:$|\?(?![^#]*(?:itemid|newsid|tinid|idtin)=\d))"
    )
    texts = Marks(selectors=("#divArticleDescription2", "#news-detail", "[id$=pnHide]", "[id$=pnNguontin]"))
    search_url = rf"/(?:oss)?(?:search)?results\.aspx|{SEARCH_URL}"
    refused_url = (
        r"/_(?:layouts|vti_\w+|catalogs|controltemplates)/|/(?:authenticate|signout|login|listfeed|rss)\.aspx|"
        r"/lists/[^/]+/(?:allitems|newform|editform|my-sub|calendar)\.aspx|/forms/[^/]+\.aspx|[?&](?:isprint|print)="
    )
    layouts: ClassVar[tuple[Layout, ...]] = (
        Layout(
            name="sharepoint",
            title=(
                "#divArticleDescription3 h1",
                "h1.News_Detail_Title",
                "#news-title",
                "[id$=pnHide] h1",
                ".tandan-p-article-news-title",
            ),
            published=(
                "[id$=pnHide] span",
                ".News_Time_Post",
                ".PostDate",
                ".tandan-span-date-publish",
            ),
            lead=("#divArticleDescription1", "#news-des", ".tandan-p-article-news-summary"),
            body=(
                "#divArticleDescription2",
                "#divArticleContent",
                "#news-detail",
                ".article-content .ms-rtestate-field",
                ".ms-rtestate-field",
            ),
            byline=("[id$=pnNguontin] p",),
        ),
    )
