"""Cổng thông tin điện tử tỉnh Tây Ninh."""

from crawler.platforms.press_layouts import TAYNINH
from crawler.portal import Portal


class Tayninh(Portal):
    name = "tayninh"
    title = "Cổng thông tin điện tử tỉnh Tây Ninh"
    province = "Tây Ninh"
    hosts = ("tayninh.gov.vn",)
    platform = "webforms"
    layouts = (TAYNINH,)
    evidence = "a public scraper's selectors: .de-newsCent, .de-sumcontent, .de-newscont; no page seen"
