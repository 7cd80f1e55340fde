"""The columns of a data set, as Hugging Face's cards, Croissant, and a table for people say them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

DOCUMENTATION = {
    "id": "16 hex digits of BLAKE2b of `canonical_url`: the article's key",
    "portal": "name of the portal",
    "province": "province at the time of publication",
    "url": "as fetched, after redirects",
    "canonical_url": "folded: `http:`, no tracking parameters",
    "title": "headline",
    "lead": "sapô; not repeated in `body`",
    "body": "text: paragraphs parted by blank lines, list items as `- …`, table rows with ` | `",
    "body_html": "the same as a small safe HTML subset",
    "published_at": "time of publication as the portal states it; null where it states none",
    "published_raw": "the text that was read from",
    "published_precision": "how exact it is: `minute`, `day` or `month`",
    "modified_at": "time of the last change as the portal states it",
    "authors": "people from the byline",
    "cited_source": "what `Nguồn:` or `Theo …` names",
    "section": "section as the portal shows it",
    "tags": "tags as the portal shows them",
    "images": "pictures",
    "attachments": "files the article links to",
    "language": "BCP 47",
    "version": "1, 2, … of an article that changed",
    "previous_digest": "`digest` of the version before",
    "gone_at": "when the portal was first seen without it",
    "digest": "SHA-256 of title, lead and body after normalising",
    "duplicate_of": "the article with the same text",
    "near_duplicate_of": "the article this is a changed copy of",
    "similarity": "to that, from 0 to 1",
    "near_duplicate_kind": "how it differs from that: `headline`, `edited`, `excerpt` or `extended`",
    "series": "what bulletins of one form share, though they are no copies",
    "evidence": "where each field was read",
    "origin": "`live`, or the web archive it came from",
    "captured_at": "when the page was captured",
    "warc_file": "file of the page's WARC record",
    "warc_offset": "byte it begins at",
    "warc_digest": "payload digest of that record",
    "parts": "captures of its further pages",
    "extractor": "platform, layout and version that read it",
    "stored_at": "when this version was stored",
    "also_at": "other URLs of the same text",
    "cluster": "`id` of the original: near copies of one text share it",
    "quality": "signals: `score` from 0 to 1, and what it is made of",
    "title_normalised": "`title` in one tone placement and one form of blanks",
    "lead_normalised": "`lead`, likewise",
    "body_normalised": "`body`, likewise",
    "sentences": "sentences of the text",
    "words": "the same with the syllables of a word joined by `_`",
    "redacted": "how many personal numbers and addresses were masked, by kind",
}
_SIMPLE = {
    "string": "sc:Text",
    "large_string": "sc:Text",
    "bool": "sc:Boolean",
    "int8": "cr:Int8",
    "int16": "cr:Int16",
    "int32": "cr:Int32",
    "int64": "cr:Int64",
    "float": "cr:Float32",
    "double": "cr:Float64",
}
"""Arrow's types in Croissant, https://docs.mlcommons.org/croissant/docs/croissant-spec-1.1.html#datatypes."""
_IN_CARD = {"float": "float32", "double": "float64"}
"""Arrow's names of types that Hugging Face's library calls otherwise."""


def features(schema: pa.Schema) -> list[dict[str, Any]]:
    """The columns as `dataset_info` of a card names them."""
    return [{"name": column.name, **_feature(column.type)} for column in schema]


def _feature(kind: pa.DataType) -> dict[str, Any]:
    item = _item(kind)
    if item is not None:
        inner = _feature(item)
        return {"list": inner.get("struct") or inner.get("dtype") or inner}
    if _is_struct(kind):
        return {"struct": [{"name": part.name, **_feature(part.type)} for part in kind]}
    name = str(kind)
    return {"dtype": _IN_CARD.get(name, name)}


def croissant_fields(schema: pa.Schema, record_set: str, source: dict[str, Any]) -> list[dict[str, Any]]:
    """The columns as fields of a Croissant record set; `source` names the files they are in."""
    return [_field(column, record_set, source) for column in schema]


def _field(column: pa.Field, record_set: str, source: dict[str, Any]) -> dict[str, Any]:
    item = _item(column.type)
    kind = column.type if item is None else item
    made: dict[str, Any] = {
        "@type": "cr:Field",
        "@id": f"{record_set}/{column.name}",
        "name": column.name,
        "description": DOCUMENTATION.get(column.name, column.name),
    }
    if item is not None:
        made |= {"isArray": True, "arrayShape": "-1"}
    read = {**source, "extract": {"column": column.name}}
    if not _is_struct(kind):
        return {**made, "dataType": _croissant_type(kind), "source": read}
    made["subField"] = [
        {
            "@type": "cr:Field",
            "@id": f"{record_set}/{column.name}/{leaf.path.replace('.', '/')}",
            "name": leaf.path.replace(".", "/"),
            "dataType": _croissant_type(leaf.kind),
            **({"isArray": True, "arrayShape": "-1"} if leaf.repeated else {}),
            "source": {**read, "transform": {"jsonPath": leaf.path}},
        }
        for leaf in _leaves(kind)
    ]
    return made


def _croissant_type(kind: pa.DataType) -> str:
    return "sc:DateTime" if str(kind).startswith("timestamp") else _SIMPLE[str(kind)]


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A value within a struct; `path` has its names with dots."""

    path: str
    kind: pa.DataType
    repeated: bool


def _leaves(kind: pa.DataType, before: str = "") -> Iterator[_Leaf]:
    for part in kind:
        item = _item(part.type)
        inner = part.type if item is None else item
        if _is_struct(inner):
            yield from _leaves(inner, f"{before}{part.name}.")
        else:
            yield _Leaf(before + part.name, inner, item is not None)


def told(schema: pa.Schema) -> Iterator[tuple[str, str, str]]:
    """Of each column its name, its type as people read it, and what it is."""
    for column in schema:
        yield column.name, _type_name(column.type), DOCUMENTATION.get(column.name, "")


def _type_name(kind: pa.DataType) -> str:
    item = _item(kind)
    if item is not None:
        return f"list of {_type_name(item)}"
    if _is_struct(kind):
        return f"struct ({', '.join(f'`{part.name}`' for part in kind)})"
    name = str(kind)
    return name.replace("large_string", "string").replace("double", "float64").replace(", tz=", ", ")


def _item(kind: pa.DataType) -> pa.DataType | None:
    """What a list holds; None of what is no list."""
    return kind.value_type if pa.types.is_list(kind) or pa.types.is_large_list(kind) else None


def _is_struct(kind: pa.DataType) -> bool:
    return bool(pa.types.is_struct(kind))
