"""Báo Ấp Bắc."""

from crawler.platforms.press_layouts import BAOAPBAC
from crawler.portal import Portal


class Baoapbac(Portal):
    name = "baoapbac"
    title = "Báo Ấp Bắc"
    province = "Tiền Giang"
    hosts = ("baoapbac.vn",)
    platform = "mediasoft"
    layouts = (BAOAPBAC,)
    evidence = "a public scraper's selectors: #content, .image.center; its date's is a clock's id; no page seen"
