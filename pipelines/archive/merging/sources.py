"""An output folder as a merge reads it: up to where its database says that its files end, and without writing there."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Self

from pipelines.archive.database import Database, is_cut_short
from pipelines.archive.journal import journal_path
from pipelines.archive.lock import Lock
from pipelines.archive.mend import NEW
from pipelines.errors import ArchiveError, DatabaseDamaged

MEND = "Run `LUUTIN_OUTPUT={folder} luutin reparse --since-version 0`, which finishes that, then merge again"


class Source:
    """A folder and what it holds. Nobody else writes to it meanwhile, as far as this machine can tell."""

    def __init__(self, folder: Path, *, held: bool = False) -> None:
        """`held`: this process holds its lock. Raises ArchiveError where it is no sound archive, OutputLocked."""
        captures = folder / "captures"
        if not captures.is_dir():
            raise ArchiveError(f"{folder}: there is no captures/ in it. Name output folders that crawls have written")
        self.folder = folder
        self._lock = Lock(folder) if not held and os.access(folder, os.W_OK) else None
        try:
            self.database = folder / "archive.db" if (folder / "archive.db").exists() else None
            self._ends = self._recorded()
            self.portals = sorted(path.name for path in captures.iterdir() if path.is_dir())
            self._refuse_bare_lines()
        except BaseException:
            self.close()
            raise

    def _recorded(self) -> dict[str, int]:
        if self.database is None:
            return {}
        if is_cut_short(self.database):
            raise DatabaseDamaged(f"{self.database}: ends early. Move it away: it is rebuilt from captures/.")
        db = Database(self.database, read_only=True)
        try:
            ends = {row["path"]: row["bytes"] for row in db.rows("SELECT path, bytes FROM files")}
            if db.one("SELECT 1 FROM unswept") or any(file.endswith(NEW) for file in ends):
                raise ArchiveError(
                    f"{self.folder}: something was decided there and not finished, as it was killed."
                    f" {MEND.format(folder=self.folder)}"
                )
            return ends
        finally:
            db.close()

    def _refuse_bare_lines(self) -> None:
        for path in sorted((self.folder / "articles").glob("*.jsonl")):
            if path.stem not in self.portals and path.stat().st_size:
                raise ArchiveError(
                    f"{path}: there are no captures of it in {self.folder / 'captures'}, without which its lines cannot"
                    " take their places among others. Restore them from a copy, or move the file away"
                )

    def end(self, path: Path) -> int:
        """Where a file of the folder ends; what lies beyond was in flight when a run died. Raises ArchiveError."""
        size = path.stat().st_size
        end = self._ends.get(path.relative_to(self.folder).as_posix(), size)
        if end > size:
            raise ArchiveError(f"{path}: has lost its end ({end - size} bytes). {MEND.format(folder=self.folder)}")
        return end

    def knows(self, path: Path) -> bool:
        """Whether the database has what is in a file."""
        return path.relative_to(self.folder).as_posix() in self._ends

    def warcs(self, portal: str) -> list[Path]:
        """The files with the captures of a portal. Raises ArchiveError where one is gone."""
        own = f"captures/{portal}/"
        for file in self._ends:
            if file.startswith(own) and file.endswith(".warc.gz") and not (self.folder / file).exists():
                raise ArchiveError(f"{self.folder / file}: is gone. {MEND.format(folder=self.folder)}")
        return sorted((self.folder / own).glob("*.warc.gz"))

    def lines(self, portal: str) -> Path | None:
        """The file with its article lines, where there is one."""
        path = self.folder / "articles" / f"{portal}.jsonl"
        return path if path.exists() else None

    def journal(self, portal: str) -> Path | None:
        """Its journal, where there is one."""
        path = journal_path(self.folder, portal)
        return path if path.exists() else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        if self._lock is not None:
            self._lock.release()
            self._lock = None
