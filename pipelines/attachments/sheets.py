"""Text of spreadsheets: every sheet's rows as lines, cells parted by ` | `, values as Excel shows them in General."""

from __future__ import annotations

import io
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from pipelines.attachments.errors import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xlrd.sheet import Cell

MAX_CELLS = 250_000
_DIGITS = 10
"""Digits of a number that Excel shows in a cell in General format, at most."""


def read_xls(data: bytes) -> str:
    """The text of an Excel 2 to 2003 file. Raises Unreadable."""
    import xlrd

    try:
        book = xlrd.open_workbook(file_contents=data, logfile=io.StringIO(), ragged_rows=True)
    except xlrd.XLRDError as error:
        raise Unreadable("encrypted" if "encrypted" in str(error).lower() else "damaged", str(error)) from error
    rows = ([_old_value(cell, book.datemode) for cell in row] for sheet in book.sheets() for row in sheet.get_rows())
    return _lines(rows)


def _old_value(cell: Cell, datemode: int) -> Any:
    import xlrd

    if cell.ctype == xlrd.XL_CELL_ERROR:
        return None
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            return xlrd.xldate_as_datetime(cell.value, datemode)
        except (ValueError, OverflowError):  # a number formatted as a date that is none
            return cell.value
    return cell.value


def read_xlsx(data: bytes) -> str:
    """The text of an Excel file since 2007; of formulas the values Excel stored. Raises Unreadable."""
    import openpyxl

    from pipelines.attachments.documents import open_zip

    open_zip(data).close()
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    for sheet in book.worksheets:
        sheet.reset_dimensions()  # what a file states of its size would be walked, cell by cell
    return _lines(row for sheet in book.worksheets for row in sheet.iter_rows(values_only=True))


def _lines(rows: Iterable[Iterable[Any]]) -> str:
    """Raises Unreadable with the rows that MAX_CELLS cells make, where there are more."""
    lines: list[str] = []
    cells = 0
    for row in rows:
        texts = [_text(value) for value in row]
        cells += len(texts)
        if cells > MAX_CELLS:
            raise Unreadable("cut", f"the sheets hold over {MAX_CELLS} cells", "\n".join(lines))
        lines.append(" | ".join(texts))
    return "\n".join(lines)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        return f"{value:.{_DIGITS}g}"
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y}" if value.time() == time() else f"{value:%d/%m/%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return str(value)
