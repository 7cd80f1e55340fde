"""What every answer says of itself: whether it changed, whether it is packed, how it may be used."""

from __future__ import annotations

import gzip

import pytest
from kept_site import Visitor


def test_what_is_had_already_is_not_sent_again(visitor: Visitor) -> None:
    first = visitor.ask("/about")
    tag = first.headers["etag"]
    for stated in (tag, f'"x", {tag}', tag.removeprefix("W/"), "*"):
        again = visitor.ask("/about", If_None_Match=stated)
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", tag)
        assert again.headers["content-security-policy"] == first.headers["content-security-policy"]
    assert visitor.ask("/about", If_None_Match='"other"').status == 200
    assert visitor.ask("/en/about", If_None_Match=tag).status == 200
    assert visitor.ask("/none", If_None_Match="*").status == 404


def test_an_answer_is_packed_for_who_takes_that(visitor: Visitor) -> None:
    plain, packed = visitor.ask("/about"), visitor.ask("/about", Accept_Encoding="br, gzip")
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert len(packed.body) < len(plain.body) / 2
    assert plain.headers["vary"] == packed.headers["vary"] == "Accept-Encoding"
    assert plain.headers["etag"] == packed.headers["etag"]


def test_files_of_the_site_are_kept_for_long_where_their_name_changes_with_them(visitor: Visitor) -> None:
    page = visitor.ask("/").text
    address = page.partition('rel="stylesheet" href="')[2].partition('"')[0]
    assert "max-age=31536000" in visitor.ask(address).headers["cache-control"]
    assert visitor.ask("/static/style.css").headers["cache-control"] == "no-cache"
    assert visitor.ask("/static/style.css?v=0").headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("path", ["/static/..%2fsite.py", "/static/site.py", "/static/%00", "/static/"])
def test_no_other_file_is_had(visitor: Visitor, path: str) -> None:
    assert visitor.ask(path).status == 404


@pytest.mark.parametrize(
    "path", ["/", "/search", "/portals", "/runs", "/about", "/none", "/en/", "/search?q=lang+nghe", "/captures"]
)
def test_no_page_runs_a_script_or_asks_others(visitor: Visitor, path: str) -> None:
    answer = visitor.ask(path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "<script" not in answer.text
    for part in answer.text.split('src="')[1:] + answer.text.split('rel="stylesheet" href="')[1:]:
        assert part.startswith("/")
        assert not part.startswith("//")


def test_the_first_page_is_small(visitor: Visitor) -> None:
    page = visitor.ask("/", Accept_Encoding="gzip")
    style = visitor.ask("/static/style.css", Accept_Encoding="gzip")
    icon = visitor.ask("/static/icon.svg", Accept_Encoding="gzip")
    assert sum(len(one.body) for one in (page, style, icon)) < 60_000
