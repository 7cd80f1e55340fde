"""Báo Bắc Kạn."""

from crawler.portal import Portal


class Baobackan(Portal):
    name = "baobackan"
    title = "Báo Bắc Kạn"
    province = "Bắc Kạn"
    hosts = ("baobackan.vn", "baobackan.com.vn", "baobackan.org.vn")
    platform = "zce"
    deprecated_hosts = ("baobackan.org.vn", "baobackan.com.vn")
    evidence = (
        "a public scraper's selectors: #date and #content until about 2019, .article__body.cms-body after; no page seen"
    )
