"""Bytes to tree: charsets declared, wrong, old and doubled; what is no page; the shapes that exhaust parsers."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.parse.charset import decode, undouble
from crawler.parse.errors import EmptyPage, NotAnArticle, NotHtml, PageTooLarge
from crawler.parse.page import MAX_PAGE_BYTES, MAX_TAGS, read_page
from crawler.platforms.detect import PLATFORMS

URL = "https://tin.vidu.gov.vn/bai/"
SENTENCE = "Ủy ban nhân dân xã Tân Sương tổ chức Hội nghị đối thoại với người dân về đường giao thông nông thôn."


def text_of(body: bytes, content_type: str = "text/html") -> str:
    page = read_page(body, URL, {"content-type": content_type})
    body_element = page.tree.find("body")
    assert body_element is not None
    return unicodedata.normalize("NFC", " ".join("".join(body_element.itertext()).split()))


def html(text: str, head: str = "") -> str:
    return f"<html><head>{head}</head><body><p>{text}</p></body></html>"


@pytest.mark.parametrize("declared", ["utf-8", "iso-8859-1", "windows-1258", "x-unknown", "utf-16"])
def test_valid_utf8_is_read_whatever_the_meta_tag_says(declared: str) -> None:
    assert text_of(html(SENTENCE, f'<meta charset="{declared}">').encode()) == SENTENCE


def test_wrong_header_charset_does_not_garble_utf8() -> None:
    assert text_of(html(SENTENCE).encode(), "text/html; charset=ISO-8859-1") == SENTENCE


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_byte_order_mark_decides(encoding: str) -> None:
    assert text_of(html(SENTENCE).encode(encoding), "text/html; charset=windows-1252") == SENTENCE


def cp1258(text: str) -> bytes:
    """As windows-1258 stores it: base letter (with its hat or horn), then the tone as a mark of its own."""
    out = []
    for char in text:
        base, marks = unicodedata.normalize("NFD", char)[0], unicodedata.normalize("NFD", char)[1:]
        tones = [m for m in marks if m in "\u0300\u0301\u0303\u0309\u0323"]
        rest = [m for m in marks if m not in tones]
        out.append(unicodedata.normalize("NFC", base + "".join(rest)) + "".join(tones))
    return "".join(out).encode("cp1258")


@pytest.mark.parametrize("declared", ["windows-1258", "iso-8859-1", "utf-8", ""])
def test_windows_1258_with_combining_tones(declared: str) -> None:
    body = cp1258(html(SENTENCE, f'<meta charset="{declared}">' if declared else ""))
    assert text_of(body) == SENTENCE


def test_western_text_stays_western() -> None:
    assert text_of(html("Café à la crème, garçon ; où êtes-vous ?").encode("cp1252")).startswith(
        "Café à la crème, garçon"
    )


def test_a_damaged_byte_does_not_turn_utf8_into_another_charset() -> None:
    body = html(SENTENCE * 3).encode()
    cut = body.index("Hội".encode()) + 2
    text = text_of(body[:cut] + b"\xff" + body[cut + 1 :], "text/html; charset=utf-8")
    assert "Ủy ban nhân dân xã Tân Sương tổ chức" in text
    assert read_page(body[:cut] + b"\xff" + body[cut + 1 :], URL, {}).encoding == "utf-8"


@pytest.mark.parametrize("wrong", ["latin-1", "cp1252"])
def test_twice_encoded_text_is_repaired(wrong: str) -> None:
    twice = "".join(
        bytes([b]).decode(wrong, "strict") if wrong == "latin-1" or b not in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else chr(b)
        for b in SENTENCE.encode()
    )
    assert text_of(html(twice).encode()) == SENTENCE


def test_sound_text_beside_twice_encoded_text_is_left_alone() -> None:
    twice = SENTENCE.encode().decode("latin-1")
    assert undouble(f"Đường dây nóng của cổng. {twice}") == f"Đường dây nóng của cổng. {SENTENCE}"


def test_sound_text_is_never_repaired() -> None:
    text = "Nhóm «Lá» và «Má» đạt 36ºC; hộp số Ã, Â và câu “Đồng ý”."
    assert undouble(text) == text


@given(st.text(alphabet="aăâeêoôơuưyđĐáàảãạấầẩẫậớờởỡợứừửữự»º«¡¿ Ãá“”–", max_size=200))
def test_vietnamese_is_never_taken_for_twice_encoded(text: str) -> None:
    sound = text.replace("áº", "").replace("á»", "")
    assert undouble(sound) == sound


def test_nul_bytes_go() -> None:
    assert text_of(html("Kế\0 hoạch").encode()) == "Kế hoạch"


@pytest.mark.parametrize("body", [b"", b"  \r\n ", b"\0\0\0"])
def test_nothing_is_an_empty_page(body: bytes) -> None:
    with pytest.raises(EmptyPage):
        read_page(body, URL, {})


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"%PDF-1.7 <html>", "text/html"),
        (b"PK\x03\x04 <html>", "application/octet-stream"),
        (b"<p>x</p>", "application/pdf"),
        (b"<p>x</p>", "image/png"),
        (b'{"title": "<b>x</b>"}', "text/html"),
        (b'<?xml version="1.0"?><rss><channel/></rss>', "text/xml"),
        (b"<urlset></urlset>", "text/html"),
        (b"plain words", "text/plain"),
    ],
)
def test_files_feeds_and_data_are_no_pages(body: bytes, content_type: str) -> None:
    with pytest.raises(NotHtml) as caught:
        read_page(body, URL, {"content-type": content_type})
    assert caught.value.reason == "not-html"
    assert isinstance(caught.value, NotAnArticle)


def test_xhtml_with_an_xml_declaration_is_a_page() -> None:
    body = b'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n<html><body><p>abc</p></body></html>'
    assert text_of(body, "application/xhtml+xml") == "abc"


def test_too_large_a_page_is_refused() -> None:
    with pytest.raises(PageTooLarge):
        read_page(b"<p>" + b"x" * MAX_PAGE_BYTES, URL, {})


def test_base_href_is_honoured() -> None:
    page = read_page(b'<html><head><base href="/goc/"></head><body>x</body></html>', URL, {})
    assert page.base_url == "https://tin.vidu.gov.vn/goc/"
    assert read_page(b"<p>x", URL, {}).base_url == URL
    assert read_page(b'<base href="http://[::1"><p>x', URL, {}).base_url == URL


def test_tags_never_closed_do_not_cost_the_rest_of_the_page() -> None:
    body = html("<font>" * 400 + "Đoạn một</p><p>Đoạn hai").encode()
    assert "Đoạn hai" in text_of(body)


def test_decode_names_the_charset() -> None:
    assert decode("Tây Hồ".encode())[1] == "utf-8"
    assert decode(cp1258(SENTENCE))[1] == "cp1258"


@given(
    st.binary(max_size=400), st.sampled_from(["", "text/html", "text/html; charset=utf-16", "text/html; charset=big5"])
)
def test_arbitrary_bytes_give_a_page_or_a_named_reason(body: bytes, content_type: str) -> None:
    try:
        page = read_page(body, URL, {"content-type": content_type})
    except NotAnArticle:
        return
    assert page.tree.find("body") is not None


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_byte_order_mark_is_told_by_its_nuls(encoding: str) -> None:
    assert text_of(html(SENTENCE).encode(encoding)) == SENTENCE


def test_the_index_finds_tokens_of_several_values_in_document_order() -> None:
    body = b'<body class="a"><p class="b a"></p><p class="b"></p><p class="a b b" id="x"></p></body>'
    index = read_page(body, URL, {}).index
    assert [(e.tag, e.get("class")) for e in index.by_class["a"]] == [("body", "a"), ("p", "b a"), ("p", "a b b")]
    assert len(index.by_class["b"]) == 3
    assert index.by_class["b"][2] is index.by_id["x"][0]
    assert "c" not in index.by_class
    assert index.by_class.get("c", ()) == ()


def test_a_page_is_cut_where_no_honest_page_goes_on_and_its_article_says_so() -> None:
    start = "<html><body><article><h1>Giá nông sản tháng 3</h1><p>Sở Công Thương thông báo giá bán lẻ.</p>"
    body = (start + "<p>Gạo tẻ thường 16.500 đồng/kg.</p>" * MAX_TAGS).encode()
    page = read_page(body, URL, {})
    assert page.cut
    assert abs(sum(1 for _ in page.tree.iter()) - MAX_TAGS // 2) < 10
    assert not read_page(body[: len(body) // 3], URL, {}).cut
    assert PLATFORMS["generic"].read([page], None).evidence["body"].endswith("cut at 60000 tags")
