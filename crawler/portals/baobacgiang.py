"""Báo Bắc Giang."""

from crawler.platforms.press_layouts import BAOBACGIANG
from crawler.portal import Portal


class Baobacgiang(Portal):
    name = "baobacgiang"
    title = "Báo Bắc Giang"
    province = "Bắc Giang"
    hosts = ("baobacgiang.vn", "baobacgiang.com.vn")
    deprecated_hosts = ("baobacgiang.com.vn",)
    platform = "generic"
    layouts = (BAOBACGIANG,)
    evidence = "a public scraper's selectors: .datetimes-detail-articlecontent, p.alead, .ArticleContent; no page seen"
