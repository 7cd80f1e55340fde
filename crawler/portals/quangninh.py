"""Cổng thông tin điện tử tỉnh Quảng Ninh."""

from crawler.platforms.gov_layouts import QUANGNINH
from crawler.portal import Portal


class Quangninh(Portal):
    name = "quangninh"
    title = "Cổng thông tin điện tử tỉnh Quảng Ninh"
    province = "Quảng Ninh"
    hosts = ("quangninh.gov.vn",)
    platform = "generic"
    layouts = (QUANGNINH,)
    evidence = "a public scraper's selectors: .publish-date, .noi-dung-trang; no page seen"
