"""An output folder held for writing by this process: its lock, its database, and the files that only grow."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.archive.database import Database
from pipelines.archive.files import GrowingFile, refuse
from pipelines.archive.journal import now
from pipelines.archive.lock import Lock
from pipelines.archive.rows import Brief, record_end, write_article
from pipelines.errors import ArchiveError
from pipelines.near.comparison import Comparison

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from sqlite3 import Row

    from pipelines.items import Article


class Held:
    """One writer's hold on a folder, from here to `close`.

    One connection serves any number of archives, as they all write in one thread and no transaction lasts beyond the
    step it belongs to. What a step appends to lines and journals, be it to those of another portal, is recorded in its
    transaction, and taken back where that fails.
    """

    def __init__(self, folder: Path) -> None:
        """Raises OutputLocked where another process has it, OutputUnwritable, ArchiveError."""
        self.folder = folder
        self._files: dict[str, GrowingFile] = {}
        self._kept: set[str] = set()
        """Files that stay open from step to step."""
        self._before: dict[str, int] = {}
        """Where the files that the step under way has appended to ended before it."""
        self.at = now()
        """When the step under way takes place, or the last one did."""
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
        self.comparison = Comparison(self.db)

    # -- files --------------------------------------------------------------------------------------

    @contextmanager
    def step(self, at: datetime | None = None) -> Iterator[None]:
        """One transaction, and with it all that is appended meanwhile: now, or as of `at`. Raises OutputUnwritable."""
        self.at = at or now()
        try:
            with self.db:
                yield
                for file in self._before:
                    self._record(file)
        except BaseException:
            for file, end in self._before.items():
                self._files[file].cut(end)
            raise
        finally:
            passing = [file for file in self._before if file not in self._kept]
            self._before.clear()
            for file in passing:
                self._close(file)

    def _record(self, file: str) -> None:
        growing = self._files[file]
        if file not in self._kept:  # it is closed after the step, and synced with the others no more
            try:
                growing.sync()
            except OSError as error:
                refuse(growing.path, error)
        record_end(self.db, file, growing.end)

    def append(self, file: str, data: bytes) -> int:
        """Append to a file of the folder, within a step; the offset where that begins. Raises OutputUnwritable."""
        try:
            if file not in self._files:
                self._files[file] = GrowingFile(self.folder / file)
            self._before.setdefault(file, self._files[file].end)
            return self._files[file].append(data)
        except OSError as error:
            refuse(self.folder / file, error)

    def keep(self, *files: str) -> None:
        """Have files stay open from step to step, once they are; others are closed after each."""
        self._kept.update(files)

    def let_go(self, *files: str) -> None:
        """Close files that were kept open. Raises OutputUnwritable."""
        self._kept.difference_update(files)
        for file in files:
            self._close(file)

    def _close(self, file: str) -> None:
        if (growing := self._files.pop(file, None)) is not None:
            try:
                growing.close()
            except OSError as error:
                refuse(growing.path, error)

    def sync(self) -> None:
        """Have all that was appended on the disk. Raises OSError."""
        for growing in self._files.values():
            growing.sync()

    # -- article lines ------------------------------------------------------------------------------

    def read(self, row: Row) -> bytes:
        """The line that a row of `articles` tells of."""
        with (self.folder / row["file"]).open("rb") as stream:
            stream.seek(row["offset"])
            line: bytes = stream.read(row["length"])
            return line

    def write(self, file: str, article: Article | Brief, line: bytes, folded: str) -> None:
        """An article's line and its row, within a step. Raises OutputUnwritable."""
        write_article(self.db, article, folded, file, self.append(file, line), len(line), self.at)

    def close(self) -> None:
        for file in list(self._files):
            self._close(file)
        self.db.close()
        self._lock.release()
