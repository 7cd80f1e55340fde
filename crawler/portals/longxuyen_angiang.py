"""Thành phố Long Xuyên, tỉnh An Giang."""

from crawler.portal import Portal
from crawler.provinces import MERGED_ON


class LongxuyenAngiang(Portal):
    name = "longxuyen_angiang"
    title = "Thành phố Long Xuyên, tỉnh An Giang"
    province = "An Giang"
    hosts = ("longxuyen.angiang.gov.vn",)
    gone_since = MERGED_ON  # with every district
    successor = "angiang.gov.vn"
    platform = "drupal"
    evidence = "markup in public configurations: .field--name-body, /node/N; no page seen"
