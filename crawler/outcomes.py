"""How each page ends: counted by outcome and reason, and kept so that the next run need not ask again."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Self

from scrapy.exceptions import IgnoreRequest
from scrapy.spidermiddlewares.httperror import HttpError

from crawler.errors import CopyLost, NoPage, NotAnswered, NotCaptured, NotTaken, Refused
from pipelines.archive.warc import read_warc_date
from pipelines.report.tally import Tally
from pipelines.urls import fold_url

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

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
DOUBTED = "gone-in-doubt"
"""The reason of pages of known articles that say they are gone, in a run that is not believed."""
_REASONS = {
    "DownloadTimeoutError": "timeout",
    "DownloadCancelledError": "too-large",
    "CannotResolveHostError": "dns",
    "DownloadConnectionRefusedError": "refused",
    "UnsupportedURLSchemeError": "bad-url",
}


@dataclass(frozen=True, slots=True)
class Belief:
    """When it is believed that articles are gone: one after the other they are removed, all at once a portal fails.

    More than `at_once` articles and `share` of the known ones a run asked for are believed to be gone only where a run
    `after` that time finds them so still.
    """

    at_once: int
    share: float
    after: timedelta

    @classmethod
    def of(cls, settings: BaseSettings) -> Self:
        """As the settings say."""
        return cls(
            settings.getint("GONE_AT_ONCE"),
            settings.getfloat("GONE_SHARE"),
            timedelta(days=settings.getfloat("GONE_BELIEVED_DAYS")),
        )


class Outcomes:
    """The counts of a run (see `pipelines.report.run.OUTCOMES`), and the archive's memory of URLs."""

    def __init__(self, archive: Archive | None, *, live: bool = True) -> None:
        self._live = live
        self.archive = archive
        """None once the archive has failed: what is counted after that is not remembered."""
        self.counts: Counter[str] = Counter()
        self.reasons: Counter[str] = Counter()
        self.tally = Tally()
        """What the report tells beyond the counts."""
        self.left_out: set[str] = set()
        """Folded URLs of known articles that a list shows no more, between others it shows still."""
        self._missing: dict[str, tuple[str, str]] = {}
        """Of known articles whose page says that they are gone, by folded URL: how, and the URL."""
        self.led: dict[str, str] = {}
        """Of pages reached by redirects from what should be an article: the folded URL asked for, until they end."""

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
        stood = self.stood(folded) if reason in GONE else None
        self.led.pop(folded, None)
        if stood is not None and reason in GONE:
            self.gone(stood, GONE[reason], url)
            return
        self.count(outcome, reason)
        self.tally.ended(url, outcome, reason)
        if self.archive is not None:
            self.archive.settle(folded, outcome, reason=reason, mark=mark, read=read)

    def stood(self, folded: str) -> str | None:
        """The folded URL, of that which answers or of one that led to it, that the archive has an article of.

        None where copies answer in place of the portal: they say nothing of what it has today.
        """
        asked = self.led.get(folded, folded)
        return asked if self._live and self.archive is not None and self.archive.rows.stands(asked) else None

    def gone(self, folded: str, reason: str, url: str) -> None:
        """Take in that `url` says that the portal no longer has a known article. Raises OutputUnwritable.

        Of what a list has left out too, that is two witnesses; else the end of the run tells whether it is believed.
        """
        assert self.archive is not None
        known = self.archive.known(folded)
        if folded in self.left_out or (known is not None and known.gone_at is not None):
            self._gone(folded, reason, url)
        else:
            self._missing.setdefault(folded, (reason, url))

    def _gone(self, folded: str, reason: str, url: str) -> None:
        assert self.archive is not None
        if self.archive.gone(folded, reason):
            self.count("gone", reason)
            self.tally.ended(url, "gone", reason)
        else:
            self.count("unchanged")
            self.tally.ended(url, "unchanged", None)

    def conclude(self, belief: Belief, *, lists: bool) -> None:
        """Count and remember what is gone, or that it is doubted; `lists`: whether the portal still lists anything.

        Raises OutputUnwritable.
        """
        missing, self._missing = self._missing, {}
        if self.archive is None or not missing:
            return
        many = len(missing) > belief.at_once and len(missing) > belief.share * (len(missing) + self.archive.confirmed())
        for folded, (reason, url) in missing.items():
            known = self.archive.known(folded)
            since = read_warc_date(known.doubted_at) if known and known.doubted_at else None
            if (lists and not many) or (since and datetime.now(UTC) - since >= belief.after):
                self._gone(folded, reason, url)
            else:
                self.archive.doubt(folded)
                self.count("failed", DOUBTED)
                self.tally.ended(url, "failed", DOUBTED)

    def settle_part(self, url: str) -> None:
        """Count a further page of an article, of which the archive's journal has the whole. Raises OutputUnwritable."""
        self.count("part")
        if self.archive is not None:
            self.archive.rows.settle(fold_url(url), "part")

    def settle_article(self, article: Article, ended: str) -> None:
        """The same for an article that has left the item pipelines: one of STORED, or the reason it was dropped for.

        What was stored the archive has settled itself.
        """
        self.led.pop(fold_url(article.url), None)
        reason = None if ended in STORED else ended
        self.count("skipped" if reason else ended, reason)
        self.tally.ended(article.url, "skipped" if reason else ended, reason)
        if ended in ("article", "version"):
            self.tally.keep(article, version=ended == "version")
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
