"""Trade union newspaper of Hà Nội."""

from crawler.portal import Portal


class Laodongthudo(Portal):
    name = "laodongthudo"
    title = "Báo Lao động Thủ đô"
    province = "Hà Nội"
    hosts = ("laodongthudo.vn",)
    platform = "mastercms"
    evidence = "selectors of a public scraper's table (2019-2026): lead, body, related boxes; no page seen"
