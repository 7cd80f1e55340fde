"""Department of Planning and Investment of Bắc Kạn."""

from crawler.portal import Portal


class SkhdtBackan(Portal):
    name = "skhdt_backan"
    title = "Sở Kế hoạch và Đầu tư tỉnh Bắc Kạn"
    province = "Bắc Kạn"
    hosts = ("skhdt.backan.gov.vn",)
    platform = "wordpress"
    evidence = "a saved article page as plain text: byline, related block, vi_VN core widgets, skip link"
