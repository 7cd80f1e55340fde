"""Báo Lạng Sơn."""

from crawler.platforms.press_layouts import BAOLANGSON
from crawler.portal import Portal


class Baolangson(Portal):
    name = "baolangson"
    title = "Báo Lạng Sơn"
    province = "Lạng Sơn"
    hosts = ("baolangson.vn",)
    platform = "generic"
    layouts = (BAOLANGSON,)
    evidence = "a public scraper's selectors: p.post-date, div.content; no page seen"
