"""Cổng thông tin điện tử tỉnh Cao Bằng."""

from crawler.portal import Portal


class Caobang(Portal):
    name = "caobang"
    title = "Cổng thông tin điện tử tỉnh Cao Bằng"
    province = "Cao Bằng"
    hosts = ("caobang.gov.vn",)
    platform = "postdate"
    evidence = "a public scraper's selectors: .PostDate, .ArticleContent; no page seen"
