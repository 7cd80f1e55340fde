"""Columns that are made of an article's text when an export asks for them, by the names `--with` takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pipelines.corpus.placement import normalised
from pipelines.corpus.quality import UNSPACED, Quality, quality
from pipelines.corpus.sentences import sentences
from pipelines.corpus.words import segmented, segmenter, tokens
from pipelines.items import Article
from pipelines.text import paragraphs


@dataclass(frozen=True, slots=True)
class Derived:
    """Further fields of an exported article."""

    name: str
    """As `--with` names it."""
    fields: dict[str, Any]
    """Each field's Python type, of which JSON Schema and Arrow types are made."""
    of: Callable[[Article], dict[str, Any]]
    """The fields' values: a function of the article alone, the same on every machine."""
    ready: Callable[[], object] = lambda: None
    """To be called before the first: raises ExtraMissing where a library that it needs is not there."""


def _quality(article: Article) -> dict[str, Any]:
    return {"quality": quality(article)}


def _normalised(article: Article) -> dict[str, Any]:
    """Other languages have no tone marks to place: their text is only brought to NFC and one form of spaces."""
    clean = normalised if _primary(article) == "vi" else paragraphs
    return {
        "title_normalised": clean(article.title),
        "lead_normalised": None if article.lead is None else clean(article.lead),
        "body_normalised": clean(article.body),
    }


def _sentences(article: Article) -> dict[str, Any]:
    return {"sentences": _of_text(article)}


def _words(article: Article) -> dict[str, Any]:
    """One string a sentence. Raises ExtraMissing where Vietnamese is to be segmented and the library is not there."""
    language = _primary(article)
    if language in UNSPACED:
        return {"words": _of_text(article)}
    return {"words": list(map(segmented if language == "vi" else tokens, _of_text(article)))}


def _of_text(article: Article) -> list[str]:
    """The sentences of lead and body; the headline is a field of its own."""
    return sentences(f"{article.lead or ''}\n{article.body}")


def _primary(article: Article) -> str:
    return article.language.partition("-")[0]


DERIVED: dict[str, Derived] = {
    each.name: each
    for each in (
        Derived("quality", {"quality": Quality}, _quality),
        Derived(
            "normalised",
            {"title_normalised": str, "lead_normalised": str | None, "body_normalised": str},
            _normalised,
        ),
        Derived("sentences", {"sentences": list[str]}, _sentences),
        Derived("words", {"words": list[str]}, _words, segmenter),
    )
}
"""By the names that `luutin export --with` takes."""
