"""Báo Quảng Bình."""

from crawler.portal import Portal


class Baoquangbinh(Portal):
    name = "baoquangbinh"
    title = "Báo Quảng Bình"
    province = "Quảng Bình"
    hosts = ("baoquangbinh.vn",)
    platform = "mediasoft"
    evidence = "a public scraper's selectors: .date, #content, figcaption; no page seen"
