"""Personal data masked and counted in texts, articles and lines of exports: `[email]`, `[phone]`, `[id]`."""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec

from pipelines.corpus.personal import CHAT, Kind, Span, personal
from pipelines.items import Article

MASKS: dict[Kind, str] = {"email": "[email]", "phone": "[phone]", "id_number": "[id]"}
TEXTS = (
    *("title", "lead", "body", "section", "cited_source"),
    *("title_normalised", "lead_normalised", "body_normalised"),
)
LISTS = ("authors", "tags", "sentences", "words")
"""Fields of texts, those of a record that `--with` adds too. Addresses (`url`, of images, …) are never changed."""
_MADE = frozenset({"body_html", "title_normalised", "lead_normalised", "body_normalised", "sentences", "words"})
"""Made of others."""
NESTED = {"images": ("caption", "credit"), "attachments": ("name", "text")}

_TAG_OR_TEXT = re.compile(r"<[^<>]*+>|[^<]++|<")
_INLINE = re.compile(r"</?(?:a|b|em|i|span|strong|sub|sup|u)(?=[\s>])[^<>]*+>", re.IGNORECASE)
_BLOCK = re.compile(r"<[^<>]*+>")
_IN_TAGS = ("mailto:", "tel:", "sms:", "callto:", "zalo.me", "wa.me", "whatsapp", "alt=", "title=")
"""Without any of these in lower case, nothing in a tag is looked at."""
_WRITE_TO = re.compile(
    r"(?P<begin>\bhref=(?P<quote>[\"'])(?:(?P<mail>mailto:)|(?:tel|sms|callto):))[^\"'<>]*+", re.IGNORECASE
)
_SAYS = re.compile(r"(?P<begin>\b(?:alt|title)=\")(?P<it>[^\"<>]*+)", re.IGNORECASE)


class Redacted(msgspec.Struct, frozen=True):
    """How many places of a record were masked, by kind; what stands in `body` and in `body_html` counts once."""

    email: int = 0
    phone: int = 0
    id_number: int = 0
    """Of identity papers, insurance, taxes of persons, and bank accounts."""


def redact(text: str) -> tuple[str, Counter[Kind]]:
    """`text` with what is personal masked, and how many times what; linear in its length (see `personal`)."""
    return _masked(text, personal(text))


def redact_html(html: str) -> tuple[str, Counter[Kind]]:
    """The same for `body_html`: also what runs over several elements, in alternative texts, and links that write to
    or call somebody.
    """
    lowered = html.lower().replace('alt=""', "")
    spans = personal(_BLOCK.sub("\n", _INLINE.sub("", html)))
    if not spans and not any(mark in lowered for mark in _IN_TAGS):
        return html, Counter()
    pieces, linked, at, last = _TAG_OR_TEXT.findall(html), Counter[Kind](), 0, 0
    for number, piece in enumerate(pieces):
        if piece.startswith("<") and piece.endswith(">"):
            pieces[number] = _redact_tag(piece, linked)
        else:
            while last < len(spans) and spans[last].end <= at:
                last += 1
            pieces[number] = _part_masked(piece, at, spans, last)
        at += len(_shown(piece))
    return "".join(pieces), Counter(span.kind for span in spans) | linked


def _shown(piece: str) -> str:
    """What of a tag or a text is seen: tags of blocks part lines."""
    if piece.startswith("<") and piece.endswith(">"):
        return "" if _INLINE.fullmatch(piece) else "\n"
    return piece


def _part_masked(piece: str, at: int, spans: list[Span], first: int) -> str:
    """A text that stands at `at` of what is seen, with the spans from the `first` on masked in it where they begin."""
    parts, end = [], 0
    for span in itertools.islice(spans, first, None):
        if span.start >= at + len(piece):
            break
        parts += [piece[end : max(0, span.start - at)], MASKS[span.kind] if span.start >= at else ""]
        end = span.end - at
    return "".join(parts) + piece[end:]


