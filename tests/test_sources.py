"""REST API, sitemaps and feeds, as portals answer and as they should not."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.sources import BadSource, RestApi, Section, read_categories, read_feed, read_posts, read_sitemap

POST = {
    "id": 7,
    "link": "https://so.tinhthu.example/tin/",
    "date_gmt": "2021-01-07T08:30:00",
    "modified_gmt": "2021-01-08T01:00:00",
    "categories": [9, 3],
    "content": {"protected": False},
}


def test_routes_of_both_forms_of_the_api() -> None:
    assert RestApi("https://a.example/wp-json/").categories.startswith("https://a.example/wp-json/wp/v2/categories?per")
    assert "rest_route=/wp/v2/posts&per_page" in RestApi("https://a.example/index.php?rest_route=/").posts


def test_categories_are_sections_with_their_labels() -> None:
    rows = [
        {"id": 3, "name": "Tin tức &#8211; Sự kiện", "link": "https://x/c/", "count": 2},
        {"id": 4, "name": "Rỗng", "link": "https://x/d/", "count": 0},
    ]
    assert read_categories(json.dumps(rows).encode()) == {3: Section("https://x/c/", "Tin tức – Sự kiện")}


def test_posts_say_when_they_changed_and_where_they_stand() -> None:
    entries, protected = read_posts(json.dumps([POST]).encode(), {3: Section("https://x/c/", "Thông báo")})
    assert protected == []
    assert entries[0].mark == "rest:2021-01-08T01:00:00"
    assert entries[0].fields["published"] == "2021-01-07T08:30:00+00:00"
    assert entries[0].fields["section"] == "Thông báo"


def test_protected_posts_are_told_apart() -> None:
    entries, protected = read_posts(json.dumps([{**POST, "content": {"protected": True}}]).encode(), {})
    assert (entries, protected) == ([], [POST["link"]])


def test_a_warning_printed_before_the_json_does_not_cost_the_answer() -> None:
    body = b"<br />\n<b>Notice</b>: Undefined\n" + json.dumps([POST]).encode()
    assert len(read_posts(body, {})[0]) == 1


@pytest.mark.parametrize("body", [b"", b"<html>403</html>", b'{"code":"rest_no_route"}', b"[1, 2", b"\xff\xfe"])
def test_an_answer_that_is_no_list_is_a_bad_source(body: bytes) -> None:
    with pytest.raises(BadSource):
        read_posts(body, {})


def test_rows_without_what_is_needed_are_passed_over() -> None:
    undated = {**POST, "date_gmt": "0000-00-00T00:00:00"}
    entries, _ = read_posts(json.dumps([1, {}, {"link": 3}, undated]).encode(), {})
    assert [entry.fields for entry in entries] == [{"modified": "2021-01-08T01:00:00+00:00"}]


def test_a_sitemap_and_an_index_of_sitemaps() -> None:
    ns = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    body = f"<urlset {ns}><url><loc>https://x/1</loc><lastmod>2021-01-08</lastmod></url><url><loc>https://x/2</loc></url></urlset>"
    maps, entries = read_sitemap(body.encode())
    assert maps == []
    assert [(entry.url, entry.mark) for entry in entries] == [
        ("https://x/1", "lastmod:2021-01-08"),
        ("https://x/2", None),
    ]
    index = f"<sitemapindex {ns}><sitemap><loc>https://x/s.xml</loc></sitemap></sitemapindex>"
    assert read_sitemap(index.encode()) == (["https://x/s.xml"], [])


@pytest.mark.parametrize("body", [b"", b"<html><body>404</body></html>", b"not xml", b'{"a":1}'])
def test_what_is_no_sitemap_is_a_bad_source(body: bytes) -> None:
    with pytest.raises(BadSource):
        read_sitemap(body)


def test_rss_and_atom_items() -> None:
    rss = (
        "<rss><channel><link>https://x/</link><item><title>T</title><link>/tin/1/</link>"
        "<pubDate>Thu, 07 Jan 2021 08:30:00 +0000</pubDate><category>Thông báo</category></item>"
        "<item><link>https://x/2</link><pubDate>hôm qua</pubDate></item></channel></rss>"
    )
    first, second = read_feed(rss.encode(), "https://x/feed/")
    assert (first.url, first.fields) == (
        "https://x/tin/1/",
        {"published": "2021-01-07T08:30:00+00:00", "section": "Thông báo"},
    )
    assert (second.url, second.fields) == ("https://x/2", {})
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><link rel="self" href="s"/><link href="/a"/></entry></feed>'
    )
    assert [entry.url for entry in read_feed(atom.encode(), "https://x/")] == ["https://x/a"]


def test_entities_in_a_feed_are_not_followed() -> None:
    bomb = '<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss><channel><item><link>https://x/&a;</link></item></channel></rss>'
    assert [entry.url for entry in read_feed(bomb.encode(), "https://x/")] == ["https://x/"]


@given(st.binary(max_size=200))
def test_whatever_answers_readers_refuse_by_name_or_give_entries(body: bytes) -> None:
    for read in (
        read_sitemap,
        read_categories,
        lambda data: read_posts(data, {}),
        lambda data: read_feed(data, "https://x/"),
    ):
        try:
            read(body)
        except BadSource:
            continue
