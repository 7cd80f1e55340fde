"""Báo Cao Bằng."""

from crawler.portal import Portal


class Baocaobang(Portal):
    name = "baocaobang"
    title = "Báo Cao Bằng"
    province = "Cao Bằng"
    hosts = ("baocaobang.vn",)
    platform = "picbox"
    evidence = "a public scraper's selectors: .time, .sapo, .text, table.picBox; no page seen"