def _redact_tag(tag: str, counts: Counter[Kind]) -> str:
    def written_to(link: re.Match[str]) -> str:
        kind: Kind = "email" if link["mail"] else "phone"
        counts[kind] += 1
        return f"{link['begin']}{MASKS[kind]}"

    def said(says: re.Match[str]) -> str:
        masked, more = redact(says["it"])
        counts.update(more)
        return f"{says['begin']}{masked}"

    tag = _SAYS.sub(said, _WRITE_TO.sub(written_to, tag))
    return CHAT.sub(lambda chat: chat[0].replace(chat["it"], MASKS["phone"]), tag)


def redacted(article: Article) -> tuple[Article, Redacted]:
    """A copy of the article (of whatever class derived from it) with what is personal masked, and how much.

    `id`, `digest` and all addresses stay, so that it can be told from others and found.
    """
    changes, counts = _changes({each.name: getattr(article, each.name) for each in dataclasses.fields(article)})
    return dataclasses.replace(article, **changes), counts


def redacted_record(record: dict[str, Any]) -> tuple[dict[str, Any], Redacted]:
    """The same for a decoded line of an export, whatever further columns it has: it says so in `redacted`."""
    changes, counts = _changes(record)
    before = record.get("redacted")
    if isinstance(before, dict):  # what is masked already stays counted
        counts = Redacted(*(getattr(counts, name) + before.get(name, 0) for name in Redacted.__struct_fields__))
    return {**record, **changes, "redacted": msgspec.to_builtins(counts)}, counts


def _changes(record: dict[str, Any]) -> tuple[dict[str, Any], Redacted]:
    """The values of fields that hold texts, masked; what is made of others (`sentences`, …) counts nothing."""
    changes: dict[str, Any] = {}
    counts: dict[str, Counter[Kind]] = {}
    for name, value in record.items():
        if not value:
            continue
        if name in TEXTS:
            changes[name], counts[name] = redact(value)
        elif name in LISTS:
            changes[name], counts[name] = _each(_words if name == "words" else redact, value)
        elif name in NESTED:
            changes[name], counts[name] = _each(partial(_nested, NESTED[name]), value)
        elif name == "body_html":
            changes[name], counts[name] = redact_html(value)
    said = sum((found for name, found in counts.items() if name not in _MADE), Counter[Kind]())
    only_there = counts.get("body_html", Counter()) - counts.get("body", Counter()) - counts.get("images", Counter())
    total = said + only_there
    return changes, Redacted(total["email"], total["phone"], total["id_number"])


def _each(mask: Callable[[Any], tuple[Any, Counter[Kind]]], values: list[Any]) -> tuple[list[Any], Counter[Kind]]:
    both = [mask(value) for value in values]
    return [masked for masked, _ in both], sum((counts for _, counts in both), Counter[Kind]())


def _words(sentence: str) -> tuple[str, Counter[Kind]]:
    """A sentence whose words are joined by `_`: what tells a number (`điện_thoại`) is read without."""
    masked, counts = redact(sentence)
    again, more = _masked(masked, personal(masked.replace("_", " ")))
    return again, counts + more


def _nested(names: tuple[str, ...], value: Any) -> tuple[Any, Counter[Kind]]:
    """An image or a file, as an object or decoded."""
    decoded = isinstance(value, dict)
    texts = {name: value.get(name) if decoded else getattr(value, name) for name in names}
    masked = {name: redact(text) for name, text in texts.items() if text}
    changes = {name: text for name, (text, _) in masked.items()}
    counts = sum((found for _, found in masked.values()), Counter[Kind]())
    return ({**value, **changes} if decoded else dataclasses.replace(value, **changes)), counts


def _masked(text: str, spans: list[Span]) -> tuple[str, Counter[Kind]]:
    parts, end = [], 0
    for span in spans:
        parts += [text[end : span.start], MASKS[span.kind]]
        end = span.end
    return "".join(parts) + text[end:], Counter(span.kind for span in spans)
