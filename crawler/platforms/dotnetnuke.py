"""DotNetNuke portals."""

from crawler.platforms.base import Platform


class DotNetNuke(Platform):
    """DotNetNuke portals."""

    name = "dotnetnuke"
