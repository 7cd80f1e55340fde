"""Trade union newspaper of Ho Chi Minh City."""

from crawler.portal import Portal


class Nld(Portal):
    name = "nld"
    title = "Báo Người Lao Động"
    province = "Thành phố Hồ Chí Minh"
    hosts = ("nld.com.vn",)
    platform = "vccorp"
    evidence = "selectors of a public scraper's table (2019-2026): date, lead, body, captions; no page seen"
