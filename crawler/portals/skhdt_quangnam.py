"""Sở Kế hoạch và Đầu tư tỉnh Quảng Nam."""

from crawler.portal import Portal


class SkhdtQuangnam(Portal):
    name = "skhdt_quangnam"
    title = "Sở Kế hoạch và Đầu tư tỉnh Quảng Nam"
    province = "Quảng Nam"
    hosts = ("skhdt.quangnam.gov.vn",)
    platform = "webcenter"
    evidence = "addresses with dDocName under /webcenter/portal/; no page seen"
