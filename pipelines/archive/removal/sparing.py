"""What articles that stay say themselves of what is withdrawn: in the captures they are read from it stays."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.archive.journal import Read, journal_path, read_journal
from pipelines.archive.lines import read_line
from pipelines.archive.removal.wording import said_in
from pipelines.urls import fold_url

if TYPE_CHECKING:
    from pipelines.archive.database import Database
    from pipelines.archive.removal.wording import Phrases

Spot = tuple[str, int]
"""A capture: its file and offset."""
MAX_REMEMBERED = 4_096


def spared(folder: Path, db: Database, portal: str, spots: set[Spot], phrases: Phrases) -> dict[Spot, set[int]]:
    """Of some captures of a portal that are read, the phrases that what is read from them says."""
    found: dict[Spot, set[int]] = {}

    @lru_cache(MAX_REMEMBERED)
    def said(url: str) -> frozenset[int]:
        return _said_at(folder, db, portal, url, phrases)

    for event in read_journal(journal_path(folder, portal)) if spots else ():
        if not isinstance(event, Read):
            continue
        for spot in {(f"captures/{portal}/{page.file}", page.offset) for page in event.pages} & spots:
            found.setdefault(spot, set()).update(said(fold_url(event.url)))
    return found


def _said_at(folder: Path, db: Database, portal: str, url: str, phrases: Phrases) -> frozenset[int]:
    """What the lines of the article at a folded URL say; of a duplicate, what the article says that it repeats."""
    rows = db.rows(
        "WITH here AS (SELECT article AS id FROM urls WHERE portal = ? AND url = ? AND article NOT NULL)"
        " SELECT file, offset, length FROM articles WHERE id IN (SELECT id FROM here UNION"
        " SELECT duplicate_of FROM articles WHERE id IN (SELECT id FROM here) AND duplicate_of NOT NULL)",
        (portal, url),
    )
    lines = [read_line(folder, row) for row in list(rows)]
    return frozenset(digest for line in lines for digest in said_in(line.decode(), phrases))
