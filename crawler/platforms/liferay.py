"""Liferay portals."""

from crawler.platforms.base import Platform


class Liferay(Platform):
    """Liferay portals."""

    name = "liferay"
