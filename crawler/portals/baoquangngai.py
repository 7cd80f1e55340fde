"""Báo Quảng Ngãi."""

from crawler.portal import Portal


class Baoquangngai(Portal):
    name = "baoquangngai"
    title = "Báo Quảng Ngãi"
    province = "Quảng Ngãi"
    hosts = ("baoquangngai.vn",)
    platform = "mediasoft"
    evidence = "a public scraper's selectors: .date, #content, .image.center; no page seen"
