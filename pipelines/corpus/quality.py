"""Signals of how much an article's text is a text, and a score of them."""

from __future__ import annotations

import msgspec

from pipelines.items import Article


class Quality(msgspec.Struct, frozen=True):
    """What is told of one article's title, lead and body; shares are from 0 to 1."""

    score: float
    characters: int
    words: int
    generic: float
    repeated_lines: float
    digits: float
    uncommon: float


def quality(article: Article) -> Quality:
    """The signals of an article, and their score."""
    text = f"{article.title}\n{article.lead or ''}\n{article.body}"
    return Quality(1.0, len(text), len(text.split()), 0.0, 0.0, 0.0, 0.0)
