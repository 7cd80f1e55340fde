"""Pages typed in TCVN3 and VNI, whole or in part, however their letters are written: the tree is sound Unicode."""

import time
from collections.abc import Callable
from html.entities import codepoint2name

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typewriter import typed

from crawler.parse.errors import NotAnArticle
from crawler.parse.page import Page, read_page
from pipelines.legacy import ENCODINGS, TCVN3, VNI, Encoding

pytestmark = pytest.mark.no_cover  # others reach all it does

URL = "https://huyen.example/bai.htm"
SOUND = "Đường dây nóng: 0123 456 789. Thông báo mới; bé Hà, cô Thu."
NEWS = "Hôm qua, huyện Tân Sương khởi công cầu Bến Đá; tiền đền bù được chi trả đủ cho bà con trước ngày 15/6."
TITLE = "Khởi công cầu Bến Đá ở xã Ngọc Quỳnh"


def named(text: str) -> str:
    return "".join(f"&{codepoint2name[ord(char)]};" if ord(char) > 0x7F else char for char in text)


def numbered(text: str) -> str:
    return text.encode("ascii", "xmlcharrefreplace").decode()


def hexadecimal(text: str) -> str:
    return "".join(f"&#x{ord(char):X};" if ord(char) > 0x7F else char for char in text)


def plain(text: str) -> str:
    return text


def page_of(body: str, encoding: str = "utf-8", content_type: str = "text/html") -> Page:
    return read_page(f"<html>{body}</html>".encode(encoding), URL, {"content-type": content_type})


def text_of(page: Page, tag: str = "body") -> str:
    element = page.tree.find(f".//{tag}")
    assert element is not None
    return " ".join("".join(element.itertext()).split())


@pytest.mark.parametrize("legacy", ENCODINGS, ids=lambda each: each.name)
@pytest.mark.parametrize("written", [plain, named, numbered, hexadecimal], ids=lambda each: each.__name__)
def test_letters_of_every_spelling_are_read(legacy: Encoding, written: Callable[[str], str]) -> None:
    page = page_of(f"<body><p>{written(typed(NEWS, legacy))}</p></body>")
    assert text_of(page) == NEWS
    assert page.encoding == legacy.name


@pytest.mark.parametrize("legacy", ENCODINGS, ids=lambda each: each.name)
@pytest.mark.parametrize("declared", ["", "iso-8859-1", "windows-1252", "windows-1258", "utf-8", "x-user-defined"])
def test_raw_bytes_are_read_whatever_is_declared(legacy: Encoding, declared: str) -> None:
    body = (
        f'<head><meta http-equiv="Content-Type" content="text/html; charset={declared}"></head><p>{typed(NEWS, legacy)}'
    )
    assert text_of(page_of(body, "cp1252")) == NEWS
    header = f"text/html; charset={declared}" if declared else "text/html"
    assert text_of(page_of(f"<p>{typed(NEWS, legacy)}", "cp1252", header)) == NEWS


def test_title_and_attributes_are_read() -> None:
    old = typed(TITLE, TCVN3)
    head = f'<head><title>{old}</title><meta name="description" content="{old}"></head>'
    page = page_of(f'{head}<body><img src="a.gif" alt="{old}"><a href="b.htm" title="{old}">{typed(NEWS, TCVN3)}</a>')
    assert text_of(page, "title") == TITLE
    assert [page.tree.find(".//meta").get("content"), page.tree.find(".//img").get("alt")] == [TITLE, TITLE]  # type: ignore[union-attr]
    assert page.tree.find(".//a").get("title") == TITLE  # type: ignore[union-attr]


def test_sound_parts_of_a_page_stay() -> None:
    old = f'<font face=".VnTime">{typed(NEWS, TCVN3)}</font>'
    other = f'<span style="font-family: VNI-Times">{typed(NEWS, VNI)}</span>'
    page = page_of(f"<body><div>{SOUND}</div><p>{old}</p><div>{SOUND}</div><p>{other}</p><div>{SOUND}</div></body>")
    assert text_of(page) == f"{SOUND}{NEWS}{SOUND}{NEWS}{SOUND}"


