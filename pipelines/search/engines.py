"""The articles as documents for a search engine of others: what it is told of their fields, and batches to send."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from pipelines.archive.database import Database
from pipelines.errors import ArchiveError
from pipelines.items import Precision

BATCH_BYTES = 8 * 1024 * 1024
"""OpenSearch's documentation finds 5 to 15 MB good for a bulk request; past 100 MB both engines refuse by default."""
MADE_BY = "luutin"
"""What all our documents say: only such are ever removed."""
TEXTS = ("title", "lead", "body", "files")
VALUES = ("portal", "province", "section", "author", "year", "month", "has")
_MAX_VALUE_CHARS = 1_000

_ORIGINALS = (
    "SELECT id, file, offset, length FROM articles AS line WHERE duplicate_of IS NULL"
    " AND NOT EXISTS (SELECT 1 FROM articles WHERE id = line.id AND version > line.version) ORDER BY file, offset"
)
_COPIES = (
    "SELECT duplicate_of AS original, file, offset, length FROM articles AS line WHERE duplicate_of IS NOT NULL"
    " AND NOT EXISTS (SELECT 1 FROM articles WHERE id = line.id AND version > line.version)"
)


class _File(msgspec.Struct):
    text: str | None = None


class _Place(msgspec.Struct):
    portal: str
    province: str | None = None
    section: str | None = None


class _Line(_Place, kw_only=True):
    """What of an article line is sent."""

    id: str
    url: str
    title: str
    lead: str | None = None
    body: str = ""
    published_at: datetime | None = None
    published_precision: Precision | None = None
    authors: list[str] = []
    attachments: list[_File] = []
    gone_at: datetime | None = None
    version: int = 1
    digest: str = ""


_LINE, _PLACE = msgspec.json.Decoder(_Line), msgspec.json.Decoder(_Place)


@dataclass(frozen=True, slots=True)
class Batch:
    """A piece of what is sent: lines of JSON (https://github.com/ndjson/ndjson-spec), and of how many documents."""

    body: bytes
    count: int


def documents(folder: Path, run: str) -> Iterator[dict[str, Any]]:
    """Each original in its last version, under its article's id; it bears what its duplicates are published under, too.

    All are marked with `run`, so that those of an earlier one can be told. A crawl may go on meanwhile: what is stored
    after the beginning is not among them. Raises ArchiveError.
    """
    database = folder / "archive.db"
    if not database.exists():
        raise ArchiveError(f"{folder}: holds no archive.db. Crawl into it, or name another with LUUTIN_OUTPUT=DIR.")
    with closing(Database(database, read_only=True)) as db:
        db.execute("BEGIN")
        yield from documents_of(db, folder, run)


def documents_of(db: Database, folder: Path, run: str) -> Iterator[dict[str, Any]]:
    """The same of a database in `folder` that is open, as it is there. Raises ArchiveError."""
    with closing(_Lines(folder)) as lines:
        copies: dict[str, list[_Place]] = {}
        for row in db.rows(_COPIES):
            copies.setdefault(row["original"], []).append(lines.read(row, _PLACE))
        for row in db.rows(_ORIGINALS):
            yield _document(lines.read(row, _LINE), copies.get(row["id"], []), run)


