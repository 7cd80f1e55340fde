"""What a power cut tears off captures is taken out of journal and lines too, so that it is fetched again.

Captures are written first, but nothing says which file's last bytes reach the disk. Where a WARC file has lost its
end, lines and events tell of captures that are not there. Those of the last run are put aside (`<name>.cut`), and the
run goes on from before them; older ones are no torn end but damage, which `luutin verify` names and nothing touches.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.archive.journal import Began, Event, Gone, Read, decode, journal_path
from pipelines.archive.stored import source_of, source_of_line

if TYPE_CHECKING:
    from pipelines.archive.database import Database

logger = logging.getLogger(__name__)

CUT = ".cut"
"""What is put aside of a file lies beside it under its name with this behind."""


def is_torn(folder: Path, portal: str, recorded: dict[str, int]) -> bool:
    """Whether a WARC file of a portal ends before its recorded end."""
    own = f"captures/{portal}/"
    warcs = ((folder / file, end) for file, end in recorded.items() if file.startswith(own) and file.endswith(".gz"))
    return any(path.exists() and path.stat().st_size < end for path, end in warcs)


def roll_back(folder: Path, db: Database, portal: str) -> None:
    """Put aside the events and lines of the last run from the first on whose capture is gone.

    The rows of lost captures must have been dropped. Raises OSError.
    """
    journal, lines = journal_path(folder, portal), folder / "articles" / f"{portal}.jsonl"
    if not journal.exists():
        return
    began = at = 0
    cut: int | None = None
    sources: set[str] = set()
    with journal.open("rb") as stream:
        for line in stream:
            event = decode(line)
            if isinstance(event, Began):
                began = at
            if cut is None and event is not None and not _all_there(db, portal, event):
                cut = at
            if cut is not None and isinstance(event, Read | Gone):
                sources.add(source_of(portal, event))
            at += len(line)
    if cut is None or cut < began:
        return
    logger.warning("%s: ends %d bytes earlier, with the captures that a torn file has lost", journal, at - cut)
    _put_aside(journal, cut)
    if lines.exists() and (offset := _first_of(lines, sources)) is not None:
        _put_aside(lines, offset)
    for path in (journal, lines):  # what they end with now is told from themselves
        db.execute("DELETE FROM files WHERE path = ?", (path.relative_to(folder).as_posix(),))


def _all_there(db: Database, portal: str, event: Event) -> bool:
    """Whether the database has every capture an event names."""
    pages = [event.page] if isinstance(event, Began) else []
    if isinstance(event, Read):
        pages = [*event.pages, *(page for _, page in event.files)]
    sql = "SELECT 1 FROM captures WHERE file = ? AND offset = ?"
    return all(db.one(sql, (f"captures/{portal}/{page.file}", page.offset)) for page in pages)


def _first_of(lines: Path, sources: set[str]) -> int | None:
    """Where the first line begins that was read from any of some sources."""
    offset = 0
    with lines.open("rb") as stream:
        for line in stream:
            if source_of_line(line) in sources:
                return offset
            offset += len(line)
    return None


def _put_aside(path: Path, offset: int) -> None:
    with path.open("r+b") as stream, path.with_name(path.name + CUT).open("ab") as aside:
        stream.seek(offset)
        aside.write(stream.read())
        stream.truncate(offset)
