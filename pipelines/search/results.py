"""What can be asked of the archive, and what is found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from pipelines.items import Article

Sort = Literal["relevance", "newest", "oldest"]
MAX_QUERY_CHARS = 300
MAX_WORDS = 32
MAX_LIMIT = 100
MAX_VALUES = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One search; what is left out bounds nothing."""

    words: str = ""
    """As typed; empty: everything. What is longer than MAX_QUERY_CHARS or MAX_WORDS is cut."""
    portal: str | None = None
    province: str | None = None
    section: str | None = None
    """The label, exactly."""
    author: str | None = None
    """The name, exactly."""
    since: date | None = None
    """Published on this day or after; undated articles are left out."""
    until: date | None = None
    """Published before this day; undated articles are left out."""
    files: bool = False
    """Only with attachments."""
    gone: bool = False
    """Only those gone from the web."""
    sort: Sort = "relevance"
    """Without words, by relevance is the newest first."""
    limit: int = 10
    """From 1 to MAX_LIMIT."""
    cursor: str | None = None
    """Of the page before."""
    values: int = 10
    """Of each of portal, province, section and author that are counted: the most frequent; from 1 to MAX_VALUES."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some text, and whether it is what was asked for."""

    text: str
    hit: bool = False


@dataclass(slots=True)
class Hit:
    """An article that was found; the pieces are its own text, as it stands there."""

    article: Article
    title: list[Piece]
    snippet: list[Piece]
    file: str | None
    """The name of the attachment the snippet is of; None: of the article."""


@dataclass(slots=True)
class Count:
    """How many of the articles found have a value."""

    value: str
    count: int


@dataclass(slots=True)
class Found:
    """A page of what was found."""

    total: int
    hits: list[Hit]
    facets: dict[str, list[Count]]
    """`portal`, `province`, `section`, `author`: the most frequent; `year`, `month` (`2024`, `2024-06`): all, in
    their order; `files`, `gone`: one count of the value `1`, where there are such."""
    cursor: str | None
    """Of the next page; None on the last, or as deep as searches go."""
    loosened: bool
    """No article has all the words: these have some."""
    suggestion: str | None
    """What may have been meant: all words, as they would be typed."""
