"""Báo Kon Tum."""

from crawler.platforms.press_layouts import BAOKONTUM
from crawler.portal import Portal


class Baokontum(Portal):
    name = "baokontum"
    title = "Báo Kon Tum"
    province = "Kon Tum"
    hosts = ("baokontum.com.vn",)
    platform = "mediasoft"
    layouts = (BAOKONTUM,)
    evidence = "a public scraper's selectors: .date-contentL, #content; no page seen"
