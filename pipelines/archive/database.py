"""The SQLite database over an archive: captures, URLs seen, articles, runs; derived from the files.

One writer, in WAL mode: a commit survives the death of the process; `sync()` makes it survive power loss. A commit
costs more than most of what it commits, so that small things join the next one.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pipelines.errors import ArchiveError, DatabaseDamaged, OutputUnwritable, TookTooLong

SCHEMA_VERSION = 6
CACHE_KIB = 16_384
"""A long crawl touches pages of all its tables at random: those it misses the operating system has."""
LOG_PAGES = 8_000
"""Of the write-ahead log, before it is written into the database: what is written again and again is once."""
STEPS_BETWEEN_LOOKS = 100_000
"""Of SQLite's machine, between looks at the clock where a look-up is bounded: some milliseconds."""

_SCHEMA = """
CREATE TABLE files (
    path TEXT PRIMARY KEY,          -- relative to the output folder
    bytes INTEGER NOT NULL          -- its recorded end; what lies beyond was in flight when the process died
) WITHOUT ROWID;
CREATE TABLE captures (
    id INTEGER PRIMARY KEY,
    portal TEXT NOT NULL,
    urlkey TEXT NOT NULL,           -- SURT, as replay tools sort by
    url TEXT NOT NULL,
    at TEXT NOT NULL,               -- WARC-Date
    status INTEGER NOT NULL,
    mime TEXT NOT NULL,
    digest TEXT NOT NULL,           -- WARC-Payload-Digest
    revisit INTEGER NOT NULL,
    etag TEXT,
    last_modified TEXT,
    file TEXT NOT NULL,
    offset INTEGER NOT NULL,
    length INTEGER NOT NULL
);
CREATE INDEX captures_url ON captures (portal, url, at);
CREATE INDEX captures_key ON captures (portal, urlkey, at);
CREATE TABLE urls (
    portal TEXT NOT NULL,
    url TEXT NOT NULL,              -- folded
    outcome TEXT NOT NULL,          -- article, duplicate, part, listing, skipped, failed, removed
    reason TEXT,                    -- of skipped and failed
    article TEXT,                   -- the article's id
    mark TEXT,                      -- what a listing last said of it, to tell an unchanged page unfetched
    PRIMARY KEY (portal, url)
) WITHOUT ROWID;
CREATE TABLE sections (
    portal TEXT NOT NULL,
    url TEXT NOT NULL,
    walked_at TEXT NOT NULL,        -- when it was last walked page by page to its end
    PRIMARY KEY (portal, url)
) WITHOUT ROWID;
CREATE TABLE articles (
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    portal TEXT NOT NULL,
    url TEXT NOT NULL,
    canonical_url TEXT NOT NULL,
    title TEXT NOT NULL,
    section TEXT,
    published_at TEXT,
    captured_at TEXT,
    digest TEXT NOT NULL,
    folded TEXT NOT NULL,           -- digest of the folded text, which exact duplicates share
    duplicate_of TEXT,
    file TEXT NOT NULL,
    offset INTEGER NOT NULL,        -- of the JSON line
    length INTEGER NOT NULL,
    PRIMARY KEY (id, version)
) WITHOUT ROWID;
CREATE INDEX articles_folded ON articles (folded);
CREATE INDEX articles_portal ON articles (portal, published_at);
CREATE TABLE portals (
    portal TEXT PRIMARY KEY,
    finished INTEGER NOT NULL       -- whether its last run came to its end
) WITHOUT ROWID;
CREATE TABLE runs (
    id TEXT PRIMARY KEY,
    portal TEXT NOT NULL,
    started_at TEXT NOT NULL,
    ended_at TEXT,
    report TEXT
) WITHOUT ROWID;
"""
_LEARNT = """
CREATE TABLE learnt (
    portal TEXT PRIMARY KEY,
    facts TEXT NOT NULL             -- JSON: what the portal repeats, from which sample, in which version
) WITHOUT ROWID;
"""
_UNATTENDED = """
ALTER TABLE urls ADD COLUMN checked_at TEXT;    -- when its page was last had
ALTER TABLE urls ADD COLUMN quiet INTEGER NOT NULL DEFAULT 0;   -- checks in a row that found it as it was
ALTER TABLE urls ADD COLUMN gone_at TEXT;       -- when the portal was first seen without it; null while it is there
ALTER TABLE urls ADD COLUMN doubted_at TEXT;    -- when its page was first gone in a run that was not believed
ALTER TABLE articles ADD COLUMN gone_at TEXT;   -- of a version that says the portal no longer has it
ALTER TABLE portals ADD COLUMN began_at TEXT;   -- when what the last run did not end was begun: what was captured since
                                                -- then is not asked for again
CREATE INDEX captures_digest ON captures (portal, digest);
CREATE TABLE frontier (
    portal TEXT NOT NULL,
    url TEXT NOT NULL,              -- folded
    found TEXT NOT NULL,            -- as a source spells it
    fields TEXT NOT NULL,           -- JSON: what sources say of it
    marks TEXT NOT NULL,            -- JSON: by what a change is told
    look INTEGER NOT NULL,          -- whether it is a known article to look at, though no source says that it changed;
                                    -- 2: as a list left it out between others
    runs INTEGER NOT NULL,          -- how many runs have asked for it in vain
    PRIMARY KEY (portal, url)
) WITHOUT ROWID;
CREATE TABLE listed (
    portal TEXT NOT NULL,
    section TEXT NOT NULL,          -- folded
    url TEXT NOT NULL,              -- folded
    place INTEGER NOT NULL,         -- in the list; only the order means anything
    PRIMARY KEY (portal, section, url)
) WITHOUT ROWID;
CREATE TABLE noise (
    portal TEXT NOT NULL,
    place TEXT NOT NULL,            -- a parameter's name, or a place in paths, that tells no pages apart
    value TEXT NOT NULL,            -- of a place in paths: the one all others are taken for
    PRIMARY KEY (portal, place)
) WITHOUT ROWID;
CREATE TABLE budgets (
    host TEXT NOT NULL,
    day TEXT NOT NULL,              -- UTC
    requests INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    PRIMARY KEY (host, day)
) WITHOUT ROWID;
CREATE TABLE issues (
    id INTEGER PRIMARY KEY,
    portal TEXT NOT NULL,
    run TEXT NOT NULL,              -- the last one that saw it
    kind TEXT NOT NULL,             -- which expectation: articles, silence, fill, generic, duplicates, blocked, …
    subject TEXT NOT NULL,          -- of what, e.g. a field; empty where the kind says it all
    message TEXT NOT NULL,
    opened_at TEXT NOT NULL,
    closed_at TEXT                  -- when a run no longer saw it; null while it stands
);
CREATE INDEX issues_portal ON issues (portal, closed_at);
"""
_COMPARED = """
DROP INDEX articles_folded;
ALTER TABLE articles ADD COLUMN near_duplicate_of TEXT;
ALTER TABLE articles ADD COLUMN series TEXT;
ALTER TABLE articles ADD COLUMN nth INTEGER;    -- in the order lines were stored, whatever portal they are of
UPDATE articles SET nth = line.nth FROM (
    SELECT id, version, row_number() OVER (ORDER BY at, file, offset) AS nth FROM (
        SELECT id, version, file, offset,
            max(coalesce(gone_at, captured_at, '')) OVER (PARTITION BY file ORDER BY offset) AS at FROM articles
    )
) AS line WHERE line.id = articles.id AND line.version = articles.version;
CREATE UNIQUE INDEX articles_nth ON articles (nth);
"""
_DATED = """
ALTER TABLE articles ADD COLUMN stored_at TEXT;  -- when the line was stored, not before any earlier one: UTC, always
                                                 -- with microseconds, so that it sorts
UPDATE articles SET stored_at = CASE length(line.at) WHEN 20 THEN substr(line.at, 1, 19) || '.000000Z' ELSE line.at END
FROM (SELECT id, version, max(coalesce(gone_at, captured_at, '')) OVER (ORDER BY nth) AS at FROM articles) AS line
WHERE line.id = articles.id AND line.version = articles.version;
CREATE INDEX articles_stored ON articles (stored_at);
"""
_WITHDRAWN = """
CREATE TABLE withdrawn (
    id TEXT PRIMARY KEY,            -- the article's
    portal TEXT NOT NULL,
    url TEXT NOT NULL,              -- as fetched
    at TEXT NOT NULL,               -- as `stored_at`
    reason TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE withdrawn_texts (
    folded TEXT PRIMARY KEY         -- as `articles.folded`: whoever says the same is not stored
) WITHOUT ROWID;
CREATE TABLE withdrawn_phrases (
    words INTEGER NOT NULL,         -- how many
    phrase INTEGER NOT NULL,        -- digest of so many folded words, by which captures that say them are told
    PRIMARY KEY (words, phrase)
) WITHOUT ROWID;
CREATE TABLE screened (
    file TEXT PRIMARY KEY,          -- of captures
    bytes INTEGER NOT NULL          -- up to where it is known to say nothing that was withdrawn
) WITHOUT ROWID;
CREATE TABLE unswept (              -- what a removal that is decided has still to do (see pipelines.archive.sweeping)
    what TEXT NOT NULL,
    path TEXT NOT NULL,             -- relative to the output folder
    PRIMARY KEY (what, path)
) WITHOUT ROWID;
"""
_STEPS = (_SCHEMA, _LEARNT, _UNATTENDED, _COMPARED, _DATED, _WITHDRAWN)
"""What takes a database from each version to the next."""
_FIRST_COMPARED = 4
"""The version from which on the comparison has its tables here."""


