"""What is still to be done once a removal is decided: done by whoever opens the archive next, where that was killed.

A removal is decided when its transaction is committed; that names in `unswept` what then is to go: the index of the
search, files that were exported, the room rows had in the database.
"""

from __future__ import annotations

import logging
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.archive.cdxj import write_cdxj
from pipelines.archive.files import inside, refuse
from pipelines.archive.withdrawn import phrases_in
from pipelines.search.state import index_folder, invalidate

if TYPE_CHECKING:
    from pipelines.archive.database import Database

logger = logging.getLogger(__name__)

INDEX, DELETE, CDXJ, REPORTS, DATABASE, PLACES = "index", "delete", "cdxj", "reports", "database", "places"
"""PLACES: articles that stay are to take their places anew, from their lines (see `pipelines.archive.rebuild`)."""
PATIENCE_SECONDS = 5.0
"""How long who reads the database is waited for."""
PAUSE_SECONDS = 0.05


def note_unswept(db: Database, what: str, path: str = "") -> None:
    """Have something done after the transaction it is noted in."""
    db.execute("INSERT OR IGNORE INTO unswept VALUES (?, ?)", (what, path))


def is_unswept(db: Database, what: str) -> bool:
    """Whether something is still to be done."""
    return db.one("SELECT 1 FROM unswept WHERE what = ?", (what,)) is not None


def swept(db: Database, what: str, path: str = "") -> None:
    """Note that it is done."""
    db.execute("DELETE FROM unswept WHERE what = ? AND path = ?", (what, path))


def sweep(folder: Path, db: Database) -> None:
    """Do what is still to be done, outside of any transaction. Raises OutputUnwritable."""
    todo = [(row["what"], row["path"]) for row in db.rows("SELECT what, path FROM unswept")]
    for what, path in todo:
        try:
            if what == INDEX:
                invalidate(folder)
                shutil.rmtree(index_folder(folder), ignore_errors=True)
            elif what == DELETE:
                _delete(inside(folder, path))
            elif what == REPORTS:
                from pipelines.archive.removal.leftovers import without_headlines  # which few need who open an archive

                without_headlines(folder, phrases_in(db))
            elif what == CDXJ:
                portal = Path(path).stem
                write_cdxj(db, portal, inside(folder, path))
            else:
                continue
        except OSError as error:
            refuse(folder / path, error)
        swept(db, what, path)
    if (DATABASE, "") in todo:
        _compact(folder, db)


def _delete(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _compact(folder: Path, db: Database) -> None:
    """Leave nothing of deleted rows in the database's free pages and its write-ahead log."""
    swept(db, DATABASE)  # with what follows it reaches the file itself
    db.execute("VACUUM")
    until = time.monotonic() + PATIENCE_SECONDS
    while (row := db.one("PRAGMA wal_checkpoint(TRUNCATE)")) is not None and row[0]:
        if time.monotonic() > until:
            note_unswept(db, DATABASE)
            logger.warning(
                "%s: another process reads it, so that what was withdrawn may still stand in archive.db-wal. End it "
                "(`luutin serve`?), then run the same command, or any crawl, again",
                folder / "archive.db",
            )
            return
        time.sleep(PAUSE_SECONDS)
