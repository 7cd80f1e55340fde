"""The reports and issues an archive holds, for those who only read: out of the database, else out of `reports/`."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from pipelines.archive.database import Database
from pipelines.errors import ArchiveError
from pipelines.report.issues import OpenIssue, open_issues
from pipelines.report.run import RunReport

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_REPORT_BYTES = 8 * 1024 * 1024
_RUN = re.compile(r"\d{8}T\d{6}(?:\d{3})?Z-[\w.-]{1,150}", re.ASCII)
_DECODER = msgspec.json.Decoder(RunReport)


@dataclass(slots=True)
class StoredRuns:
    """The reports of a folder, newest first, and the issues that stand."""

    runs: list[RunReport] = field(default_factory=list)
    issues: list[OpenIssue] = field(default_factory=list)
    portals: list[str] = field(default_factory=list)
    """All that have a run."""
    notes: list[str] = field(default_factory=list)
    """What could not be read, and what is told instead."""


def last_runs(db: Database, folder: Path, portal: str, limit: int) -> list[RunReport]:
    """The last runs of a portal, newest first; those a database built anew does not know out of `reports/`."""
    query = "SELECT report FROM runs WHERE portal = ? ORDER BY started_at DESC, id DESC LIMIT ?"
    runs = list(_decoded(row["report"] for row in db.rows(query, (portal, limit))))
    if len(runs) < limit:
        known = {one.run for one in runs}
        runs += [one for one in _files(folder, portal, limit) if one.run not in known]
    return sorted(runs, key=lambda one: one.started_at, reverse=True)[:limit]


def read_runs(folder: Path, portal: str | None = None, limit: int = 1) -> StoredRuns:
    """The last `limit` runs of one portal, or of each. Raises ArchiveError where there is neither database nor report.

    Takes no lock and writes nothing: a crawl may be writing meanwhile.
    """
    path = folder / "archive.db"
    found = StoredRuns()
    try:
        if not path.exists():
            raise ArchiveError(f"{path}: there is none")
        _from_database(found, path, folder, portal, limit)
    except (ArchiveError, sqlite3.Error) as error:
        found = StoredRuns(notes=[f"{error}; told from the files in reports/ instead"])
    if found.portals:
        return found
    _from_files(found, folder, portal, limit)
    if not found.portals:
        raise ArchiveError(
            f"{folder}: no run is recorded there. `luutin crawl` makes one; LUUTIN_OUTPUT=DIR names another folder."
        )
    return found


def read_run(folder: Path, run: str) -> RunReport | None:
    """One run's report, by its id."""
    if not _RUN.fullmatch(run):  # it may come from anyone
        return None
    path = folder / "reports" / f"{run}.json"
    return next(iter(_read([path])), None) if path.is_file() else None


def _from_database(found: StoredRuns, path: Path, folder: Path, portal: str | None, limit: int) -> None:
    db = Database(path, read_only=True)
    try:
        found.portals = [row["portal"] for row in db.rows("SELECT DISTINCT portal FROM runs ORDER BY portal")]
        for name in found.portals if portal is None else [portal]:
            found.runs += last_runs(db, folder, name, limit)
        found.issues = open_issues(db, portal)
    finally:
        db.close()


def _from_files(found: StoredRuns, folder: Path, portal: str | None, limit: int) -> None:
    """Without the database: the issues are those of each portal's last run."""
    found.portals = sorted({path.stem.partition("-")[2] for path in (folder / "reports").glob("*-*.json")})
    for name in found.portals if portal is None else [portal]:
        runs = _files(folder, name, limit)
        found.runs += runs
        for last in runs[:1]:
            at = last.started_at.isoformat()
            found.issues += [OpenIssue(name, one.kind, one.subject, one.message, last.run, at) for one in last.issues]


def _files(folder: Path, portal: str, limit: int) -> list[RunReport]:
    """The last reports of a portal among the files, newest first: their names begin with the time."""
    paths = sorted((folder / "reports").glob(f"*Z-{portal}.json"), reverse=True)
    return list(_read(paths[:limit]))


def _read(paths: Iterable[Path]) -> Iterator[RunReport]:
    for path in paths:
        if path.stat().st_size <= MAX_REPORT_BYTES:
            yield from _decoded([path.read_bytes()])


def _decoded(texts: Iterable[str | bytes]) -> Iterator[RunReport]:
    """Reports out of their JSON; one that another version wrote in another form is left out."""
    for text in texts:
        try:
            yield _DECODER.decode(text)
        except (msgspec.DecodeError, UnicodeDecodeError):
            continue
