"""Báo Sóc Trăng."""

from crawler.platforms.press_layouts import NEWSCONTENT
from crawler.portal import Portal


class Baosoctrang(Portal):
    name = "baosoctrang"
    title = "Báo Sóc Trăng"
    province = "Sóc Trăng"
    hosts = ("baosoctrang.org.vn",)
    platform = "generic"
    layouts = (NEWSCONTENT,)
    evidence = "a public scraper's selectors: .list-unstyled li, article p, .newscontent; no page seen"
