"""Cổng thông tin điện tử tỉnh Khánh Hòa."""

from crawler.platforms.gov_layouts import KHANHHOA
from crawler.portal import Portal


class Khanhhoa(Portal):
    name = "khanhhoa"
    title = "Cổng thông tin điện tử tỉnh Khánh Hòa"
    province = "Khánh Hòa"
    hosts = ("khanhhoa.gov.vn",)
    platform = "generic"
    layouts = (KHANHHOA,)
    evidence = "a public scraper's selectors: #datearticle, .chitietbaiviet; no page seen"
