"""Báo Ninh Thuận."""

from crawler.platforms.press_layouts import BAONINHTHUAN
from crawler.portal import Portal


class Baoninhthuan(Portal):
    name = "baoninhthuan"
    title = "Báo Ninh Thuận"
    province = "Ninh Thuận"
    hosts = ("baoninhthuan.com.vn",)
    platform = "generic"
    layouts = (BAONINHTHUAN,)
    evidence = "a public scraper's selectors: #details label, .sapo, .content; no page seen"
