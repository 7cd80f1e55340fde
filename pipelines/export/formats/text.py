"""Plain text as language models are trained on: each paragraph a line, title and lead first, a blank line between
articles (https://data.statmt.org/cc-100/).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from pipelines.export.record import Columns
from pipelines.export.writing import Piece


class _Told(msgspec.Struct):
    title: str
    lead: str | None = None
    body: str = ""


_TOLD = msgspec.json.Decoder(_Told)


@dataclass(frozen=True, slots=True)
class Text:
    """A `LineFormat`."""

    def head(self, columns: Columns) -> bytes:
        """Nothing."""
        return b""

    def encode(self, records: Iterator[bytes], columns: Columns) -> Piece:
        """The articles, each ended by a blank line."""
        return Piece("".join(map(_lines, map(_TOLD.decode, records))).encode())


def _lines(told: _Told) -> str:
    """Whatever a reader may take for the end of a line is one (`str.splitlines`)."""
    parts = [line for part in (told.title, told.lead, told.body) if part for line in part.splitlines()]
    return "".join(f"{line}\n" for part in parts if (line := part.strip())) + "\n"
