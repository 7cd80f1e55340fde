"""Agricultural extension centre of Bắc Kạn."""

from crawler.portal import Portal


class KhuyennongBackan(Portal):
    name = "khuyennong_backan"
    title = "Trung tâm Khuyến nông tỉnh Bắc Kạn"
    province = "Bắc Kạn"
    hosts = ("khuyennong.backan.gov.vn",)
    platform = "wordpress"
    evidence = "host seen among Bắc Kạn's department sites on WordPress; no page of it seen"
