"""The Party committee's newspaper of Ho Chi Minh City."""

from crawler.portal import Portal


class Sggp(Portal):
    name = "sggp"
    title = "Báo Sài Gòn Giải Phóng"
    province = "Thành phố Hồ Chí Minh"
    hosts = ("sggp.org.vn",)
    platform = "zce"
    evidence = "the publisher's own front-end templates, and a scraper's table: date, lead, body, captions"
