"""Newspaper of the Hải Phòng police."""

from crawler.portal import Portal


class Anhp(Portal):
    name = "anhp"
    title = "Báo An ninh Hải Phòng"
    province = "Hải Phòng"
    hosts = ("anhp.vn",)
    platform = "generic"
    evidence = "a public scraper's table has only a box its date stands in, too little for a layout; no page seen"
