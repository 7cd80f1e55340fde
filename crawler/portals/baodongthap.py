"""Báo Đồng Tháp."""

from crawler.portal import Portal


class Baodongthap(Portal):
    name = "baodongthap"
    title = "Báo Đồng Tháp"
    province = "Đồng Tháp"
    hosts = ("baodongthap.vn",)
    platform = "webforms"
    evidence = "a public scraper's selectors: [id$=lblPostedDate], .contentView; no page seen"
