"""What is shown of archived HTML: text, lists, tables, links, kept pictures; nothing that acts or asks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some
from lxml import html as lxml_html

from pipelines.web.shown import TAGS, clean

PICTURES = {"http://a.example/anh.jpg": "/captures/7/content"}
ATTACKS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href="JaVaScRiPt&colon;alert(1)">x</a>',
    '<a href=" &#1; javascript:alert(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<a href="//evil.example/x">x</a>',
    '<iframe src="http://evil.example/"></iframe>',
    '<object data="http://evil.example/"></object><embed src="http://evil.example/">',
    '<style>@import "http://evil.example/";</style>',
    '<p style="background:url(http://evil.example/)">x</p>',
    '<meta http-equiv="refresh" content="0;url=http://evil.example/">',
    '<base href="http://evil.example/">',
    '<form action="http://evil.example/"><input name="q"><button>x</button></form>',
    '<link rel="stylesheet" href="http://evil.example/">',
    '<math><mtext><table><mglyph><style><img src=x onerror="alert(1)">',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>',
    "<template><script>alert(1)</script></template>",
    '<p id="main" class="top" name="x">x</p>',
    '<video src="http://evil.example/" autoplay></video><audio src="http://evil.example/"></audio>',
    '<img srcset="http://evil.example/ 2x" src="http://evil.example/y">',
    "<![CDATA[<script>alert(1)</script>]]><!--><script>alert(1)</script>-->",
    "<td colspan=99999999>x</td>",
)


def only_what_may_be(shown: str) -> None:
    for element in lxml_html.fragment_fromstring(shown, create_parent="div").iter():
        assert isinstance(element.tag, str)
        assert element.tag in TAGS | {"div", "span"}, element.tag
        for name, value in element.attrib.items():
            if name in ("title", "lang"):  # words, and what language they are in
                continue
            allowed = {"href", "rel"} if element.tag == "a" else {"src", "alt"} if element.tag == "img" else set()
            if element.tag in ("td", "th"):
                allowed = {"colspan", "rowspan"}
            if element.tag == "span":
                allowed = {"class"}
            assert name in allowed, (element.tag, name)
            if name == "href":
                assert str(value).startswith(("http://", "https://", "mailto:"))
            if name == "src":
                assert str(value) in PICTURES.values()


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_attack_is_left(attack: str) -> None:
    shown = clean(f"<p>Trước</p>{attack}<p>Sau</p>", PICTURES, "không có ảnh")
    only_what_may_be(shown)
    assert "evil.example" not in shown
    assert "Trước" in shown


@given(some.lists(some.sampled_from([*ATTACKS, "<p>", "</p>", "<b", ">", '"', "'", "<!--", "x", "<a href=", "&#"])))
def test_nor_where_they_are_mixed(parts: list[str]) -> None:
    only_what_may_be(clean("".join(parts), PICTURES, "<b>không</b>"))


def test_text_lists_and_tables_stay() -> None:
    kept = (
        "<h2>Mục</h2><p>Một <strong>đậm</strong><br>hai</p><ul><li>a</li></ul>"
        '<table><tbody><tr><th rowspan="2">A</th><td colspan="3">B</td></tr></tbody></table>'
    )
    assert clean(kept, {}, "").replace("\n", "") == kept


def test_links_lead_on_and_say_so() -> None:
    shown = clean('<a href="https://so.example/a?b=1&amp;c=2" target="_blank" onclick="x()">ở đây</a>', {}, "")
    (link,) = lxml_html.fragment_fromstring(shown, create_parent="div").iter("a")
    assert dict(link.attrib) == {
        "href": "https://so.example/a?b=1&c=2",
        "rel": "noopener noreferrer nofollow external",
    }
    assert "href" not in clean('<a href="http:///x">a</a><a href="/x">b</a><a href="http://[">c</a>', {}, "")


def test_a_picture_is_shown_from_its_capture_and_no_other() -> None:
    shown = clean(
        '<figure><img src="http://a.example/anh.jpg" alt="Chợ > phiên"><img src="http://a.example/none.jpg"></figure>',
        PICTURES,
        "không <có> ảnh",
    )
    assert shown.count("<img") == 1
    assert 'src="/captures/7/content"' in shown
    assert '<span class="missing">không &lt;có&gt;' in shown.replace("&#32;", " ")
    assert "none.jpg" not in shown
