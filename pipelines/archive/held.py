"""An output folder held for writing by this process: its lock and its database, which all archives in it may share."""

from __future__ import annotations

from pathlib import Path

from pipelines.archive.database import Database
from pipelines.archive.files import refuse
from pipelines.archive.lock import Lock
from pipelines.errors import ArchiveError


class Held:
    """One writer's hold on a folder, from here to `close`.

    One connection serves any number of archives, as they all write in one thread and no transaction lasts beyond the
    step it belongs to: each has its own portal's files, and the database has one cache and one log for all.
    """

    def __init__(self, folder: Path) -> None:
        """Raises OutputLocked where another process has it, OutputUnwritable, ArchiveError."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._lock = Lock(folder)
        except OSError as error:
            refuse(folder, error)
        try:
            self.db = Database(folder / "archive.db")
        except ArchiveError:
            self._lock.release()
            raise

    def close(self) -> None:
        self.db.close()
        self._lock.release()
