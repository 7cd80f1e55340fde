"""What an export since a run no longer has of what earlier ones had: for those who bring a copy up to date."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

import msgspec

from pipelines.export.chosen import since

if TYPE_CHECKING:
    from sqlite3 import Row

    from pipelines.export.chosen import Chosen

_LATEST = (
    "SELECT id, url, portal, stored_at AS at, duplicate_of, near_duplicate_of FROM articles AS line WHERE stored_at > ?"
    " AND (duplicate_of IS NOT NULL OR near_duplicate_of IS NOT NULL)"
    " AND NOT EXISTS (SELECT 1 FROM articles AS later WHERE later.id = line.id AND later.version > line.version)"
    " AND EXISTS (SELECT 1 FROM articles AS earlier WHERE earlier.id = line.id AND earlier.stored_at <= ?"
    " AND earlier.duplicate_of IS NULL) AND NOT EXISTS (SELECT 1 FROM chosen WHERE chosen.id = line.id)"
)
_WITHDRAWN = "SELECT id, url, portal, at FROM withdrawn WHERE at > ?"


class Removed(msgspec.Struct):
    """An article that is part of the selection no more."""

    id: str
    url: str
    reason: Literal["duplicate", "copy", "withdrawn"]
    """`copy`: of another, where only originals are exported."""
    at: str
    """When that was stored: ISO 8601, UTC."""


def removed(chosen: Chosen) -> list[Removed]:
    """The articles, by id, that were stored before the run that the filters name ended and left since.

    Those whose text or language an edit took out of a selection by that are not told. Raises ArchiveError.
    """
    assert chosen.filters.since_run is not None
    bound = since(chosen.folder, chosen.filters.since_run)
    return sorted(_removed(chosen, bound), key=lambda one: one.id)


def _removed(chosen: Chosen, bound: str) -> Iterator[Removed]:
    portals = chosen.filters.portals
    if chosen.filters.copies != "all":
        chosen.db.execute("CREATE INDEX IF NOT EXISTS temp.chosen_id ON chosen (id)")
        for row in chosen.db.rows(_LATEST, (bound, bound)):
            duplicate = row["duplicate_of"] is not None
            if (not portals or row["portal"] in portals) and (duplicate or chosen.filters.copies == "none"):
                yield _told(row, "duplicate" if duplicate else "copy")
    for row in chosen.db.rows(_WITHDRAWN, (bound,)):
        if not portals or row["portal"] in portals:
            yield _told(row, "withdrawn")


def _told(row: Row, reason: Literal["duplicate", "copy", "withdrawn"]) -> Removed:
    return Removed(row["id"], row["url"], reason, row["at"])
