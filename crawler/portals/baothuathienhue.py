"""Báo Thừa Thiên Huế."""

from crawler.portal import Portal


class Baothuathienhue(Portal):
    name = "baothuathienhue"
    title = "Báo Thừa Thiên Huế"
    province = "Thừa Thiên Huế"
    hosts = ("huengaynay.vn", "baothuathienhue.vn")
    deprecated_hosts = ("baothuathienhue.vn",)
    platform = "fck"
    evidence = "a public scraper's selectors: .pubdate, #newscontents; no page seen"
