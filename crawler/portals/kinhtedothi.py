"""Newspaper of Hà Nội's city government."""

from crawler.platforms.press_layouts import KINHTEDOTHI
from crawler.portal import Portal


class Kinhtedothi(Portal):
    name = "kinhtedothi"
    title = "Báo Kinh tế và Đô thị"
    province = "Hà Nội"
    hosts = ("kinhtedothi.vn",)
    platform = "generic"
    layouts = (KINHTEDOTHI,)
    evidence = "two entries of a public scraper's table that agree: date, lead, body; no page seen"
