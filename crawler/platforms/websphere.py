"""IBM WebSphere Portal."""

from crawler.platforms.base import Platform


class WebSphere(Platform):
    """IBM WebSphere Portal."""

    name = "websphere"
