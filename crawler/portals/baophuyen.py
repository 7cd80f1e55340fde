"""Báo Phú Yên."""

from crawler.platforms.press_layouts import BAOPHUYEN
from crawler.portal import Portal


class Baophuyen(Portal):
    name = "baophuyen"
    title = "Báo Phú Yên"
    province = "Phú Yên"
    hosts = ("baophuyen.com.vn", "baophuyen.vn")
    platform = "generic"
    layouts = (BAOPHUYEN,)
    evidence = "a public scraper's selectors: .newsDetail .date, .text; no page seen"
