"""Cổng thông tin điện tử tỉnh Kon Tum."""

from crawler.platforms.gov_layouts import KONTUM
from crawler.portal import Portal


class Kontum(Portal):
    name = "kontum"
    title = "Cổng thông tin điện tử tỉnh Kon Tum"
    province = "Kon Tum"
    hosts = ("kontum.gov.vn",)
    platform = "generic"
    layouts = (KONTUM,)
    evidence = "a public scraper's selectors: .thongke-ngay, .noidung; no page seen"
