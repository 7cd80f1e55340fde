"""Cổng thông tin điện tử thành phố Đà Nẵng."""

from crawler.platforms.gov_layouts import DANANG
from crawler.portal import Portal


class Danang(Portal):
    name = "danang"
    title = "Cổng thông tin điện tử thành phố Đà Nẵng"
    province = "Đà Nẵng"
    hosts = ("danang.gov.vn",)
    platform = "generic"
    layouts = (DANANG,)
    evidence = "a public scraper's selectors: .chi-tiet-publish-date, .chi-tiet-main-content; no page seen"
