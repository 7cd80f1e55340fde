"""Tân Dân portals on SharePoint."""

from crawler.parse.layout import Layout
from crawler.platforms.marks import Marks
from crawler.platforms.sharepoint import SharePoint


class TanDan(SharePoint):
    """SharePoint with the publisher's own parts around the text."""

    name = "tandan"
    marks = Marks(selectors=(".tandan-span-date-publish", ".tandan-p-article-news-summary"))
    layouts = (
        Layout(
            name="tandan",
            title=(".tandan-h1-article-news-title", "h1.tandan-article-title"),
            published=(".tandan-span-date-publish",),
            lead=(".tandan-p-article-news-summary",),
            body=(".ms-rtestate-field",),
        ),
    )
