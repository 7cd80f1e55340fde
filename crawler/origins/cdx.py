"""Reading what CDX servers answer: JSON as the Internet Archive, pywb and Common Crawl write it, and plain lines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crawler.origins.copies import stamp_time

COLUMNS = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest")
"""What every column form begins with."""
_NAMES = {"original": "url", "mimetype": "mime", "statuscode": "status"}
_NO_CAPTURES = "no captures found"


class BadIndex(ValueError):
    """An answer is no index, or not a whole one. Raised by `read_index`; to be asked for again."""


@dataclass(frozen=True, slots=True)
class Row:
    """One capture in an index. `status` is 0 where a revisit does not tell; `where` is WARC file, offset, length."""

    at: datetime
    url: str
    mime: str
    status: int
    digest: str | None
    where: tuple[str, int, int] | None = None


def read_index(body: bytes) -> tuple[list[Row], str | None]:
    """An answer -> (its captures in its order, the resume key where there is more). Raises BadIndex."""
    text = body.decode("utf-8", "replace").strip()
    if text.startswith("["):
        return _table(text)
    lines = text.splitlines()
    key = lines.pop() if len(lines) > 1 and not lines[-2].strip() else None
    return list(_rows(filter(str.strip, lines))), key


def says_none(body: bytes) -> bool:
    """Whether an index says in words that it holds nothing, as those of pywb and Common Crawl do."""
    return _NO_CAPTURES in body[:2_000].decode("utf-8", "replace").lower()


def read_line(line: str) -> Row:
    """A line of a CDXJ file, or a JSON object, or columns. Raises BadIndex."""
    brace = line.find("{")
    try:
        if brace < 0:
            return _row(dict(zip(COLUMNS, line.split(" "), strict=False)))
        fields = json.loads(line[brace:])
        if brace:
            fields.setdefault("timestamp", line[:brace].split()[1])
        return _row(fields)
    except (ValueError, IndexError, AttributeError) as error:
        raise BadIndex(f"no line of an index: {line[:80]!r}") from error


def _table(text: str) -> tuple[list[Row], str | None]:
    """The Internet Archive's form: a row of names, rows, and behind an empty row the resume key."""
    try:
        table = json.loads(text)
        if not table:
            return [], None
        head = table.pop(0) if "timestamp" in table[0] else list(COLUMNS)
        key = table.pop()[0] if len(table) > 1 and not table[-2] else None
        return [_row(dict(zip(head, row, strict=False))) for row in table if row], key
    except (ValueError, IndexError, TypeError) as error:
        raise BadIndex(f"no whole JSON index: {error}") from error


def _rows(lines: Iterator[str]) -> Iterator[Row]:
    for line in lines:
        yield read_line(line)


def _row(said: dict[str, Any]) -> Row:
    """Raises ValueError where a capture has no time or no URL."""
    fields = {_NAMES.get(name, name): str(value) for name, value in said.items()}
    url = fields.get("url", "")
    if "://" not in url:
        raise BadIndex(f"a capture without URL: {str(said)[:80]}")
    status, digest = fields.get("status", "-"), fields.get("digest", "-")
    where = None
    if "filename" in fields and fields.get("offset", "-").isdigit() and fields.get("length", "-").isdigit():
        where = (fields["filename"], int(fields["offset"]), int(fields["length"]))
    return Row(
        at=stamp_time(fields.get("timestamp", "")[:14]),
        url=url,
        mime=fields.get("mime-detected") or fields.get("mime", "-"),
        status=int(status) if status.isdigit() else 0,
        digest=None if digest in ("-", "") else digest,
        where=where,
    )


def settled(rows: list[Row]) -> list[Row]:
    """Rows where revisits have status and type of the earlier capture they repeat; without one they are left out."""
    known: dict[tuple[str | None, str], Row] = {}
    out = []
    for row in rows:
        full = known.get((row.digest, row.url)) or known.get((row.digest, ""))
        if row.status == 0 or row.mime == "warc/revisit":
            if full is None and row.status == 0:
                continue
            if full is not None:
                row = Row(row.at, row.url, full.mime, full.status, row.digest, row.where)
        elif row.digest:
            known[row.digest, row.url] = row
            known.setdefault((row.digest, ""), row)
        out.append(row)
    return out
