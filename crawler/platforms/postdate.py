"""The PostDate / ArticleContent portals of several provinces."""

from crawler.platforms.base import Platform


class PostDate(Platform):
    """The PostDate / ArticleContent portals of several provinces."""

    name = "postdate"
