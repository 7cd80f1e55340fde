"""The newspapers of the MediaSoft type."""

from crawler.platforms.base import Platform


class MediaSoft(Platform):
    """The newspapers of the MediaSoft type."""

    name = "mediasoft"
