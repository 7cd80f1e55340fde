"""Báo Lai Châu."""

from crawler.platforms.press_layouts import BAOLAICHAU
from crawler.portal import Portal


class Baolaichau(Portal):
    name = "baolaichau"
    title = "Báo Lai Châu"
    province = "Lai Châu"
    hosts = ("baolaichau.vn",)
    platform = "generic"
    layouts = (BAOLAICHAU,)
    evidence = "a public scraper's selectors: .text-muted, .desc.sapo, .desc.body; no page seen"
