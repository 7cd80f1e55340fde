"""A run's figures in Prometheus' text format, for node_exporter's textfile collector."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate
from typing import TYPE_CHECKING

from pipelines.report.tally import FIELDS, RESPONSE_BOUNDS_MS

if TYPE_CHECKING:
    from pipelines.report.run import RunReport

Sample = tuple[dict[str, str], float]


def metrics(report: RunReport) -> str:
    """The text, a gauge per figure, each labelled with the portal.

    https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
    """
    lines: list[str] = []
    for name, told, samples in _families(report):
        lines += [f"# HELP luutin_{name} {told}", f"# TYPE luutin_{name} gauge"]
        for labels, value in samples:
            pairs = {"portal": report.portal, **labels}
            inside = ",".join(f'{key}="{_escaped(label)}"' for key, label in pairs.items())
            lines.append(f"luutin_{name}{{{inside}}} {value:.10g}")
    return "\n".join(lines) + "\n"


def _families(report: RunReport) -> Iterator[tuple[str, str, list[Sample]]]:
    yield "run_exit_code", "0 ok, 1 error, 3 an expectation failed, 4 blocked.", [({}, report.exit_code)]
    yield "run_end_timestamp_seconds", "When the last run ended.", [({}, report.ended_at.timestamp())]
    yield "run_duration_seconds", "How long it took.", [({}, round(report.seconds, 3))]
    yield "run_requests", "Requests sent.", [({}, report.traffic.requests)]
    yield "run_response_bytes", "Of responses as sent.", [({}, report.bytes)]
    if report.cpu_seconds is not None:
        yield "run_cpu_seconds", "Of the process.", [({}, report.cpu_seconds)]
    outcomes: list[Sample] = [({"outcome": name}, count) for name, count in report.outcomes.items()]
    yield "run_pages", "Pages and articles by how they ended.", outcomes
    reasons: list[Sample] = []
    for end, count in report.reasons.items():
        outcome, _, reason = end.partition(":")
        reasons.append(({"outcome": outcome, "reason": reason}, count))
    yield "run_reasons", "Pages that gave no article, by reason.", reasons
    statuses: list[Sample] = [({"status": status}, count) for status, count in report.traffic.statuses.items()]
    yield "run_responses", "Responses by status code.", statuses
    bounds = [*(f"{bound / 1_000:g}" for bound in RESPONSE_BOUNDS_MS), "+Inf"]
    counts = accumulate(report.traffic.response_ms)
    times: list[Sample] = [({"le": bound}, count) for bound, count in zip(bounds, counts, strict=False)]
    yield "run_response_seconds_bucket", "Responses that took no longer than `le` seconds.", times
    if stored := report.stored.articles:
        fill: list[Sample] = [({"field": name}, report.stored.fields.get(name, 0) / stored) for name in FIELDS]
        yield "run_field_fill_ratio", "Share of the run's articles that have a field.", fill
    kinds: dict[str, int] = {}
    for issue in report.issues:
        kinds[issue.kind] = kinds.get(issue.kind, 0) + 1
    yield "run_issues", "Expectations the run did not meet, by kind.", [({"kind": k}, n) for k, n in kinds.items()]
    yield "archive_articles", "Articles of the portal in the archive.", [({}, report.articles_in_archive)]
    if report.newest is not None:
        yield "archive_newest_timestamp_seconds", "When the newest was published.", [({}, report.newest.timestamp())]


def _escaped(label: str) -> str:
    return label.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
