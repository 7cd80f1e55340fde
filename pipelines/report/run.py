"""What one run did: counted outcomes, what was expected and missed; as JSON and as a few lines to read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from pipelines.archive.files import replace_file

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
    "listing",
    "skipped",
    "failed",
)
"""How a page can end; every page a run fetches, and every article it need not fetch, is counted under one."""

_LABELS = {
    "article": "new articles",
    "version": "new versions of known articles",
    "duplicate": "duplicates of known articles",
    "unchanged": "unchanged",
    "gone": "known articles the portal no longer has",
    "part": "further pages of an article",
    "attachment": "files linked from articles",
    "listing": "listings, feeds, sitemaps",
    "skipped": "skipped",
    "failed": "failed",
}


@dataclass(slots=True)
class RunReport:
    """One run of one portal. Times are UTC; `cpu_seconds` is the process's, start-up included."""

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
    cpu_seconds: float
    outcomes: dict[str, int]
    reasons: dict[str, int]
    articles_in_archive: int
    unmet: list[str] = field(default_factory=list)
    """Expectations the run did not meet."""
    error: str | None = None

    @property
    def exit_code(self) -> int:
        """0 ok, 1 error or interrupted, 3 an expectation failed."""
        return 1 if self.error or self.finished != "finished" else 3 if self.unmet else 0

    def write(self, folder: Path) -> Path:
        """Write `<folder>/<run>.json`, whole or not at all, and return its path."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{self.run}.json"
        replace_file(path, msgspec.json.format(msgspec.json.encode(self), indent=1) + b"\n")
        return path

    def summary(self) -> str:
        """The run in a few lines."""
        seconds = (self.ended_at - self.started_at).total_seconds()
        lines = [
            f"{self.portal}: {self.pages} pages, {self.bytes / 1e6:.1f} MB in {seconds:.0f} s from {self.origin}"
            + ("" if self.finished == "finished" else f" ({self.finished})")
        ]
        counted = ((outcome, self.outcomes[outcome]) for outcome in OUTCOMES if self.outcomes.get(outcome))
        lines += [f"  {count:>7} {_LABELS[outcome]}{self._why(outcome)}" for outcome, count in counted]
        lines.append(f"  {self.articles_in_archive:>7} articles of this portal in the archive")
        lines += [f"  expected but not met: {unmet}" for unmet in self.unmet]
        return "\n".join(lines)

    def _why(self, outcome: str) -> str:
        prefix = f"{outcome}:"
        reasons = {name.removeprefix(prefix): n for name, n in self.reasons.items() if name.startswith(prefix)}
        ranked = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
        return f" ({', '.join(f'{name} {n}' for name, n in ranked)})" if ranked else ""
