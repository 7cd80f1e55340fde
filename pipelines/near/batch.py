"""All articles of an archive compared anew: the links a crawl would have made that stored these lines in this order.

Lines are read and the features of their texts taken in worker processes (`pipelines.near.texts`); this process gives
each article its place, in the order the lines were stored. The tables are made in a database of their own beside the
archive's, which need not be safe, and replace the archive's in one transaction, that of whoever calls: whatever ends
the process before, the links are as they were.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from pipelines.archive.database import Database
from pipelines.near.comparison import TABLES, Comparison
from pipelines.near.texts import Place, Texts, Told

SCRATCH = "archive.db.anew"
SETTINGS = ("journal_mode = OFF", "synchronous = OFF", "locking_mode = EXCLUSIVE", "cache_size = -65536")
BATCH_LINES = 64
FEW_LINES = 2_000
"""So many are read sooner than a worker process has begun."""
MOST_READERS = 4
"""More would wait for this process."""

Progress = Callable[[int, int], None]

_NEW_TEXTS = (  # a line that repeats a text says only that the article is gone, or what it is of others
    "FROM articles AS line WHERE folded != '' AND (version = 1 OR digest IS NOT"
    " (SELECT digest FROM articles WHERE id = line.id AND version = line.version - 1))"
)
_LINKS = """
SELECT line.id AS id, line.file AS file, line.offset AS offset, line.length AS length, text.kind AS kind,
    line.duplicate_of IS NOT iif(text.article != holder.article, printf('%016x', text.article), NULL)
    OR line.near_duplicate_of IS NOT
        iif(text.article = holder.article AND text.original IS NOT NULL, printf('%016x', original.article), NULL)
    OR line.series IS NOT
        iif(text.article = holder.article AND text.series IS NOT NULL, printf('%016x', text.series), NULL) AS differs
FROM anew.holders AS holder
JOIN anew.texts AS text ON text.text = holder.text
LEFT JOIN anew.texts AS original ON original.text = text.original
JOIN articles AS line ON line.id = printf('%016x', holder.article)
    AND line.version = (SELECT max(version) FROM articles WHERE id = line.id)
WHERE differs OR (text.article = holder.article AND text.kind IS NOT NULL)
ORDER BY holder.nth
"""


class _Kind(msgspec.Struct):
    near_duplicate_kind: str | None = None


_KIND = msgspec.json.Decoder(_Kind)


@dataclass(slots=True)
class Found:
    """What the articles of an archive are of each other."""

    articles: int = 0
    texts: int = 0
    duplicates: int = 0
    near_duplicates: dict[str, int] = field(default_factory=dict)
    """By kind."""
    series: int = 0
    in_series: int = 0
    """Texts that are part of one."""


class Anew:
    """All articles compared anew, but not yet in the archive's tables."""

    def __init__(self, db: Database, lines: int, seconds: float, differing: list[str]) -> None:
        self._db = db
        self.lines = lines
        """How many were compared."""
        self.seconds = seconds
        self.differing = differing
        """The ids of articles that are something else of others than their last line says, in the order they came."""

    def found(self) -> Found:
        """Counted."""
        kinds = self._db.rows(
            "SELECT kind, count(*) FROM anew.texts WHERE kind IS NOT NULL GROUP BY kind ORDER BY kind"
        )
        return Found(
            self._count("holders"),
            self._count("texts"),
            self._count("holders") - self._count("texts"),
            {row[0]: row[1] for row in kinds},
            self._count("texts", "count(DISTINCT series)"),
            self._count("texts", "count(series)"),
        )

    def _count(self, table: str, what: str = "count(*)") -> int:
        row = self._db.one(f"SELECT {what} FROM anew.{table}")  # noqa: S608 - constants
        return int(row[0]) if row else 0

    def take_over(self) -> None:
        """Replace the archive's tables, in the transaction of whoever calls."""
        for table in TABLES:
            self._db.execute(f"DELETE FROM main.{table}")  # noqa: S608 - constants
            self._db.execute(f"INSERT INTO main.{table} SELECT * FROM anew.{table} ORDER BY 1, 2")  # noqa: S608 - constants


