"""Law newspaper of Ho Chi Minh City."""

from crawler.portal import Portal


class Plo(Portal):
    name = "plo"
    title = "Báo Pháp Luật TP. Hồ Chí Minh"
    province = "Thành phố Hồ Chí Minh"
    hosts = ("plo.vn",)
    platform = "zce"
    evidence = "selectors of a public scraper's table (2019-2026): date, lead, body; no page seen"
