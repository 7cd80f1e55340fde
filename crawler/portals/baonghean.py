"""Báo Nghệ An."""

from crawler.portal import Portal


class Baonghean(Portal):
    name = "baonghean"
    title = "Báo Nghệ An"
    province = "Nghệ An"
    hosts = ("baonghean.vn",)
    platform = "zce"
    evidence = "markup in public configurations: .article__body.zce-content-body.cms-body, time.cms-date; no page seen"
