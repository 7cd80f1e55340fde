"""The walk shared by all portals: start page, sources, section listings page by page, articles."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urljoin

from scrapy import Request, signals
from scrapy.exceptions import DontCloseSpider

from crawler.asking import ARTICLE, START, Callback, page_of
from crawler.errors import Blocked, NotAsked, Unreachable
from crawler.harvesting import Harvesting
from crawler.manners.waiting import again
from crawler.outcomes import Belief, reason_of
from crawler.parse.blocking import blocked
from crawler.parse.errors import NotAnArticle
from crawler.parse.links import framed
from crawler.parse.pagekind import frames, leads_to
from crawler.platforms.detect import detect
from crawler.sources import RestApi, Section, Source
from pipelines.errors import ArchiveError
from pipelines.urls import fold_url

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from crawler.frontier import Found
    from crawler.parse.page import Page
    from pipelines.items import Article

logger = logging.getLogger(__name__)

REFUSALS = ("http-401", "http-403", "http-429", "robots", "robots-unreachable")
"""Why a start page cannot be had although the portal answers."""
HINT = "Is the address right, and the portal still up? One that is gone can be read from captures: -a origin=FILE.wacz"
HINTS = {
    "tls": 'If it is to be read all the same, its portal file says why: accepts_bad_certificate = "…"',
    "robots-unreachable": again(),
}
"""What to do where the start page cannot be had, by reason."""
LATEST = "~"
"""Sorts behind every date."""
BATCH = 500
"""Articles asked for at a time: the rest wait as plain records, not as requests."""


class PortalSpider(Harvesting):
    """Walks one portal: the start page, what lists articles (`Walking`), then the articles (`Reading`)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._begun_noted = self._unlisted_asked = self._sampled = self._ending = False
        self._tasks: set[asyncio.Future[None]] = set()
        self._in_turn: list[Found] = []
        """Of the last batch those there was no room for yet, as others of their shape proved to be none so far."""

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
        if not await self.discover():
            return
        self.start_url = self.spelled(self.start_url)
        self._seen.add(fold_url(self.start_url))
        yield self.ask(self.start_url, self.on_start, START, errback=self.on_start_failed, conditional=False)

    def is_starting(self, then: Callback) -> bool:
        """Whether a page is the one the crawl starts from."""
        return then == self.on_start

    def on_start(self, response: Response, doors: int = 0) -> Iterator[Any]:
        """Go in by whatever door there is."""
        try:
            page = page_of(response)
        except NotAnArticle as error:
            self.outcomes.settle(response.url, "failed", error.reason)
            if request := self.older(response) or self.begin_elsewhere(self.on_start, self.on_start_failed):
                yield request
                return
            self.abort(Unreachable(f"{response.url} answers, but not with a page of a portal: {error.reason}"))
            return
        if reason := blocked(page):
            self.outcomes.settle(response.url, "failed", reason)
            if request := self.older(response) or self.begin_elsewhere(self.on_start, self.on_start_failed):
                yield request
                return
            self.abort(Blocked(f"{response.url} answers with a {reason} page instead of the portal"))
            return
        if doors < self.traps.limits.doors and (target := leads_to(page)):
            url = urljoin(page.link_base, target)
            if self.is_own(url) and (folded := fold_url(url)) not in self._seen:
                self._seen.add(folded)
                self.settle(response, "listing")
                errback = self.on_start_failed
                yield self.ask(url, self.on_start, START, errback=errback, conditional=False, doors=doors + 1)
                return
        if inside := frames(page):
            self.settle(response, "listing")
            for url in inside:
                if (folded := fold_url(url)) not in self._seen:
                    self._seen.add(folded)
                    yield self.ask(url, self.on_frame, START, conditional=False)
            return
        yield from self._opened(response, page)

    def on_frame(self, response: Response) -> Iterator[Any]:
        """A frame of the start page: its menu, its news, or its banner."""
        try:
            page = page_of(response)
        except NotAnArticle as error:
            self.settle(response, "skipped", error.reason)
            return
        yield from self._opened(response, page)

    def _opened(self, response: Response, page: Page) -> Iterator[Any]:
        """The start page, or a frame of it: detect the platform, ask every source, and read what it lists."""
        if self.family is None:
            self.family = detect(page)
            logger.info("%s: platform %s", response.url, self.family.name)
        if self.archive is not None and not self._begun_noted and (capture := response.meta.get("capture")):
            self._begun_noted = True  # of several frames the first tells the platform, here as in a reparse
            self.archive.began(response.url, capture)
        sources: list[Source] = [*self.sections, *self.family.sources(page, self.sitemaps)]
        self.observe(page)
        named = {*(section.url for section in self.sections), *(link.url for link in self.family.menu(page))}
        for source in sources:
            yield from self.ask_source(source, trusted=source.url in named, on_start=True)
        for url in framed(page):
            yield from self.ask_source(Section(url), on_start=True)
        self.settle(response, "listing")
        if self.begun_elsewhere(response):
            self._seen.discard(fold_url(response.url))
        walk = not any(isinstance(source, RestApi) for source in sources)  # else that lists what its pager would
        yield from self.read_listing(page, Section(response.url), 1, walk=walk)

    def on_idle(self) -> None:
        """When all listings are read: the articles, a batch at a time; then what an archive holds beyond them."""
        if self.family is None or self.fatal is not None:
            return
        self._crawl(self.ask_put_off())
        self._emit(self.line.rest())
        self.settle_menu_pages()
        self.survey()
        if self.learning.facts is None:
            self._sample()
        self._give_turns()
        more = 0
        for found in self._frontier.take():
            if self.holds_until(found.date):
                if more:  # what was asked for before it comes first
                    self._frontier.put_back(found)
                    raise DontCloseSpider
                self._emit(self.held_until(found.date))
            for request in self._request(found):
                self.crawler.engine.crawl(request)
                more += 1
            if more >= BATCH or (more and len(self._in_turn) >= BATCH):
                raise DontCloseSpider
        if more:
            raise DontCloseSpider
        if self._has_waited():
            self.on_idle()
            return
        self._emit(self.held_until(LATEST))
        if self.origin is not None and not self._unlisted_asked:
            self._unlisted_asked = True
            self.consider_captured()
            self.look_again()
            self.on_idle()
        if self._tasks:
            self._ending = True
            raise DontCloseSpider

    def _crawl(self, requests: list[Any]) -> None:
        """Ask, if there is anything to ask, before anything else is looked at. Raises DontCloseSpider."""
        for request in requests:
            self.crawler.engine.crawl(request)
        if requests:
            raise DontCloseSpider

    def _sample(self) -> None:
        """Before all other articles some of them are fetched, from which what the portal repeats is learnt."""
        if not self._sampled:
            self._sampled = True
            sample = self._frontier.waiting(self.learning.choose(range(self._frontier.count())))
            self._crawl([request for found in sample for request in self._request(found, sampled=True)])
        self.learn()

    def _emit(self, articles: list[Article]) -> None:
        for article in articles:
            task = asyncio.ensure_future(self.crawler.engine.scraper.start_itemproc_async(article, response=None))
            self._tasks.add(task)
            task.add_done_callback(self._emitted)

    def _emitted(self, task: asyncio.Future[None]) -> None:
        """The engine looks after idle spiders every few seconds only: when the last article is through, it is told."""
        self._tasks.discard(task)
        slot = self.crawler.engine.scraper.slot
        if slot and slot.closing and not slot.closing.called and slot.is_idle():
            # a run that is being ended waits for this, which Scrapy sees to after responses only
            slot.closing.callback(self)
        if self._ending and not self._tasks:
            self._closing = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason="finished"))

    def _give_turns(self) -> None:
        """Put back what waited until others of its shape proved to be articles; the rest waits on."""
        waiting, self._in_turn = self._in_turn, []
        for found in reversed(waiting):
            if self._is_ready(found):
                self._frontier.put_back(found)
        self._frontier.put_off(found for found in waiting if not self._is_ready(found))

    def _is_ready(self, found: Found) -> bool:
        return self.traps.has_room(found.url, "article")

    def _has_waited(self) -> bool:
        """When nothing else is left: put back what there is room for by now; where there is none it is left."""
        self._frontier.put_off(self._in_turn)
        self._in_turn = []
        if self._frontier.again(self._is_ready):
            return True
        for found in self._frontier.left():
            self.leave(found.url, "fruitless-shape")
        return False

    def _wait_turn(self, found: Found) -> None:
        if len(self._in_turn) >= BATCH:
            self._frontier.put_off(self._in_turn)
            self._in_turn = []
        self._in_turn.append(found)

    def _request(self, found: Found, *, sampled: bool = False) -> Iterator[Request]:
        """The request for an article, unless this run has fetched it or the archive holds it unchanged."""
        folded = fold_url(found.url)
        if folded in self._seen:
            return
        times = self.versions(found)
        if times == [] or (found.unchanged and not self.full and not found.look):
            if folded not in self._due:  # else it is looked at when all else is had
                self._seen.add(folded)
                self.outcomes.count("unchanged")
            return
        if found.is_outside(self.since, self.until):
            self._seen.add(folded)
            self.outcomes.count("skipped", "outside-period")
            return
        live = self.origin is None or self.origin.live
        stands = found.known is not None and found.known.article is not None  # no trap, whatever became of it
        if live and not stands and not self.traps.admits(found.url, "article") and not sampled:
            self._wait_turn(found)
            return
        self._seen.add(folded)
        at, later = (times[0], times[1:]) if times else (None, [])
        fields = self.told(found)
        yield self.ask(found.url, self.on_article, ARTICLE, at=at, stands=stands, fields=fields, later=later)

    def on_closed(self, reason: str) -> None:
        """Tell what is gone from what is in doubt, and remember what was walked to its end.

        A run that was cut short does neither: the one that goes on with it sees all that it saw.
        """
        self.scratch.close()
        if reason != "finished" or self.fatal is not None:
            return
        walk = self.outcomes.tally.walk
        try:
            self.outcomes.conclude(Belief.of(self.settings), lists=walk.listed + walk.listings_unchanged > 0)
            self.keep_walked()
        except ArchiveError as error:
            self.fatal, self.outcomes.archive = error, None

    def on_start_failed(self, failure: Failure) -> Iterator[Request]:
        """Without a start page there is no crawl; but an archive may hold other pages to begin at."""
        if isinstance(failure.value, NotAsked):
            return
        reason = reason_of(failure.value)
        self.outcomes.settle(failure.request.url, "failed", reason)  # type: ignore[attr-defined]  # Scrapy puts it there
        if self.fatal is not None:
            return
        if request := self.begin_elsewhere(self.on_start, self.on_start_failed):
            yield request
            return
        kind = Blocked if reason in REFUSALS else Unreachable
        hint = HINTS.get(reason, HINT)
        self.abort(kind(f"{self.start_url} cannot be had: {reason} ({failure.value}). {hint}"))
