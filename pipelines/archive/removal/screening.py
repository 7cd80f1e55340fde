"""What a run captured of what was withdrawn before: portals go on listing it, and repost it elsewhere.

A crawl stores no article that was withdrawn, but captures of lists that name it; only when all is read can be told
which captures others are read from. So the captures of a run are looked through when it ends, or the next one does.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.archive.journal import journal_path, now
from pipelines.archive.mend import NEW, Mender
from pipelines.archive.removal.events import survey
from pipelines.archive.removal.planning import Plan, note_screened, take_captures
from pipelines.archive.removal.rewriting import Order
from pipelines.archive.removal.scanning import Hits, lots, scan
from pipelines.archive.removal.sparing import spared
from pipelines.archive.removal.wording import Phrases
from pipelines.archive.rows import record_end

if TYPE_CHECKING:
    from pipelines.archive.database import Database
    from pipelines.archive.removal.planning import Otherwise

REASON = "says what was withdrawn"


def screen(
    folder: Path,
    db: Database,
    portal: str,
    phrases: Phrases,
    otherwise: Otherwise | None = None,
    order: Order | None = None,
) -> int:
    """Withdraw or mask what the captures of a portal say that was withdrawn, since they were last looked through.

    Its files must be closed; `otherwise` as `Plan.write` has it; `order` is what tombstones say: now, unless given.
    Returns how many captures that were. Raises OSError, ArchiveError.
    """
    hits, files = _looked_through(folder, db, portal, phrases)
    plan, captures = Plan(), {}
    if hits.said:
        needed = survey(journal_path(folder, portal), db, portal, set(), Phrases(), frozenset()).needed
        plan.judge(hits, needed, spared(folder, db, portal, needed & hits.said.keys(), phrases), phrases)
        captures = plan.write(folder, db, [portal], order or Order(now(), REASON), otherwise)
    with db:
        take_captures(db, captures)
        for file in captures:
            record_end(db, file + NEW, 0)
        note_screened(db, files)
    if captures:
        Mender(folder, db, portal).finish()
    return sum(len(one.withdrawn) + len(one.masked) for one in captures.values())


def says(folder: Path, db: Database, portal: str, phrases: Phrases) -> bool:
    """Whether captures of a portal say any of some phrases; where none does, they count as looked through."""
    hits, files = _looked_through(folder, db, portal, phrases)
    if not hits.said:
        with db:
            note_screened(db, files)
    return bool(hits.said)


def _looked_through(folder: Path, db: Database, portal: str, phrases: Phrases) -> tuple[Hits, list[str]]:
    """What captures say that were not looked through yet, and in which files they lie."""
    hits, files = Hits(), []
    screened = {row["file"]: row["bytes"] for row in db.rows("SELECT file, bytes FROM screened")}
    for row in list(db.rows("SELECT path, bytes FROM files WHERE path LIKE ?", (f"captures/{portal}/%.warc.gz",))):
        if screened.get(row["path"], 0) < row["bytes"]:
            files.append(row["path"])
            for lot in lots(folder, db, row["path"], row["bytes"], screened.get(row["path"], 0)):
                hits.add(scan(lot, phrases))
    return hits, files
