"""Custom PHP with `index.php?com=…` addresses, and the Laravel rewrite of it."""

from crawler.platforms.base import Platform


class ComPhp(Platform):
    """Custom PHP with `index.php?com=…` addresses, and the Laravel rewrite of it."""

    name = "com_php"
