"""Báo Bình Phước."""

from crawler.portal import Portal


class Baobinhphuoc(Portal):
    name = "baobinhphuoc"
    title = "Báo Bình Phước"
    province = "Bình Phước"
    hosts = ("baobinhphuoc.com.vn",)
    platform = "picbox"
    evidence = "a public scraper's selectors: .time, .sapo, .news_body, .hinh; no page seen"
