"""Newspaper of the Ho Chi Minh City police."""

from crawler.platforms.press_layouts import CONGAN
from crawler.portal import Portal


class ConganTphcm(Portal):
    name = "congan_tphcm"
    title = "Báo Công an TP. Hồ Chí Minh"
    province = "Thành phố Hồ Chí Minh"
    hosts = ("congan.com.vn",)
    platform = "generic"
    layouts = (CONGAN,)
    evidence = "selectors of a public scraper's table (2019-2026): date, lead, body; no page seen"
