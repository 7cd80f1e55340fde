"""Báo Bạc Liêu."""

from crawler.platforms.press_layouts import NEWSCONTENT
from crawler.portal import Portal


class Baobaclieu(Portal):
    name = "baobaclieu"
    title = "Báo Bạc Liêu"
    province = "Bạc Liêu"
    hosts = ("baobaclieu.vn",)
    platform = "generic"
    layouts = (NEWSCONTENT,)
    evidence = "a public scraper's selectors: div.date, .newscontent; no page seen"
