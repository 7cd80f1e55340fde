"""Sở Khoa học và Công nghệ tỉnh An Giang."""

from crawler.portal import Portal


class SokhcnAngiang(Portal):
    name = "sokhcn_angiang"
    title = "Sở Khoa học và Công nghệ tỉnh An Giang"
    province = "An Giang"
    hosts = ("sokhcn.angiang.gov.vn",)
    platform = "websphere"
    evidence = "markup in public configurations: .moduleContentBg, /wps/portal/ addresses; no page seen"
