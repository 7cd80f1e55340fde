"""Cổng thông tin điện tử tỉnh Quảng Trị."""

from crawler.platforms.gov_layouts import QUANGTRI
from crawler.portal import Portal


class Quangtri(Portal):
    name = "quangtri"
    title = "Cổng thông tin điện tử tỉnh Quảng Trị"
    province = "Quảng Trị"
    hosts = ("quangtri.gov.vn",)
    platform = "generic"
    layouts = (QUANGTRI,)
    evidence = "a public scraper's selectors: .time_detail_news, .article_summary_detail; no page seen"
