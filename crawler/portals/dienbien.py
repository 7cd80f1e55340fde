"""Cổng thông tin điện tử tỉnh Điện Biên."""

from crawler.portal import Portal


class Dienbien(Portal):
    name = "dienbien"
    title = "Cổng thông tin điện tử tỉnh Điện Biên"
    province = "Điện Biên"
    hosts = ("dienbien.gov.vn",)
    platform = "tandan"
    evidence = "a public scraper's selectors: .tandan-span-date-publish, .ms-rtestate-field; no page seen"
