"""Oracle WebCenter portals."""

from crawler.platforms.base import Platform


class WebCenter(Platform):
    """Oracle WebCenter portals."""

    name = "webcenter"
