"""Báo Đắk Nông."""

from crawler.platforms.press_layouts import NEWSCONTENT
from crawler.portal import Portal


class Baodaknong(Portal):
    name = "baodaknong"
    title = "Báo Đắk Nông"
    province = "Đắk Nông"
    hosts = ("baodaknong.vn", "baodaknong.org.vn")
    deprecated_hosts = ("baodaknong.org.vn",)
    platform = "generic"
    layouts = (NEWSCONTENT,)
    evidence = "a public scraper's selectors: div.date, p.text-intro, .newscontent; no page seen"
