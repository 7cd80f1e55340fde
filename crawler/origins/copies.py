"""The index of an archive: which copies it holds of which page, and which of them answers."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Generic, TypeVar
from urllib.parse import urlsplit

from crawler.errors import NotCaptured
from pipelines.urls import fold_url

if TYPE_CHECKING:
    from scrapy import Request

    from pipelines.archive.warc import Exchange

Where = TypeVar("Where")

MANY_PAGES = 8
"""The same bytes at this many addresses are no page of any: a challenge, an error, a merged portal's home page."""
_BY_NUMBER = re.compile(r"/\?(?:p|page_id|attachment_id)=\d+$")
"""WordPress's own address of a page, which its permalink stands for as well."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which copies are wanted: the newest good one of a page or every version, made from `since` and before `until`."""

    every_version: bool = False
    since: datetime | None = None
    until: datetime | None = None

    def takes(self, at: datetime) -> bool:
        """Whether a copy made `at` lies within the bounds."""
        return (self.since is None or at >= self.since) and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True)
class Copy(Generic[Where]):
    """One capture: `where` is what its origin needs to read it."""

    url: str
    """As captured."""
    at: datetime
    status: int
    html: bool
    digest: str | None
    where: Where


class Copies(Generic[Where]):
    """The copies of a portal's pages by folded URL, `www.` or not. The newest with status 200 is the one that answers.

    Of copies with the same digest in a row only the first is a version; where one is wanted, the newest of all is it.
    """

    def __init__(self, choice: Choice) -> None:
        self.choice = choice
        self._pages: dict[str, list[Copy[Where]]] = defaultdict(list)
        self._posted: dict[tuple[str, bytes], list[Copy[Where]]] = defaultdict(list)
        """What was answered to forms: two forms at one URL are two pages."""
        self._everywhere: set[str] = set()
        """Digests of what was answered at many addresses."""

    def __bool__(self) -> bool:
        return bool(self._pages or self._posted)

    def add(self, copy: Copy[Where], form: bytes | None = None) -> None:
        """Note a copy, unless it lies outside the bounds or is none of a web page."""
        try:
            key = _key(copy.url)
        except ValueError:
            return
        if self.choice.takes(copy.at):
            (self._pages[key] if form is None else self._posted[key, form]).append(copy)

    def sort(self) -> None:
        """Bring the copies of each page into the order of their times; to be called when all are added."""
        for copies in (*self._pages.values(), *self._posted.values()):
            copies.sort(key=lambda copy: copy.at)
        shared = Counter(
            digest for copies in self._pages.values() for digest in {copy.digest for copy in copies} if digest
        )
        self._everywhere = {digest for digest, pages in shared.items() if pages >= MANY_PAGES}

    def find(self, request: Request) -> Copy[Where] | None:
        """The newest good copy, else the newest; `request.meta["at"]` names another."""
        key = _key(request.url)
        copies = self._posted.get((key, request.body)) if request.method == "POST" else self._pages.get(key)
        if at := request.meta.get("at"):
            return next((copy for copy in copies or () if copy.at == at), None)
        return (self._good(copies) or copies)[-1] if copies else None

    def of(self, url: str) -> list[Copy[Where]]:
        """The good copies of a page, oldest first."""
        return self._good(self._pages.get(_key(url), ()))

    def _good(self, copies: Iterable[Copy[Where]]) -> list[Copy[Where]]:
        """Those with status 200; what is the same at many addresses, as a soft 404 is, only where all are that."""
        good = [copy for copy in copies if copy.status == 200]
        return [copy for copy in good if copy.digest not in self._everywhere] or good

    def times(self, url: str) -> list[datetime]:
        """The times of its versions, oldest first; or only that of the newest good copy."""
        copies = self.of(url)
        if not self.choice.every_version:
            return [copy.at for copy in copies[-1:]]
        return [
            copy.at
            for copy, before in zip(copies, [None, *copies], strict=False)
            if before is None or copy.digest is None or copy.digest != before.digest
        ]

    def before(self, url: str, at: datetime | None) -> datetime | None:
        """The time of the good copy before that of `at` which is not the same over again."""
        copies = self.of(url)
        rejected = {copy.digest for copy in copies if at is None or copy.at >= at}
        older = [copy.at for copy in copies if at is not None and copy.at < at and copy.digest not in rejected - {None}]
        return older[-1] if older else None

    def spelled(self, url: str) -> str:
        """`url` as the newest good copy spells it."""
        copies = self.of(url)
        return copies[-1].url if copies else url

    def urls(self) -> list[str]:
        """The HTML pages with a good copy, in the order they were first captured; those known by number come last."""
        firsts = [
            (good[0].at, good[-1].url)
            for copies in self._pages.values()
            if (good := self._good(copies)) and good[-1].html
        ]
        return [url for _, url in sorted(firsts, key=lambda first: (bool(_BY_NUMBER.search(first[1])), first[0]))]

    def home(self, hosts: tuple[str, ...]) -> str | None:
        """The captured root page of one of `hosts`, else the root of the host with most copies."""
        found = Counter(host for key, copies in self._pages.items() for host in [urlsplit(key).netloc] * len(copies))
        ours = [host for host in hosts if host.lower().removeprefix("www.") in found]
        if (hosts and not ours) or not found:
            return None
        return self.spelled(f"http://{ours[0] if ours else found.most_common(1)[0][0]}/")


class ArchiveOrigin(ABC, Generic[Where]):
    """What all archives share: requests are answered out of `copies`."""

    live = False
    remote = False
    """Whether it lies on somebody's server."""
    name: str
    kept: Callable[[str, datetime], Exchange | None] | None = None
    """What an earlier run has stored of a copy, so that it need not be fetched again."""

    def __init__(self, choice: Choice) -> None:
        self.copies: Copies[Where] = Copies(choice)

    async def discover(self, hosts: Collection[str]) -> None:
        """Nothing: a local archive was indexed when it was opened."""

    async def fetch(self, request: Request) -> Exchange:
        """The copy a request means, out of our own archive where that has it. Raises NotCaptured."""
        copy = self.copies.find(request)
        if copy is None:
            what = "answer to this form at" if request.method == "POST" else "capture of"
            at = request.meta.get("at")
            raise NotCaptured(f"{self.name} holds no {what} {request.url}{f' of {at}' if at else ''}")
        if self.remote and self.kept is not None and (exchange := self.kept(request.url, copy.at)) is not None:
            return exchange
        return await self.read(copy, request)

    @abstractmethod
    async def read(self, copy: Copy[Where], request: Request) -> Exchange:
        """The exchange of a copy, under the URL of the request."""

    def home(self, hosts: tuple[str, ...]) -> str | None:
        return self.copies.home(hosts)

    def spelled(self, url: str) -> str:
        return self.copies.spelled(url)

    def times(self, url: str) -> list[datetime]:
        return self.copies.times(url)

    def before(self, url: str, at: datetime | None) -> datetime | None:
        return None if self.copies.choice.every_version else self.copies.before(url, at)

    def captured_urls(self) -> Iterable[str]:
        return self.copies.urls()

    async def close(self) -> None:
        """Nothing is held open."""


def stamp_time(stamp: str) -> datetime:
    """The time of a 14-digit stamp, as indexes write it; shorter ones mean the beginning. Raises ValueError."""
    return datetime.strptime(stamp + "00000101000000"[len(stamp) :], "%Y%m%d%H%M%S").replace(tzinfo=UTC)


def _key(url: str) -> str:
    return fold_url(url).replace("://www.", "://", 1)
