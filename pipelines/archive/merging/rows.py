"""What databases know that neither captures nor journals say, and what spares reading captures again: taken over.

Rows are copied from database to database. Where several hold a portal, what waits is what waits in any of them; what a
list last showed is what the one saw that was at it last.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import groupby
from typing import TYPE_CHECKING

import msgspec

from pipelines.archive.rows import REMOVED
from pipelines.archive.warc import warc_date
from pipelines.report.issues import record_issues
from pipelines.report.run import RunReport

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.archive.database import Database
    from pipelines.archive.merging.captures import United
    from pipelines.archive.merging.sources import Source

_REPORT = msgspec.json.Decoder(RunReport)
_NEWEST = "SELECT coalesce(max(at), '') AS at FROM source.captures WHERE portal = ?"


@contextmanager
def _attached(db: Database, path: Path) -> Iterator[None]:
    """Another database, to be read under the name `source`."""
    db.execute("ATTACH ? AS source", (f"{path.absolute().as_uri()}?mode=ro",))
    try:
        yield
    finally:
        db.execute("DETACH source")


def _columns(db: Database, table: str, without: str) -> list[str]:
    return [row["name"] for row in db.rows(f"PRAGMA main.table_info({table})") if row["name"] != without]


# -- before the articles take their places -----------------------------------------------------------------


def seed(db: Database, sources: Sequence[Source], united: Mapping[str, United]) -> None:
    """What is known of captures and of texts, so that neither are read again. Raises OutputUnwritable."""
    db.execute("CREATE TEMP TABLE renamed (old TEXT PRIMARY KEY, new TEXT NOT NULL, bytes INTEGER NOT NULL)")
    for portal, files in united.items():
        if _is_known(sources, files):
            _captures(db, sources, portal, files)
    known = [source for source in sources if source.database is not None]
    columns = ", ".join(_columns(db, "articles", "nth"))
    by_portal = bool(known)
    for source in known:
        assert source.database is not None
        with _attached(db, source.database):
            db.execute(f"INSERT OR IGNORE INTO articles ({columns}) SELECT {columns} FROM source.articles")  # noqa: S608
            told = db.one("SELECT by_portal FROM source.comparison")
            by_portal = by_portal and bool(told and told["by_portal"])
    if by_portal:
        db.execute("INSERT INTO comparison VALUES (0, 1)")  # they are to be compared anew, in this way


def _is_known(sources: Sequence[Source], files: United) -> bool:
    """Whether databases have the records of all files of a portal: else all are read, so that rows have their order."""
    return all(warc is not None and sources[warc.source].knows(warc.path) for warc in files.files.values())


def _captures(db: Database, sources: Sequence[Source], portal: str, files: United) -> None:
    columns = _columns(db, "captures", "id")
    named = ", ".join("renamed.new" if name == "file" else f"had.{name}" for name in columns)
    copy = (
        f"INSERT INTO captures ({', '.join(columns)}) SELECT {named} FROM source.captures AS had"  # noqa: S608
        " JOIN renamed ON renamed.old = had.file WHERE had.portal = ? AND had.offset < renamed.bytes"
        " ORDER BY renamed.new, had.offset"
    )
    known = [(name, warc) for name, warc in files.files.items() if warc is not None]
    for number, some in groupby(known, key=lambda one: one[1].source):
        own = f"captures/{portal}/"
        rows = [(f"{own}{warc.path.name}", f"{own}{name}", warc.end) for name, warc in some]
        database = sources[number].database
        assert database is not None
        with _attached(db, database), db:
            db.execute("DELETE FROM renamed")
            db.execute_many("INSERT INTO renamed VALUES (?, ?, ?)", rows)
            db.execute(copy, (portal,))
            db.execute_many("INSERT INTO files VALUES (?, ?)", [(new, end) for _, new, end in rows])


# -- after it ----------------------------------------------------------------------------------------------


def carry(db: Database, sources: Sequence[Source], holders: Mapping[str, Sequence[int]]) -> None:
    """What waits, what lists showed, budgets, runs and issues. Raises OutputUnwritable."""
    newest: dict[str, tuple[str, int]] = {}
    with_rows = [(number, source.database) for number, source in enumerate(sources) if source.database is not None]
    for number, database in with_rows:
        with _attached(db, database), db:
            _of_all(db)
            for portal in [portal for portal, some in holders.items() if number in some]:
                _waiting(db, portal)
                at = db.one(_NEWEST, (portal,))
                assert at is not None
                newest[portal] = max(newest.get(portal, ("", -1)), (at["at"], number))
    for number, database in with_rows:
        with _attached(db, database), db:
            for portal in [portal for portal, (_, last) in newest.items() if last == number]:
                _last_seen(db, portal)
    with db:
        for portal, some in holders.items():
            _settle(
                db, portal, known=all(sources[number].database is not None for number in some), several=len(some) > 1
            )
        _issues(db)


def _of_all(db: Database) -> None:
    """A host's budget of a day was used up by the one that asked most: copies of a folder have the same requests."""
    db.execute(
        "INSERT INTO budgets (host, day, requests, bytes) SELECT host, day, requests, bytes FROM source.budgets WHERE 1"
        " ON CONFLICT DO UPDATE SET requests = max(requests, excluded.requests), bytes = max(bytes, excluded.bytes)"
    )
    db.execute(
        "INSERT INTO runs (id, portal, started_at, ended_at, report)"
        " SELECT id, portal, started_at, ended_at, report FROM source.runs WHERE 1"
        " ON CONFLICT DO UPDATE SET report = min(report, excluded.report)"
    )


