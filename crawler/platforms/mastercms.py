"""MasterCMS newspapers."""

from crawler.platforms.base import Platform


class MasterCms(Platform):
    """MasterCMS newspapers."""

    name = "mastercms"
