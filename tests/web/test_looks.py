"""The site as people meet it: in a browser, by keyboard, on a phone, in the dark."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from browser import PHONE, Visits, axe, narrow, served
from playwright.sync_api import expect
from stored_articles import Folder

from pipelines.archive.warc import Exchange

AT = datetime(2025, 6, 2, 1, 2, 3, tzinfo=UTC)
PAGE = "<title>Họp giao ban</title><h2>Họp</h2><p style='width: 2000px'>Sáng nay, Sở họp giao ban."


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("site") / "output"
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    with Folder(folder) as archive:
        for number in range(120):
            url = f"https://so.tinhthu.example/tin/{number}-{'hop-giao-ban-' * 6}.html"
            archive.archive("so_thu").keep(Exchange(url, AT, b"", head + PAGE.encode()), "live")
    with served(folder, "--replay") as url:
        yield url


def test_captures_are_searched_and_opened(visit: Visits, site: str) -> None:
    page = visit(site, "/captures")
    page.get_by_label("URL holds").fill("/tin/11-")
    page.keyboard.press("Enter")
    expect(page.get_by_role("row")).to_have_count(1 + 1)
    page.get_by_role("row").nth(1).get_by_role("link").click()
    expect(page.frame_locator("iframe").get_by_role("heading")).to_have_text("Họp")


@pytest.mark.parametrize("path", ["/captures", "/captures?url=khong-co", "/captures/1"])
def test_anyone_can_use_it(visit: Visits, site: str, path: str) -> None:
    page = visit(site, path, viewport=PHONE)
    axe(page)
    narrow(page)
    page.emulate_media(color_scheme="dark")
    axe(page, "color-contrast")