@contextmanager
def compare_anew(
    db: Database,
    folder: Path,
    *,
    by_portal: bool,
    workers: int | None = None,
    progress: Progress = lambda _, __: None,
) -> Iterator[Anew]:
    """Compare all articles of a folder anew, whose database is open and held by the caller, in no transaction.

    `workers` are the processes this takes, this one among them; by default one per core. `progress` is told how many
    lines are done, and of how many. Raises ArchiveError.
    """
    path = discard_scratch(folder)
    try:
        began = time.monotonic()
        lines = _compare(db, folder, path, by_portal, workers or os.cpu_count() or 1, progress)
        with _attached(db, path):
            yield Anew(db, lines, time.monotonic() - began, list(_differing(db, folder)))
    finally:
        discard_scratch(folder)


def discard_scratch(folder: Path) -> Path:
    """Delete what was left where the process was killed; the path."""
    path = folder / SCRATCH
    for suffix in ("", "-journal", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    return path


def _compare(db: Database, folder: Path, path: Path, by_portal: bool, workers: int, progress: Progress) -> int:
    count = db.one(f"SELECT count(*) AS lines {_NEW_TEXTS}")
    total = int(count["lines"]) if count else 0
    readers = min(workers - 1, MOST_READERS) if total > FEW_LINES else 0
    scratch = Database(path)
    try:
        for setting in SETTINGS:
            scratch.execute(f"PRAGMA {setting}").fetchall()
        scratch.execute("BEGIN")  # and nothing is rolled back: where it does not come to its end, it is deleted
        comparison = Comparison(scratch)
        comparison.begin(by_portal=by_portal)
        done = 0
        with Texts(folder, readers) as texts:
            for rows, told in texts.read(_batches(db)):
                for row, one in zip(rows, told, strict=True):
                    _place(comparison, *row, one)
                done += len(rows)
                progress(done, total)
        scratch.execute("COMMIT")
    finally:
        scratch.close()
    return done


_Row = tuple[str, str, str]
"""Id, portal, digest of the folded text."""


def _batches(db: Database) -> Iterator[tuple[list[_Row], list[Place]]]:
    rows: list[_Row] = []
    places: list[Place] = []
    for row in db.rows(f"SELECT id, portal, folded, file, offset, length {_NEW_TEXTS} ORDER BY nth"):
        rows.append((row["id"], row["portal"], row["folded"]))
        places.append(Place(row["file"], row["offset"], row["length"]))
        if len(rows) == BATCH_LINES:
            yield rows, places
            rows, places = [], []
    if rows:
        yield rows, places


def _place(comparison: Comparison, article_id: str, portal: str, folded: str, told: Told) -> None:
    """Give an article its place; one whose text no line has, and is needed, stays what its line says it is.

    That is no matter of this order: it came as a duplicate when others were compared than now.
    """
    features = told.features
    if features is None and comparison.lacks(article_id, folded, portal, told.published):
        return
    comparison.place(article_id, folded, portal, told.published, lambda: features or b"")


def _differing(db: Database, folder: Path) -> Iterator[str]:
    """The rows say all but the kind of a near-duplicate."""
    for row in db.rows(_LINKS):
        if row["differs"] or row["kind"] != _kind_of(folder, Place(row["file"], row["offset"], row["length"])):
            yield row["id"]


def _kind_of(folder: Path, place: Place) -> str | None:
    with (folder / place.file).open("rb") as stream:
        stream.seek(place.offset)
        return _KIND.decode(stream.read(place.length)).near_duplicate_kind


@contextmanager
def _attached(db: Database, path: Path) -> Iterator[None]:
    """The other database beside the archive's, as `anew`."""
    db.execute("ATTACH ? AS anew", (str(path),))
    try:
        yield
    finally:
        db.execute("DETACH anew")
