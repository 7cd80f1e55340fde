"""Mending what can be mended without reading a page: torn tails, left-over files, the index of captures."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.archive.database import Database
from pipelines.archive.files import cut_file, replace_file
from pipelines.archive.lock import Lock
from pipelines.archive.mend import NEW, Mender, learnt_path
from pipelines.archive.rows import Rows
from pipelines.archive.soundness import members
from pipelines.archive.verify import Portal, recorded_ends, warcs

if TYPE_CHECKING:
    from collections.abc import Sequence

logger = logging.getLogger(__name__)


def mend_captures(folder: Path, portals: Sequence[str]) -> None:
    """Bring captures and database to agree. Each step stands by itself and may be done again. Raises ArchiveError."""
    (folder / "articles").mkdir(exist_ok=True)
    lock = Lock(folder)
    try:
        db = Database(folder / "archive.db")
        try:
            for portal in portals:
                mender = Mender(folder, db, portal)
                mender.finish()
                _cut_torn(folder, portal)
                mender.captures()
                _index_again(folder, db, mender)
                _learnt(folder, db, portal)
                _sweep(folder, portal)
        finally:
            db.close()
    finally:
        lock.release()


def _cut_torn(folder: Path, portal: str) -> None:
    """Cut off a record inside which a file ends."""
    for path in warcs(folder, portal):
        last = None
        for last in members(path):  # noqa: B007 - the last one
            pass
        if last is not None and last.torn:
            logger.warning("%s: cut off %d bytes of a record that breaks off", path, last.length)
            cut_file(path, last.offset)


def _index_again(folder: Path, db: Database, mender: Mender) -> None:
    """Index anew the files whose rows are not what their records are."""
    portal = Portal(folder, db, mender.portal, recorded_ends(db))
    for path in warcs(folder, mender.portal):
        if any(problem.mendable for problem in portal.captures(path)):
            mender.read_captures(path, path.relative_to(folder).as_posix())


def _learnt(folder: Path, db: Database, portal: str) -> None:
    """What was learnt lies beside the captures and in the database; the former is the truth."""
    path = learnt_path(folder, portal)
    if path.exists():
        Rows(db, portal).learnt(path.read_text("utf-8"))
    elif row := db.one("SELECT facts FROM learnt WHERE portal = ?", (portal,)):
        replace_file(path, row["facts"].encode())


def _sweep(folder: Path, portal: str) -> None:
    """Files left over from a run that died."""
    for path in [*(folder / "articles").glob(f"{portal}.*"), *(folder / "captures" / portal).glob("*")]:
        if path.name.endswith((NEW, ".partial")):
            path.unlink()
