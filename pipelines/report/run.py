"""What one run did: counted outcomes, what was expected and missed; as JSON and as a few lines to read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from pipelines.archive.files import replace_file
from pipelines.report.issues import Issue
from pipelines.report.tally import Stored, Traffic, Walk

if TYPE_CHECKING:
    from pathlib import Path

OUTCOMES = (
    "article",
    "version",
    "duplicate",
    "unchanged",
    "gone",
    "part",
    "attachment",
    "image",
    "listing",
    "skipped",
    "failed",
)
"""How a page can end; every page a run fetches, and every article it need not fetch, is counted under one."""

LABELS = {
    "article": "new articles",
    "version": "new versions of known articles",
    "duplicate": "duplicates of known articles",
    "unchanged": "unchanged",
    "gone": "known articles the portal no longer has",
    "part": "further pages of an article",
    "attachment": "files linked from articles",
    "image": "pictures of articles",
    "listing": "listings, feeds, sitemaps",
    "skipped": "skipped",
    "failed": "failed",
}


@dataclass(slots=True)
class RunReport:
    """One run of one portal. Times are UTC; CPU and memory are the process's, null where other runs share it."""

    run: str
    portal: str
    start_url: str
    origin: str
    luutin: str
    started_at: datetime
    ended_at: datetime
    finished: str
    """`finished`, or why the run ended early."""
    pages: int
    """Responses received; those read again of a run that was cut short are not."""
    bytes: int
    """Of them, as they were sent."""
    cpu_seconds: float | None
    outcomes: dict[str, int]
    reasons: dict[str, int]
    articles_in_archive: int
    unmet: list[str] = field(default_factory=list)
    """What `issues` say, but for how the run itself ended: the expectations it did not meet."""
    error: str | None = None
    blocked: bool = False
    """Whether the portal refuses: its start page, or most of its pages."""
    issues: list[Issue] = field(default_factory=list)
    checked: list[str] = field(default_factory=list)
    """The keys of all that was looked at; what is not among them the run could not tell."""
    platform: str | None = None
    """The CMS family the pages were read as."""
    newest: datetime | None = None
    """When the newest article in the archive was published."""
    memory_mb: float | None = None
    """The process's largest resident size."""
    walk: Walk = field(default_factory=Walk)
    traffic: Traffic = field(default_factory=Traffic)
    stored: Stored = field(default_factory=Stored)
    examples: dict[str, list[str]] = field(default_factory=dict)
    """By `outcome:reason` the first few URLs."""
    settings: dict[str, str | float | int | bool | None] = field(default_factory=dict)
    """Those that shape a run."""

    @property
    def exit_code(self) -> int:
        """0 ok, 1 error or interrupted, 3 an expectation failed or a day's budget was used up, 4 blocked."""
        if self.blocked:
            return 4
        if self.finished == "budget":
            return 3
        return 1 if self.error or self.finished != "finished" else 3 if self.unmet else 0

    @property
    def seconds(self) -> float:
        """How long the run took."""
        return (self.ended_at - self.started_at).total_seconds()

    @property
    def verdict(self) -> str:
        """The run in a word or three: `ok`, `blocked`, `failed`, `interrupted`, `budget used up`, `2 issues`."""
        if self.blocked:
            return "blocked"
        if self.finished == "budget":
            return "budget used up"
        if self.error:
            return "failed"
        if self.finished != "finished":
            return "interrupted"
        count = max(len(self.unmet), len(self.issues))
        return "ok" if not count else "1 issue" if count == 1 else f"{count} issues"

    def write(self, folder: Path) -> Path:
        """Write `<folder>/<run>.json`, whole or not at all, and return its path."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{self.run}.json"
        replace_file(path, msgspec.json.format(msgspec.json.encode(self), indent=1) + b"\n")
        return path

    def summary(self) -> str:
        """The run in a few lines."""
        lines = [
            f"{self.portal}: {self.pages} pages, {self.bytes / 1e6:.1f} MB in {self.seconds:.0f} s from {self.origin}"
            + ("" if self.finished == "finished" else f" ({self.finished})")
        ]
        counted = ((outcome, self.outcomes[outcome]) for outcome in OUTCOMES if self.outcomes.get(outcome))
        lines += [f"  {count:>7} {LABELS[outcome]}{self._why(outcome)}" for outcome, count in counted]
        lines += [f"  {count:>7} {label}" for label, count in self.related() if count]
        lines.append(f"  {self.articles_in_archive:>7} articles of this portal in the archive")
        lines += [f"  not as expected: {unmet}" for unmet in self.unmet]
        return "\n".join(lines)

    def related(self) -> list[tuple[str, int]]:
        """What this run's articles and versions are of others, and how many there are of each."""
        return [
            ("of these are copies of others, changed here and there", self.stored.copies),
            ("of these are of a series", self.stored.in_series),
            ("lines of others now say what these have made of them", self.stored.corrected),
        ]

    def _why(self, outcome: str) -> str:
        said = ", ".join(f"{name} {n}" for name, n in self.reasons_of(outcome))
        return f" ({said})" if said else ""

    def reasons_of(self, outcome: str) -> list[tuple[str, int]]:
        """The reasons of an outcome with their counts, commonest first."""
        prefix = f"{outcome}:"
        reasons = {name.removeprefix(prefix): n for name, n in self.reasons.items() if name.startswith(prefix)}
        return sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
