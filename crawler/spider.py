"""The walk shared by all portals: start page, sources, section listings page by page, articles."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar
from urllib.parse import urljoin, urlsplit

import scrapy
from scrapy import Request, signals
from scrapy.exceptions import DontCloseSpider

from crawler.errors import Blocked, Unreachable
from crawler.frontier import Found, Frontier
from crawler.outcomes import Outcomes, reason_of
from crawler.parse.article import Hint
from crawler.parse.blocking import blocked
from crawler.parse.errors import NotAnArticle
from crawler.parse.listing import Entry
from crawler.parse.page import Page, read_page
from crawler.platforms.base import Kind, Platform
from crawler.platforms.detect import PLATFORMS, detect
from crawler.sources import (
    BadSource,
    Feed,
    RestApi,
    Section,
    Sitemap,
    Source,
    read_categories,
    read_feed,
    read_posts,
    read_sitemap,
)
from pipelines.archive.warc import warc_date
from pipelines.errors import ArchiveError
from pipelines.urls import fold_url

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from crawler.origins import Origin
    from crawler.parse.layout import Layout
    from pipelines.archive.folder import Archive
    from pipelines.items import Article, Capture

logger = logging.getLogger(__name__)

REDIRECTS = (301, 302, 303, 307, 308)
MAX_REDIRECTS = 5
MAX_SECTION_PAGES = 5_000
MAX_PARTS = 50
MAX_SITEMAPS = 500
MAX_URL_CHARS = 2_083
BATCH = 500
"""Articles asked for at a time: the rest wait as plain records, not as requests."""

START, SOURCE, LISTING, PART, ARTICLE = 100, 80, 60, 40, 20


Callback = Callable[..., Iterable[Any]]
Part = tuple[Page, "Capture | None"]
T = TypeVar("T")


class PortalSpider(scrapy.Spider):
    """Walks one portal. Each page it fetches ends as exactly one outcome, counted in `outcomes`.

    `archive` is the record side, `origin` where responses come from; both are given by the crawl command.
    """

    hosts: ClassVar[tuple[str, ...]] = ()
    sections: ClassVar[tuple[Section, ...]] = ()
    layouts: ClassVar[tuple[Layout, ...]] = ()
    province: ClassVar[str | None] = None

    def __init__(
        self,
        *args: Any,
        url: str | None = None,
        archive: Archive | None = None,
        origin: Origin | None = None,
        full: str | bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.archive = archive
        self.origin = origin
        self.start_url = url or f"https://{self.hosts[0]}/"
        self.full = str(full).lower() in ("1", "true", "yes")
        self.family: Platform | None = PLATFORMS.get(getattr(self, "platform", ""))
        self.outcomes = Outcomes(archive)
        self.fatal: Exception | None = None
        self.sitemaps: list[str] = []
        self._hosts = {_host(f"//{host}") for host in self.hosts} | {_host(self.start_url)}
        self._seen: set[str] = set()
        self._frontier = Frontier(archive)
        self._walked: set[str] = set()
        self._sitemaps_asked = 0
        self._unlisted_asked = False

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.on_idle, signals.spider_idle)
        crawler.signals.connect(spider.on_closed, signals.spider_closed)
        crawler.signals.connect(spider.on_error, signals.spider_error)
        crawler.signals.connect(spider.on_item_error, signals.item_error)
        return spider

    # -- asking -----------------------------------------------------------------------------------

    async def start(self) -> AsyncIterator[Any]:
        """The start page; everything else follows from it."""
        self._seen.add(fold_url(self.start_url))
        yield self._ask(self.start_url, self.on_start, START, errback=self.on_start_failed, conditional=False)

    def _ask(
        self,
        url: str,
        callback: Callback,
        priority: int,
        *,
        errback: Callback | None = None,
        at: datetime | None = None,
        conditional: bool = True,
        **kept: Any,
    ) -> Request:
        """A request whose answer, redirects resolved by ourselves, goes to `callback(response, **kept)`.

        `conditional`: where nothing has changed since the archive's capture there is nothing to do, so ask so.
        """
        request = Request(
            url,
            callback=self._answered,
            errback=errback or self.on_failed,
            priority=priority,
            dont_filter=True,
            cb_kwargs={"then": callback, "kept": kept, "hops": 0},
            meta={
                "dont_redirect": True,
                "handle_httpstatus_list": [304, *REDIRECTS],
                "fields": kept.get("fields"),
                "at": at,
            },
        )
        if conditional and self._can_ask_conditionally():
            assert self.archive is not None
            etag, last_modified = self.archive.validators(url)
            if etag:
                request.headers["If-None-Match"] = etag
            if last_modified:
                request.headers["If-Modified-Since"] = last_modified
        return request

    def _can_ask_conditionally(self) -> bool:
        live = self.origin is not None and self.origin.live
        return live and not self.full and self.archive is not None and self.archive.last_run_finished

    def _answered(self, response: Response, then: Callback, kept: dict[str, Any], hops: int) -> Iterable[Any]:
        if response.status == 304:
            self.outcomes.count("unchanged")
            if self.archive is not None and (mark := (kept.get("fields") or {}).get("mark")):
                self.archive.remark(fold_url(response.url), mark)
            return ()
        if response.status not in REDIRECTS:
            return then(response, **kept)
        return self._redirected(response, then, kept, hops)

    def _redirected(self, response: Response, then: Callback, kept: dict[str, Any], hops: int) -> Iterator[Any]:
        """Follow a redirect unless it leaves the portal, loops, or leads where this run has been."""
        location = (response.headers.get("Location") or b"").decode("latin-1")
        target = urljoin(response.url, location)
        starting = then == self.on_start
        reason = None
        if not location or hops >= MAX_REDIRECTS:
            reason = "redirect-loop"
        elif not self.is_own(target):
            reason = "redirect-offsite"
        elif (folded := fold_url(target)) in self._seen and folded != fold_url(response.url):
            reason = "redirect-known"
        if reason:
            if starting:
                self.abort(Unreachable(f"{self.start_url} redirects to {target}, which is no page of this portal"))
            self.outcomes.settle(response.url, "skipped", reason)
            yield from self._without_part(kept)
            return
        self._seen.add(fold_url(target))
        assert response.request is not None
        cb_kwargs = {"then": then, "kept": kept, "hops": hops + 1}
        yield response.request.replace(url=target, cb_kwargs=cb_kwargs)

    def is_own(self, url: str) -> bool:
        """Whether a URL lies on one of the portal's hosts, with `www.` or without."""
        try:
            return _host(url) in self._hosts
        except ValueError:
            return False

    # -- the start page and the sources -----------------------------------------------------------

    def on_start(self, response: Response) -> Iterator[Request]:
        """Detect the platform, then ask every source it or the portal file names."""
        try:
            page = _page(response)
        except NotAnArticle as error:
            self.outcomes.settle(response.url, "failed", error.reason)
            self.abort(Unreachable(f"{response.url} answers, but not with a page of a portal: {error.reason}"))
            return
        if reason := blocked(page):
            self.outcomes.settle(response.url, "failed", reason)
            self.abort(Blocked(f"{response.url} answers with a {reason} page instead of the portal"))
            return
        if self.family is None:
            self.family = detect(page)
            logger.info("%s: platform %s", response.url, self.family.name)
        sources: list[Source] = [*self.sections, *self.family.sources(page, self.sitemaps)]
        for source in sources:
            yield from self._ask_source(source)
        yield from self._read_listing(page, Section(response.url), 1, walk=False)

    def _ask_source(self, source: Source) -> Iterator[Request]:
        if not self.is_own(source.url):
            return
        if isinstance(source, RestApi):
            yield self._ask(source.categories, self.on_categories, SOURCE, api=source)
            return
        if (folded := fold_url(source.url)) in self._seen:
            return
        if isinstance(source, Section) and not self.full:
            known = self.archive.known(folded) if self.archive is not None else None
            if known and known.outcome not in ("listing", "failed"):  # a menu item that proved to be no section
                self._frontier.find(source.url)
                return
        self._seen.add(folded)
        if isinstance(source, Section):
            yield self._ask(source.url, self.on_listing, LISTING, section=source, number=1)
        elif isinstance(source, Sitemap):
            self._sitemaps_asked += 1
            if self._sitemaps_asked <= MAX_SITEMAPS:
                yield self._ask(source.url, self.on_sitemap, SOURCE, conditional=False)
        elif isinstance(source, Feed):
            yield self._ask(source.url, self.on_feed, SOURCE)

    def on_categories(self, response: Response, api: RestApi) -> Iterator[Request]:
        """The REST API's categories are sections; then its posts."""
        sections = self._source(response, lambda: read_categories(response.body)) or {}
        yield self._ask(api.posts, self.on_posts, SOURCE, api=api, sections=sections)
        for section in sections.values():
            yield from self._ask_source(section)

    def on_posts(self, response: Response, api: RestApi, sections: dict[int, Section]) -> Iterator[Request]:
        """A page of the REST API's posts, most recently changed first; it ends where nothing is new."""
        answer = self._source(response, lambda: read_posts(response.body, sections))
        if answer is None:
            return
        entries, protected = answer
        for url in protected:
            if (folded := fold_url(url)) not in self._seen:
                self._seen.add(folded)
                self.outcomes.count("skipped", "protected")
        fresh = sum(self._consider(entry, trusted=True) for entry in entries)
        first = fold_url(api.posts)
        following = _link_next(response)
        if following is None or not entries:
            self._walked.add(first)
        elif (fresh or self.full or not self._was_walked(first)) and self.is_own(following):
            yield self._ask(following, self.on_posts, SOURCE, api=api, sections=sections)

    def on_sitemap(self, response: Response) -> Iterator[Request]:
        """A sitemap: more sitemaps, or articles."""
        assert self.family is not None
        answer = self._source(response, lambda: read_sitemap(response.body))
        for url in answer[0] if answer else ():
            if self.family.lists_posts(url):
                yield from self._ask_source(Sitemap(urljoin(response.url, url)))
        for entry in answer[1] if answer else ():
            self._consider(entry, trusted=True)

    def on_feed(self, response: Response) -> Iterable[Request]:
        """An RSS or Atom feed."""
        for entry in self._source(response, lambda: read_feed(response.body, response.url)) or ():
            self._consider(entry, trusted=True)
        return ()

    def _source(self, response: Response, read: Callable[[], T]) -> T | None:
        """Count an answer of a source as listing, or as skipped where it is not what it should be."""
        try:
            answer = read()
        except BadSource as error:
            logger.info("%s: %s", response.url, error)
            self.outcomes.settle(response.url, "skipped", "bad-source")
            return None
        self.outcomes.settle(response.url, "listing")
        return answer

    # -- listings ---------------------------------------------------------------------------------

    def on_listing(self, response: Response, section: Section, number: int) -> Iterator[Request]:
        """A page of a section; a page that turns out to be something else is skipped with what it is."""
        assert self.family is not None
        try:
            page = _page(response)
        except NotAnArticle as error:
            self.outcomes.settle(response.url, "skipped", error.reason)
            return
        kind = self.family.kind(page)
        if kind is Kind.ARTICLE:  # menus and the widgets among them link to articles too
            found = self._frontier.find(response.url)
            if self.origin is not None and not self.origin.live:  # its captures are read in their order, with the rest
                self._seen.discard(fold_url(response.url))
                self.outcomes.count("skipped", "article-in-menu")
                return
            yield from self.on_article(response, found.marked(), [])
            return
        if kind not in (Kind.LISTING, Kind.UNKNOWN):
            self.outcomes.settle(response.url, "skipped", kind)
            return
        yield from self._read_listing(page, section, number, walk=True)

    def _read_listing(self, page: Page, section: Section, number: int, *, walk: bool) -> Iterator[Request]:
        assert self.family is not None
        listing = self.family.listing(page, number)
        self.outcomes.settle(page.url, "listing")
        fields = {"via": page.url, **({"section": section.label} if section.label else {})}
        fresh = sum(self._consider(entry, fields) for entry in listing.entries)
        for entry in listing.others:
            self._consider(replace(entry, mark=None), {"via": page.url})
        if not walk:
            return
        first, following = fold_url(section.url), listing.next_url
        if following is None or not listing.entries or number >= MAX_SECTION_PAGES:
            self._walked.add(first)
        elif fresh or self.full or not self._was_walked(first):
            if (folded := fold_url(following)) in self._seen or not self.is_own(following):
                return
            self._seen.add(folded)
            yield self._ask(following, self.on_listing, LISTING, section=section, number=number + 1)

    def _was_walked(self, section: str) -> bool:
        return self.archive is not None and self.archive.walked(section)

    # -- articles ---------------------------------------------------------------------------------

    def _consider(self, entry: Entry, fields: dict[str, str] | None = None, *, trusted: bool = False) -> bool:
        """Note what a source says of an article; whether the archive does not hold it as the source shows it.

        A `trusted` source lists articles and nothing else, so the form of the URL is not held against it.
        """
        assert self.family is not None
        if not self.is_own(entry.url) or len(entry.url) > MAX_URL_CHARS:
            return False
        if not trusted and (self.family.refuses(entry.url) or self.family.is_listing_url(entry.url)):
            return False
        found = self._frontier.add(entry, fields or {})
        return self.full or not found.unchanged

    def on_idle(self) -> None:
        """When all listings are read: the articles, a batch at a time; then what an archive holds beyond them."""
        if self.family is None or self.fatal is not None:
            return
        engine = self.crawler.engine
        more = 0
        for found in self._frontier.take():
            for request in self._request(found):
                engine.crawl(request)
                more += 1
            if more >= BATCH:
                raise DontCloseSpider
        if more:
            raise DontCloseSpider
        if self.origin is not None and not self._unlisted_asked:
            self._unlisted_asked = True
            for url in self.origin.captured_urls():
                self._consider(Entry(url))
            self.on_idle()

    def _request(self, found: Found) -> Iterator[Request]:
        """The request for an article, unless this run has fetched it or the archive holds it unchanged."""
        folded = fold_url(found.url)
        if folded in self._seen:
            return
        self._seen.add(folded)
        times = self.origin.times(found.url) if self.origin is not None else []
        if times:  # out of an archive: what tells a new version is a newer capture
            found.marks = {"capture": warc_date(times[-1])}
        if found.unchanged and not self.full:
            self.outcomes.count("unchanged")
            return
        at = times[0] if times else None
        yield self._ask(found.url, self.on_article, ARTICLE, at=at, fields=found.marked(), later=times[1:])

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
        yield from self._article(response, fields, parts or [])
        if later and parts is None:
            at, *rest = later
            yield self._ask(response.url, self.on_article, PART, at=at, fields=fields, later=rest)

    def _article(self, response: Response, fields: dict[str, str], parts: list[Part]) -> Iterator[Any]:
        assert self.family is not None
        try:
            page = _page(response)
            if reason := blocked(page) or self._no_article(page):
                raise NotAnArticle(reason=reason)
        except NotAnArticle as error:
            self.outcomes.settle(response.url, "skipped", error.reason, mark=fields.get("mark"))
            yield from self._finished(fields, parts)
            return
        parts.append((page, response.meta.get("capture")))
        further = [part for part in self.family.parts(page) if fold_url(part) not in self._seen]
        if further and len(parts) < MAX_PARTS:
            self._seen.add(fold_url(further[0]))
            yield self._ask(further[0], self.on_article, PART, fields=fields, later=[], parts=parts)
        else:
            yield from self._finished(fields, parts)

    def _without_part(self, kept: dict[str, Any]) -> Iterator[Any]:
        """The article a further page could not be had of: what there is of it is not lost."""
        yield from self._finished(kept.get("fields") or {}, kept.get("parts") or [])

    def _finished(self, fields: dict[str, str], parts: list[Part]) -> Iterator[Article]:
        """The article on the pages fetched, if they are one."""
        if not parts:
            return
        assert self.family is not None
        url = parts[0][0].url
        try:
            article = self.family.read([page for page, _ in parts], hint_of(fields), self.layouts)
        except NotAnArticle as error:
            self.outcomes.settle(url, "skipped", error.reason, mark=fields.get("mark"))
            return
        self._provenance(article, [capture for _, capture in parts])
        for page, _ in parts[1:]:
            self.outcomes.settle(page.url, "part")
        article.evidence["url"] = fields.get("via", "origin")
        if "mark" in fields:
            self.outcomes.marks[fold_url(article.url)] = fields["mark"]
        yield article

    def _no_article(self, page: Page) -> str | None:
        assert self.family is not None
        kind = self.family.kind(page)
        return None if kind in (Kind.ARTICLE, Kind.UNKNOWN) else str(kind)

    def _provenance(self, article: Article, captures: list[Capture | None]) -> None:
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

    # -- outcomes ---------------------------------------------------------------------------------

    def on_closed(self, reason: str) -> None:
        """Only after a whole run does a section count as walked: its articles are fetched, not only found."""
        if reason == "finished" and self.archive is not None and self.fatal is None:
            for section in self._walked:
                self.archive.set_walked(section, datetime.now(UTC))

    def on_failed(self, failure: Failure) -> Iterator[Any]:
        """A request without an answer to read: counted by reason; the sources after it are still asked."""
        request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy puts it there
        reason = reason_of(failure.value)
        outcome = "skipped" if reason in ("robots", "not-captured") else "failed"
        self.outcomes.settle(request.url, outcome, reason)
        logger.info("%s: %s (%s)", request.url, reason, failure.value)
        then, kept = request.cb_kwargs["then"], request.cb_kwargs["kept"]
        if then == self.on_categories and reason not in ("http-404", "http-401", "http-403"):
            yield self._ask(kept["api"].posts, self.on_posts, SOURCE, api=kept["api"], sections={})
        yield from self._without_part(kept)

    def on_start_failed(self, failure: Failure) -> Iterator[Request]:
        """Without a start page there is no crawl."""
        reason = reason_of(failure.value)
        self.outcomes.settle(self.start_url, "failed", reason)
        kind = Blocked if reason in ("http-401", "http-403", "http-429", "robots") else Unreachable
        self.abort(
            kind(
                f"{self.start_url} cannot be had: {reason} ({failure.value}). Is the address right, and the portal "
                "still up? One that is gone can be read from captures: -a origin=FILE.wacz"
            )
        )
        return iter(())

    def on_error(self, failure: Failure, response: Response | Failure) -> None:
        """A page we could not deal with: a fault of ours is counted, one of the archive ends the crawl."""
        if isinstance(failure.value, ArchiveError):
            self.abort(failure.value)
        else:
            request: Request = response.request  # type: ignore[union-attr, assignment]  # Scrapy puts it on failures too
            self.outcomes.settle(request.url, "failed", "internal-error")

    def on_item_error(self, item: Article, failure: Failure) -> None:
        """A fault of ours while storing an article: likewise."""
        self.outcomes.settle(item.url, "failed", "internal-error")

    def abort(self, error: Exception) -> None:
        """End the crawl because of `error`, which the command reports."""
        if self.fatal is None:
            self.fatal = error
            self.outcomes.archive = None
            self._closing = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason="aborted"))


def _host(url: str) -> str:
    return urlsplit(url).netloc.lower().removeprefix("www.")


def hint_of(fields: dict[str, str]) -> Hint:
    """The hint for the article reader out of the fields kept beside a capture."""

    def at(name: str) -> datetime | None:
        return datetime.fromisoformat(fields[name]) if name in fields else None

    return Hint(section=fields.get("section"), published_at=at("published"), modified_at=at("modified"))


def _page(response: Response) -> Page:
    headers = {
        name.decode("latin-1").lower(): b", ".join(values).decode("latin-1")
        for name, values in response.headers.items()
    }
    return read_page(response.body, response.url, headers)


def _link_next(response: Response) -> str | None:
    for header in response.headers.getlist("Link"):
        if match := re.search(r'<([^>]+)>;\s*rel="next"', header.decode("latin-1")):
            return match[1]
    return None
