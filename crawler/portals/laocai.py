"""Cổng thông tin điện tử tỉnh Lào Cai."""

from crawler.portal import Portal


class Laocai(Portal):
    name = "laocai"
    title = "Cổng thông tin điện tử tỉnh Lào Cai"
    province = "Lào Cai"
    hosts = ("laocai.gov.vn",)
    platform = "postdate"
    evidence = "a public scraper's selectors: .PostDate, .ArticleSummary, .ArticleContent; no page seen"
