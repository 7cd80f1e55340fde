"""Báo Yên Bái."""

from crawler.platforms.press_layouts import BAOYENBAI
from crawler.portal import Portal


class Baoyenbai(Portal):
    name = "baoyenbai"
    title = "Báo Yên Bái"
    province = "Yên Bái"
    hosts = ("baoyenbai.com.vn",)
    platform = "generic"
    layouts = (BAOYENBAI,)
    evidence = "a public scraper's selectors: .grid-header, .singlepage; no page seen"
