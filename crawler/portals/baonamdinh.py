"""Báo Nam Định."""

from crawler.portal import Portal


class Baonamdinh(Portal):
    name = "baonamdinh"
    title = "Báo Nam Định"
    province = "Nam Định"
    hosts = ("baonamdinh.vn", "baonamdinh.com.vn")
    deprecated_hosts = ("baonamdinh.com.vn",)
    platform = "mediasoft"
    evidence = "a public scraper's selectors: .date, #content, table.image.center; no page seen"
