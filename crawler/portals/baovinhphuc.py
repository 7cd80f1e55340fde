"""Báo Vĩnh Phúc."""

from crawler.platforms.press_layouts import BAOVINHPHUC
from crawler.portal import Portal


class Baovinhphuc(Portal):
    name = "baovinhphuc"
    title = "Báo Vĩnh Phúc"
    province = "Vĩnh Phúc"
    hosts = ("baovinhphuc.com.vn", "baovinhphuc.vn")
    platform = "generic"
    layouts = (BAOVINHPHUC,)
    evidence = "a public scraper's selectors: .titleDdtail, .content-about-baiviet, .articleimg_caption; no page seen"
