"""What the last runs did, and which issues stand."""

from __future__ import annotations

import argparse
import difflib
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from crawler.errors import BadArgument
from crawler.verb import ArchiveCommand
from pipelines.report.issues import OpenIssue
from pipelines.report.run import RunReport
from pipelines.report.stored import StoredRuns, read_run, read_runs

SHOWN_RUNS = 10
_RUN = re.compile(r"\d{8}T\d{6,9}Z-[a-z0-9_]+")


class Command(ArchiveCommand):
    """`luutin report [RUN|PORTAL] [--json] [--html]`."""

    def syntax(self) -> str:
        return "[options] [RUN|PORTAL]"

    def short_desc(self) -> str:
        return "Show the last run of each portal, and the issues that stand; of one portal, or of one run, more"

    def long_desc(self) -> str:
        return (
            "Without argument: the last run of each portal. With a portal: its last runs and its issues. With a run "
            "(as reports/ names it): that run. Only reads, also while a crawl is writing. Exits 0 where all is well, "
            "3 where an issue stands or a run failed, 4 where a portal refuses; 1 where there is nothing to read."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="as JSON: `runs`, newest first, and `issues`")
        parser.add_argument("--html", action="store_true", help="only the path of the newest run's page")

    def act(self, folder: Path, portals: list[str], opts: argparse.Namespace) -> int:
        """Read, print."""
        if len(portals) > 1:
            raise BadArgument("name one portal or one run, or none for the last run of each portal")
        found, alone = _found(folder, portals[0] if portals else None)
        for note in found.notes:
            sys.stderr.write(f"luutin report: {note}\n")
        if opts.html:
            sys.stdout.write(f"{_page(folder, max(found.runs, key=lambda one: one.started_at))}\n")
        elif opts.json:
            data = {"runs": [_row(folder, one) for one in found.runs], "issues": found.issues}
            sys.stdout.write(msgspec.json.format(msgspec.json.encode(data), indent=1).decode() + "\n")
        else:
            lines = _run(folder, found.runs[0]) if alone else _runs(folder, found, of_one=bool(portals))
            sys.stdout.writelines(f"{_plain(line)}\n" for line in lines)
        return _code(found, alone=alone)


def _found(folder: Path, name: str | None) -> tuple[StoredRuns, bool]:
    """What is asked for, and whether it is one run alone. Raises BadArgument, ArchiveError."""
    if name and _RUN.fullmatch(name):
        run = read_run(folder, name)
        if run is None:
            raise BadArgument(f"{folder / 'reports'}: holds no run {name}. `luutin report PORTAL` names the last ones.")
        return StoredRuns(runs=[run]), True
    found = read_runs(folder, name, SHOWN_RUNS if name else 1)
    if name and name not in found.portals:
        near = difflib.get_close_matches(name, found.portals, 1)
        hint = f"Did you mean {near[0]}?" if near else "`luutin report` shows them all."
        raise BadArgument(f"{folder}: holds no run of {name!r}. {hint}")
    return found, False


def _code(found: StoredRuns, *, alone: bool) -> int:
    """0 all is well, 3 an issue stands or a run failed, 4 a portal refuses; of many portals the gravest."""
    last = found.runs if alone else list({one.portal: one for one in reversed(found.runs)}.values())
    if any(one.exit_code == 4 for one in last):
        return 4
    return 3 if found.issues or any(one.exit_code for one in last) else 0


def _row(folder: Path, run: RunReport) -> dict[str, Any]:
    """A run as JSON: the report with what follows from it."""
    row: dict[str, Any] = msgspec.to_builtins(run)
    page = _page(folder, run)
    return {**row, "verdict": run.verdict, "exit_code": run.exit_code, "html": str(page) if page.exists() else None}


def _page(folder: Path, run: RunReport) -> Path:
    return folder / "reports" / f"{run.run}.html"


def _runs(folder: Path, found: StoredRuns, *, of_one: bool) -> Iterator[str]:
    """A table of runs, then the issues that stand."""
    standing: dict[str, int] = {}
    for issue in found.issues:
        standing[issue.portal] = standing.get(issue.portal, 0) + 1
    rows: list[Sequence[str]] = [
        ("run" if of_one else "portal", "began (UTC)", "verdict", "new", "pages", "articles", "issues")
    ]
    for run in found.runs:
        new = str(run.outcomes.get("article", 0))
        name = run.run if of_one else run.portal
        began = f"{run.started_at:%Y-%m-%d %H:%M}"
        issues = len(run.issues) if of_one else standing.get(run.portal, 0)
        rows.append((name, began, run.verdict, new, str(run.pages), str(run.articles_in_archive), str(issues)))
    yield from _columns(rows)
    if of_one:
        yield f"page  {_page(folder, found.runs[0])}"
    yield ""
    yield from _issues(found.issues, of_one=of_one)


def _issues(issues: Sequence[OpenIssue], *, of_one: bool) -> Iterator[str]:
    if not issues:
        yield "No issue stands."
    for issue in issues:
        name = "" if of_one else f"{issue.portal}: "
        yield f"! {name}{issue.message} (since {issue.opened_at[:10]})"
        yield f"  {issue.advice}"


def _run(folder: Path, run: RunReport) -> Iterator[str]:
    """One run in full."""
    yield f"{run.run}: {run.verdict}, exit code {run.exit_code}"
    yield from run.summary().splitlines()
    if run.error:
        yield f"! {run.error}"
    for issue in run.issues:
        yield f"! {issue.message}"
        yield f"  {issue.advice}"
    stored, traffic = run.stored, run.traffic
    if stored.articles:
        filled = ", ".join(f"{name} {count / stored.articles:.0%}" for name, count in stored.fields.items())
        yield f"fields    {filled}"
    yield f"statuses  {', '.join(f'{status} {count}' for status, count in traffic.statuses.items()) or 'none'}"
    for slow in traffic.slowest[:3]:
        yield f"slow      {slow.seconds:.2f} s  {slow.url}"
    for end, urls in run.examples.items():
        yield f"{end}"
        yield from (f"          {url}" for url in urls)
    yield f"page      {_page(folder, run)}"


def _columns(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (
            f"{cell:<{width}}" if at < 3 else f"{cell:>{width}}"
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield "  ".join(cells).rstrip()


def _plain(line: str) -> str:
    """Without what would steer a terminal: URLs and headlines are a portal's."""
    return "".join(char if char.isprintable() else "�" for char in line)
