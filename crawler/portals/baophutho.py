"""Báo Phú Thọ."""

from crawler.platforms.press_layouts import BAOPHUTHO
from crawler.portal import Portal


class Baophutho(Portal):
    name = "baophutho"
    title = "Báo Phú Thọ"
    province = "Phú Thọ"
    hosts = ("baophutho.vn",)
    platform = "generic"
    layouts = (BAOPHUTHO,)
    evidence = "a public scraper's selectors: .pt-post-detail__time, #content; no page seen"
