"""Keeping what a run did: its row, its issues, and the two files people and scripts read."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

import msgspec

from pipelines.archive.warc import warc_date
from pipelines.report.issues import open_issues, record_issues
from pipelines.report.page import SHOWN_RUNS, render
from pipelines.report.stored import last_runs

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.archive.database import Database
    from pipelines.report.run import RunReport

MIN_DAYS_WITH_ARTICLES = 10
"""Fewer tell nothing of how often a portal publishes."""


def record(db: Database, report: RunReport) -> None:
    """A run's row and its issues, in the caller's transaction. Raises OutputUnwritable."""
    ended = warc_date(report.ended_at)
    values = (report.run, report.portal, warc_date(report.started_at), ended, msgspec.json.encode(report).decode())
    db.execute("INSERT OR REPLACE INTO runs VALUES (?, ?, ?, ?, ?)", values)
    record_issues(db, report.portal, report.run, ended, report.issues, report.checked)


def write_report(folder: Path, db: Database, report: RunReport) -> Path:
    """Write `reports/<run>.json` and, from it and the last runs, `.html`; the path of the first. Raises OSError."""
    path = report.write(folder / "reports")
    runs = last_runs(db, folder, report.portal, SHOWN_RUNS)
    render(path.with_suffix(".html"), report, runs, open_issues(db, report.portal))
    return path


def longest_pause_days(db: Database, portal: str) -> int | None:
    """The longest pause between two days with articles in the year before the newest; None: too few to tell."""
    query = (
        "SELECT DISTINCT substr(published_at, 1, 10) AS day FROM articles WHERE portal = ?"
        " AND published_at > date((SELECT max(published_at) FROM articles WHERE portal = ?), '-1 year') ORDER BY day"
    )
    days = [date.fromisoformat(row["day"]) for row in db.rows(query, (portal, portal))]
    if len(days) < MIN_DAYS_WITH_ARTICLES:
        return None
    return max((after - before).days for before, after in pairwise(days))
