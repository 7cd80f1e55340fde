"""The PostDate / ArticleContent portals of several provinces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.parse.layout import Layout
from crawler.platforms.government import Government
from crawler.platforms.marks import Marks

if TYPE_CHECKING:
    from crawler.platforms.marks import Traces

_NAMES = ("PostDate", "ArticleSummary", "ArticleContent")


class PostDate(Government):
    """Provinces whose pages show `PostDate`, `ArticleSummary`, `ArticleContent`: none of the names alone is theirs."""

    name = "postdate"
    article_url = r"^[^?#]*(?:/\d+){4}/[^/?#]"
    listing_url = r"^https?://[^/]+(?:/\d+){2,3}/[^/?#\d][^/?#]*/?(?:[?#]|$)"
    texts = Marks(selectors=("div.ArticleContent",))
    refused_url = r"/(?:rss|login|dang-nhap|print)(?:[/.?]|$)|[?&](?:print|in)=1"
    layouts = (
        Layout(
            name="postdate",
            published=("div.PostDate",),
            lead=("div.ArticleSummary",),
            body=("div.ArticleContent",),
        ),
    )

    def detects(self, traces: Traces) -> bool:
        """By two of the three names."""
        return sum(name in traces.page.index.by_class for name in _NAMES) > 1
