"""Run reports as a test says they are, for what judges, keeps and shows them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from pipelines.report.run import RunReport
from pipelines.report.tally import FIELDS, Stored, Traffic, Walk

START = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)


def stored(articles: int = 40, **values: Any) -> Stored:
    """What a run's articles are like; all fields filled but for those named in `without`, which have so many."""
    without: dict[str, int] = values.pop("without", {})
    fields = dict.fromkeys(FIELDS, articles) | without
    return Stored(articles=articles, fields=fields, **{"selectors": articles, "same_title": 1, **values})


def run(number: int = 0, **values: Any) -> RunReport:
    """The run of day `number`: forty new articles on ten lists, all of them read by the family's layout."""
    started = START + timedelta(days=number)
    outcomes = values.pop("outcomes", {"article": 40, "listing": 10})
    ends = values.pop("ends", {"article": outcomes.get("article", 0)})
    walk = Walk(whole=False, listed=200, asked=sum(ends.values()), ends=ends)
    for name in ("whole", "listed", "listings_unchanged"):
        setattr(walk, name, values.pop(name, getattr(walk, name)))
    defaults: dict[str, Any] = {
        "run": f"{started:%Y%m%dT%H%M%SZ}-so_thu",
        "portal": "so_thu",
        "start_url": "https://so.tinhthu.example/",
        "origin": "live",
        "luutin": "0.1.0",
        "started_at": started,
        "ended_at": started + timedelta(seconds=95),
        "finished": "finished",
        "pages": 60,
        "bytes": 3_456_789,
        "cpu_seconds": 4.2,
        "outcomes": outcomes,
        "reasons": {},
        "articles_in_archive": 400,
        "platform": "wordpress",
        "newest": started - timedelta(hours=5),
        "walk": walk,
        "traffic": Traffic(requests=61, statuses={"200": 60}),
        "stored": stored(),
    }
    return RunReport(**{**defaults, **values})
