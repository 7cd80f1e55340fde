"""Báo Tuyên Quang."""

from crawler.platforms.press_layouts import BAOTUYENQUANG
from crawler.portal import Portal


class Baotuyenquang(Portal):
    name = "baotuyenquang"
    title = "Báo Tuyên Quang"
    province = "Tuyên Quang"
    hosts = ("baotuyenquang.com.vn",)
    platform = "generic"
    layouts = (BAOTUYENQUANG,)
    evidence = "a public scraper's selectors: time, .summary, [itemprop=articleBody]; no page seen"
