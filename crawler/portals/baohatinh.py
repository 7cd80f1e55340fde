"""Báo Hà Tĩnh."""

from crawler.platforms.press_layouts import SAPO_DETAIL
from crawler.portal import Portal


class Baohatinh(Portal):
    name = "baohatinh"
    title = "Báo Hà Tĩnh"
    province = "Hà Tĩnh"
    hosts = ("baohatinh.vn",)
    platform = "zce"
    layouts = (SAPO_DETAIL,)
    evidence = "a public scraper's selectors: .date_news, .sapo_detail, #main-detail; no page seen"
