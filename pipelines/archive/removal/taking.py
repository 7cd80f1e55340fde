"""The transaction of a removal: rows taken out, and new files said to be the archive's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.archive.linking import forget
from pipelines.archive.mend import NEW, learnt_path
from pipelines.archive.removal.planning import note_screened, take_captures
from pipelines.archive.removal.wording import masked, said_in, words_of
from pipelines.archive.rows import Rows, record_end
from pipelines.archive.sweeping import CDXJ, DATABASE, DELETE, INDEX, PLACES, REPORTS, note_unswept
from pipelines.archive.withdrawn import note_removed
from pipelines.near.leaving import take_out
from pipelines.search.state import invalidate

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from sqlite3 import Row

    from pipelines.archive.database import Database
    from pipelines.archive.journal import Removed
    from pipelines.archive.removal.rewriting import Order, Rewritten
    from pipelines.archive.removal.withdrawing import Withdrawal
    from pipelines.archive.removal.wording import Phrases


class Taking:
    """One transaction."""

    def __init__(self, folder: Path, db: Database, order: Order, phrases: Phrases) -> None:
        self._folder, self._db, self._order, self._phrases = folder, db, order, phrases

    def commit(
        self,
        done: Withdrawal,
        captures: Mapping[str, Rewritten],
        written: Mapping[str, int],
        rows: list[Row],
        events: Mapping[str, list[Removed]],
        urls: Mapping[str, set[str]],
        facts: Mapping[str, str],
    ) -> None:
        """All of it; nothing of it where it raises (OutputUnwritable). `written` says how long each new file is."""
        invalidate(self._folder)
        self._db.execute("PRAGMA synchronous = FULL")  # new files take their places only when it says so for good
        self._db.execute("PRAGMA secure_delete = ON")
        with self._db:
            take_captures(self._db, captures)
            self._lines(rows)
            self._urls(urls, events)
            done.places = not take_out(self._db, {one.id: one.portal for one in done.articles})
            if done.places:
                forget(self._db)
                note_unswept(self._db, PLACES)
            for portal, text in facts.items():
                Rows(self._db, portal).learnt(text)
                self._new(learnt_path(self._folder, portal).relative_to(self._folder).as_posix(), None)
            for file, size in written.items():
                self._new(file, size)
            note_screened(self._db)
            for portal in {Path(file).parent.name for file in captures}:
                note_unswept(self._db, CDXJ, f"captures/{portal}/{portal}.cdxj")
            for file in done.deleted:
                note_unswept(self._db, DELETE, file)
            note_unswept(self._db, INDEX)
            note_unswept(self._db, REPORTS)
            note_unswept(self._db, DATABASE)

    def _new(self, file: str, size: int | None) -> None:
        """Say that what lies beside a file takes its place."""
        if size is not None:
            record_end(self._db, file, size)
        record_end(self._db, file + NEW, size or 0)

    def _lines(self, rows: Iterable[Row]) -> None:
        """Take rows of articles out; those of the lines behind theirs now begin earlier."""
        cuts: dict[str, list[tuple[int, int]]] = {}
        for row in rows:
            cuts.setdefault(row["file"], []).append((row["offset"], row["length"]))
            self._db.execute("DELETE FROM articles WHERE id = ? AND version = ?", (row["id"], row["version"]))
        for file, some in cuts.items():
            moved, shift, waiting = [], 0, sorted(some)
            sql = "SELECT id, version, offset FROM articles WHERE file = ? AND offset > ? ORDER BY offset"
            for row in self._db.rows(sql, (file, waiting[0][0])):
                while waiting and waiting[0][0] < row["offset"]:
                    shift += waiting.pop(0)[1]
                moved.append((row["offset"] - shift, row["id"], row["version"]))
            self._db.execute_many("UPDATE articles SET offset = ? WHERE id = ? AND version = ?", moved)

    def _urls(self, urls: Mapping[str, set[str]], events: Mapping[str, list[Removed]]) -> None:
        """What is known of pages, what waits, what was found amiss: without the withdrawn headlines."""
        for portal, some in urls.items():
            self._db.execute_many("DELETE FROM urls WHERE portal = ? AND url = ?", [(portal, url) for url in some])
        for portal, told in events.items():
            for event in told:
                note_removed(self._db, portal, event)
        for row in list(self._db.rows("SELECT portal, url, fields, marks FROM frontier")):
            if self._says(f"{row['fields']} {row['marks']}"):
                Rows(self._db, row["portal"]).had(row["url"])
        for row in list(self._db.rows("SELECT portal, url, mark FROM urls WHERE mark LIKE '%title:%'")):
            if self._phrases.said_by(words_of(row["mark"])):
                self._db.execute(
                    "UPDATE urls SET mark = NULL WHERE portal = ? AND url = ?", (row["portal"], row["url"])
                )
        for row in list(self._db.rows("SELECT id, message FROM issues")):
            if self._says(row["message"]):
                message = masked(row["message"], self._phrases).text
                self._db.execute("UPDATE issues SET message = ? WHERE id = ?", (message, row["id"]))

    def _says(self, text: str) -> bool:
        return bool(said_in(text, self._phrases))
