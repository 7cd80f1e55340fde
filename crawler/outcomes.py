"""How each page ends: counted by outcome and reason, and kept so that the next run need not ask again."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from scrapy.exceptions import IgnoreRequest
from scrapy.spidermiddlewares.httperror import HttpError

from crawler.errors import CopyLost, NoPage, NotAnswered, NotCaptured, NotTaken, Refused
from pipelines.urls import fold_url

if TYPE_CHECKING:
    from pipelines.archive.folder import Archive
    from pipelines.archive.journal import Read
    from pipelines.items import Article

STORED = ("article", "version", "duplicate", "unchanged")
LOST = "archive-unanswered"
"""The reason of captures a web archive lists and did not give: the next run asks for them again."""
_REASONS = {
    "DownloadTimeoutError": "timeout",
    "DownloadCancelledError": "too-large",
    "CannotResolveHostError": "dns",
    "DownloadConnectionRefusedError": "refused",
    "UnsupportedURLSchemeError": "bad-url",
}


class Outcomes:
    """The counts of a run (see `pipelines.report.run.OUTCOMES`), and the archive's memory of URLs."""

    def __init__(self, archive: Archive | None) -> None:
        self.archive = archive
        """None once the archive has failed: what is counted after that is not remembered."""
        self.counts: Counter[str] = Counter()
        self.reasons: Counter[str] = Counter()

    def count(self, outcome: str, reason: str | None = None) -> None:
        """Count a page under an outcome and, for skipped and failed ones, its reason."""
        self.counts[outcome] += 1
        if reason:
            self.reasons[f"{outcome}:{reason}"] += 1

    def settle(
        self, url: str, outcome: str, reason: str | None = None, *, mark: str | None = None, read: Read | None = None
    ) -> None:
        """Count a page and remember how its URL ended, and `read` where it was read as an article and is none.

        Raises OutputUnwritable.
        """
        self.count(outcome, reason)
        if self.archive is not None:
            self.archive.settle(fold_url(url), outcome, reason=reason, mark=mark, read=read)

    def settle_part(self, url: str) -> None:
        """Count a further page of an article, of which the archive's journal has the whole. Raises OutputUnwritable."""
        self.count("part")
        if self.archive is not None:
            self.archive.rows.settle(fold_url(url), "part")

    def settle_article(self, article: Article, ended: str) -> None:
        """The same for an article that has left the item pipelines: one of STORED, or the reason it was dropped for.

        What was stored the archive has settled itself.
        """
        reason = None if ended in STORED else ended
        self.count("skipped" if reason else ended, reason)
        if self.archive is not None and (reason or ended == "unchanged"):
            self.archive.drop(article, reason)


def reason_of(error: BaseException | None) -> str:
    """A failed request as the kebab-case word reports count it under."""
    if isinstance(error, HttpError):
        return f"http-{error.response.status}"
    if isinstance(error, NotCaptured):
        return "not-captured"
    if isinstance(error, CopyLost | NotAnswered | Refused):
        return LOST
    if isinstance(error, NoPage | NotTaken):
        return error.reason
    if isinstance(error, IgnoreRequest):
        return "ignored"
    return _REASONS.get(type(error).__name__, "download")
