"""Cổng thông tin điện tử tỉnh Bình Định."""

from crawler.platforms.gov_layouts import BINHDINH
from crawler.portal import Portal


class Binhdinh(Portal):
    name = "binhdinh"
    title = "Cổng thông tin điện tử tỉnh Bình Định"
    province = "Bình Định"
    hosts = ("binhdinh.gov.vn",)
    platform = "generic"
    layouts = (BINHDINH,)
    evidence = "a public scraper's selectors: .dtContentDate, .content_summary; no page seen"
