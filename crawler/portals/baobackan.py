"""Báo Bắc Kạn."""

from crawler.platforms.press_layouts import BAOBACKAN
from crawler.portal import Portal


class Baobackan(Portal):
    name = "baobackan"
    title = "Báo Bắc Kạn"
    province = "Bắc Kạn"
    hosts = ("baobackan.vn", "baobackan.com.vn", "baobackan.org.vn")
    deprecated_hosts = ("baobackan.com.vn", "baobackan.org.vn")
    platform = "zce"
    layouts = BAOBACKAN
    evidence = "scrapers' selectors: #date and #content on .org.vn, .article__body.cms-body later; no page seen"
