"""The PostDate / ArticleContent portals of several provinces."""

from crawler.parse.layout import Layout
from crawler.platforms.marks import Marks
from crawler.platforms.sharepoint import SharePoint


class PostDate(SharePoint):
    """SharePoint again, with a template several provinces share."""

    name = "postdate"
    marks = Marks(selectors=("div.PostDate", "div.ArticleSummary"))
    layouts = (
        Layout(
            name="postdate",
            title=(".ArticleTitle", ".ArticleHeader h1"),
            published=("div.PostDate",),
            lead=("div.ArticleSummary",),
            body=("div.ArticleContent",),
        ),
    )
