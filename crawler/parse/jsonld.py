"""JSON-LD blocks of a page, read tolerantly: a broken block never costs the page."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.parse.index import Index

MAX_BLOCK_CHARS = 300_000
MAX_BLOCKS = 30
MAX_NODES = 2_000
"""Nodes looked at over all blocks of a page."""

Node = dict[str, object]

_OPENING = re.compile(r"(?:\s*(?:<!--|(?://\s*)?<!\[CDATA\[|/\*.{0,40}?\*/))+", re.DOTALL)
_CLOSING = re.compile(r"(?:\s*(?:-->|(?://|/\*)?\s*\]\]>(?:\s*\*/)?|;))+\s*$")
MAX_CLOSING_CHARS = 80
_ARTICLE = ("article", "posting", "report")
_MEDIA = ("object", "clip", "gallery", "episode")
_KIND = re.compile(r'"@type"\s*:\s*\[?\s*"(\w{1,40})"')
_DATES = {name: re.compile(rf'"{name}"\s*:\s*"([^"\\]{{4,60}})"') for name in ("datePublished", "dateModified")}
_LISTS = frozenset({"itemListElement", "mentions", "isRelatedTo", "citation", "comment", "relatedLink", "hasPart"})
"""Properties whose nodes are other articles, or no article at all."""


def nodes(index: Index) -> Iterator[Node]:
    """Every object of every block, outer ones first; what hangs in a list of other things is left out."""
    left = MAX_NODES
    scripts = (s for s in index.by_tag["script"] if "ld+json" in (s.get("type") or "").lower())
    for _, script in zip(range(MAX_BLOCKS), scripts, strict=False):
        queue: list[object] = [_load(script.text or "")]
        while queue and left > 0:
            item = queue.pop(0)
            left -= 1
            if isinstance(item, list):
                queue[:0] = item[:left]
            elif isinstance(item, dict):
                yield item
                queue.extend(v for k, v in item.items() if isinstance(v, dict | list) and k not in _LISTS)


def _load(text: str) -> object:
    """The value of one block; of a broken one the dates it states once, or None."""
    if not text or len(text) > MAX_BLOCK_CHARS:
        return None
    try:
        return msgspec.json.decode(text)  # most blocks are sound, and this takes a third of json's time
    except (msgspec.DecodeError, RecursionError):
        pass
    text = _unwrapped(text)
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return _salvage(text)


def _unwrapped(text: str) -> str:
    """Without comment marks, CDATA marks and semicolons around the value."""
    text = text[match.end() :] if (match := _OPENING.match(text)) else text
    closing = _CLOSING.search(text, max(0, len(text) - MAX_CLOSING_CHARS))
    return text[: closing.start()] if closing else text


def _salvage(text: str) -> Node | None:
    """What can be told of an article whose block is broken (an unescaped quote, a comma too many): its dates.

    A date stated twice over, differently, may be another article's: then nothing is.
    """
    kinds = set(_KIND.findall(text))
    kind = next((name for name in sorted(kinds) if name.lower().endswith(_ARTICLE)), None)
    if kind is None:
        return None
    stated = {name: set(found.findall(text)) for name, found in _DATES.items()}
    dates: Node = {name: values.pop() for name, values in stated.items() if len(values) == 1}
    return {"@type": kind, **dates} if dates else None


def moments(value: object) -> list[str]:
    """The dates in a value: strings, typed values (`{"@value": …}`), or seconds and milliseconds since 1970."""
    items = value[:50] if isinstance(value, list) else [value]
    plain = [item.get("@value") if isinstance(item, dict) else item for item in items]
    return [str(item) for item in plain if isinstance(item, str | int) and not isinstance(item, bool)]


def types(node: Node) -> list[str]:
    """The node's @type names."""
    value = node.get("@type")
    return [v for v in (value if isinstance(value, list) else [value]) if isinstance(v, str)]


def is_article(node: Node) -> bool:
    """NewsArticle, BlogPosting, Report and their kin, and whatever else has a headline and a date of publication.

    Films and pictures in an article have both too, and are not it.
    """
    names = [name.lower() for name in types(node)]
    if any(name.endswith(_ARTICLE) for name in names):
        return True
    return "headline" in node and "datePublished" in node and not any(name.endswith(_MEDIA) for name in names)


def texts(value: object, *, key: str = "name") -> list[str]:
    """The strings in a value that may be a string, an object with `key`, or a list of those."""
    if isinstance(value, str):
        return [value] if value.strip() else []
    if isinstance(value, dict):
        return texts(value.get(key), key=key) if not isinstance(value.get(key), dict) else []
    if isinstance(value, list):
        return [text for item in value[:50] if not isinstance(item, list) for text in texts(item, key=key)]
    return []


def breadcrumb(node: Node) -> list[str]:
    """Labels of a BreadcrumbList in order."""
    items = node.get("itemListElement")
    labels = []
    for item in items[:20] if isinstance(items, list) else []:
        if isinstance(item, dict):
            labels += (texts(item.get("name")) or texts(item.get("item")))[:1]
    return labels
