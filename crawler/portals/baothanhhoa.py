"""Báo Thanh Hóa."""

from crawler.platforms.press_layouts import SAPO_DETAIL
from crawler.portal import Portal


class Baothanhhoa(Portal):
    name = "baothanhhoa"
    title = "Báo Thanh Hóa"
    province = "Thanh Hóa"
    hosts = ("baothanhhoa.vn",)
    platform = "generic"
    layouts = (SAPO_DETAIL,)
    evidence = "a public scraper's selectors: .date_news, .sapo_detail, #main-detail, .pCaption; no page seen"
