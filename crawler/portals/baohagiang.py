"""Báo Hà Giang."""

from crawler.portal import Portal


class Baohagiang(Portal):
    name = "baohagiang"
    title = "Báo Hà Giang"
    province = "Hà Giang"
    hosts = ("baohagiang.vn",)
    platform = "mediasoft"
    evidence = "a public scraper's selectors: #date, #content; no page seen"
