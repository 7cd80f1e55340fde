"""Newspaper of the Hà Nội police."""

from crawler.portal import Portal


class Anninhthudo(Portal):
    name = "anninhthudo"
    title = "Báo An ninh Thủ đô"
    province = "Hà Nội"
    hosts = ("anninhthudo.vn",)
    platform = "zce"
    evidence = "selectors of a public scraper's table (2019-2026): date, lead, body; no page seen"
