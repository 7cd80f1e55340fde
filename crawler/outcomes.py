"""How each page ends: counted by outcome and reason, and kept so that the next run need not ask again."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from scrapy.exceptions import IgnoreRequest
from scrapy.spidermiddlewares.httperror import HttpError

from crawler.errors import CopyLost, NotAnswered, NotCaptured, Refused
from pipelines.urls import fold_url

if TYPE_CHECKING:
    from pipelines.archive.folder import Archive
    from pipelines.archive.journal import Read
    from pipelines.items import Article

STORED = ("article", "version", "duplicate", "unchanged")
LOST = "archive-unanswered"
"""The reason of captures a web archive lists and did not give: the next run asks for them again."""
GONE = {
    "http-404": "http-404",
    "http-410": "http-410",
    "soft-404": "soft-404",
    "redirect-home": "redirect-home",
}
"""How the page of a known article ends where it is gone, and what that is called."""
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
        self.led: dict[str, str] = {}
        """Of pages reached by redirects from what should be an article: the folded URL that was asked for."""

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
        folded = fold_url(url)
        if reason in GONE and (stood := self.stood(folded)) is not None:
            self.gone(stood, GONE[reason])
            return
        self.count(outcome, reason)
        if self.archive is not None:
            self.archive.settle(folded, outcome, reason=reason, mark=mark, read=read)

    def stood(self, folded: str) -> str | None:
        """The folded URL, of that which answers or of one that led to it, that the archive has an article of."""
        asked = self.led.get(folded, folded)
        return asked if self.archive is not None and self.archive.rows.stands(asked) else None

    def gone(self, folded: str, reason: str) -> None:
        """Count and remember that the portal no longer has an article. Raises OutputUnwritable."""
        assert self.archive is not None
        if self.archive.gone(folded, reason):
            self.count("gone", reason)
        else:
            self.count("unchanged")

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
    if isinstance(error, IgnoreRequest):
        said = str(error)
        return "robots" if "robots" in said else "too-large" if "DOWNLOAD_MAXSIZE" in said else "ignored"
    return _REASONS.get(type(error).__name__, "download")
