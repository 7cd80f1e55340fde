"""Which article lines an export is of, and in which order: told by the database, in one read transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from hashlib import blake2b
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple, Self

import msgspec

from pipelines.archive.database import Database
from pipelines.archive.files import inside
from pipelines.errors import ArchiveError

if TYPE_CHECKING:
    from sqlite3 import Row

Copies = Literal["none", "near", "all"]
Versions = Literal["newest", "all"]
UNDATED = 0
"""The year of articles without a date."""
ZONE_HOURS = "+7 hours"
"""Vietnam's time: days and years are of it."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What of an archive is exported; what is not given leaves nothing out."""

    portals: tuple[str, ...] = ()
    since: date | None = None
    """Published on this day (of Vietnam) or later; articles without a date are out."""
    until: date | None = None
    """Published before this day; articles without a date are out."""
    languages: tuple[str, ...] = ()
    """BCP 47; `vi` is also `vi-VN`."""
    copies: Copies = "near"
    """`near`: each text once, and its near copies; `none`: originals only; `all`: also the lines of duplicates.

    Where what a duplicate repeats is not among what else is chosen, the first duplicate is told with the text.
    """
    versions: Versions = "newest"
    min_quality: float | None = None
    since_run: str | None = None
    """The id of a run: only what was stored after it had ended."""


class Text(NamedTuple):
    """Where a line lies that has the text which another is without."""

    file: str
    offset: int
    length: int


class Ref(NamedTuple):
    """An article line that is exported: where it lies (`file` is relative to the output folder), what goes with it."""

    file: str
    offset: int
    length: int
    id: str
    cluster: str
    """The id of the original of its family."""
    also_at: bytes = b"[]"
    """The other URLs at which its text is, sorted, as JSON."""
    text: Text | None = None
    """Of a duplicate that is told with its text."""


_LINES: dict[Versions, str] = {
    "all": "articles",
    # the row of the greatest version: https://www.sqlite.org/lang_select.html#bareagg
    "newest": "(SELECT *, max(version) FROM articles GROUP BY id)",
}
_SAID = """
CREATE TEMP TABLE said AS SELECT coalesce(duplicate_of, id) AS original, folded, id, url FROM articles AS line
WHERE (duplicate_of IS NOT NULL OR id IN (SELECT duplicate_of FROM articles WHERE duplicate_of IS NOT NULL))
    AND NOT EXISTS (SELECT 1 FROM articles AS later WHERE later.id = line.id AND later.version > line.version)"""
_TABLE = """
CREATE TEMP TABLE chosen (
    place INTEGER PRIMARY KEY, id TEXT NOT NULL, version INTEGER NOT NULL, portal TEXT NOT NULL, year INTEGER NOT NULL,
    published_at TEXT, captured_at TEXT, cluster TEXT NOT NULL, also_at TEXT,
    file TEXT NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL,
    stored_at TEXT, repeats TEXT, folded TEXT NOT NULL, text_file TEXT, text_offset INTEGER, text_length INTEGER
)"""
_CLUSTER = (
    "coalesce(near_duplicate_of, (SELECT original.near_duplicate_of FROM articles AS original"
    " WHERE original.id = line.duplicate_of ORDER BY original.version DESC LIMIT 1), duplicate_of, id)"
)
_ALSO_AT = (
    "CASE WHEN coalesce(duplicate_of, id) IN (SELECT original FROM temp.said) THEN (SELECT json_group_array(url)"
    " FROM temp.said AS copy WHERE copy.original = coalesce(line.duplicate_of, line.id) AND copy.folded = line.folded"
    " AND copy.id != line.id) END"
)
_YEAR = f"coalesce(CAST(strftime('%Y', published_at, '{ZONE_HOURS}') AS INTEGER), {UNDATED})"
_COLUMNS = {"year": _YEAR, "cluster": _CLUSTER, "also_at": _ALSO_AT, "repeats": "duplicate_of", "folded": "folded"} | {
    name: name
    for name in ("id", "version", "portal", "published_at", "captured_at", "stored_at", "file", "offset", "length")
}
_CHOOSE = f"""
INSERT INTO chosen ({", ".join(_COLUMNS)})
SELECT {", ".join(_COLUMNS.values())} FROM"""
_REF = "file, offset, length, id, cluster, also_at, text_file, text_offset, text_length"
# Duplicates whose text another line of the selection tells
_TOLD = (
    "DELETE FROM chosen WHERE repeats IS NOT NULL AND (place NOT IN (SELECT min(place) FROM chosen WHERE repeats IS NOT"
    " NULL GROUP BY repeats, folded) OR (repeats, folded) IN (SELECT id, folded FROM chosen WHERE repeats IS NULL"
    " AND id IN (SELECT repeats FROM chosen WHERE repeats IS NOT NULL)))"
)
_FILL = (
    "UPDATE chosen SET text_file = line.file, text_offset = line.offset, text_length = line.length"
    " FROM articles AS line WHERE repeats IS NOT NULL AND line.id = repeats AND line.folded = chosen.folded"
    " AND line.duplicate_of IS NULL"
)


