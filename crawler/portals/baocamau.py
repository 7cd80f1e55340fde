"""Báo Cà Mau."""

from crawler.platforms.press_layouts import NEWSCONTENT
from crawler.portal import Portal


class Baocamau(Portal):
    name = "baocamau"
    title = "Báo Cà Mau"
    province = "Cà Mau"
    hosts = ("baocamau.vn", "baocamau.com.vn")
    deprecated_hosts = ("baocamau.com.vn",)
    platform = "generic"
    layouts = (NEWSCONTENT,)
    evidence = "a public scraper's selectors: .date-time, .title-italic, .newscontent; no page seen"
