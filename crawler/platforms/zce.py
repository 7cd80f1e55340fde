"""ePi / ZCE newspapers."""

from crawler.platforms.base import Platform


class Zce(Platform):
    """ePi / ZCE newspapers."""

    name = "zce"
