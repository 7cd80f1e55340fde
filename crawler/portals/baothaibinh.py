"""Báo Thái Bình."""

from crawler.platforms.press_layouts import BAOTHAIBINH
from crawler.portal import Portal


class Baothaibinh(Portal):
    name = "baothaibinh"
    title = "Báo Thái Bình"
    province = "Thái Bình"
    hosts = ("baothaibinh.com.vn",)
    platform = "generic"
    layouts = (BAOTHAIBINH,)
    evidence = "a public scraper's selectors: .date, .desc, .news_content; no page seen"
