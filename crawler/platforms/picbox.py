"""Old ASP.NET newspapers with `table.picBox`."""

from crawler.platforms.base import Platform


class PicBox(Platform):
    """Old ASP.NET newspapers with `table.picBox`."""

    name = "picbox"
