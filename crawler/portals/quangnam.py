"""Cổng thông tin điện tử tỉnh Quảng Nam."""

from crawler.portal import Portal


class Quangnam(Portal):
    name = "quangnam"
    title = "Cổng thông tin điện tử tỉnh Quảng Nam"
    province = "Quảng Nam"
    hosts = ("quangnam.gov.vn",)
    platform = "webforms"
    evidence = "a public scraper's selectors: [id$=lblNgayDang], [id$=lblTomTat], [id$=lblNoiDung]; no page seen"
