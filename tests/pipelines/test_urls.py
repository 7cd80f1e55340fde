"""URLs of real portals, folded; printing views; forms as URLs."""

from __future__ import annotations

import pytest

from pipelines.urls import fold_url, posted_url, unprinted


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://a.vn/Tin-Tuc/ChiTiet.aspx?ItemID=5", "http://a.vn/tin-tuc/chitiet.aspx?itemid=5"),
        ("http://a.vn/(S(h3kq2x55))/Default.aspx", "http://a.vn/"),
        ("http://a.vn/index.php", "http://a.vn/"),
        ("http://a.vn/tin/index.html?PHPSESSID=9af3", "http://a.vn/tin/"),
        ("http://a.vn/?com=tin&amp;id=4", "http://a.vn/?com=tin&id=4"),
        ("http://a.vn/?com=tin&amp;amp;id=4", "http://a.vn/?com=tin&id=4"),
        ("http://a.vn/tin%20", "http://a.vn/tin"),
        ("http://a.vn/tin?sapxep=cu&id=4", "http://a.vn/tin?id=4"),
        ("http://a.vn/-/view/7?redirect=%2Fweb%2Fs1&inheritRedirect=true", "http://a.vn/-/view/7"),
        ("http://a.vn/x?_101_INSTANCE_q_redirect=%2Fweb", "http://a.vn/x"),
    ],
)
def test_two_ways_to_write_one_page(one: str, other: str) -> None:
    assert fold_url(one) == fold_url(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://a.vn/Tin/Hop", "http://a.vn/tin/hop"),
        ("http://a.vn/index.php?id=4", "http://a.vn/index.php?id=5"),
        ("http://a.vn/x.aspx?ID=aB", "http://a.vn/x.aspx?ID=ab"),
        ("http://a.vn/?view=article&id=1", "http://a.vn/?view=category&id=1"),
    ],
)
def test_two_pages_stay_two(one: str, other: str) -> None:
    assert fold_url(one) != fold_url(other)


@pytest.mark.parametrize(
    ("url", "plain"),
    [
        ("http://a.vn/12-hop?tmpl=component&print=1&layout=default", "http://a.vn/12-hop?layout=default"),
        ("http://a.vn/?id=3&in=1", "http://a.vn/?id=3"),
        ("http://a.vn/tin?print", "http://a.vn/tin"),
        ("http://a.vn/tin?id=3", "http://a.vn/tin?id=3"),
        ("http://a.vn/tin?view=article&sprint=2", "http://a.vn/tin?view=article&sprint=2"),
        ("http://a.vn/print/77", None),
        ("http://a.vn/vi/InBai.aspx?ID=4", None),
        ("http://a.vn/kiem-tra-in-an/", "http://a.vn/kiem-tra-in-an/"),
    ],
)
def test_a_printing_view_leads_to_what_it_prints(url: str, plain: str | None) -> None:
    assert unprinted(url) == plain


def test_a_form_becomes_part_of_the_url_as_replay_tools_write_it() -> None:
    assert posted_url("http://a.vn/", b"foo=bar&dir=%2Fbaz") == "http://a.vn/?__wb_method=POST&foo=bar&dir=/baz"
    assert posted_url("http://a.vn/?x=1", b"a=b+c") == "http://a.vn/?x=1&__wb_method=POST&a=b+c"
    assert posted_url("http://a.vn/", b"\xff").endswith("__wb_post_data=/w==")
    assert "\n" not in posted_url("http://a.vn/", b"a=1%0A2")
    assert len(posted_url("http://a.vn/", b"a" * 9_000)) < 4_200
