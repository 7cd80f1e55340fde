"""Cổng thông tin điện tử tỉnh Thái Nguyên."""

from crawler.portal import Portal


class Thainguyen(Portal):
    name = "thainguyen"
    title = "Cổng thông tin điện tử tỉnh Thái Nguyên"
    province = "Thái Nguyên"
    hosts = ("thainguyen.gov.vn",)
    platform = "liferay"
    evidence = "a public scraper's selectors: p.date_post, .journal-content-article (2019); no page seen"
