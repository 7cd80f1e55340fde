"""Cổng thông tin điện tử tỉnh Yên Bái."""

from crawler.portal import Portal


class Yenbai(Portal):
    name = "yenbai"
    title = "Cổng thông tin điện tử tỉnh Yên Bái"
    province = "Yên Bái"
    hosts = ("yenbai.gov.vn",)
    platform = "sharepoint"
    evidence = "markup in public configurations: #divArticleDescription2 and ids that carry GUIDs; no page seen"
