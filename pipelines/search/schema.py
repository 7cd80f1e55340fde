"""What the index holds of an article."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec
from tantivy import Document, SchemaBuilder

from pipelines.text import fold_both

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tantivy import Schema

INDEX_VERSION = 1
"""Of what is made of an article; another is made anew."""
TEXTS = ("title", "body", "files")
"""Each as written, and bare as `title_bare`, …; the body has title and lead too, so that all of an article's words are
in one field or, those of attachments, in the other."""
BREAK = "¶"
"""Stands between texts, so that no phrase runs from one into the next; no folded word has it."""
VALUES = ("portal", "province", "section", "author", "month", "has")
"""What can be filtered by and counted; `has` is of `files` and `gone`."""
_NTH_BITS = 30
_NTH = (1 << _NTH_BITS) - 1
_MAX_SECONDS = (1 << 33) - 1
_FIRST = datetime(1900, 1, 1, tzinfo=UTC)


class File(msgspec.Struct):
    """An attachment's text."""

    text: str | None = None


class Place(msgspec.Struct):
    """Where an article was published."""

    portal: str
    province: str | None = None
    section: str | None = None


class Line(Place, kw_only=True):
    """What of an article line is indexed."""

    id: str
    title: str
    lead: str | None = None
    body: str = ""
    published_at: datetime | None = None
    authors: list[str] = []
    attachments: list[File] = []
    gone_at: datetime | None = None
    duplicate_of: str | None = None


def schema() -> Schema:
    """The fields of the index."""
    builder = SchemaBuilder()
    builder.add_integer_field("id", indexed=True, fast=True)
    for name in TEXTS:
        builder.add_text_field(name, tokenizer_name="whitespace")
        builder.add_text_field(f"{name}_bare", tokenizer_name="whitespace")
    for name in VALUES:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    for name in ("day", "newest", "oldest"):
        builder.add_integer_field(name, indexed=False, fast=True)
    return builder.build()


def document(line: Line, nth: int, places: Iterable[Place]) -> Document:
    """What is indexed of an article whose line is the `nth`; `places` are those of its duplicates."""
    found = Document()
    found.add_integer("id", number_of(line.id))
    title = fold_both(line.title)
    body = (title, fold_both(line.lead or ""), fold_both(line.body))
    files = [fold_both(file.text) for file in line.attachments if file.text]
    for name, texts in zip(TEXTS, ((title,), body, files), strict=True):
        for field, said in zip((name, f"{name}_bare"), zip(*texts, strict=True), strict=False):
            found.add_text(field, f" {BREAK} ".join(said))
    for name, value in _values(line, places):
        found.add_text(name, value)
    found.add_integer("day", line.published_at.toordinal() if line.published_at else 0)
    for name, undated in (("newest", 0), ("oldest", _MAX_SECONDS)):
        found.add_integer(name, _key(line.published_at, undated, nth))
    return found


def _values(line: Line, places: Iterable[Place]) -> set[tuple[str, str]]:
    values: list[tuple[str, Any]] = [("author", author) for author in line.authors]
    for place in (line, *places):
        values += [("portal", place.portal), ("province", place.province), ("section", place.section)]
    if line.published_at is not None:
        values.append(("month", f"{line.published_at:%Y-%m}"))
    values += [("has", "files")] * bool(line.attachments) + [("has", "gone")] * (line.gone_at is not None)
    return {(name, value) for name, value in values if value}


def _key(at: datetime | None, undated: int, nth: int) -> int:
    """By which articles are sorted: no two have the same."""
    seconds = undated if at is None else min(max(1, int((at - _FIRST).total_seconds())), _MAX_SECONDS - 1)
    return seconds << _NTH_BITS | nth & _NTH


def nth_of(key: int) -> int:
    """Which line a sort key is of."""
    return key & _NTH


def number_of(article_id: str) -> int:
    """An id of 16 hex digits as an integer of 64 bits."""
    return int.from_bytes(bytes.fromhex(article_id), signed=True)
