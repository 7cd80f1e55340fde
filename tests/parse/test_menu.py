"""The links of menus, and what the classes of WordPress say of them."""

from __future__ import annotations

import pytest

from crawler.parse.listing import read_menu
from crawler.parse.page import read_page


@pytest.mark.parametrize(
    ("names", "taxonomy"),
    [
        ("menu-item menu-item-object-category", "category"),
        ("cat-item cat-item-7", "category"),
        ("menu-item-object-", None),
    ],
)
def test_a_menu_says_what_its_links_are_as_far_as_it_does(names: str, taxonomy: str | None) -> None:
    item = f"<li class='{names}'><a href='/thong-bao/'>Thông báo</a></li>"
    page = read_page(
        f"<html><body><nav><ul>{item}</ul></nav><p>Sở Nội vụ tỉnh Tân Lâm</p></body></html>".encode(),
        "https://sonoivu.tanlam.example/",
        {"content-type": "text/html; charset=utf-8"},
    )
    assert [(link.text, link.taxonomy) for link in read_menu(page)] == [("Thông báo", taxonomy)]
