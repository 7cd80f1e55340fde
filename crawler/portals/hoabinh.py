"""Cổng thông tin điện tử tỉnh Hòa Bình."""

from crawler.platforms.gov_layouts import HOABINH
from crawler.portal import Portal


class Hoabinh(Portal):
    name = "hoabinh"
    title = "Cổng thông tin điện tử tỉnh Hòa Bình"
    province = "Hòa Bình"
    hosts = ("hoabinh.gov.vn",)
    platform = "generic"
    layouts = (HOABINH,)
    evidence = "a public scraper's selectors: .date_time, .summary, .textdetail; no page seen"
