"""The short visit behind `check` and `addportal`: which pages it asks for, how many, and where it stops."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import CommandLine
from made_portal import MadePortal, article, frame, rows, title

from crawler.probe import ASKED_PER_PAGE, MAX_LISTINGS

Answer = Callable[[str], str | None]


def portal(answer: Answer) -> MadePortal:
    """A portal of thirty articles; `answer` says what its other pages are."""

    def all_of_it(path: str, form: bytes) -> str | None:
        page = answer(path)
        if page is None and (match := re.fullmatch(r"/tin\?id=(\d+)", path)):
            return article(int(match[1]))
        return page

    return MadePortal(all_of_it)


def menu(sections: int) -> str:
    """A start page with nothing but a menu."""
    links = "".join(
        f"<li><a href='/muc?id={number}'>Chuyên mục số {number}</a></li>" for number in range(1, sections + 1)
    )
    return f"<html><head><title>Trang tin</title></head><body><ul class='menu'>{links}</ul></body></html>"


def visited(luutin: CommandLine, made: MadePortal, *args: str, portal: str = "portal") -> dict[str, Any]:
    done = luutin("check", portal, "-a", f"url={made.url}", "--json", *args)
    result: dict[str, Any] = json.loads(done.out)
    return result


def listings(made: MadePortal) -> list[str]:
    return [path for path in made.asked if path.startswith("/muc")]


def test_one_section_is_enough_and_its_further_pages_are_left_alone(luutin: CommandLine) -> None:
    pager = "<div class='phan-trang'><a href='/muc?id=1&page=2'>2</a> <a href='/muc?id=1&page=3'>3</a></div>"
    pages = {"/": menu(4), "/muc?id=1": frame(rows(range(12)) + pager)}
    with portal(pages.get) as made:
        result = visited(luutin, made, "--pages", "2")
        assert listings(made) == ["/muc?id=1"]
    assert [(section["label"], section["entries"]) for section in result["sections"]] == [("Chuyên mục số 1", 12)]
    assert len(result["articles"]) == 2
    assert len(made.asked) <= 6


def test_a_dead_section_gives_way_to_the_next(luutin: CommandLine) -> None:
    pages = {"/": menu(4), "/muc?id=3": frame(rows(range(12)))}
    with portal(pages.get) as made:
        result = visited(luutin, made, "--pages", "1")
        assert listings(made) == ["/muc?id=1", "/muc?id=2", "/muc?id=3"]
    assert [section["reason"] for section in result["sections"]] == ["http-404", "http-404", None]
    assert result["problems"] == []


def test_dead_sections_are_not_all_asked_for(luutin: CommandLine) -> None:
    with portal({"/": menu(MAX_LISTINGS + 4)}.get) as made:
        result = visited(luutin, made)
        assert len(listings(made)) == MAX_LISTINGS
    assert result["problems"][0] == "sections: none lists articles"


def test_links_that_lead_to_no_article_are_followed_so_far_only(luutin: CommandLine) -> None:
    links = "".join(
        f"<div class=tin><a href='/xem?id={n}'>{title(n)}</a><i>0{n % 9 + 1}/03/2024</i></div>" for n in range(30)
    )
    pages = {"/": menu(2), "/muc?id=1": frame(links)}
    with portal(pages.get) as made:
        result = visited(luutin, made, "--pages", "2")
        assert len([path for path in made.asked if path.startswith("/xem")]) == 2 * ASKED_PER_PAGE
    assert result["reasons"] == {"failed:http-404": 2 * ASKED_PER_PAGE}
    assert result["problems"] == [f"articles: none could be read (failed:http-404 {2 * ASKED_PER_PAGE})"]


def test_a_challenge_in_place_of_a_section_is_told(luutin: CommandLine) -> None:
    challenge = (
        "<html><head><title>Just a moment...</title></head><body><div class='cf-browser-verification'>"
        "Checking your browser before accessing the portal.</div></body></html>"
    )
    pages = {"/": menu(2), "/muc?id=1": challenge, "/muc?id=2": frame(rows(range(12)))}
    with portal(pages.get) as made:
        result = visited(luutin, made, "--pages", "1")
    assert [bool(section["entries"]) for section in result["sections"]] == [False, True]
    assert result["sections"][0]["reason"] not in (None, "unknown")


def test_a_start_page_that_lists_all_there_is_needs_no_sections(luutin: CommandLine) -> None:
    home = f"<html><head><title>Trang tin</title></head><body>{rows(range(12))}</body></html>"
    with portal({"/": home}.get) as made:
        result = visited(luutin, made, "--pages", "1")
    assert (result["sections"], result["home"], result["problems"]) == ([], 12, [])


def test_every_section_a_portal_file_names_is_looked_at(
    luutin: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = {"/": menu(2), "/muc?id=1": frame(rows(range(12))), "/muc?id=8": frame(rows(range(9)))}
    with portal(pages.get) as made:
        (tmp_path / "so_rieng.py").write_text(
            "from crawler.portal import Portal\nfrom crawler.sources import Section\n"
            "class SoRieng(Portal):\n"
            "    name = 'so_rieng'\n    title = 'Sở Riêng'\n    platform = 'generic'\n"
            "    evidence = 'invented for a test'\n"
            f"    hosts = ('{made.url.split('/')[2]}',)\n"
            f"    sections = (Section('{made.url}muc?id=8', 'Tám'), Section('{made.url}muc?id=9', 'Chín'))\n",
            "utf-8",
        )
        monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]))
        result = visited(luutin, made, "--pages", "1", "-s", "SPIDER_MODULES=so_rieng", portal="so_rieng")
        assert set(listings(made)) == {"/muc?id=1", "/muc?id=8", "/muc?id=9"}
    assert {section["label"]: (section["named"], section["entries"]) for section in result["sections"]} == {
        "Tám": (True, 9),
        "Chín": (True, 0),
        "Chuyên mục số 1": (False, 12),
    }
    assert result["problems"] == ["section Chín: lists no article (http-404)"]


def test_feeds_and_sitemaps_are_counted_and_what_is_none_is_told(luutin: CommandLine, tmp_path: Path) -> None:
    feed = (
        "<?xml version='1.0'?><rss><channel>"
        + "".join(f"<item><title>{title(n)}</title><link>/tin?id={n}</link></item>" for n in range(3))
        + "</channel></rss>"
    )
    home = frame(rows(range(12))).replace(
        "</head>", "<link rel=alternate type='application/rss+xml' href='/rss'>"
        "<link rel=alternate type='application/rss+xml' href='/khac'></head>"
    )  # fmt: skip
    pages = {"/": home, "/rss": feed, "/khac": "<html><body>Không có gì</body></html>"}
    root = tmp_path / "checkout"
    (root / "crawler" / "portals").mkdir(parents=True)
    (root / "tests" / "portals").mkdir(parents=True)
    (root / "crawler" / "portals" / "__init__.py").touch()
    with portal(pages.get) as made:
        done = luutin("addportal", made.url, "--into", str(root), "--pages", "1")
        assert re.search(rf"^  feed +3 entries  {made.url}rss$", done.out, re.MULTILINE)
        assert re.search(rf"^  feed +nothing \(.*feed.*\)  {made.url}khac$", done.out, re.MULTILINE)
        assert re.search(rf"^  sitemap +nothing \(http-404\)  {made.url}sitemap\.xml$", done.out, re.MULTILINE)
    assert done.code == 0, done.err
