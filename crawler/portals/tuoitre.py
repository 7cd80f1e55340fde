"""Youth union newspaper of Ho Chi Minh City."""

from crawler.portal import Portal


class Tuoitre(Portal):
    name = "tuoitre"
    title = "Báo Tuổi Trẻ"
    province = "Thành phố Hồ Chí Minh"
    hosts = ("tuoitre.vn",)
    platform = "vccorp"
    evidence = "selectors of a public scraper's table (2019-2026): date, lead, body, inserted boxes; no page seen"
