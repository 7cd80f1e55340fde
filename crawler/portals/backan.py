"""Cổng thông tin điện tử tỉnh Bắc Kạn."""

from crawler.portal import Portal


class Backan(Portal):
    name = "backan"
    title = "Cổng thông tin điện tử tỉnh Bắc Kạn"
    province = "Bắc Kạn"
    hosts = ("backan.gov.vn",)
    platform = "sharepoint"
    evidence = "markup in public configurations: #divArticleDescription1, [id$=pnHide] span; no page seen"
