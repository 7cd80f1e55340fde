"""Báo Vĩnh Long."""

from crawler.portal import Portal


class Baovinhlong(Portal):
    name = "baovinhlong"
    title = "Báo Vĩnh Long"
    province = "Vĩnh Long"
    hosts = ("baovinhlong.com.vn", "baovinhlong.vn")
    platform = "mediasoft"
    evidence = "a public scraper's selectors: div.date, #content, .image_desc; no page seen"
