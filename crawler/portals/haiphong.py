"""Cổng thông tin điện tử thành phố Hải Phòng."""

from crawler.platforms.gov_layouts import HAIPHONG
from crawler.portal import Portal


class Haiphong(Portal):
    name = "haiphong"
    title = "Cổng thông tin điện tử thành phố Hải Phòng"
    province = "Hải Phòng"
    hosts = ("haiphong.gov.vn",)
    platform = "generic"
    layouts = (HAIPHONG,)
    evidence = "a public scraper's selectors: .divDetail_DateCreate; no page seen"
