"""The exported record: an article line, where else its text was published, its family, and what is derived from it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO, get_type_hints

import msgspec

from pipelines.archive.files import inside
from pipelines.corpus.derived import DERIVED
from pipelines.errors import ArchiveError
from pipelines.export.chosen import Ref
from pipelines.items import Article

BUFFER_BYTES = 1024 * 1024
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
        for name in self.derived:
            found |= DERIVED[name].fields
        return found


def read_lines(folder: Path, refs: Iterable[Ref]) -> Iterator[tuple[Ref, bytes]]:
    """Each line without its line end. Raises ArchiveError where there is none."""
    file, stream = "", None
    try:
        for ref in refs:
            if stream is None or ref.file != file:
                if stream is not None:
                    stream.close()
                file, stream = ref.file, _opened(inside(folder, ref.file))
            stream.seek(ref.offset)
            line = stream.read(ref.length)
            if not line.startswith(b'{"id":"%b"' % ref.id.encode()) or not line.endswith(b"}\n"):
                raise ArchiveError(
                    f"{folder / ref.file}: at byte {ref.offset} there is no line of article {ref.id}. `luutin verify"
                    " --repair` mends what can be mended."
                )
            yield ref, line[:-1]
    finally:
        if stream is not None:
            stream.close()


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb", buffering=BUFFER_BYTES)
    except OSError as error:
        raise ArchiveError(f"{path}: cannot be read: {error}. `luutin verify` says what is lost.") from error


def records(folder: Path, refs: Iterable[Ref], columns: Columns) -> Iterator[bytes]:
    """The exported records of lines as JSON, without line ends: the lines' own bytes, but for what is added.

    Raises ArchiveError.
    """
    derived = [DERIVED[name] for name in columns.derived]
    for ref, line in read_lines(folder, refs):
        more = b""
        if derived:
            article = _ARTICLE.decode(line)
            more = b"".join(b"," + msgspec.json.encode(one.of(article))[1:-1] for one in derived)
        yield b'%b,"also_at":%b,"cluster":"%b"%b}' % (line[:-1], ref.also_at, ref.cluster.encode(), more)


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
