"""DotNetNuke (DNN), most often with the news module EasyDNN."""

from __future__ import annotations

import re

from crawler.parse.layout import Layout
from crawler.platforms.base import Platform
from crawler.platforms.marks import Marks

_NO_ARTICLE = re.compile(
    r"/ctl/(?:login|register|terms|privacy|profile|sendpassword|viewprofile)|[?&](?:returnurl|ctl)=|"
    r"/(?:linkclick|login|rss|rssfeed)\.aspx|/(?:userid|authorid|tagid)/\d+|/(?:rss|desktopmodules)/",
    re.IGNORECASE,
)


class DotNetNuke(Platform):
    """DotNetNuke: panes of modules, each in a box named after its number."""

    name = "dotnetnuke"
    marks = Marks(
        generator=("dotnetnuke", "dnn platform"),
        selectors=(".DnnModule", ".DNNModuleContent", "#dnn_ContentPane", ".edn_metaDetails1"),
        assets=("/Portals/_default/", "/portals/_default/", "/DesktopModules/", "/desktopmodules/", "/js/dnncore.js"),
    )
    article_url = (
        r"/(?:artid|articleid|itemid|newsid)/\d+|/articletype/articleview/|[?&](?:artid|articleid|itemid|newsid)=\d"
    )
    listing_url = r"/pgrid/\d+/pageid/\d+|/categoryid/\d+/?$|[?&]tabid=\d+(?:&p=\d+)?$|/articletype/categoryview/"
    layouts = (
        Layout(
            name="easydnn",
            title=(".article.details > h1", ".edn_articleDetails h1", "h1.edn_articleTitle"),
            published=(".edn_metaDetails1", ".edn_articleDetails .edn_metaDetails time", ".article.details .meta_text"),
            lead=(".Detail_Summary", ".edn_articleDetails .edn_articleSummary", ".article.details > .summary"),
            body=(".article.details .main_content", ".main_content", ".edn_articleDetails .edn_articleContent"),
            byline=(".article.details .author_name", ".edn_articleDetails .edn_authorName"),
            drop=(".edn_relatedArticles", ".edn_socialButtons", ".article_rating", ".EDN_article_rating"),
        ),
    )

    def refuses(self, url: str) -> bool:
        return super().refuses(url) or bool(_NO_ARTICLE.search(url))
