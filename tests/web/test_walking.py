"""What people do on the site, done in a browser that runs no scripts: search, narrow, read, compare, cite."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from browser import Visits
from looking import Made
from playwright.sync_api import Locator, Page, expect
from test_looks import path

SO, BAO = "sokhdt_backan_example", "baothainguyen_example"
STEPS = 40
"""More presses of Tab than it takes to get anywhere."""


@pytest.fixture
def front(visit: Visits, made: Made) -> Page:
    return visit(made.url, "/", java_script_enabled=False)


def hits(page: Page) -> Locator:
    return page.locator(".hits > li")


def asked(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def test_what_is_typed_is_found_and_marked(front: Page) -> None:
    front.get_by_role("searchbox").fill("hoi nghi ba be")
    front.keyboard.press("Enter")
    expect(front.get_by_role("heading", level=2).first).to_contain_text("hoi nghi ba be")
    first = hits(front).first
    expect(first.get_by_role("heading")).to_contain_text("Hội nghị đánh giá")
    assert "Ba Bể" in first.locator("mark").all_text_contents()
    expect(front.get_by_role("searchbox").first).to_have_value("hoi nghi ba be")


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("da nang phao hoa", "cau-rong-phun-lua"),
        ("“không sót một con số”", "giai-the-so"),
        ("căn cước đồng hồ thông minh", "tuyen-sinh-lop-10"),  # stands in a file only
        ("khâu nhục", "ngay-hoi-van-hoa"),
    ],
)
def test_each_article_is_found(front: Page, made: Made, words: str, name: str) -> None:
    front.get_by_role("searchbox").fill(words)
    front.get_by_role("button").first.click()
    hits(front).first.get_by_role("link").first.click()
    assert urlsplit(front.url).path == made.path(name)


def test_what_is_misspelt_is_asked_back(front: Page, made: Made) -> None:
    front.goto("/search?q=phaos hoa")
    front.locator(".note").get_by_role("link").click()
    assert asked(front) == {"q": ["pháo hoa"]}
    expect(hits(front).first.get_by_role("link").first).to_have_attribute("href", made.path("cau-rong-phun-lua"))


def test_results_are_narrowed_and_widened_again(front: Page) -> None:
    front.goto("/search?q=người dân")
    before = hits(front).count()
    front.get_by_role("complementary").get_by_role("link", name="baothainguyen.example").click()
    assert asked(front) == {"q": ["người dân"], "portal": [BAO]}
    assert 0 < hits(front).count() < before
    for by in hits(front).locator(".by").all_text_contents():
        assert "baothainguyen.example" in by
    front.locator("summary", has_text="Năm").click()
    front.get_by_role("complementary").get_by_role("link", name="2024", exact=True).click()
    assert asked(front)["year"] == ["2024"]
    dates = hits(front).locator("time").evaluate_all("all => all.map(one => one.dateTime.slice(0, 4))")
    assert set(dates) == {"2024"}
    for _ in range(2):
        front.locator("a.filter").first.click()
    assert asked(front) == {"q": ["người dân"]}
    assert hits(front).count() == before


def test_dates_of_ones_own_are_asked_for(front: Page) -> None:
    front.goto("/search?q=người dân")
    front.get_by_label("Từ ngày").fill("2024-09-01")
    front.get_by_label("Đến ngày").fill("2024-09-30")
    front.get_by_role("complementary").get_by_role("button").click()
    dates = hits(front).locator("time").evaluate_all("all => all.map(one => one.dateTime.slice(0, 7))")
    assert set(dates) == {"2024-09"}


def test_what_is_gone_from_the_web_is_found_here(front: Page, made: Made) -> None:
    front.locator("a[href='/search?gone=1']").click()
    found = hits(front).get_by_role("heading").get_by_role("link").evaluate_all("all => all.map(one => one.pathname)")
    assert sorted(found) == sorted(made.path(name) for name in ("giai-the-so", "cam-bien-so-tra"))
    hits(front).first.get_by_role("link").first.click()
    expect(front.locator(".note.gone")).to_contain_text("không còn trên cổng thông tin")
    expect(front.locator(".text")).to_contain_text("không mất một tờ giấy")


def listed(page: Page) -> Iterator[tuple[str, str]]:
    """Address and date of all results, page after page."""
    while True:
        for hit in hits(page).all():
            times = hit.locator("time")
            when = times.get_attribute("datetime") if times.count() else None
            yield hit.get_by_role("link").first.get_attribute("href") or "", when or ""
        further = page.locator("a[rel=next]")
        if not further.count():
            return
        further.click()


@pytest.mark.parametrize("sort", ["Mới nhất", "Cũ nhất"])
def test_pages_of_results_hold_each_once_in_order(front: Page, made: Made, sort: str) -> None:
    front.goto("/search")
    front.get_by_role("link", name=sort).click()
    found = list(listed(front))
    addresses = {address for address, _ in found}
    assert len(addresses) == len(found)
    assert addresses == {made.path(name) for name in made.ids} - {made.path("ky-su-vi-mach")}  # which has no text
    dates = [when for _, when in found if when]
    assert dates == sorted(dates, reverse=sort == "Mới nhất")
    assert [when for _, when in found][-2:] == ["", ""]  # the undated come last


def test_an_article_is_read_and_its_capture_seen(front: Page, visit: Visits, made: Made) -> None:
    front.goto(made.path("hoi-nghi-ba-be"))
    expect(front.get_by_role("heading", level=1)).to_contain_text("Hội nghị đánh giá tình hình giải ngân")
    text = front.locator(".text")
    expect(text.get_by_role("row").nth(3)).to_contain_text("Kè chống sạt lở bờ sông Năng")
    expect(text.get_by_role("listitem")).to_have_count(3)
    expect(text.locator("figcaption")).to_have_text("Quang cảnh hội nghị tại huyện Ba Bể")
    front.locator("summary", has_text="Nội dung đọc được của tệp").click()
    expect(front.locator("pre", has_text="Huyện Pác Nặm: 29,1 tỷ đồng")).to_be_visible()
    front.get_by_role("link", name="Xem trang như lúc chụp").click()
    inner = front.frame_locator("iframe")
    expect(inner.get_by_role("heading", level=1)).to_contain_text("Hội nghị đánh giá tình hình giải ngân")
    expect(inner.locator("footer")).to_contain_text("Lượt truy cập")
    assert [said for said in visit.refused if "ba-be-1.png" in said]
    visit.refused.clear()


def test_versions_stand_side_by_side_with_the_changes_marked(front: Page, made: Made) -> None:
    front.goto(made.path("bao-so-3"))
    front.get_by_role("link", name="So sánh với phiên bản trước").click()
    removed, added = (front.locator(tag).all_text_contents() for tag in ("del", "ins"))
    assert " ".join(removed).split() == ["46", "8.200"]
    assert " ".join(added).split() == ["72", "11.600"]
    expect(front.locator("tr.changed")).to_have_count(1)
    front.get_by_role("link", name="Phiên bản 1").click()
    expect(front.locator(".text")).to_contain_text("46 xuồng máy")
    expect(front.locator(".note")).to_contain_text("phiên bản cũ")
    front.locator(".note").get_by_role("link").click()
    expect(front.locator(".text")).to_contain_text("72 xuồng máy")


def test_a_copy_leads_to_its_original_and_to_what_differs(front: Page, made: Made) -> None:
    front.goto(made.path("duong-cao-toc-moi"))
    front.locator(".note").get_by_role("link", name="So sánh").click()
    assert " ".join(front.locator("ins").all_text_contents()).count("214") == 1
    front.goto(made.path("ky-su-vi-mach"))
    front.locator(".note").get_by_role("link").click()
    assert urlsplit(front.url).path == made.path("chip-ban-dan")


def test_the_other_language_shows_the_same_page(front: Page, visit: Visits, made: Made) -> None:
    for kind in ("front", "filtered", "article", "compared", "portal", "month", "runs", "capture"):
        front.goto(path(made, kind))
        before = front.url
        menu = front.get_by_role("navigation").first
        menu.get_by_role("link", name="English").click()
        assert front.url == before.replace(made.url, f"{made.url}/en", 1)
        expect(front.locator("html")).to_have_attribute("lang", "en")
        for link in menu.get_by_role("link").all()[:-1]:
            assert str(link.get_attribute("href")).startswith("/en/")
        menu.get_by_role("link", name="Tiếng Việt").click()
        assert front.url == before
    visit.refused.clear()  # of the capture


def test_all_is_done_by_keyboard(front: Page, made: Made) -> None:
    """Past the menu, into the search, to a result: wherever the keyboard is, that is seen."""
    front.keyboard.press("Tab")
    skip = front.locator("a.skip")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    front.keyboard.press("Enter")
    expect(front.locator("main")).to_be_focused()
    front.goto("/")
    tab_to(front, front.get_by_role("searchbox"))
    front.keyboard.type("cầu Rồng phun lửa")
    front.keyboard.press("Enter")
    first = hits(front).first.get_by_role("link").first
    expect(first).to_be_visible()
    tab_to(front, first)
    front.keyboard.press("Enter")
    front.wait_for_url(re.compile(re.escape(made.path("cau-rong-phun-lua")) + "$"))


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until `wanted` has the focus; each that has it on the way is in view, and outlined."""
    for _ in range(STEPS):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        expect(focused).to_be_in_viewport()
        style = focused.evaluate("it => [getComputedStyle(it).outlineStyle, getComputedStyle(it).outlineWidth]")
        assert style[0] != "none"
        assert float(style[1].removesuffix("px")) >= 2
        if wanted.evaluate("it => it === document.activeElement"):
            return
    pytest.fail(f"{page.url}: the keyboard does not get to {wanted}")
