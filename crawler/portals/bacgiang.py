"""Cổng thông tin điện tử tỉnh Bắc Giang."""

from crawler.portal import Portal


class Bacgiang(Portal):
    name = "bacgiang"
    title = "Cổng thông tin điện tử tỉnh Bắc Giang"
    province = "Bắc Giang"
    hosts = ("bacgiang.gov.vn",)
    platform = "liferay"
    evidence = "a public scraper's selectors: .meta-data-date, .article-summary, .journal-content-article; no page seen"
