"""Báo Đồng Khởi."""

from crawler.portal import Portal


class Baodongkhoi(Portal):
    name = "baodongkhoi"
    title = "Báo Đồng Khởi"
    province = "Bến Tre"
    hosts = ("baodongkhoi.vn",)
    platform = "fck"
    evidence = "a public scraper's selectors: .pubdate, .detail-desc, .content-fck; no page seen"
