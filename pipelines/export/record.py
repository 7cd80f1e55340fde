"""The exported record: an article line, where else its text was published, its family, and what is derived from it."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, get_type_hints

import msgspec

from pipelines.archive.files import inside
from pipelines.archive.lines import read_article
from pipelines.corpus.derived import DERIVED
from pipelines.errors import ArchiveError
from pipelines.export.chosen import Ref, Text
from pipelines.items import Article

SCHEMA_ID = "urn:luutin:article:1"
_ARTICLE = msgspec.json.Decoder(Article)


@dataclass(slots=True, kw_only=True)
class Exported(Article):
    """A line of `luutin export --jsonl`: an article version, with what the archive knows of its text."""

    also_at: list[str] = field(default_factory=list)
    """URLs, as fetched, of the articles that say the same word for word; sorted."""
    cluster: str = ""
    """The id of the original of its family: near copies of one text share it. Its own for an original."""


@dataclass(frozen=True, slots=True)
class Columns:
    """What goes into a record beyond `Exported`."""

    derived: tuple[str, ...] = ()
    """Names of DERIVED, in its order."""
    redact: bool = False

    @property
    def fields(self) -> dict[str, Any]:
        """The further fields, in their order: name and Python type."""
        found: dict[str, Any] = {}
        if self.redact:
            from pipelines.corpus.redaction import Redacted

            found["redacted"] = Redacted
        for name in self.derived:
            found |= DERIVED[name].fields
        return found


PLAIN = Columns()


def read_lines(folder: Path, refs: Iterable[Ref]) -> Iterator[tuple[Ref, bytes]]:
    """Each line without its line end; of a duplicate that is told with its text as if it had one.

    Raises ArchiveError where there is none.
    """
    with ExitStack() as stack:
        file, descriptor = "", -1
        for ref in refs:
            try:
                if ref.file != file:
                    stack.close()
                    file, descriptor = ref.file, os.open(inside(folder, ref.file), os.O_RDONLY)
                    stack.callback(os.close, descriptor)
                line = os.pread(descriptor, ref.length, ref.offset)
            except OSError as error:
                raise ArchiveError(
                    f"{folder / ref.file}: cannot be read: {error}. `luutin verify` says what is lost."
                ) from error
            if not line.startswith(b'{"id":"%b"' % ref.id.encode()) or not line.endswith(b"}\n"):
                raise ArchiveError(
                    f"{folder / ref.file}: at byte {ref.offset} there is no line of article {ref.id}. `luutin verify"
                    " --repair` mends what can be mended."
                )
            yield ref, line[:-1] if ref.text is None else _with_text(folder, line, ref.text)


def _with_text(folder: Path, line: bytes, place: Text) -> bytes:
    """The line of a duplicate with the text it is without."""
    article = _ARTICLE.decode(line)
    told = read_article(folder, place._asdict())
    article.lead, article.body, article.body_html = told.lead, told.body, told.body_html
    return msgspec.json.encode(article)


def records(folder: Path, refs: Iterable[Ref], columns: Columns) -> Iterator[bytes]:
    """The exported records of lines as JSON, without line ends: the lines' own bytes, but for what is added.

    Raises ArchiveError.
    """
    plain, more = columns == PLAIN, b""
    for ref, line in read_lines(folder, refs):
        told, more = (line, more) if plain else _with(columns, line)
        yield b'%b,"also_at":%b,"cluster":"%b"%b}' % (told[:-1], ref.also_at, ref.cluster.encode(), more)


def _with(columns: Columns, line: bytes) -> tuple[bytes, bytes]:
    """A line as it is told, and its further fields as JSON, each with a comma before it."""
    article, further = _ARTICLE.decode(line), dict[str, Any]()
    if columns.redact:
        from pipelines.corpus.redaction import redacted

        article, further["redacted"] = redacted(article)
        line = msgspec.json.encode(article)
    for name in columns.derived:
        further |= DERIVED[name].of(article)
    return line, b"," + msgspec.json.encode(further)[1:-1]


@cache
def row_type(columns: Columns) -> type[Any]:
    """A struct with the fields of a record, in their order, to decode records into: quicker than the dataclass."""
    hints, fields = get_type_hints(Exported), list[Any]()
    for one in dataclasses.fields(Exported):
        if one.default is not dataclasses.MISSING:
            fields.append((one.name, hints[one.name], one.default))
        elif one.default_factory is not dataclasses.MISSING:
            fields.append((one.name, hints[one.name], msgspec.field(default_factory=one.default_factory)))
        else:
            fields.append((one.name, hints[one.name]))
    return msgspec.defstruct("Row", [*fields, *columns.fields.items()], kw_only=True, gc=False)


def field_names(columns: Columns) -> tuple[str, ...]:
    """The names of a record's fields, in their order."""
    names: tuple[str, ...] = row_type(columns).__struct_fields__
    return names


def values(records: Iterable[bytes], columns: Columns) -> Iterator[dict[str, Any]]:
    """The values of records as JSON has them, each with all fields: lines may be from before a field was there."""
    names = field_names(columns)
    for record in records:
        found: dict[str, Any] = msgspec.json.decode(record)
        if not all(name in found for name in names):
            found = msgspec.to_builtins(_decoder(columns).decode(record))
        yield found


def rows(records: Iterable[bytes], columns: Columns) -> Iterator[Any]:
    """Records read into `row_type`."""
    return map(_decoder(columns).decode, records)


@cache
def _decoder(columns: Columns) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(row_type(columns))


def json_schema(columns: Columns) -> bytes:
    """The JSON Schema (2020-12) of a record, indented."""
    schema = msgspec.json.schema(dataclass_of(columns))
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA_ID, **schema}
    return msgspec.json.format(msgspec.json.encode(schema), indent=2) + b"\n"


def dataclass_of(columns: Columns) -> type[Exported]:
    """`Exported` with the further fields."""
    if not columns.fields:
        return Exported
    made = dataclasses.make_dataclass(
        "Exported", list(columns.fields.items()), bases=(Exported,), kw_only=True, slots=True
    )
    made.__doc__ = Exported.__doc__
    return made