def _migration(version: int) -> str:
    """What takes a database of a version to the newest."""
    from pipelines.near.comparison import SCHEMA  # numpy takes a while, and who only reads needs none of it

    return "".join(_STEPS[version:]) + SCHEMA * (version < _FIRST_COMPARED)


def is_cut_short(path: Path) -> bool:
    """Whether a database file has fewer pages than its header says (https://www.sqlite.org/fileformat.html, 1.3).

    With a write-ahead log beside it that may have the rest.
    """
    if path.with_name(f"{path.name}-wal").exists():
        return False
    with path.open("rb") as stream:
        header = stream.read(100)
    page_bytes, pages = int.from_bytes(header[16:18], "big"), int.from_bytes(header[28:32], "big")
    return path.stat().st_size < (65_536 if page_bytes == 1 else page_bytes) * pages


class Database:
    """A connection with the schema in place; `new` says whether it was just created."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path = path
        self.new = not path.exists()
        self.ended = 0
        """How many transactions have ended."""
        self._joined: list[tuple[str, Sequence[object]]] = []
        """What the open transaction has to write, whatever becomes of what is written after it."""
        self._joining = False
        uri = f"{path.absolute().as_uri()}?mode={'ro' if read_only else 'rwc'}"
        try:
            self._db = sqlite3.connect(uri, uri=True, isolation_level=None, cached_statements=64)
            self._db.row_factory = sqlite3.Row
            if not read_only:
                self._db.execute("PRAGMA journal_mode = WAL")
                self._db.execute("PRAGMA synchronous = NORMAL")
                self._db.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
                self._db.execute(f"PRAGMA wal_autocheckpoint = {LOG_PAGES}")
            version = self._db.execute("PRAGMA user_version").fetchone()[0]
        except sqlite3.DatabaseError as error:
            raise DatabaseDamaged(
                f"{path}: cannot be opened as a database: {error}. Move it away and run again: "
                "it is rebuilt from captures/ and articles/."
            ) from error
        if version < SCHEMA_VERSION and not read_only:
            self._db.executescript(f"BEGIN; {_migration(version)} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;")
        elif version != SCHEMA_VERSION:
            self._db.close()
            if version < SCHEMA_VERSION:
                raise ArchiveError(
                    f"{path}: was made by an older luutin (schema version {version}, now {SCHEMA_VERSION}). The next"
                    " crawl brings it up to date; so does `luutin dedup --all --dry-run`, which changes nothing else."
                )
            raise ArchiveError(
                f"{path}: has schema version {version}, this luutin knows {SCHEMA_VERSION}. "
                "Use the luutin that made it, or move it away: it is rebuilt from captures/ and articles/."
            )

    def execute(self, sql: str, values: Sequence[object] = ()) -> sqlite3.Cursor:
        """Run one statement. Values are always bound, never written into `sql`. Raises OutputUnwritable."""
        if self._joining:
            self._joined.append((sql, values))
        return self._run(self._db.execute, sql, values)

    def insert(self, sql: str, values: Sequence[object]) -> int:
        """Insert one row; its rowid. Raises OutputUnwritable."""
        rowid = self.execute(sql, values).lastrowid
        assert rowid is not None
        return rowid

    def execute_many(self, sql: str, rows: Iterable[tuple[object, ...]]) -> None:
        """Run one statement for each row of values. Raises OutputUnwritable."""
        self._run(self._db.executemany, sql, rows)

    def bound(self, seconds: float) -> None:
        """Give up whatever is looked up after so many seconds from now: TookTooLong is raised then."""
        until = time.monotonic() + seconds
        self._db.set_progress_handler(lambda: time.monotonic() > until, STEPS_BETWEEN_LOOKS)

    def _run(self, run: Callable[..., sqlite3.Cursor], sql: str, values: Iterable[object]) -> sqlite3.Cursor:
        try:
            return run(sql, values)
        except sqlite3.OperationalError as error:  # a full disk, a lost one
            self._given_up(error)
            raise OutputUnwritable(
                f"{self.path}: {error}. Is the disk full? Free some, or name another folder with LUUTIN_OUTPUT=DIR. "
                "What was stored before is whole."
            ) from error
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError):
                raise  # a fault of ours
            raise DatabaseDamaged(
                f"{self.path}: {error}. Move it away and run again: it is rebuilt from captures/ and articles/."
            ) from error

    def one(self, sql: str, values: Sequence[object] = ()) -> sqlite3.Row | None:
        """The first row of a query, or None."""
        row: sqlite3.Row | None = self.execute(sql, values).fetchone()
        return row

    def rows(self, sql: str, values: Sequence[object] = ()) -> Iterator[sqlite3.Row]:
        """The rows of a query, one at a time."""
        cursor = self.execute(sql, values)
        try:
            yield from iter(cursor.fetchone, None)  # the cursor itself would be closed with this, after its connection
        except sqlite3.OperationalError as error:
            self._given_up(error)
            raise

    def _given_up(self, error: sqlite3.OperationalError) -> None:
        if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
            raise TookTooLong("it takes too long to look this up: ask for less") from error

    def __enter__(self) -> Database:
        """Begin a transaction, or go on with what waits for one: it is committed on leaving.

        Where an error leaves it, only what had waited is.
        """
        if not self._joined:
            self.execute("BEGIN IMMEDIATE")
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self._undo()
            return
        try:
            self.execute("COMMIT")
        except BaseException:
            self._undo()
            raise
        self._joined.clear()
        self.ended += 1

    @contextmanager
    def joined(self) -> Iterator[None]:
        """Write what is committed with the next transaction, or by `settle`; if the process dies before, it is lost."""
        if not self._joined:
            self.execute("BEGIN IMMEDIATE")
        before, self._joining = len(self._joined), True
        try:
            yield
        except BaseException:
            del self._joined[before:]
            self._joining = False
            self._undo()
            raise
        self._joining = False

    def settle(self) -> None:
        """Commit what has joined no transaction yet. Raises OutputUnwritable."""
        if self._joined:
            with self:
                pass

    def _undo(self) -> None:
        """Roll back, but for what waited to be committed with it."""
        if self._db.in_transaction:
            self.execute("ROLLBACK")
        self.ended += 1
        again, self._joined = self._joined, []
        if again:
            with self:
                for sql, values in again:
                    self.execute(sql, values)

    def sync(self) -> None:
        """Put everything so far on the disk (a passive checkpoint of the write-ahead log)."""
        self.settle()
        self.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def close(self) -> None:
        try:
            self.settle()
        finally:
            self._db.close()
