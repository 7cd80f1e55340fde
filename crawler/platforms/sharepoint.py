"""SharePoint publishing sites of provinces and ministries."""

from crawler.platforms.base import Platform


class SharePoint(Platform):
    """SharePoint publishing sites of provinces and ministries."""

    name = "sharepoint"
