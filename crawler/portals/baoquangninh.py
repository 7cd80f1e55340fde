"""Báo Quảng Ninh."""

from crawler.portal import Portal


class Baoquangninh(Portal):
    name = "baoquangninh"
    title = "Báo Quảng Ninh"
    province = "Quảng Ninh"
    hosts = ("baoquangninh.vn", "baoquangninh.com.vn")
    deprecated_hosts = ("baoquangninh.com.vn",)
    platform = "mediasoft"
    evidence = "a public scraper's selectors: .date, #content; no page seen"
