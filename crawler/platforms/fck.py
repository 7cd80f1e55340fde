"""The pubdate / content-fck newspapers."""

from crawler.platforms.base import Platform


class ContentFck(Platform):
    """The pubdate / content-fck newspapers."""

    name = "fck"
