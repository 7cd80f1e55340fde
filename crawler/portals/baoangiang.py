"""Báo An Giang."""

from crawler.portal import Portal


class Baoangiang(Portal):
    name = "baoangiang"
    title = "Báo An Giang"
    province = "An Giang"
    hosts = ("baoangiang.com.vn",)
    platform = "fck"
    evidence = "a public scraper's selectors: .pubdate, #newscontents, .content-fck; no page seen"
