"""Báo Đồng Nai."""

from crawler.portal import Portal


class Baodongnai(Portal):
    name = "baodongnai"
    title = "Báo Đồng Nai"
    province = "Đồng Nai"
    hosts = ("baodongnai.com.vn",)
    platform = "mediasoft"
    evidence = "markup in public configurations: div#content, td.desc captions, /YYYYMM/ addresses; no page seen"
