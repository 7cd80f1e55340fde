"""Sở Văn hóa, Thể thao và Du lịch tỉnh Bắc Kạn."""

from crawler.portal import Portal


class SovhttdlBackan(Portal):
    name = "sovhttdl_backan"
    title = "Sở Văn hóa, Thể thao và Du lịch tỉnh Bắc Kạn"
    province = "Bắc Kạn"
    hosts = ("sovhttdl.backan.gov.vn",)
    platform = "com_php"
    evidence = "a mirror of June 2024 with index.php?com=… addresses; rewritten in Laravel later that year"
