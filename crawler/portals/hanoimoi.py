"""Hà Nội's newspaper."""

from crawler.platforms.press_layouts import HANOIMOI
from crawler.portal import Portal


class Hanoimoi(Portal):
    name = "hanoimoi"
    title = "Báo Hànộimới"
    province = "Hà Nội"
    hosts = ("hanoimoi.vn", "hanoimoi.com.vn")
    deprecated_hosts = ("hanoimoi.com.vn",)
    platform = "generic"
    layouts = (HANOIMOI,)
    evidence = "selectors of a public scraper's table for the older host: date, lead, body; no page seen"
