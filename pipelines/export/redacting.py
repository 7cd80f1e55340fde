"""Exported lines read one by one, and written again with what is personal in them masked."""

from __future__ import annotations

import errno
import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
import zstandard

from pipelines.archive.files import open_unpacked
from pipelines.corpus.redaction import Redacted, redacted_record
from pipelines.errors import ArchiveError
from pipelines.export.compressing import put_in_place
from pipelines.export.places import lock, unwritable

MAX_LINE_BYTES = 256 * 1024 * 1024
NEEDED = ("id", "url", "title", "body")
"""Texts that every article line has."""
_RECORD = msgspec.json.Decoder(dict[str, Any])


@dataclass(slots=True)
class Masked:
    """What was masked."""

    articles: int = 0
    touched: int = 0
    """Articles in which something was."""
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(Redacted.__struct_fields__, 0))


def redact_stream(source: BinaryIO, name: str, target: BinaryIO) -> Masked:
    """Copy article lines from `source`, which errors call `name`, to `target` masked, one at a time.

    Raises ArchiveError where a line is no article, or what is read breaks off; OSError.
    """
    done = Masked()
    for line in _lines(source, name):
        record, counts = redacted_record(_decoded(line, f"{name}: line {done.articles + 1}"))
        target.write(msgspec.json.encode(record) + b"\n")
        done.articles += 1
        found = msgspec.structs.asdict(counts)
        done.touched += any(found.values())
        done.counts = {kind: done.counts[kind] + count for kind, count in found.items()}
    target.flush()
    return done


def redact_file(source: BinaryIO, name: str, target: Path) -> Masked:
    """The same into a file, whole or not at all; compressed where its name ends in `.gz` or `.zst`.

    `target` may be what is read. Raises OutputUnwritable, ArchiveError.
    """
    target = target.resolve()
    part = target.with_name(f"{target.name}.partial")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, "is a folder")
        part.touch()
        descriptor = lock(part)
        try:
            done = _written(source, name, part)
            put_in_place(part, target)
        finally:
            part.unlink(missing_ok=True)
            os.close(descriptor)
    except OSError as error:
        raise unwritable(target, error) from error
    return done


def _written(source: BinaryIO, name: str, part: Path) -> Masked:
    with part.open("wb") as stream:
        done = redact_stream(source, name, stream)
        os.fsync(stream.fileno())
    return done


def open_source(path: Path) -> BinaryIO:
    """A file of lines, unpacked where its name says that it is packed. Raises ArchiveError."""
    try:
        return open_unpacked(path)
    except OSError as error:
        raise ArchiveError(f"{path}: cannot be read: {error.strerror}. Name an export as JSON lines.") from error


def _lines(source: BinaryIO, name: str) -> Iterator[bytes]:
    try:
        while line := source.readline(MAX_LINE_BYTES):
            yield line
    except (OSError, EOFError, zlib.error, zstandard.ZstdError) as error:
        raise ArchiveError(f"{name}: cannot be read to its end: {error}. Export it again.") from error


def _decoded(line: bytes, where: str) -> dict[str, Any]:
    try:
        record = _RECORD.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ArchiveError(f"{where} is no JSON object: {error}. Name an export as JSON lines.") from error
    if missing := [name for name in NEEDED if not isinstance(record.get(name), str)]:
        raise ArchiveError(f"{where} is no article: it has no text {missing[0]!r}. Name an export of articles.")
    return record
