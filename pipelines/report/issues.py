"""Issues: what a run should have given and did not; opened by the run that misses it, closed by one that meets it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.archive.database import Database

ADVICE = {
    "run": "Read the message; once its cause is gone, run the same command again: it goes on where this one ended.",
    "blocked": "Look at an example in a browser. Ask the operator to let `luutin` in, crawl more slowly, or read the "
    "portal out of an archive (-a origin=wayback).",
    "articles": "Look at the start page in a browser: has the portal moved, or is its news behind a script? "
    "`luutin check` shows what is found on it.",
    "new": "Look whether the portal has news; if it has, `luutin check` shows what is found of it.",
    "silence": "Look whether the portal has news; if it has, `luutin check` shows what is found of it. One that has "
    "ended is marked with `gone_since` in its portal file.",
    "listings": "Compare the portal's lists with `luutin check`: they may have a new address or a new layout.",
    "unreadable": "Look at the examples: a changed layout needs a `Layout` in the portal's file; `luutin check` shows "
    "which selectors still match.",
    "gone": "Look at an example in a browser: is the portal under repair, or rebuilt under other addresses? Nothing is "
    "marked as gone until runs of some days find it so (GONE_BELIEVED_DAYS).",
    "failing": "Look whether the portal is up; the next run asks for these pages again.",
    "text": "Look at some of the articles: if text is missing, the body's selector has to change.",
    "titles": "Look at some of the articles: the headline's selector takes something every page has.",
    "fill": "Look at some of the articles: if the portal still shows it, the field's selector has to change.",
    "drop": "Look at some of this run's articles: if the portal still shows it, the page's layout has changed; "
    "`luutin check` shows which selectors still match.",
    "layout": "`luutin check` shows which selectors still match; describe the new layout in the portal's file, then "
    "`luutin reparse` reads what is kept again.",
    "duplicates": "Look at some of them: does every address show the same page, or the reader the same part of it?",
    "lost": "Run the same command again: what is missing is asked for again.",
}
"""What to do, by the kind of an issue."""


@dataclass(frozen=True, slots=True)
class Issue:
    """An expectation that was not met. `subject` says of what, e.g. a field, where the kind does not say it all."""

    kind: str
    """One of ADVICE."""
    message: str
    subject: str = ""

    @property
    def key(self) -> str:
        """By which an issue of one run is known to be the one of another."""
        return f"{self.kind}:{self.subject}" if self.subject else self.kind

    @property
    def advice(self) -> str:
        return ADVICE.get(self.kind, "")


@dataclass(slots=True)
class Judgement:
    """The expectations a run did not meet, and the keys of all that could be checked."""

    issues: list[Issue] = field(default_factory=list)
    checked: list[str] = field(default_factory=list)

    def rule(self, kind: str, told: str | None, subject: str = "") -> None:
        """Note that a rule was checked; `told` is what to say where it is not met."""
        issue = Issue(kind, told or "", subject)
        if issue.key not in self.checked:
            self.checked.append(issue.key)
        if told and issue.key not in (one.key for one in self.issues):
            self.issues.append(issue)


@dataclass(frozen=True, slots=True)
class OpenIssue:
    """An issue as the database has it. Times are ISO 8601 in UTC."""

    portal: str
    kind: str
    subject: str
    message: str
    run: str
    """The last one that saw it."""
    opened_at: str
    closed_at: str | None = None

    @property
    def advice(self) -> str:
        return ADVICE.get(self.kind, "")


def record_issues(
    db: Database, portal: str, run: str, at: str, issues: Iterable[Issue], checked: Collection[str]
) -> None:
    """Open or keep open what a run found; close what it `checked` (keys) and did not find. In the caller's transaction.

    What a run could not check stays as it was: one that was interrupted says nothing of the dates of articles.
    """
    query = "SELECT id, kind, subject FROM issues WHERE portal = ? AND closed_at IS NULL"
    standing = {Issue(row["kind"], "", row["subject"]).key: row["id"] for row in db.rows(query, (portal,))}
    for issue in issues:
        if (number := standing.pop(issue.key, None)) is not None:
            db.execute("UPDATE issues SET run = ?, message = ? WHERE id = ?", (run, issue.message, number))
        else:
            db.execute(
                "INSERT INTO issues (portal, run, kind, subject, message, opened_at) VALUES (?, ?, ?, ?, ?, ?)",
                (portal, run, issue.kind, issue.subject, issue.message, at),
            )
    for key, number in standing.items():
        if key in checked:
            db.execute("UPDATE issues SET closed_at = ? WHERE id = ?", (at, number))


def open_issues(db: Database, portal: str | None = None) -> list[OpenIssue]:
    """The issues that stand, oldest first; of one portal, or of all."""
    query = (
        "SELECT portal, kind, subject, message, run, opened_at, closed_at FROM issues"
        " WHERE closed_at IS NULL AND (? IS NULL OR portal = ?) ORDER BY portal, opened_at, id"
    )
    return [OpenIssue(*row) for row in db.rows(query, (portal, portal))]
