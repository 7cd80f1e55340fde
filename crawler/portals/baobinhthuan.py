"""Báo Bình Thuận."""

from crawler.platforms.press_layouts import BAOBINHTHUAN
from crawler.portal import Portal


class Baobinhthuan(Portal):
    name = "baobinhthuan"
    title = "Báo Bình Thuận"
    province = "Bình Thuận"
    hosts = ("baobinhthuan.com.vn",)
    platform = "generic"
    layouts = (BAOBINHTHUAN,)
    evidence = "a public scraper's selectors: #info_g; its date's is a clock's id; no page seen"
