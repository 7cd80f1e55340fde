"""Báo Đắk Lắk."""

from crawler.portal import Portal


class Baodaklak(Portal):
    name = "baodaklak"
    title = "Báo Đắk Lắk"
    province = "Đắk Lắk"
    hosts = ("baodaklak.vn",)
    platform = "mediasoft"
    evidence = "a public scraper's selectors: .date, .content, .image.center; no page seen"
