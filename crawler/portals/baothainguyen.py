"""Báo Thái Nguyên."""

from crawler.platforms.press_layouts import BAOTHAINGUYEN
from crawler.portal import Portal


class Baothainguyen(Portal):
    name = "baothainguyen"
    title = "Báo Thái Nguyên"
    province = "Thái Nguyên"
    hosts = ("baothainguyen.vn",)
    platform = "mediasoft"
    layouts = (BAOTHAINGUYEN,)
    evidence = "a public scraper's selectors: .date_up, .Summary, .news_detail; div#content later; no page seen"
