"""Reading the pages that may be articles: what each turns out to be, and the article it gives."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urljoin

from crawler.asking import PART, Asking, Callback, page_of
from crawler.frontier import date_of
from crawler.judging import date_as_listed, ending, judge, kind_of, no_article
from crawler.learning import Learning
from crawler.parse.article import Hint
from crawler.parse.blocking import blocked
from crawler.parse.errors import NotAnArticle
from crawler.parse.pagekind import refreshes_to
from crawler.platforms.base import Kind
from pipelines.archive.folder import page_of as page_ref
from pipelines.archive.journal import Read
from pipelines.archive.warc import warc_date
from pipelines.urls import fold_url

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response

    from crawler.parse.layout import Layout
    from crawler.parse.page import Page
    from pipelines.items import Article, Capture

logger = logging.getLogger(__name__)

MAX_PARTS = 50
ASIDE_ELEMENTS = 10_000
"""Pages with more are read in a thread: that takes a fifth of a second and more, of common ones a hundredth."""

_OF_CONTENT = (Kind.DOCUMENT, Kind.QUESTION, Kind.GALLERY, Kind.STATIC, Kind.ATTACHMENT, "protected")
"""Pages of the portal's own that are no articles: no trap, where there are many of them."""

Part = tuple["Page", "Capture | None", Kind]
"""A page of an article, its capture, and what its platform says it is."""


