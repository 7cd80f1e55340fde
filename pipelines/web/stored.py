"""What an archive holds in the order it lies there, for those who take all of it: API, OAI-PMH, sitemap.

Where one is in that order is told by a mark: the number of a line, and the article it is of. An archive whose database
was built anew numbers its lines anew, and no longer knows the mark.
"""

from __future__ import annotations

import re
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pipelines.archive.rows import stored_date
from pipelines.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from sqlite3 import Row

    from pipelines.archive.database import Database

_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\dZ)?", re.ASCII)
_MARK = re.compile(r"(\d{1,15})-([0-9a-f]{16})")
_NEWEST = "NOT EXISTS (SELECT 1 FROM articles AS later WHERE later.id = line.id AND later.version > line.version)"


def moment(text: str) -> datetime:
    """The time that `2024-06-30` or `2024-06-30T01:02:03Z` says, in UTC. Raises ValueError."""
    if not _MOMENT.fullmatch(text):
        raise ValueError(text)
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


class BadMark(ArchiveError):
    """A mark is none, or of an archive built anew since. Raised by `number_of`."""


def mark_of(row: Row) -> str:
    """The mark of a line."""
    return f"{row['nth']}-{row['id']}"


def number_of(db: Database, mark: str | None) -> int:
    """The number of the line a mark is of; 0 without one, which is before the first. Raises BadMark."""
    if mark is None:
        return 0
    found = _MARK.fullmatch(mark)
    row = db.one("SELECT id FROM articles WHERE nth = ?", (int(found[1]),)) if found else None
    if found is None or row is None or row["id"] != found[2]:
        raise BadMark("the cursor is none of this archive, or its database was built anew since: begin without one")
    return int(found[1])


def lines_after(
    db: Database,
    number: int,
    limit: int,
    *,
    until: int | None = None,
    portals: Sequence[str] | None = None,
    newest: bool = False,
) -> list[Row]:
    """Up to `limit` lines stored after that with a number, and not after that with `until`.

    `newest` leaves out lines there is a later version of; `portals` leaves out all others.
    """
    where, values = ["nth > ?"], [number]
    if until is not None:
        where.append("nth <= ?")
        values.append(until)
    if portals is not None:
        where.append(f"+portal IN ({', '.join('?' * len(portals))})")  # in the order of storing all the same
    if newest:
        where.append(_NEWEST)
    query = f"SELECT * FROM articles AS line WHERE {' AND '.join(where)} ORDER BY nth LIMIT ?"  # noqa: S608 - constants
    return list(db.rows(query, (*values, *(portals or ()), limit)))


def datestamp(row: Row) -> datetime:
    """When a line was stored, to the second; of an archive of old, when it was captured or an earlier one was."""
    return datetime.fromisoformat(row["stored_at"] or "1970-01-01T00:00:00Z").replace(microsecond=0)


def number_before(db: Database, at: datetime) -> int:
    """The number of the last line stored before a time; 0 where there is none."""
    row = db.one("SELECT max(nth) AS last FROM articles WHERE stored_at < ?", (stored_date(at),))
    return (row and row["last"]) or 0


def last_number(db: Database) -> int:
    """The number of the line stored last; 0 where there is none."""
    row = db.one("SELECT max(nth) AS last FROM articles")
    return (row and row["last"]) or 0


def captures_of(
    db: Database, portals: Sequence[str], url: str, *, exactly: bool, after: str | None, limit: int
) -> list[Row]:
    """Up to `limit` captures of a URL, or of those that begin with it, by portal, URL and time.

    `after` is the id of the last one before them. Raises BadMark where there is no such capture.
    """
    last = None
    if after is not None:
        last = db.one("SELECT portal, url, at, id FROM captures WHERE id = ?", (int(after),))
        if last is None:
            raise BadMark("the cursor is none of a page before: begin without one")
    found: list[Row] = []
    for portal in portals:
        if last is not None and portal < last["portal"]:
            continue
        where, values = ["portal = ?"], [portal]
        where += ["url = ?"] if exactly else ["url >= ?", "url < ?"]
        values += [url] if exactly else [url, f"{url}\U0010ffff"]
        if last is not None and portal == last["portal"]:
            where.append("(url, at, id) > (?, ?, ?)")
            values += list(last)[1:]
        query = f"SELECT * FROM captures WHERE {' AND '.join(where)} ORDER BY url, at, id LIMIT ?"  # noqa: S608 - constants
        found += db.rows(query, (*values, limit - len(found)))
        if len(found) == limit:
            break
    return found


class Ledger:
    """How many articles there are, which takes a walk over all rows to know: kept until one is added. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counted: tuple[str | None, dict[str, int]] = (None, {})

    def counts(self, db: Database) -> dict[str, int]:
        """How many articles there are of each portal."""
        with self._lock:
            last = _last_mark(db)
            if last != self._counted[0]:
                query = "SELECT portal, count(*) AS many FROM articles WHERE version = 1 GROUP BY portal"
                self._counted = last, {row["portal"]: row["many"] for row in db.rows(query)}
            return self._counted[1]


def _last_mark(db: Database) -> str | None:
    row = db.one("SELECT nth, id FROM articles ORDER BY nth DESC LIMIT 1")
    return mark_of(row) if row else None
