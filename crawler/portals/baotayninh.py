"""Báo Tây Ninh."""

from crawler.portal import Portal


class Baotayninh(Portal):
    name = "baotayninh"
    title = "Báo Tây Ninh"
    province = "Tây Ninh"
    hosts = ("baotayninh.vn",)
    platform = "fck"
    evidence = "a public scraper's selectors: .pubdate, .content-fck; no page seen"
