"""Cổng thông tin điện tử tỉnh Kiên Giang."""

from crawler.platforms.gov_layouts import KIENGIANG
from crawler.portal import Portal


class Kiengiang(Portal):
    name = "kiengiang"
    title = "Cổng thông tin điện tử tỉnh Kiên Giang"
    province = "Kiên Giang"
    hosts = ("kiengiang.gov.vn",)
    platform = "generic"
    layouts = (KIENGIANG,)
    evidence = "a public scraper's selectors: .date_pst, .textbody; no page seen"
