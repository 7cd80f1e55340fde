"""Feeds, sitemap, robots.txt and the description of the search, read by the rules they are made by."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from urllib.parse import quote, urlsplit
from urllib.robotparser import RobotFileParser

import pytest
from kept_site import OFFICE, Answer, Visitor, visited
from lxml import etree

from pipelines.web import feeds
from pipelines.web.xml import add, text_of, written

ATOM = {"a": "http://www.w3.org/2005/Atom"}
MAP = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def read(answer: Answer, kind: str) -> etree._Element:
    assert answer.status == 200, answer.text
    assert answer.headers["content-type"].startswith(kind)
    return etree.fromstring(answer.body, etree.XMLParser(resolve_entities=False))


def texts(root: etree._Element, path: str, names: dict[str, str]) -> list[str]:
    return [str(one.text) for one in root.iterfind(path, names)]


def test_a_feed_has_the_newest_of_a_search(visitor: Visitor) -> None:
    root = read(visitor.ask(f"/feed.atom?portal={OFFICE}&sort=oldest"), "application/atom+xml")
    assert texts(root, "a:entry/a:title", ATOM)[0] == "Công nhận làng nghề miến dong Bản Chiềng"
    entry = root.find("a:entry", ATOM)
    assert entry is not None
    assert texts(entry, "a:author/a:name", ATOM) == ["Lò Thị Mây", "Hà Văn Khoan"]
    assert texts(entry, "a:summary", ATOM) == ["Năm mươi hộ dân vui trong ngày hội."]
    assert texts(entry, "a:published", ATOM) == ["2022-10-24T08:00:00Z"]
    assert [one.get("term") for one in entry.iterfind("a:category", ATOM)] == ["làng nghề", "miến dong"]
    links = {one.get("rel"): str(one.get("href")) for one in entry.iterfind("a:link", ATOM)}
    assert links["via"] == "http://so-nv-tanson.example/lang-nghe.html"
    assert visitor.ask(urlsplit(links["alternate"]).path).status == 200


def test_a_feed_has_what_atom_demands(visitor: Visitor) -> None:
    """RFC 4287, 4.1: of the feed and of every entry one id, one title, one time; an author; a link to the page."""
    root = read(visitor.ask("/feed.atom"), "application/atom+xml")
    entries = root.findall("a:entry", ATOM)
    assert len(entries) == 6
    for element in (root, *entries):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"a:{name}", ATOM)) == 1, name
        assert INSTANT.fullmatch(texts(element, "a:updated", ATOM)[0])
        assert all(texts(element, "a:author/a:name", ATOM))
        assert [one.get("type") for one in element.iterfind("a:link[@rel='alternate']", ATOM)] == ["text/html"]
    ids = texts(root, "a:entry/a:id", ATOM)
    assert len(set(ids)) == len(ids)
    assert texts(root, "a:updated", ATOM)[0] == max(texts(root, "a:entry/a:updated", ATOM))
    own = str(root.xpath("string(a:link[@rel='self']/@href)", namespaces=ATOM))
    assert visitor.ask(own.removeprefix(visitor.base)).body == visitor.ask("/feed.atom").body


def test_whatever_a_title_has_in_it_a_feed_is_xml(visitor: Visitor) -> None:
    root = read(visitor.ask(f"/feed.atom?q={quote('chợ phiên')}"), "application/atom+xml")
    assert texts(root, "a:entry/a:title", ATOM) == ["Chợ phiên <b>& “ba miền”</b> ]]>  họp lại 🌾"]
    strange = read(visitor.ask("/feed.atom?q=x%01%EF%BF%BE%3Cb"), "application/atom+xml")
    assert texts(strange, "a:title", ATOM) == ["Lưu Tin · x<b"]
    assert strange.find("a:entry", ATOM) is None


def test_what_xml_cannot_say_is_left_out() -> None:
    every = "".join(map(chr, [*range(0xD800), *range(0xE000, 0x11000), 0x10FFFF]))
    root = etree.Element("a")
    add(root, "b", every, c=every)
    again = etree.fromstring(written(root))
    assert again[0].text == text_of(every).replace("\r", "\r")
    assert "\x00" not in text_of(every)
    assert "ế" in text_of(every)


def test_the_sitemap_has_every_article_once(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "PART_ROWS", 4)  # there are 9 lines, of 7 articles
    parts = texts(read(visitor.ask("/sitemap.xml"), "application/xml"), "s:sitemap/s:loc", MAP)
    assert [urlsplit(one).path for one in parts] == [f"/sitemaps/{number}.xml" for number in range(4)]
    pages, *rest = (read(visitor.ask(urlsplit(one).path), "application/xml") for one in parts)
    assert len(texts(pages, "s:url/s:loc", MAP)) == 6
    places = [place for part in rest for place in texts(part, "s:url/s:loc", MAP)]
    lines = visitor.ask("/api/articles").json["articles"]
    assert sorted(places) == sorted({f"{visitor.base}/articles/{one['id']}" for one in lines})
    for day in (day for part in rest for day in texts(part, "s:url/s:lastmod", MAP)):
        assert datetime.strptime(day, "%Y-%m-%d")  # noqa: DTZ007
    for number in ("4", "50001", "99999999999999999999"):
        assert visitor.ask(f"/sitemaps/{number}.xml").status == 404


def test_robots_are_led_to_articles_and_away_from_what_has_no_end(visitor: Visitor) -> None:
    answer = visitor.ask("/robots.txt")
    assert answer.headers["content-type"].startswith("text/plain")
    robots = RobotFileParser()
    robots.parse(answer.text.splitlines())
    assert robots.site_maps() == [f"{visitor.base}/sitemap.xml"]
    assert robots.can_fetch("AnyBot", "/articles/0123456789abcdef")
    assert robots.can_fetch("AnyBot", "/search?q=x")
    for path in ("/captures/1/content", "/en/captures", "/files/x", "/replays/x"):
        assert not robots.can_fetch("AnyBot", path), path


def test_a_browser_learns_to_search(visitor: Visitor) -> None:
    root = read(visitor.ask("/opensearch.xml"), "application/opensearchdescription+xml")
    space = {"o": "http://a9.com/-/spec/opensearch/1.1/"}
    assert len(texts(root, "o:ShortName", space)[0]) <= 16
    templates = {one.get("type"): str(one.get("template")) for one in root.iterfind("o:Url", space)}
    for kind in ("text/html", "application/atom+xml", "application/json"):
        address = templates[kind].replace("{searchTerms}", quote("Khe Trúc")).removeprefix(visitor.base)
        assert visitor.ask(address).headers["content-type"].startswith(kind)


def test_addresses_are_those_the_site_is_said_to_have(kept: Path) -> None:
    with visited(kept, base_url="https://luutin.example/", hosts=["127.0.0.1", "luutin.example"]) as visitor:
        for path in ("/feed.atom", "/sitemap.xml", "/sitemaps/0.xml", "/sitemaps/1.xml", "/robots.txt"):
            answer = visitor.ask(path)
            assert "https://luutin.example/" in answer.text, path
            assert "127.0.0.1" not in answer.text, path
            assert "example//" not in answer.text, path
