"""Thành phố Long Xuyên, tỉnh An Giang."""

from crawler.portal import Portal


class LongxuyenAngiang(Portal):
    name = "longxuyen_angiang"
    title = "Thành phố Long Xuyên, tỉnh An Giang"
    province = "An Giang"
    hosts = ("longxuyen.angiang.gov.vn",)
    platform = "drupal"
    evidence = "markup in public configurations: .field--name-body, /node/N; no page seen"
