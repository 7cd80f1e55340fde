"""Text and URLs as they are stored and compared."""

from __future__ import annotations

import unicodedata
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.text import fold, fold_word, one_line, paragraphs
from pipelines.urls import fold_url, portal_name

PAIRS = ["hòa hoà", "thúy thuý", "lũy luỹ", "khỏe khoẻ", "họa hoạ", "của Ủy của Uỷ", "HÒA hoà", "Đà Ðà"]


@pytest.mark.parametrize("pair", PAIRS)
def test_old_and_new_tone_placement_fold_to_one(pair: str) -> None:
    words = pair.split()
    old, new = words[: len(words) // 2], words[len(words) // 2 :]
    assert fold(" ".join(old)) == fold(" ".join(new))


@pytest.mark.parametrize("pair", [("hoàn", "hòan"), ("quý", "qúy"), ("toán", "tóan"), ("mạ", "má"), ("đa", "da")])
def test_what_only_looks_alike_does_not(pair: tuple[str, str]) -> None:
    if pair[0] in ("mạ", "đa"):
        assert fold(pair[0]) != fold(pair[1])
    else:  # a tone before a final consonant is a misspelling of the same word, and `qu` is a consonant
        assert fold(pair[0]) == pair[0]


@given(st.text(max_size=200))
def test_folding_is_the_same_for_nfc_and_nfd_and_again(text: str) -> None:
    folded = fold(text)
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))
    assert fold(folded) == folded


@given(st.text(max_size=200))
def test_word_by_word_a_text_folds_as_in_one(text: str) -> None:
    assert fold(text) == fold_word(text)


@given(st.text(max_size=200))
def test_stored_text_is_nfc_and_stable(text: str) -> None:
    for clean in (one_line, paragraphs):
        once = clean(text)
        assert unicodedata.is_normalized("NFC", once)
        assert clean(once) == once
    assert "\n" not in one_line(text)
    assert "\n\n\n" not in paragraphs(text)


@pytest.mark.parametrize(
    ("url", "folded"),
    [
        ("HTTPS://WWW.Backan.gov.vn", "http://www.backan.gov.vn/"),
        ("http://a.vn:80/x", "http://a.vn/x"),
        ("https://a.vn:443/x", "http://a.vn/x"),
        ("http://a.vn:8080/x", "http://a.vn:8080/x"),
        ("http://a.vn/x#comments", "http://a.vn/x"),
        ("http://a.vn/?p=5&utm_source=zalo&fbclid=1", "http://a.vn/?p=5"),
        ("http://a.vn/?b=2&a=1&a=0", "http://a.vn/?a=0&a=1&b=2"),
        ("http://a.vn/tin;jsessionid=0A1B?x=1", "http://a.vn/tin?x=1"),
        ("http://a.vn/(S(abc123))/tin.aspx", "http://a.vn/tin.aspx"),
        ("http://a.vn/t%c3%aan", "http://a.vn/t%C3%AAn"),
        ("http://a.vn/tên", "http://a.vn/t%C3%AAn"),
        ("http://a.vn/%7euser", "http://a.vn/~user"),
        ("http://a.vn/?q=", "http://a.vn/?q="),
        ("http://[::1]:8080/", "http://[::1]:8080/"),
    ],
)
def test_urls_of_one_page_fold_to_one(url: str, folded: str) -> None:
    assert fold_url(url) == folded


@pytest.mark.parametrize(
    "url", ["", "backan.gov.vn", "ftp://a.vn/", "javascript:alert(1)", "http://", "http://[x/", "http://a:b/"]
)
def test_what_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"not an http|Invalid|Port|port"):
        fold_url(url)


@given(st.text("abcđê/%?&=;()#.:~ 12", max_size=60))
def test_folding_a_url_twice_changes_nothing(rest: str) -> None:
    try:
        once = fold_url(f"http://a.vn/{rest}")
    except ValueError:
        return
    assert fold_url(once) == once
    assert urlsplit(once).fragment == ""


def test_an_undescribed_portal_is_named_after_its_host() -> None:
    assert portal_name("https://www.Tin.Example.gov.vn/") == "tin_example_gov_vn"
    assert portal_name("http://127.0.0.1:8101/") == "127_0_0_1_8101"
