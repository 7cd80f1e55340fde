"""VNPT Portal, a fork of Liferay."""

from crawler.platforms.base import Platform


class Vnpt(Platform):
    """VNPT Portal, a fork of Liferay."""

    name = "vnpt"
