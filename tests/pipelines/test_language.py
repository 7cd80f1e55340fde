"""The language of a text, and what of it an article says."""

from __future__ import annotations

import tomllib
import unicodedata
from pathlib import Path

import pytest

from pipelines.corpus.language import language_of, set_language
from pipelines.items import Article

_READ = tomllib.loads((Path(__file__).parent / "language_samples.toml").read_text("utf-8"))
SAMPLES = _READ["text"]


@pytest.mark.parametrize("sample", SAMPLES, ids=[f"{at}-{each['language']}" for at, each in enumerate(SAMPLES)])
def test_a_text_tells_its_language(sample: dict[str, str]) -> None:
    assert language_of(unicodedata.normalize("NFC", sample["text"])) == sample["language"]


ENGLISH = next(each["text"] for each in SAMPLES if each["language"] == "en")
VIETNAMESE = next(each["text"] for each in SAMPLES if each["language"] == "vi")
PORTUGUESE, SWEDISH = _READ["portuguese"], _READ["swedish"]


@pytest.mark.parametrize(
    ("stated", "evidence", "body", "told", "after"),
    [
        ("vi", "lang", VIETNAMESE, "vi", "lang"),
        ("vi", None, VIETNAMESE, "vi", "text"),
        ("vn", "lang", "Album ảnh 2019", "vi", "lang"),
        ("vi", None, "Album 2019", "vi", None),
        ("vi", "lang", ENGLISH, "en", "text"),
        ("en-US", "lang", ENGLISH, "en-US", "lang"),
        ("en-US", "lang", VIETNAMESE, "vi", "text"),
        ("gl", "lang", PORTUGUESE, "gl", "lang"),
        ("gl", "lang", VIETNAMESE, "vi", "text"),
        ("sv", "lang", SWEDISH, "sv", "lang"),
        ("vi", "lang", SWEDISH, "und", "text"),
    ],
)
def test_an_article_says_what_its_text_tells_or_else_the_page(
    stated: str, evidence: str | None, body: str, told: str, after: str | None
) -> None:
    article = Article(url="https://so.tinhkia.example/1", title="Tin", body=body, language=stated)
    if evidence:
        article.evidence["language"] = evidence
    for _ in range(2):  # what is settled stays
        set_language(article)
        assert (article.language, article.evidence.get("language")) == (told, after)
