"""Báo Hải Phòng."""

from crawler.portal import Portal


class Baohaiphong(Portal):
    name = "baohaiphong"
    title = "Báo Hải Phòng"
    province = "Hải Phòng"
    hosts = ("baohaiphong.vn", "baohaiphong.com.vn")
    deprecated_hosts = ("baohaiphong.com.vn",)
    platform = "picbox"
    evidence = "a public scraper's selectors: .creatdate, .head, #newsContent, table.picBox; no page seen"
