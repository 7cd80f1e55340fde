"""VCCorp newspapers and government portals."""

from crawler.platforms.base import Platform


class VcCorp(Platform):
    """VCCorp newspapers and government portals."""

    name = "vccorp"
