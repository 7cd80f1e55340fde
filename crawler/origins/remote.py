"""What web archives on a server share: an index asked for politely, and copies that may fail to come."""

from __future__ import annotations

import logging
from collections.abc import Collection
from typing import TYPE_CHECKING, TypeVar

from crawler.errors import CopyLost, NotAnswered
from crawler.origins.cdx import BadIndex, Row, read_index, says_none, settled
from crawler.origins.copies import ArchiveOrigin, Choice, Copy
from crawler.origins.polite import FORBIDDEN, Answer, Polite, busy
from pipelines.urls import fold_url

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.settings import BaseSettings

    from pipelines.archive.warc import Exchange

logger = logging.getLogger(__name__)

MAX_LOST = 3
"""Copies in a row that did not come before the archive counts as down."""
_NEVER_READ = ("image/", "video/", "audio/", "font/", "text/css", "text/javascript", "application/javascript",
               "application/x-javascript", "application/font")  # fmt: skip
"""What no walk asks for is not kept in memory."""
Where = TypeVar("Where")


class RemoteOrigin(ArchiveOrigin[Where]):
    """An archive on a server. What it lists and does not give is lost for this run; several in a row end it."""

    remote = True

    def __init__(self, settings: BaseSettings, choice: Choice, client: Polite | None = None) -> None:
        super().__init__(choice)
        self.client = client or Polite(settings)
        self.index_pause = settings.getfloat("ARCHIVE_INDEX_DELAY")
        self.pause = settings.getfloat("ARCHIVE_DELAY")
        self._lost = 0

    async def fetch(self, request: Request) -> Exchange:
        """The copy. Raises NotCaptured, CopyLost, and NotAnswered or Refused where the archive itself is the matter."""
        try:
            exchange = await super().fetch(request)
        except NotAnswered as error:
            self._lost += 1
            if self._lost >= MAX_LOST:
                raise
            raise CopyLost(str(error)) from error
        self._lost = 0
        return exchange

    def add(self, rows: list[Row], hosts: Collection[str]) -> int:
        """Note the captures of a portal; how many there are."""
        kept = [row for row in settled(rows) if not row.mime.startswith(_NEVER_READ) and _is_of(row.url, hosts)]
        for row in kept:
            html = "html" in row.mime or row.mime in ("-", "unk")
            self.copies.add(Copy(row.url, row.at, row.status, html, row.digest, self.locate(row)))
        return len(kept)

    def locate(self, row: Row) -> Where:
        """What `read` needs to know of a row."""
        raise NotImplementedError

    async def ask_index(self, url: str, *, empty_is: str | None = None) -> tuple[list[Row], str | None, bool]:
        """A page of an index -> (captures, resume key, whether the server says in words that there is none).

        `empty_is` names what an empty answer is taken for and makes it asked for again. Raises NotAnswered, Refused.
        """

        def check(answer: Answer) -> str | None:
            if (why := busy(answer)) or answer.status != 200:
                return why
            try:
                rows, _ = read_index(answer.body)
            except BadIndex as error:
                return None if says_none(answer.body) else str(error)
            return None if rows or empty_is is None else empty_is

        answer = await self.client.get(url, pause=self.index_pause, check=check)
        if says_none(answer.body):
            return [], None, True
        if answer.status != 200:
            raise self.refusal(answer)
        return *read_index(answer.body), False

    def refusal(self, answer: Answer) -> NotAnswered:
        """The error an answer is that asking again would not change."""
        from crawler.errors import Refused

        said = " ".join(answer.body[:200].decode("utf-8", "replace").split())
        if answer.status in FORBIDDEN:
            raise Refused(f"{answer.url}: HTTP {answer.status}: {said}. The archive does not give this out.")
        return NotAnswered(f"{answer.url}: HTTP {answer.status}: {said}. Is this the address of the archive's index?")

    async def close(self) -> None:
        await self.client.close()


def _is_of(url: str, hosts: Collection[str]) -> bool:
    """Whether a URL lies on one of the hosts, which are without `www.`."""
    try:
        return fold_url(url).split("/", 3)[2].removeprefix("www.") in hosts
    except ValueError:
        return False
