"""NukeViet 4."""

from crawler.platforms.base import Platform


class NukeViet(Platform):
    """NukeViet 4."""

    name = "nukeviet"