class Reading(Asking):
    """Reads article pages. Where a platform does not say what a page is, how it is built does."""

    layouts: ClassVar[tuple[Layout, ...]] = ()
    province: ClassVar[str | None] = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.learning: Learning[tuple[dict[str, str], list[Part]]] = Learning(self.archive)

    def on_list_found(self, page: Page, fields: dict[str, str], read: Read | None) -> Iterator[Any]:
        """What was linked to as an article is a list of them; overridden by who walks lists."""
        self.outcomes.settle(page.url, "skipped", Kind.LISTING, mark=fields.get("mark"), read=read)
        return iter(())

    def older_than_bad(self, response: Response) -> Iterable[Request]:
        """The request for an older copy of a page; overridden by who reads archives."""
        return ()

    def refreshed(self, response: Response, page: Page) -> str | None:
        """Where a page that is no more than a door sends its visitors, if this run has not been there."""
        target = refreshes_to(page)
        url = self.spelled(urljoin(page.link_base, target)) if target else None
        if url is None or not self.is_own(url) or (folded := fold_url(url)) in self._seen:
            return None
        self._seen.add(folded)
        self.settle(response, "skipped", "meta-refresh")
        return url

    def kind_of(self, page: Page, titles: tuple[str, ...] = ()) -> Kind:
        """What a page is: by its platform, else by how it is built; `titles` are headlines it is linked to by."""
        assert self.family is not None
        return kind_of(page, self.family, titles)

    def on_article(
        self,
        response: Response,
        fields: dict[str, str],
        later: list[datetime],
        parts: list[Part] | None = None,
    ) -> Iterator[Any]:
        """An article page: the article, or the request for its next part, or why it is none.

        `later` are the times of newer captures of the same page, each a version to be read after this one.
        """
        if parts is None and (older := list(self.older_than_bad(response))):
            yield from older
            return
        yield from self._article(response, fields, parts or [])
        if later and parts is None:
            at, *rest = later
            fields = {**fields, "mark": f"capture:{warc_date(at)}"}  # how far they are read, should the run end here
            yield self.ask(response.url, self.on_article, PART, at=at, fields=fields, later=rest)

    def _article(self, response: Response, fields: dict[str, str], parts: list[Part]) -> Iterator[Any]:
        assert self.family is not None
        capture = response.meta.get("capture")
        read = None if parts else self._read(response.url, fields, [capture])
        try:
            page = page_of(response)
            if not parts and (target := self.refreshed(response, page)):
                self.line.reserve(fields)
                yield self.ask(target, self.on_article, PART, fields=fields, later=[])
                return
            kind = self._judge(page, fields, first=not parts)
        except NotAnArticle as error:
            if error.reason in _OF_CONTENT:
                self.traps.bore(response.url, "article")
            ended = ending(error.reason)
            if ended == "failed":
                self.traps.excuse(response.url, "article")
            self.outcomes.settle(response.url, ended, error.reason, mark=fields.get("mark"), read=read)
            yield from self._finish(fields, parts)
            return
        if kind is Kind.LISTING:
            if (stood := self.outcomes.stood(fold_url(response.url))) is not None:
                self.outcomes.gone(stood, "soft-404", response.url)
            else:
                yield from self.on_list_found(page, fields, read)
            yield from self.line.release(fields, [])
            return
        if not parts:
            self.traps.bore(response.url, "article")
        parts.append((page, capture, kind))
        further = [part for part in self.family.parts(page) if fold_url(part) not in self._seen]
        if further and len(parts) < MAX_PARTS:
            self._seen.add(fold_url(further[0]))
            self.line.reserve(fields)
            yield self.ask(further[0], self.on_article, PART, fields=fields, later=[], parts=parts)
        else:
            yield from self._finish(fields, parts)

    def _judge(self, page: Page, fields: dict[str, str], *, first: bool) -> Kind:
        """What a page is; of a further page of an article only what its platform says counts. Raises NotAnArticle."""
        assert self.family is not None
        if first:
            return judge(page, fields, self.family)
        if reason := blocked(page):
            raise NotAnArticle(reason=reason)
        if (kind := self.family.kind(page)) not in (Kind.ARTICLE, Kind.UNKNOWN):
            raise NotAnArticle(reason=str(kind))
        return kind

    def unread(self, then: Callback, kept: dict[str, Any], reason: str) -> Iterator[Any]:
        """The article a further page could not be had of: what there is of it is not lost."""
        yield from super().unread(then, kept, reason)
        yield from self._finish(kept.get("fields") or {}, kept.get("parts") or [])

    def _finish(self, fields: dict[str, str], parts: list[Part]) -> Iterator[Any]:
        """The article on the pages fetched, when it is its turn, and those that waited for it."""
        if self._is_long(parts):
            self.line.reserve(fields)
            yield self._finish_aside(fields, parts)
        else:
            yield from self.line.release(fields, list(self._finished(fields, parts)))

    def _is_long(self, parts: list[Part]) -> bool:
        """Whether pages take so long to read that the crawls of others in this process are not to wait for them."""
        return (
            self.archive is not None  # else the loop is Scrapy's own, which waits for no reader
            and self.learning.facts is not None
            and sum(len(page.index.elements) for page, _, _ in parts) > ASIDE_ELEMENTS
        )

    async def _finish_aside(self, fields: dict[str, str], parts: list[Part]) -> list[Article]:
        logger.info("%s: a long page, read aside", parts[0][0].url)
        had = await asyncio.to_thread(self._article_on, fields, parts)
        return self.line.release(fields, list(self._settled(fields, parts, had)))

    def _finished(self, fields: dict[str, str], parts: list[Part]) -> Iterator[Article]:
        """The article on the pages fetched, if they are one."""
        if not parts:
            return
        if self.learning.facts is None:
            self.learning.held.append((fields, parts))
            return
        yield from self._settled(fields, parts, self._article_on(fields, parts))

    def _article_on(self, fields: dict[str, str], parts: list[Part]) -> Article | NotAnArticle:
        """The article on pages, or why it is none. Changes nothing of the crawl's, so that a thread may do it."""
        assert self.family is not None
        assert self.learning.facts is not None
        pages = [page for page, _, _ in parts]
        try:
            article = self.family.read(pages, hint_of(fields), self.layouts, self.learning.facts)
            date_as_listed(article, fields, month_first=self.learning.facts.month_first)
            if parts[0][2] is Kind.UNKNOWN and (
                reason := no_article(article, fields, states_dates=self.learning.facts.states_dates)
            ):
                return NotAnArticle(reason=reason)
        except NotAnArticle as error:
            return error
        return article

    def _settled(self, fields: dict[str, str], parts: list[Part], article: Article | NotAnArticle) -> Iterator[Article]:
        """What was read of the pages, noted."""
        pages, captures, _ = zip(*parts, strict=True)
        read = self._read(pages[0].url, fields, captures)
        if isinstance(article, NotAnArticle):
            self.outcomes.settle(pages[0].url, "skipped", article.reason, mark=fields.get("mark"), read=read)
            return
        self._provenance(article, captures)
        for page in pages[1:]:
            self.outcomes.settle_part(page.url)
        article.evidence["url"] = fields.get("via", "origin")
        if self.archive is not None and read is not None:
            self.archive.reading(article, read)
        yield article

    def _read(self, url: str, fields: dict[str, str], captures: Sequence[Capture | None]) -> Read | None:
        """What the archive's journal says of pages read as an article; None where nothing is kept."""
        kept = [capture for capture in captures if capture is not None]
        if self.archive is None or len(kept) < len(captures):
            return None
        parts = tuple(capture.url for capture in kept[1:])
        return Read(url, kept[0].origin, tuple(map(page_ref, kept)), fields, parts)

    def learn(self) -> None:
        """Learn what the portal repeats from the pages held back."""
        assert self.family is not None
        specimens = []
        for fields, parts in self.learning.held:
            with contextlib.suppress(NotAnArticle):
                pages = [page for page, _, _ in parts]
                one = self.family.specimen(pages, self.layouts, hint_of(fields))
                specimens.append(replace(one, dated=one.dated or "listed" in fields))
        self.learning.conclude(specimens)
        self.learning.held.sort(key=lambda held: (date_of(held[0]), held[1][0][0].url))

    def holds_until(self, date: str) -> bool:
        """Whether an article held back is dated no later than `date`."""
        return bool(self.learning.held) and date_of(self.learning.held[0][0]) <= date

    def held_until(self, date: str) -> list[Article]:
        """The articles held back that sources date no later than `date`: an original comes before its reposts."""
        articles: list[Article] = []
        while self.holds_until(date):
            articles.extend(self._finished(*self.learning.held.pop(0)))
        return articles

    def _provenance(self, article: Article, captures: Sequence[Capture | None]) -> None:
        article.portal = self.archive.portal if self.archive is not None else self.name
        article.province = self.province
        first, *rest = captures
        if first is not None:
            article.origin, article.captured_at = first.origin, first.captured_at
            article.warc_file, article.warc_offset, article.warc_digest = (
                first.warc_file,
                first.warc_offset,
                first.warc_digest,
            )
        article.parts = [capture for capture in rest if capture is not None]


def hint_of(fields: dict[str, str]) -> Hint:
    """The hint for the article reader out of the fields kept beside a capture."""

    def at(name: str) -> datetime | None:
        return datetime.fromisoformat(fields[name]) if name in fields else None

    return Hint(
        section=fields.get("section"),
        published_at=at("published"),
        modified_at=at("modified"),
        title=fields.get("title"),
    )
