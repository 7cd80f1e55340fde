"""Báo Điện Biên Phủ."""

from crawler.platforms.press_layouts import BAODIENBIENPHU
from crawler.portal import Portal


class Baodienbienphu(Portal):
    name = "baodienbienphu"
    title = "Báo Điện Biên Phủ"
    province = "Điện Biên"
    hosts = ("baodienbienphu.vn", "baodienbienphu.com.vn", "baodienbienphu.info.vn")
    deprecated_hosts = ("baodienbienphu.com.vn", "baodienbienphu.info.vn")
    platform = "picbox"
    layouts = (BAODIENBIENPHU,)
    evidence = "a public scraper's selectors: .time, .sapo, .newsLeft; no page seen"