class Chosen:
    """The lines an export is of, in the temporary table `chosen` of `db`: memory does not grow with them.

    Its columns: `place` (in the order of the export: by portal, then as stored), `id`, `version`, `portal`, `year` (of
    `published_at` in Vietnam; UNDATED), `published_at` (ISO 8601 or null), `captured_at`, `cluster`, `also_at` (JSON or
    null), `file`, `offset`, `length`, and more for `Ref`. A crawl may go on meanwhile: all is of one moment.
    """

    def __init__(self, folder: Path, filters: Filters) -> None:
        """Raises ArchiveError where there is no archive, no such portal or run.

        `languages` and `min_quality` are told by the lines: see `pipelines.export.narrowing`.
        """
        path = folder / "archive.db"
        if not path.exists():
            raise ArchiveError(f"{folder}: holds no archive.db. Crawl into it, or name another with LUUTIN_OUTPUT=DIR.")
        self.folder, self.filters = folder, filters
        self.db = Database(path, read_only=True)
        try:
            self.db.execute("BEGIN")
            self._check_portals()
            self._choose()
        except BaseException:
            self.db.close()
            raise

    def count(self, where: str = "1", values: Sequence[object] = ()) -> int:
        """How many lines are chosen; with `where`, which is code and no input, those that meet this condition."""
        row = self.db.one(f"SELECT count(*) AS many FROM chosen WHERE {where}", values)  # noqa: S608 - see above
        assert row is not None
        return int(row["many"])

    def portals(self) -> list[str]:
        """Those of the lines, by name."""
        return [row["portal"] for row in self.db.rows("SELECT DISTINCT portal FROM chosen ORDER BY portal")]

    def refs(self, where: str = "1", values: Sequence[object] = (), order: str = "place") -> Iterator[Ref]:
        """The lines in their order, read as they are asked for; with `where` those that meet this condition."""
        return map(_ref, self.db.rows(f"SELECT {_REF} FROM chosen WHERE {where} ORDER BY {order}", values))  # noqa: S608 - as above

    def by_portal_and_year(self) -> Iterator[tuple[str, int, Iterator[Ref]]]:
        """The lines of each portal and year, in their order."""
        rows = self.db.rows(f"SELECT {_REF}, portal, year FROM chosen ORDER BY portal, year, place")  # noqa: S608 - constants
        for (portal, year), some in groupby(rows, key=lambda row: (row["portal"], row["year"])):
            yield portal, year, map(_ref, some)

    def refs_after(self, count: int) -> Iterator[Ref]:
        """The lines but for the first so many."""
        row = self.db.one("SELECT place FROM chosen ORDER BY place LIMIT 1 OFFSET ?", (max(count - 1, 0),))
        return self.refs("place > ?", (row["place"] if row is not None and count else 0,))

    def leave_out(self, places: Iterable[int]) -> None:
        """Take lines out again, by their `place`."""
        self.db.execute_many("DELETE FROM chosen WHERE place = ?", [(place,) for place in places])

    def state(self) -> str:
        """What tells this selection of this state of the archive from any other, in hex digits. Raises ArchiveError."""
        files = []
        for row in self.db.rows("SELECT path, bytes FROM files WHERE path LIKE 'articles/%' ORDER BY path"):
            try:
                at = inside(self.folder, row["path"]).stat()
            except OSError as error:
                raise ArchiveError(
                    f"{self.folder / row['path']}: cannot be read: {error}. `luutin verify` says what is lost."
                ) from error
            files.append((row["path"], row["bytes"], at.st_ino, at.st_mtime_ns))
        sums = self.db.one("SELECT count(*), sum(place), sum(offset), sum(length) FROM chosen")
        told = msgspec.json.encode([asdict(self.filters), files, tuple(sums or ())])
        return blake2b(told, digest_size=16).hexdigest()

    def _check_portals(self) -> None:
        held = [row["portal"] for row in self.db.rows("SELECT DISTINCT portal FROM articles ORDER BY portal")]
        if unknown := sorted(set(self.filters.portals) - set(held)):
            raise ArchiveError(
                f"{self.folder}: holds no articles of {unknown[0]}. It holds: {', '.join(held) or 'none'}."
            )

    def _choose(self) -> None:
        self.db.execute(_SAID)
        self.db.execute("CREATE INDEX temp.said_original ON said (original, folded)")
        self.db.execute(_TABLE)
        where, values = self._conditions()
        lines = _LINES[self.filters.versions]
        self.db.execute(f"{_CHOOSE} {lines} AS line WHERE {where} ORDER BY portal, file, offset", values)
        if self.filters.copies == "near":
            self.db.execute(_TOLD)
            self.db.execute(_FILL)
            self.db.execute("DELETE FROM chosen WHERE repeats IS NOT NULL AND text_file IS NULL")
        if self.filters.since_run is not None:  # after the others: what a new line repeats may have been stored before
            bound = since(self.folder, self.filters.since_run)
            self.db.execute("DELETE FROM chosen WHERE stored_at <= ?", (bound,))

    def _conditions(self) -> tuple[str, list[object]]:
        """What rows of `articles AS line` meet that are chosen."""
        asked = self.filters
        where, values = ["1"], list[object]()
        if asked.portals:
            where.append(f"portal IN ({', '.join('?' * len(asked.portals))})")
            values += asked.portals
        for day, compared in ((asked.since, ">="), (asked.until, "<")):
            if day is not None:
                where.append(f"date(published_at, '{ZONE_HOURS}') {compared} ?")
                values.append(day.isoformat())
        if asked.copies == "none":
            where.append("duplicate_of IS NULL AND near_duplicate_of IS NULL")
        return " AND ".join(where), values

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.db.close()


def since(folder: Path, run: str) -> str:
    """When a run had ended, as `stored_at` says it. Raises ArchiveError where there is no such run."""
    from pipelines.archive.rows import stored_date  # these take memory that no worker process needs
    from pipelines.report.stored import read_run

    report = read_run(folder, run)
    if report is None:
        raise ArchiveError(f"{folder}: has no run {run}. `luutin report PORTAL` names the runs of a portal.")
    return stored_date(report.ended_at)


def _ref(row: Row) -> Ref:
    """Of a row that begins with _REF."""
    file, offset, length, article, cluster, also_at, *text = row[:9]
    urls = b"[]" if also_at is None else msgspec.json.encode(sorted(set(msgspec.json.decode(also_at))))
    return Ref(file, offset, length, article, cluster, urls, Text(*text) if text[0] is not None else None)
