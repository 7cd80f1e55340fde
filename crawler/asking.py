"""Asking a portal for pages: requests, redirects resolved by ourselves, and how a page that cannot be had ends."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urljoin, urlsplit

import scrapy
from scrapy import Request

from crawler.errors import CrawlError, NotAsked, Unreachable
from crawler.frontier import Frontier
from crawler.ordering import Line
from crawler.outcomes import Outcomes, reason_of
from crawler.parse.forms import Form
from crawler.parse.page import Page, read_page
from crawler.platforms.detect import PLATFORMS
from crawler.scratch import Scratch, Seen
from crawler.traps import Limits, Traps, refusal
from pipelines.archive.rows import LASTING
from pipelines.archive.withdrawn import REASON
from pipelines.errors import ArchiveError
from pipelines.urls import fold_url

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from crawler.origins import Origin
    from crawler.platforms.base import Platform
    from pipelines.archive.folder import Archive
    from pipelines.items import Article

logger = logging.getLogger(__name__)

REDIRECTS = (301, 302, 303, 307, 308)

START, SOURCE, LISTING, PART, ARTICLE = 100, 80, 60, 40, 20
"""Priorities: what tells where articles are comes before them."""

Callback = Callable[..., Iterable[Any]]


NEVER_ASKED = ("robots", "not-captured", "private-address", REASON)
"""Reasons for which a page is skipped: to ask again would be no use."""


class Asking(scrapy.Spider):
    """A spider that asks one portal; each page it fetches ends as exactly one outcome, counted in `outcomes`.

    `archive` is the record side, `origin` where responses come from; both are given by the crawl command.
    """

    hosts: ClassVar[tuple[str, ...]] = ()

    def __init__(
        self,
        *args: Any,
        url: str | None = None,
        archive: Archive | None = None,
        origin: Origin | None = None,
        full: str | bool = False,
        since: datetime | None = None,
        until: datetime | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.archive = archive
        self.origin = origin
        self.start_url = url or f"https://{self.hosts[0]}/"
        self.since, self.until = since, until
        """The days articles are to be of, where they are bounded: from the one, before the other."""
        self.full = str(full).lower() in ("1", "true", "yes")
        self.family: Platform | None = PLATFORMS.get(getattr(self, "platform", ""))
        self.outcomes = Outcomes(archive, live=origin is None or origin.live)
        self.fatal: Exception | None = None
        self._hosts = {_host(f"//{host}") for host in self.hosts} | {_host(self.start_url)}
        self.scratch = Scratch(archive.folder if archive is not None else None)
        self._seen = Seen(self.scratch)
        self._frontier = Frontier(archive, self.scratch)
        self.traps = Traps(scratch=self.scratch)
        self.line = Line()

    def _set_crawler(self, crawler: Crawler) -> None:
        super()._set_crawler(crawler)
        self.traps.limits = Limits.of(crawler.settings)
        if self.archive is not None:
            self.traps.recall(self.archive.agenda.noise())

    def ask(
        self,
        target: str | Form,
        callback: Callback,
        priority: int,
        *,
        errback: Callback | None = None,
        at: datetime | None = None,
        conditional: bool = True,
        stands: bool = False,
        **kept: Any,
    ) -> Request:
        """A request whose answer goes to `callback(response, **kept)`; a Form is posted.

        `conditional`: where nothing has changed since the archive's capture there is nothing to do, so ask so; where a
        run was cut short that is known only of a page that `stands` as an article in the archive.
        """
        url, body = (target.url, target.body) if isinstance(target, Form) else (target, b"")
        request = Request(
            url,
            callback=self._answered,
            errback=errback or self.on_failed,
            method="POST" if body else "GET",
            body=body,
            headers={"Content-Type": "application/x-www-form-urlencoded"} if body else None,
            priority=priority,
            dont_filter=True,
            cb_kwargs={"then": callback, "kept": kept, "hops": 0},
            meta={
                "dont_redirect": True,
                "dont_retry": self.origin is not None and not self.origin.live,  # an archive does not change
                "handle_httpstatus_list": [304, *REDIRECTS],
                "fields": kept.get("fields"),
                "at": at,
            },
        )
        if conditional and not body and self._can_ask_conditionally(stands=stands):
            self.set_validators(request)
        return request

    def set_validators(self, request: Request) -> None:
        """Ask only for what differs from the archive's newest good capture of the URL."""
        assert self.archive is not None
        etag, last_modified = self.archive.kept.validators(request.url)
        if etag:
            request.headers["If-None-Match"] = etag
        if last_modified:
            request.headers["If-Modified-Since"] = last_modified

    def _can_ask_conditionally(self, *, stands: bool) -> bool:
        live = self.origin is not None and self.origin.live
        return live and not self.full and self.archive is not None and (stands or self.archive.last_run_finished)

    def settle(self, response: Response, outcome: str, reason: str | None = None) -> None:
        """Count a page under how it ended, and remember it; a posted page shares its URL with others: only count it."""
        self._settle(response.request, response.url, outcome, reason)

    def _settle(self, request: Request | None, url: str, outcome: str, reason: str | None) -> None:
        if request is not None and request.method == "POST":
            self.outcomes.count(outcome, reason)
        else:
            self.outcomes.settle(url, outcome, reason)

    def _answered(self, response: Response, then: Callback, kept: dict[str, Any], hops: int) -> Iterable[Any]:
        if response.status == 304:
            self.outcomes.count("unchanged")
            self.traps.bore(response.url, "section" if kept.get("fields") is None else "article")
            fields = kept.get("fields")
            if self.archive is not None and fields is not None:
                self.archive.checked(fold_url(response.url), fields.get("mark"))
            return () if fields is None else self.line.release(fields, [])
        if response.status not in REDIRECTS:
            return then(response, **kept)
        return self._redirected(response, then, kept, hops)

    def _redirected(self, response: Response, then: Callback, kept: dict[str, Any], hops: int) -> Iterator[Any]:
        """Follow a redirect unless it leaves the portal, loops, or leads where this run has been."""
        location = (response.headers.get("Location") or b"").decode("latin-1")
        target = urljoin(response.url, location)
        here = fold_url(response.url)
        if self._leads_home(target) and (stood := self.outcomes.stood(here)) is not None:
            self.outcomes.gone(stood, "redirect-home", response.url)
            yield from self.line.release(kept.get("fields") or {}, [])
            return
        if reason := self._leads_nowhere(response.url, target if location else None, hops):
            self.settle(response, "skipped", reason)
            if self.is_starting(then):
                if request := self.begin_elsewhere(then, self.on_start_failed):
                    yield request
                    return
                self.abort(Unreachable(f"{self.start_url} redirects to {target}, which is no page of this portal"))
            yield from self.unread(then, kept, reason)
            return
        self._seen.add(folded := fold_url(target))
        assert response.request is not None
        cb_kwargs = {"then": then, "kept": kept, "hops": hops + 1}
        request = response.request.replace(url=target, cb_kwargs=cb_kwargs)
        if (fields := kept.get("fields")) is not None:
            self.line.reserve(fields)
            request = request.replace(priority=max(request.priority, PART))
            if folded != here:  # known by it until a source says it changed
                self.outcomes.led[folded] = self.outcomes.led.get(here, here)
                self.outcomes.settle(response.url, "skipped", "redirected", mark=fields.get("mark"))
        if request.method == "POST" and response.status < 307:  # as browsers do
            request = request.replace(method="GET", body=b"")
        yield request

    def _leads_nowhere(self, here: str, target: str | None, hops: int) -> str | None:
        """Why a redirect is not followed, or None."""
        if target is None or target == here:
            return "redirect-loop"
        if not self.is_own(target):
            return "redirect-offsite"
        folded = fold_url(target)
        if folded == fold_url(self.start_url) != fold_url(here):
            return "redirect-home"
        if folded in self._seen and folded != fold_url(here):
            return "redirect-known"
        if hops >= self.traps.limits.redirects:
            return "redirect-loop"
        return refusal(target, self.traps.limits)

    def leave(self, url: str, reason: str) -> None:
        """Count an address that is not asked, once, with why."""
        if self.traps.is_news(url):
            self.outcomes.count("skipped", reason)

    def _leads_home(self, target: str) -> bool:
        """Whether a redirect leads to where portals send those who ask for what is no more: the start page, a list."""
        if not self.is_own(target):
            return False
        folded = fold_url(target)
        known = self.archive.known(folded) if self.archive is not None else None
        return (
            (urlsplit(folded).path == "/" and not urlsplit(folded).query)
            or folded == fold_url(self.start_url)
            or bool(known and known.outcome == "listing")
        )

    def is_own(self, url: str) -> bool:
        """Whether a URL lies on one of the portal's hosts, with `www.` or without."""
        try:
            return _host(url) in self._hosts
        except ValueError:
            return False

    def spelled(self, url: str) -> str:
        """A URL as the origin knows it: an archive holds a page under one of several; a host adds to what names it."""
        return self.traps.plain(url) if self.origin is None or self.origin.live else self.origin.spelled(url)

    def begin_elsewhere(self, callback: Callback, errback: Callback) -> Request | None:
        """The request for another page to begin at; overridden by who reads archives."""
        return None

    # -- what cannot be had -----------------------------------------------------------------------

    def on_failed(self, failure: Failure) -> Iterator[Any]:
        """A request without an answer to read: counted by reason; the sources after it are still asked."""
        request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy puts it there
        if isinstance(failure.value, NotAsked):  # as if it had not been found: the next run asks
            return
        reason = reason_of(failure.value)
        outcome = "skipped" if reason in NEVER_ASKED else "failed"
        self._settle(request, request.url, outcome, reason)
        if outcome == "failed" and reason not in LASTING:
            self.traps.excuse(request.url, "section" if request.meta.get("fields") is None else "article")
        logger.info("%s: %s (%s)", request.url, reason, failure.value)
        at = request.meta.get("at")
        if reason == "not-captured" and self.origin is not None and (older := self.origin.before(request.url, at)):
            yield request.replace(meta={**request.meta, "at": older})  # listed, but not to be had: the copy before it
            return
        yield from self.unread(request.cb_kwargs["then"], request.cb_kwargs["kept"], reason)

    def unread(self, then: Callback, kept: dict[str, Any], reason: str) -> Iterator[Any]:
        """What is left to do after a page for `then` could not be had; overridden by those who asked for it."""
        return iter(())

    def on_start_failed(self, failure: Failure) -> Iterator[Request]:
        """What follows where the page the crawl starts from cannot be had."""
        return iter(())

    def is_starting(self, then: Callback) -> bool:
        """Whether a page is the one the crawl starts from."""
        return False

    def on_error(self, failure: Failure, response: Response | Failure) -> None:
        """A page we could not deal with: a fault of ours is counted, one of the archive ends the crawl."""
        if isinstance(failure.value, ArchiveError):
            self.abort(failure.value)
        else:
            request: Request = response.request  # type: ignore[union-attr, assignment]  # Scrapy puts it on failures too
            self.outcomes.settle(request.url, "failed", "internal-error")

    def on_item_error(self, item: Article, failure: Failure) -> None:
        """A fault of ours while storing an article: likewise."""
        read = self.archive.taken(item) if self.archive is not None else None
        self.outcomes.settle(item.url, "failed", "internal-error", read=read)

    def abort(self, error: Exception) -> None:
        """End the crawl because of `error`, which the command reports."""
        if self.fatal is None:
            self.fatal = error
            self.outcomes.archive = None
            reason = error.finished if isinstance(error, CrawlError) else "aborted"
            self._closing = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason=reason))


def _host(url: str) -> str:
    return urlsplit(url).netloc.lower().removeprefix("www.")


def page_of(response: Response) -> Page:
    """The page of a response. Raises NotAnArticle."""
    headers = {
        name.decode("latin-1").lower(): b", ".join(values).decode("latin-1")
        for name, values in response.headers.items()
    }
    return read_page(response.body, response.url, headers)
