"""Báo Khánh Hòa."""

from crawler.platforms.press_layouts import BAOKHANHHOA
from crawler.portal import Portal


class Baokhanhhoa(Portal):
    name = "baokhanhhoa"
    title = "Báo Khánh Hòa"
    province = "Khánh Hòa"
    hosts = ("baokhanhhoa.vn",)
    platform = "mediasoft"
    layouts = (BAOKHANHHOA,)
    evidence = "a public scraper's selectors: div.date, .detail-news, figcaption; no page seen"
