"""NukeViet 3 and 4: the module is in the URL, the news module numbers its articles."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.parse.layout import Layout
from crawler.platforms.base import Kind
from crawler.platforms.government import STATIC_URL, Government
from crawler.platforms.marks import Marks

if TYPE_CHECKING:
    from crawler.parse.page import Page

_TAG = re.compile(r"/tag/|[?&]op=tag/", re.IGNORECASE)


class NukeViet(Government):
    """NukeViet. Sites name the news module as they like: an article is known by its number, not by `news`."""

    name = "nukeviet"
    marks = Marks(generator=("nukeviet",), selectors=("#news-bodyhtml",), assets=("/js/nv.core.",))
    article_url = (
        r"/(?!(?:groups|topic|tag)/)[^/?#]+/(?!page-\d)[^/?#]+-\d+(?:\.html|/)(?:[?#]|$)|"
        r"[?&]op=[^&#]+/[^&#/]+-\d+(?:\.html|&|#|$)"
    )
    listing_url = r"/page-\d+/?(?:[?#]|$)|/(?:groups|topic)/[^?#]+"
    texts = Marks(selectors=("#news-bodyhtml", "#news_detail .bodytext", "h3.lawh3"))
    static_url = (
        r"/(?:about|siteterms|contact|statistics|feeds|voting|page|freecontent)(?:/|$)|"
        rf"[?&]nv=(?:about|siteterms|contact|statistics|feeds|voting|page)\b|{STATIC_URL}"
    )
    search_url = r"/(?:seek|search)(?:[/?]|$)|[?&](?:nv|op)=(?:seek|search)\b"
    refused_url = (
        r"/(?:rss|print|savefile|sendmail|users|comment|admin)(?:[/?]|$)|"
        r"[?&](?:nv=(?:users|comment)|op=(?:rss|print|savefile|sendmail|login|register|lostpass)|nv_redirect=)"
    )
    layouts = (
        Layout(
            name="nukeviet-4",
            title=("h1.title[itemprop=headline]", ".news_column h1.title"),
            published=(".news_column .h5",),
            lead=(".hometext",),
            featured=(".news_column figure.article",),
            body=("#news-bodyhtml",),
            byline=(".news_column p.h5.text-right",),
            tags=(".news_column a[href*='/tag/']",),
        ),
        Layout(
            name="nukeviet-laws",
            title=("h3.lawh3",),
            drop=("h3.lawh3 ~ h3.lawh3",),
        ),
        Layout(
            name="nukeviet-3",
            title=("#news_detail h1",),
            published=("#news_detail .time",),
            lead=("#hometext",),
            featured=("#hometext + div:not(.bodytext)",),
            body=("#news_detail .bodytext",),
            byline=("#news_detail > p",),
            tags=(".news_column .keywords a",),
        ),
    )

    def kind(self, page: Page) -> Kind:
        """Also tags, whose pages are numbered like those of sections, and the module for lasting pages."""
        if _TAG.search(page.url):
            return Kind.TAG
        return Kind.STATIC if "page-bodyhtml" in page.index.by_id else super().kind(page)
