"""Báo Quảng Nam."""

from crawler.platforms.press_layouts import BAOQUANGNAM
from crawler.portal import Portal


class Baoquangnam(Portal):
    name = "baoquangnam"
    title = "Báo Quảng Nam"
    province = "Quảng Nam"
    hosts = ("baoquangnam.vn",)
    platform = "generic"
    layouts = (BAOQUANGNAM,)
    evidence = "a public scraper's selectors: .date-time, .chapeau, .body-content, figcaption; no page seen"
