"""CSV (RFC 4180, lines ended by LF): a header, then an article a row; what is no text or number is JSON.

Python's own writer quotes differently from version to version; these bytes are the same with any.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from pipelines.export.record import Columns, field_names, values
from pipelines.export.writing import Piece

BOM = "\ufeff"
MAX_CELL_UNITS = 32_767
"""Characters of a cell, in UTF-16: what Excel has room for."""
DEFUSED = "cells that begin as a formula does now begin with '"
CUT = f"cells of more than {MAX_CELL_UNITS} characters were cut, as spreadsheets have no room for them"
NULS = "NUL characters, which readers of CSV stumble over, were replaced by \ufffd"
_NEEDS_QUOTES = re.compile(r'[",\r\n]')
_FORMULA = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
"""https://owasp.org/www-community/attacks/CSV_Injection."""


@dataclass(frozen=True, slots=True)
class Csv:
    """A `LineFormat`; `for_spreadsheets` has a byte order mark, no formulas, no cell too long, and all text quoted."""

    for_spreadsheets: bool = False

    def head(self, columns: Columns) -> bytes:
        """The names of the fields."""
        return f"{BOM if self.for_spreadsheets else ''}{','.join(field_names(columns))}\n".encode()

    def encode(self, records: Iterator[bytes], columns: Columns) -> Piece:
        """A row for each record."""
        names, notes = field_names(columns), Counter[str]()
        lines = [",".join([self._cell(one[name], notes) for name in names]) for one in values(records, columns)]
        return Piece("".join([f"{line}\n" for line in lines]).encode(), notes)

    def _cell(self, value: Any, notes: Counter[str]) -> str:
        if value is None:
            return ""
        if isinstance(value, int | float):
            return str(value)
        text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
        if "\0" in text:
            notes[NULS] += text.count("\0")
            text = text.replace("\0", "\ufffd")
        if self.for_spreadsheets:
            text = _tamed(text, notes)
        elif not _NEEDS_QUOTES.search(text):
            return text
        return '"' + text.replace('"', '""') + '"'


def _tamed(text: str, notes: Counter[str]) -> str:
    """A cell that a spreadsheet shows as the text it is."""
    if _FORMULA.match(text):
        notes[DEFUSED] += 1
        text = f"'{text}"
    units = len(text.encode("utf-16-le")) // 2 if len(text) > MAX_CELL_UNITS // 2 else 0
    if units > MAX_CELL_UNITS:
        notes[CUT] += 1
        text = text.encode("utf-16-le")[: 2 * MAX_CELL_UNITS].decode("utf-16-le", "ignore")
    return text
