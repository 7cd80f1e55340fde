"""Tân Dân portals on SharePoint."""

from crawler.parse.layout import Layout
from crawler.platforms.marks import Marks
from crawler.platforms.sharepoint import SharePoint


class TanDan(SharePoint):
    """Tân Dân's web parts on SharePoint: classes start with `tandan-`, articles are filed under their day."""

    name = "tandan"
    marks = Marks(selectors=("[class*=tandan-]",))
    article_url = r"/pages/\d{4}(?:-\d{1,2}-\d{1,2})?/[^/?]+\.aspx|/pages/[^?]*-[0-9a-f]{16}\.aspx"
    listing_url = r"/pages/[\w-]+\.aspx\?(?:[^#]*&)?(?:page|catid|chuyenmucid)=\d+$|/pages/default\.aspx"
    layouts = (
        Layout(
            name="tandan",
            title=(".tandan-p-article-news-title",),
            published=(".tandan-span-date-publish",),
            lead=(".tandan-p-article-news-summary",),
            body=(".ms-rtestate-field",),
        ),
        *SharePoint.layouts,
    )
