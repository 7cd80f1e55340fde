"""Báo Phú Yên."""

from crawler.platforms.press_layouts import BAOPHUYEN
from crawler.portal import Portal


class Baophuyen(Portal):
    name = "baophuyen"
    title = "Báo Phú Yên"
    province = "Phú Yên"
    hosts = ("baophuyen.vn", "baophuyen.com.vn")
    deprecated_hosts = ("baophuyen.com.vn",)
    platform = "generic"
    layouts = (BAOPHUYEN,)
    evidence = "a public scraper's selectors: .newsDetail .date, .text; no page seen"
