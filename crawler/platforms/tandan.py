"""Tân Dân portals on SharePoint."""

from crawler.platforms.base import Platform


class TanDan(Platform):
    """Tân Dân portals on SharePoint."""

    name = "tandan"
