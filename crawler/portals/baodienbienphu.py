"""Báo Điện Biên Phủ."""

from crawler.platforms.press_layouts import BAODIENBIENPHU
from crawler.portal import Portal


class Baodienbienphu(Portal):
    name = "baodienbienphu"
    title = "Báo Điện Biên Phủ"
    province = "Điện Biên"
    hosts = ("baodienbienphu.info.vn", "baodienbienphu.com.vn")
    platform = "picbox"
    layouts = (BAODIENBIENPHU,)
    evidence = "a public scraper's selectors: .time, .sapo, .newsLeft; no page seen"
