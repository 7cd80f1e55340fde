"""Cổng thông tin điện tử tỉnh Quảng Ngãi."""

from crawler.platforms.gov_layouts import QUANGNGAI
from crawler.portal import Portal


class Quangngai(Portal):
    name = "quangngai"
    title = "Cổng thông tin điện tử tỉnh Quảng Ngãi"
    province = "Quảng Ngãi"
    hosts = ("quangngai.gov.vn",)
    platform = "generic"
    layouts = (QUANGNGAI,)
    evidence = "a public scraper's selectors: .date-post, .asset-content; no page seen"