def test_words_of_both_readings_follow_their_font_or_their_paragraph() -> None:
    old = typed(NEWS, TCVN3)
    own = "<font face='.VnTime'>Bé</font>"
    page = page_of(f"<body><p>{old}</p><p>{SOUND} <b>Bé</b></p><p><b>Bé</b> {old}</p><div>{SOUND} {own}</div>")
    assert text_of(page) == f"{NEWS}{SOUND} BéBộ {NEWS}{SOUND} Bộ"


def test_a_font_of_capitals_is_read_in_capitals() -> None:
    page = page_of(
        f'<body><h1><font face=".VnTimeH">{typed("cộng hòa xã hội", TCVN3)}'
        ' <b style="font-size: 14pt">tin</b></font></h1>'
        "<p style=\"font-family:'.VnArialH', Arial\">"
        f'ñ<span style="font-family:.VnTime">y ban; {typed(NEWS, TCVN3)}</span>'
    )
    assert text_of(page, "h1") == "CỘNG HÒA XÃ HỘI TIN"
    assert text_of(page, "p") == f"Ủy ban; {NEWS}"


def test_a_font_alone_converts_nothing() -> None:
    page = page_of(f'<body><p><font face=".VnTimeH">{SOUND} ® × ñ bé</font></p></body>')
    assert text_of(page) == f"{SOUND} ® × ñ bé"
    assert page.encoding == "utf-8"


@pytest.mark.parametrize(
    "text",
    ["El niño soñó que el año próximo habrá más.", "Über Öl, für Köln: schöne Grüße.", "Så må vi gå på sjø, så."],
)
def test_other_languages_stay(text: str) -> None:
    assert text_of(page_of(f"<body>{text}")) == text
    assert text_of(page_of(f"<body>{text}", "cp1252")) == text
    assert text_of(page_of(f"<body>{named(text)}")) == text


def test_scripts_and_styles_stay() -> None:
    old = typed(NEWS, TCVN3)
    page = page_of(f"<body><p>{old}</p><script>var a = '{old}'</script></body>")
    assert text_of(page, "script") == f"var a = '{old}'".replace("\xa0", " ")


def test_utf16_and_twice_encoded_pages_are_read() -> None:
    assert text_of(page_of(f"<body>{typed(NEWS, TCVN3)}", "utf-16")) == NEWS
    assert text_of(page_of(f"<body>{typed(NEWS, VNI).encode().decode('latin-1')}")) != ""


@settings(deadline=None)
@given(st.text(max_size=60), st.sampled_from(ENCODINGS))
def test_any_neighbour_of_legacy_text_is_read_or_refused(text: str, legacy: Encoding) -> None:
    body = f"<p>{typed(NEWS, legacy)}</p>{numbered(text)}<p>{text}&#1;&#11;&#xFFFF;</p>".encode("utf-8", "replace")
    try:
        page = read_page(body, URL, {})
    except NotAnArticle:
        return
    assert page.tree.find("body") is not None


@pytest.mark.parametrize(
    "body",
    [
        "®" * 1_500_000,
        "<p>ñ®" * 150_000,
        "&reg;&ntilde;" * 150_000,
        f"<p>{typed(NEWS, TCVN3)}" + "<i>®Çu" * 120_000,
        f"<p>{typed(NEWS, VNI)}" + "<b title='ñaàu'>" * 200 + "aø" * 500_000,
    ],
    ids=["signs", "paragraphs", "entities", "deep", "marks"],
)
def test_hostile_pages_cost_a_bounded_time(body: str) -> None:
    start = time.process_time()
    read_page(f"<html><body>{body}".encode(), URL, {})
    assert time.process_time() - start < 10  # a quadratic step would take hours
