"""A run's report as one HTML file: opens by double click, runs no script, asks for nothing."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.archive.files import replace_file
from pipelines.report import plots
from pipelines.report.run import LABELS, OUTCOMES
from pipelines.report.tally import FIELDS

if TYPE_CHECKING:
    from jinja2 import Template

    from pipelines.report.issues import OpenIssue
    from pipelines.report.run import RunReport

SHOWN_RUNS = 20
SHOWN_LABELS = 15
_HEADLINES = {
    "ok": "All is as expected.",
    "blocked": "The portal refuses.",
    "failed": "The run failed.",
    "budget used up": "The day’s budget was used up before the end.",
    "interrupted": "The run was ended early.",
}


def render(path: Path, report: RunReport, runs: Sequence[RunReport], issues: Sequence[OpenIssue]) -> None:
    """Write the page of a run; `runs` are the last ones, newest first, `issues` those that stand. Raises OSError."""
    replace_file(path, page(report, runs, issues).encode())


def page(report: RunReport, runs: Sequence[RunReport], issues: Sequence[OpenIssue]) -> str:
    """The page as text; whatever came from a portal is escaped."""
    before = [one for one in runs if one.run != report.run and one.started_at <= report.started_at][: SHOWN_RUNS - 1]
    shown = [*reversed(before), report]
    requests, sizes = plots.over_time(report.traffic.timeline)
    return _template().render(
        report=report,
        runs=list(reversed(shown)),
        issues=issues,
        headline=_HEADLINES.get(report.verdict) or _counted_headline(report),
        numbers=list(_numbers(report)),
        outcomes=plots.counted("Pages and articles", "outcome", _outcomes(report)),
        days=plots.per_day(report.stored.days),
        sections=plots.ranked("New articles per section", "section", report.stored.sections, SHOWN_LABELS),
        statuses=plots.ranked("Responses by status code", "status", _statuses(report), SHOWN_LABELS),
        layouts=plots.ranked("Read by which layout", "layout", report.stored.layouts, SHOWN_LABELS),
        requests=requests,
        sizes=sizes,
        times=plots.response_times(report.traffic.response_ms),
        lines=[plots.Line(name, [_share(one, name) for one in shown]) for name in (*FIELDS, "by selectors")],
        plots=plots,
    )


@cache
def _template() -> Template:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    folder = Path(__file__).with_name("templates")
    made = Environment(loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    return made.get_template("run.html")


def _counted_headline(report: RunReport) -> str:
    count = max(len(report.unmet), len(report.issues))
    return "One expectation was not met." if count == 1 else f"{count} expectations were not met."


def _numbers(report: RunReport) -> Any:
    """The figures that matter most, each with what it counts."""
    new, versions = (report.outcomes.get(name, 0) for name in ("article", "version"))
    yield f"{new:,}", "new article" if new == 1 else "new articles"
    yield f"{versions:,}", "new version" if versions == 1 else "new versions"
    yield f"{report.articles_in_archive:,}", "articles in the archive"
    yield f"{report.pages:,}", "responses"
    yield f"{report.bytes / 1e6:,.1f} MB", "as sent"
    yield plots.duration(report.seconds), "long"
    if report.newest is not None:
        yield f"{report.newest:%Y-%m-%d}", "newest article"


def _outcomes(report: RunReport) -> dict[str, int]:
    counts = report.outcomes
    names = [name for name in OUTCOMES if counts.get(name)] + sorted(counts.keys() - set(OUTCOMES))
    return {LABELS.get(name, name): counts[name] for name in names}


def _statuses(report: RunReport) -> dict[str, int]:
    return report.traffic.statuses | {f"no answer: {name}": n for name, n in report.traffic.unanswered.items()}


def _share(run: RunReport, name: str) -> float | None:
    if not run.stored.articles:
        return None
    have = run.stored.selectors if name == "by selectors" else run.stored.fields.get(name, 0)
    return have / run.stored.articles
