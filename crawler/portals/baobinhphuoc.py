"""Bình Phước's newspaper."""

from crawler.platforms.press_layouts import BAOBINHPHUOC
from crawler.portal import Portal


class Baobinhphuoc(Portal):
    name = "baobinhphuoc"
    title = "Báo Bình Phước"
    province = "Bình Phước"
    hosts = ("baobinhphuoc.com.vn",)
    platform = "generic"
    layouts = (BAOBINHPHUOC,)
    evidence = "selectors of a public scraper's table (2019-2026): date, lead, body; no page seen"
