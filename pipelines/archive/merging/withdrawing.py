"""What was withdrawn from one of several folders is withdrawn from the captures of all, too."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pipelines.archive.cdxj import write_cdxj
from pipelines.archive.journal import Removed, journal_path, read_journal
from pipelines.archive.removal.leftovers import without_headlines
from pipelines.archive.removal.rewriting import Order
from pipelines.archive.removal.screening import REASON, says, screen
from pipelines.archive.removal.wording import Phrases, masked, said_in
from pipelines.archive.withdrawn import phrases_in, unpacked

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from pipelines.archive.database import Database
    from pipelines.archive.removal.planning import Otherwise


def withdraw(folder: Path, db: Database, portals: Sequence[str], otherwise: Otherwise) -> int:
    """Withdraw or mask what captures say that was withdrawn; of how many. Raises OSError, ArchiveError.

    Removal by removal, as of when each was, so that the bytes do not tell when or in which order folders were joined.
    """
    withdrawn = phrases_in(db)
    if not withdrawn:
        return 0
    changed = 0
    every = Phrases({words: frozenset(some) for words, some in withdrawn.items()})
    removals = _removals(folder, portals)
    for portal in portals:
        if not says(folder, db, portal, every):
            continue
        for at, phrases in removals:
            with db:
                db.execute("DELETE FROM screened WHERE file LIKE ?", (f"captures/{portal}/%",))
            changed += screen(folder, db, portal, phrases, otherwise, Order(at, REASON))
        write_cdxj(db, portal, folder / "captures" / portal / f"{portal}.cdxj")
    without_headlines(folder, withdrawn)
    with db:
        for row in list(db.rows("SELECT id, message FROM issues")):
            if said_in(row["message"], every):
                db.execute(
                    "UPDATE issues SET message = ? WHERE id = ?", (masked(row["message"], every).text, row["id"])
                )
    return changed


def _removals(folder: Path, portals: Sequence[str]) -> list[tuple[datetime, Phrases]]:
    """When something was withdrawn, and the phrases captures are told by since then; in the order of time."""
    found: defaultdict[datetime, defaultdict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    for portal in portals:
        path = journal_path(folder, portal)
        for event in read_journal(path) if path.exists() else ():
            if isinstance(event, Removed):
                for words, some in unpacked(event.phrases).items():
                    found[event.at][words] |= some
    return [
        (at, Phrases({words: frozenset(some) for words, some in phrases.items()}))
        for at, phrases in sorted(found.items())
        if phrases
    ]