class _Lines:
    """The files of article lines, each opened once: one that a reparse replaces meanwhile is read as it was."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._streams: dict[str, BinaryIO] = {
            path.relative_to(folder).as_posix(): path.open("rb") for path in (folder / "articles").glob("*.jsonl")
        }

    def read(self, row: Any, decoder: msgspec.json.Decoder[Any]) -> Any:
        try:
            stream = self._streams[row["file"]]
            stream.seek(row["offset"])
            return decoder.decode(stream.read(row["length"]))
        except (KeyError, OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
            raise ArchiveError(
                f"{self._folder / row['file']}: there is no article at byte {row['offset']}: {error}. `luutin verify "
                "--repair` mends what can be mended."
            ) from error

    def close(self) -> None:
        for stream in self._streams.values():
            stream.close()


def _document(line: _Line, copies: list[_Place], run: str) -> dict[str, Any]:
    places = [line, *copies]
    has = ["files"] * bool(line.attachments) + ["gone"] * (line.gone_at is not None)
    found: dict[str, Any] = {
        "id": line.id,
        "url": line.url,
        "title": line.title,
        "lead": line.lead,
        "body": line.body,
        "files": [file.text for file in line.attachments if file.text],
        "portal": _values(place.portal for place in places),
        "province": _values(place.province for place in places),
        "section": _values(place.section for place in places),
        "author": _values(line.authors),
        "has": has,
        "version": line.version,
        "digest": line.digest,
        "made_by": MADE_BY,
        "run": run,
    }
    if (at := line.published_at) is not None:  # its day as the portal has it, the moment for all the world
        day = f"{at:%Y-%m}" if line.published_precision == "month" else f"{at:%Y-%m-%d}"
        found |= {"year": f"{at:%Y}", "month": f"{at:%Y-%m}", "day": day}
        found |= {"published": f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}", "published_seconds": int(at.timestamp())}
    return {name: value for name, value in found.items() if value not in (None, "", [])}


def _values(values: Iterable[str | None]) -> list[str]:
    return list(dict.fromkeys(value[:_MAX_VALUE_CHARS] for value in values if value))


def batches(
    documents: Iterable[dict[str, Any]], write: Callable[[dict[str, Any]], bytes], most: int = BATCH_BYTES
) -> Iterator[Batch]:
    """The documents as `write` has each, as many together as `most` bytes hold; a larger one goes alone."""
    body, count = bytearray(), 0
    for document in documents:
        piece = write(document)
        if count and len(body) + len(piece) > most:
            yield Batch(bytes(body), count)
            body, count = bytearray(), 0
        body += piece
        count += 1
    if count:
        yield Batch(bytes(body), count)


# -- OpenSearch -----------------------------------------------------------------------------------
# https://docs.opensearch.org/latest/api-reference/document-apis/bulk/, …/mappings/, …/analyzers/


def opensearch_lines(document: dict[str, Any]) -> bytes:
    """A document as two lines of a bulk request: it replaces the one of its id."""
    return msgspec.json.encode({"index": {"_id": document["id"]}}) + b"\n" + msgspec.json.encode(document) + b"\n"


def _tones() -> list[str]:
    """The new placement of tones to the old, for `oa`, `oe`, `uy` in all their cases (see pipelines.text.fold)."""
    pairs = []
    for a, b in ("oa", "oe", "uy"):
        for tone in "\u0300\u0301\u0309\u0303\u0323":
            new, old = unicodedata.normalize("NFC", a + b + tone), unicodedata.normalize("NFC", a + tone + b)
            pairs += [f"{case(new)} => {case(old)}" for case in (str.lower, str.capitalize, str.upper)]
    return pairs


_KEYWORD = {"type": "keyword", "ignore_above": _MAX_VALUE_CHARS}
_TEXT = {"type": "text", "analyzer": "written", "fields": {"bare": {"type": "text", "analyzer": "bare"}}}
OPENSEARCH_MAPPINGS: dict[str, Any] = {
    "dynamic": False,
    "properties": {
        **dict.fromkeys(TEXTS, _TEXT),
        **dict.fromkeys((*VALUES, "day", "url", "digest", "made_by", "run"), _KEYWORD),
        "published": {"type": "date"},
        "published_seconds": {"type": "long"},
        "version": {"type": "integer"},
    },
}
"""Texts as they are written, where what is typed with its marks counts for more, and `….bare`, where it need have
none; all else to be filtered by, counted and sorted by."""
OPENSEARCH_INDEX: dict[str, Any] = {
    "settings": {
        "analysis": {
            "char_filter": {"tones": {"type": "mapping", "mappings": _tones()}},
            "analyzer": {
                "written": {
                    "type": "custom",
                    "char_filter": ["tones"],
                    "tokenizer": "standard",
                    "filter": ["lowercase"],
                },
                "bare": {"type": "custom", "tokenizer": "standard", "filter": ["lowercase", "asciifolding"]},
            },
        }
    },
    "mappings": OPENSEARCH_MAPPINGS,
}
"""What a new index is made of; the filters are those OpenSearch brings along."""


def opensearch_stale(run: str) -> dict[str, Any]:
    """The query for our documents that are not of this run."""
    ours, new = {"term": {"made_by": MADE_BY}}, {"term": {"run": run}}
    return {"query": {"bool": {"filter": [ours], "must_not": [new]}}}


# -- Meilisearch ----------------------------------------------------------------------------------
# https://www.meilisearch.com/docs/reference/api/documents, …/settings, …/tasks


def meilisearch_line(document: dict[str, Any]) -> bytes:
    """A document as a line; Meilisearch replaces the one of its id."""
    return msgspec.json.encode(document) + b"\n"


MEILISEARCH_SETTINGS: dict[str, Any] = {
    "searchableAttributes": list(TEXTS),
    "filterableAttributes": [*VALUES, "published_seconds", "made_by", "run"],
    "sortableAttributes": ["published_seconds"],
}
"""Titles count for most. It folds marks by itself, and `đ` (https://github.com/meilisearch/charabia/pull/257)."""


def meilisearch_stale(run: str) -> dict[str, Any]:
    """The filter for our documents that are not of this run."""
    return {"filter": f'made_by = "{MADE_BY}" AND run != "{run}"'}
