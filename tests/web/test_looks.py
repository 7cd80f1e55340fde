"""How each kind of page looks: to assistive technology, on a phone, in the dark, and on paper."""

from __future__ import annotations

import io

import pypdfium2
import pytest
from browser import PHONE, Visits, axe, narrow
from looking import Made
from playwright.sync_api import expect

SO = "sokhdt_backan_example"
PATHS = {
    "front": "/",
    "search": "/search?q=s%C3%B4ng",
    "filtered": f"/search?q=%22%C4%91%E1%BA%A7u+t%C6%B0%22&portal={SO}&year=2024&files=1",
    "misspelt": "/search?q=bawk+can",
    "nothing": "/search?q=khongthecotunay",
    "article": "hoi-nghi-ba-be",
    "pictures": "bao-so-3",
    "gone": "giai-the-so",
    "duplicate": "ky-su-vi-mach",
    "near": "nuoc-song-cau",
    "old": "hoi-nghi-ba-be/versions/1",
    "compared": "hoi-nghi-ba-be/compare/1..3",
    "portals": "/portals",
    "portal": f"/portals/{SO}",
    "month": f"/portals/{SO}/2023-01",
    "runs": "/runs",
    "about": "/about",
    "captures": "/captures?url=cong",
    "capture": "/captures/1",
    "missing": "/articles/0123456789abcdef",
}
"""An address for each kind of page; of an article, its name in made_site.toml."""


def path(made: Made, kind: str, language: str = "") -> str:
    address = PATHS[kind]
    if not address.startswith("/"):
        name, slash, rest = address.partition("/")
        address = made.path(name, slash + rest)
    return language + address


@pytest.mark.parametrize("kind", PATHS)
def test_anyone_can_use_it(visit: Visits, made: Made, kind: str) -> None:
    """On a phone in Vietnamese and by day; in a wide window in English and by night."""
    page = visit(made.url, path(made, kind), viewport=PHONE, has_touch=True)
    axe(page)
    narrow(page)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.emulate_media(color_scheme="dark")
    page.goto(path(made, kind, "/en"))
    expect(page.locator("html")).to_have_attribute("lang", "en")
    axe(page)
    narrow(page)
    if kind == "missing":
        visit.faults[:] = [fault for fault in visit.faults if "404" not in fault]
    if kind == "capture":
        visit.refused.clear()


def test_on_paper_there_is_the_article_and_where_it_is_from(visit: Visits, made: Made) -> None:
    page = visit(made.url, made.path("hoi-nghi-ba-be"))
    with pypdfium2.PdfDocument(io.BytesIO(page.pdf())) as pdf:
        text = " ".join(one.get_textpage().get_text_range() for one in pdf)
    text = " ".join(text.split())
    for said in ("Kết luận buổi làm việc", "Kè chống sạt lở bờ sông Năng", "http://sokhdt.backan.example/hoi-nghi-ba"):
        assert said in text
    for said in ("Tìm kiếm", "Xem trang như lúc chụp"):
        assert said not in text
