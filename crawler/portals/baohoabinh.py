"""Báo Hòa Bình."""

from crawler.platforms.press_layouts import BAOHOABINH
from crawler.portal import Portal


class Baohoabinh(Portal):
    name = "baohoabinh"
    title = "Báo Hòa Bình"
    province = "Hòa Bình"
    hosts = ("baohoabinh.com.vn",)
    platform = "generic"
    layouts = (BAOHOABINH,)
    evidence = "a public scraper's selectors: span.meta, .summary, div.post; no page seen"
