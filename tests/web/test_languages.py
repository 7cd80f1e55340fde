"""The site's words in both languages."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from conftest import REPO

from pipelines.web import languages
from pipelines.web.languages import CODES, Code, language, language_of

TEMPLATES = Path(languages.__file__).with_name("templates")
PLACES = re.compile(r"\{(\w*)\}")


def test_both_languages_say_the_same_things() -> None:
    vi, en = (language(code).words for code in CODES)
    assert set(vi) == set(en)
    for key in vi:
        assert vi[key].strip()
        assert en[key].strip()
        assert set(PLACES.findall(vi[key])) == set(PLACES.findall(en[key])), key


def test_every_word_a_page_says_there_is() -> None:
    said = "\n".join(path.read_text("utf-8") for path in TEMPLATES.glob("*.html"))
    keys = set(re.findall(r"\bt\('([\w.]+)'[,)]", said))
    assert len(keys) > 50
    assert keys <= set(language("vi").words)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("vi", ["4/3/2024", "4/3/2024 08:05", "3/2024", "1.234.567", "3/2024", "2024"]),
        ("en", ["4 March 2024", "4 March 2024, 08:05", "March 2024", "1,234,567", "March 2024", "2024"]),
    ],
)
def test_dates_and_numbers_are_written_as_people_do(code: Code, said: list[str]) -> None:
    words, at = language(code), datetime(2024, 3, 4, 8, 5, tzinfo=UTC)
    assert [
        words.date(at),
        words.date(at, "minute"),
        words.date(at, "month"),
        words.number(1234567),
        words.month("2024-03"),
        words.month("2024"),
    ] == said
    assert words.date(date(2024, 3, 4)) == said[0]
    assert words.date(None) == words.t("site.unknown_date")


def test_one_is_not_many() -> None:
    assert language("en").articles(1) == "1 article"
    assert language("en").articles(2000) == "2,000 articles"
    assert language("vi").articles(1).startswith("1 ")


@pytest.mark.parametrize(
    ("path", "code", "rest"),
    [
        ("/", "vi", "/"),
        ("/en", "en", "/"),
        ("/en/", "en", "/"),
        ("/en/search", "en", "/search"),
        ("/english", "vi", "/english"),
        ("/search/en", "vi", "/search/en"),
    ],
)
def test_a_path_tells_its_language(path: str, code: str, rest: str) -> None:
    words, found = language_of(path)
    assert (words.code, found) == (code, rest)
    assert language_of(words.link(rest)) == (words, rest)
    assert words.other.other == words


def test_all_words_are_used() -> None:
    """A key stands whole in what uses it, or begins as one that is put together there."""
    files = [path for kind in ("*.html", "*.py") for path in (REPO / "pipelines").rglob(kind)]
    told = "\n".join(path.read_text("utf-8") for path in files)
    begun = tuple(set(re.findall(r"""['"](\w+\.\w*)(?:['"] ~|\{)""", told)))
    left = [key for key in language("vi").words if f"'{key}'" not in told and f'"{key}"' not in told]
    assert [key for key in left if not key.startswith(begun)] == []
