"""One JSON object a line: the archive's own lines, with what is added."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.export.record import Columns
from pipelines.export.writing import Piece


@dataclass(frozen=True, slots=True)
class Jsonl:
    """A `LineFormat`."""

    def head(self, columns: Columns) -> bytes:
        """Nothing."""
        return b""

    def encode(self, records: Iterator[bytes], columns: Columns) -> Piece:
        """The records, each with its line end."""
        return Piece(b"".join([record + b"\n" for record in records]))
