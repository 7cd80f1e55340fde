"""Báo Hải Phòng."""

from crawler.portal import Portal


class Baohaiphong(Portal):
    name = "baohaiphong"
    title = "Báo Hải Phòng"
    province = "Hải Phòng"
    hosts = ("baohaiphong.com.vn", "baohaiphong.vn")
    platform = "picbox"
    evidence = "a public scraper's selectors: .creatdate, .head, #newsContent, table.picBox; no page seen"