def _waiting(db: Database, portal: str) -> None:
    db.execute(
        "INSERT INTO frontier (portal, url, found, fields, marks, look, runs)"
        " SELECT portal, url, found, fields, marks, look, runs FROM source.frontier WHERE portal = ?"
        " ON CONFLICT DO UPDATE SET found = max(found, excluded.found), fields = max(fields, excluded.fields),"
        " marks = max(marks, excluded.marks), look = max(look, excluded.look), runs = min(runs, excluded.runs)",
        (portal,),
    )
    db.execute(
        "INSERT INTO noise (portal, place, value) SELECT portal, place, value FROM source.noise WHERE portal = ?"
        " ON CONFLICT DO UPDATE SET value = min(value, excluded.value)",
        (portal,),
    )


def _last_seen(db: Database, portal: str) -> None:
    """What lists showed last, and which articles were gone in a run that was not believed."""
    db.execute(
        "INSERT INTO listed (portal, section, url, place)"
        " SELECT portal, section, url, place FROM source.listed WHERE portal = ?",
        (portal,),
    )
    db.execute(
        "UPDATE urls SET doubted_at = had.doubted_at FROM source.urls AS had WHERE had.portal = urls.portal"
        " AND had.url = urls.url AND had.doubted_at IS NOT NULL AND urls.gone_at IS NULL AND urls.portal = ?",
        (portal,),
    )


def _settle(db: Database, portal: str, *, known: bool, several: bool) -> None:
    """Leave out what waits in one folder and was had by a run of another, and what was withdrawn. Where it is not
    `known` what waited when a run was cut short, its lists are walked again.
    """
    for table in ("frontier", "listed"):
        here = f"SELECT outcome FROM urls WHERE portal = {table}.portal AND url = {table}.url"  # noqa: S608 - constants
        db.execute(f"DELETE FROM {table} WHERE portal = ? AND ({here}) = ?", (portal, REMOVED))  # noqa: S608
    if several:
        here = "SELECT outcome FROM urls WHERE portal = frontier.portal AND url = frontier.url"
        db.execute(f"DELETE FROM frontier WHERE portal = ? AND ({here}) != 'failed'", (portal,))  # noqa: S608
    if not known:
        db.execute(
            "DELETE FROM sections WHERE portal = ?"
            " AND EXISTS (SELECT 1 FROM portals WHERE portal = sections.portal AND finished = 0)",
            (portal,),
        )


def _issues(db: Database) -> None:
    """The issues that all runs, one after the other, have opened and closed."""
    for row in list(db.rows("SELECT report FROM runs ORDER BY ended_at, id")):
        try:
            report = _REPORT.decode(row["report"])
        except (msgspec.DecodeError, UnicodeDecodeError):  # of another version, in another form: it is not shown either
            continue
        record_issues(db, report.portal, report.run, warc_date(report.ended_at), report.issues, report.checked)
