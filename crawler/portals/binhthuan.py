"""Cổng thông tin điện tử tỉnh Bình Thuận."""

from crawler.portal import Portal


class Binhthuan(Portal):
    name = "binhthuan"
    title = "Cổng thông tin điện tử tỉnh Bình Thuận"
    province = "Bình Thuận"
    hosts = ("binhthuan.gov.vn",)
    platform = "postdate"
    evidence = "a public scraper's selectors: .PostDate, .ArticleContent; no page seen"
