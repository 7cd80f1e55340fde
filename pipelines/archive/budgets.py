"""What was asked of each host on a day, so that the runs of a day share a budget."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.archive.database import Database


@dataclass(frozen=True, slots=True)
class Spent:
    """Requests sent to a host on a day, and bytes received."""

    requests: int = 0
    bytes: int = 0


class Budgets:
    """Counters in the database, a row per host and day (UTC)."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def spent(self, host: str, day: date) -> Spent:
        """What a host was asked on a day, by all runs on this output folder."""
        row = self._db.one("SELECT requests, bytes FROM budgets WHERE host = ? AND day = ?", (host, day.isoformat()))
        return Spent(*row) if row else Spent()

    def spend(self, host: str, day: date, *, requests: int = 0, size: int = 0) -> None:
        """Add to it, with what is stored next. Raises OutputUnwritable."""
        with self._db.joined():
            self._db.execute(
                "INSERT INTO budgets (host, day, requests, bytes) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
                " requests = requests + excluded.requests, bytes = bytes + excluded.bytes",
                (host, day.isoformat(), requests, size),
            )
