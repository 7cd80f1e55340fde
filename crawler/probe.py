"""A short visit to a portal: its start page, one list of articles, a few articles; `check` and `addportal` judge it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urljoin

from scrapy import Request, signals
from scrapy.exceptions import DontCloseSpider

from crawler.errors import CrawlError
from crawler.outcomes import reason_of
from crawler.parse.blocking import blocked
from crawler.parse.errors import NotAnArticle
from crawler.parse.listing import Entry
from crawler.parse.page import Page, read_page
from crawler.platforms.base import Kind
from crawler.platforms.detect import detect
from crawler.sources import BadSource, Feed, RestApi, Section, Sitemap, Source, read_feed, read_posts, read_sitemap
from crawler.spider import PortalSpider
from pipelines.items import Article

if TYPE_CHECKING:
    from scrapy.crawler import Crawler, CrawlerProcessBase
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from crawler.frontier import Found
    from crawler.origins import Origin

PAGES = 5
MAX_LISTINGS = 5
"""Sections asked for until one lists articles; those a portal file names are all asked for."""
ASKED_PER_PAGE = 4
"""Links of a list that may prove to be no article, for each one that is wanted."""
MAX_SOURCES = 8
KEPT_HEADERS = ("content-type", "link")
"""What the readers look at; the rest of a response's headers is about the visit, not about the page."""
_FEEDS = ("application/rss+xml", "application/atom+xml")


@dataclass(slots=True)
class Listed:
    """A section that was asked for: how many articles its first page lists, or why it is none."""

    url: str
    label: str | None
    named: bool
    """Whether the portal file names it; else it was found."""
    entries: int = 0
    reason: str | None = None


@dataclass(slots=True)
class Tried:
    """A feed, sitemap or REST API that was asked for: how many entries it has, or why it has none."""

    sort: str
    url: str
    entries: int = 0
    reason: str | None = None


@dataclass(slots=True)
class Saved:
    """A page as it was answered, and what the portal's platform makes of it: an article, or why it is none."""

    url: str
    at: datetime
    headers: dict[str, str]
    content: bytes
    page: Page
    family: str
    """The family the page itself is found to be of."""
    article: Article | None = None
    reason: str | None = None


@dataclass(slots=True)
class Findings:
    """What a visit saw. `platform` is the described family, or the one the start page was found to be of."""

    origin: str
    start: Saved | None = None
    platform: str = "generic"
    robots: bool = False
    sitemaps: list[str] = field(default_factory=list)
    home: int = 0
    """Articles the start page itself lists."""
    sections: list[Listed] = field(default_factory=list)
    unasked: int = 0
    """Sections that were found and not asked for."""
    sources: list[Tried] = field(default_factory=list)
    listings: list[Saved] = field(default_factory=list)
    pages: list[Saved] = field(default_factory=list)
    reasons: dict[str, int] = field(default_factory=dict)
    """Pages that gave nothing, by outcome and reason."""

    @property
    def articles(self) -> list[tuple[Saved, Article]]:
        """The pages that are articles."""
        return [(saved, saved.article) for saved in self.pages if saved.article is not None]


class Probing(PortalSpider):
    """The walk of a portal, cut short. It keeps no archive: what it saw is in `findings`.

    The walk itself is PortalSpider's; this only lets through fewer of the requests it makes, and looks at the answers.
    """

    def __init__(self, *args: Any, pages: int = PAGES, sources: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.findings = Findings(self.origin.name if self.origin is not None else "live")
        self._pages, self._try_sources = pages, sources
        self._waiting: list[Request] = []
        self._candidates: list[Found] = []
        self._asked = 0
        self._all_asked = False

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.on_robots, signals.robots_parsed)
        return spider

    def on_robots(self) -> None:
        """The portal has a robots.txt, or at least answers for it."""
        self.findings.robots = True

    # -- the start page and the sources -----------------------------------------------------------

    def on_start(self, response: Response, *args: Any, **kwargs: Any) -> Iterator[Any]:
        """Of the sections the walk would ask for, those the portal file names and one at a time of the others."""
        requests = list(super().on_start(response, *args, **kwargs))
        if self.fatal is not None or self.family is None:
            yield from requests
            return
        self.findings.platform = self.family.name
        self.findings.start = saved = self._saved(response)
        self.findings.sitemaps = list(dict.fromkeys(self.sitemaps))
        if saved is not None:
            self.findings.home = self._entries(saved.page)
        named = {section.url for section in self.sections}
        for request in requests:
            section = _section(request)
            if section is None:
                if _then(request) == "on_start":
                    yield request
            elif section.url in named:
                yield request
            else:
                self._waiting.append(request)
        if self._try_sources and saved is not None:
            yield from self._tries(saved.page)

    def _tries(self, page: Page) -> Iterator[Request]:
        """Requests for what may list articles beside sections."""
        assert self.family is not None
        offered: list[Source] = [
            *self.family.sources(page, self.sitemaps),
            *(Feed(url) for url in _feeds(page)),
            *(Sitemap(url) for url in (self.sitemaps or [urljoin(page.url, "/sitemap.xml")])),
        ]
        wanted = [one for one in dict.fromkeys(offered) if not isinstance(one, Section) and self.is_own(one.url)]
        for source in wanted[:MAX_SOURCES]:
            yield Request(
                source.posts if isinstance(source, RestApi) else source.url,
                callback=self.on_tried,
                errback=self.on_not_tried,
                dont_filter=True,
                meta={"dont_redirect": True},
                cb_kwargs={"source": source},
            )

    def on_tried(self, response: Response, source: Source) -> None:
        """An answer of a feed, sitemap or REST API."""
        tried = Tried(type(source).__name__, response.url)
        try:
            if isinstance(source, RestApi):
                tried.entries = len(read_posts(response.body, {})[0])
            elif isinstance(source, Feed):
                tried.entries = len(read_feed(response.body, response.url))
            else:
                tried.entries = sum(len(found) for found in read_sitemap(response.body))
        except BadSource as error:
            tried.reason = str(error)
        self.findings.sources.append(tried)

    def on_not_tried(self, failure: Failure) -> None:
        """No answer to read."""
        request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy puts it there
        sort = type(request.cb_kwargs["source"]).__name__
        self.findings.sources.append(Tried(sort, request.url, reason=reason_of(failure.value)))

    # -- listings ---------------------------------------------------------------------------------

    def on_listing(self, response: Response, section: Section, *args: Any, **kwargs: Any) -> Iterator[Any]:
        """Note the articles of a section's first page; its further pages are not asked for."""
        assert self.family is not None
        listed = Listed(section.url, section.label, section in self.sections)
        if (saved := self._saved(response)) is None:
            listed.reason = "no-html"
        elif reason := blocked(saved.page):
            listed.reason = reason
        elif (kind := self.kind_of(saved.page)) not in (Kind.LISTING, Kind.UNKNOWN):
            listed.reason = str(kind)
        else:
            listed.entries = self._entries(saved.page)
            if listed.entries:
                self.findings.listings.append(saved)
        self.findings.sections.append(listed)
        for request in super().on_listing(response, section, *args, **kwargs):
            if _section(request) is None:
                yield request

    def _entries(self, page: Page) -> int:
        assert self.family is not None
        return sum(self.is_own(entry.url) for entry in self.family.listing(page, 1).entries)

    def on_failed(self, failure: Failure) -> Iterator[Any]:
        request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy puts it there
        if section := _section(request):
            reason = reason_of(failure.value)
            self.findings.sections.append(Listed(section.url, section.label, section in self.sections, reason=reason))
        yield from super().on_failed(failure)

    # -- articles ---------------------------------------------------------------------------------

    def on_idle(self) -> None:
        """Ask for another section until one lists articles; then for articles until there are enough."""
        if self.family is None or self.fatal is not None:
            return
        engine = self.crawler.engine
        found = [section for section in self.findings.sections if not section.named]
        if self._waiting and len(found) < MAX_LISTINGS and not any(section.entries for section in found):
            engine.crawl(self._waiting.pop(0))
            raise DontCloseSpider
        self._candidates.extend(self._frontier.take())
        more = 0
        wanted = self._pages - len(self.findings.articles)
        while self._candidates and more < wanted and self._asked < ASKED_PER_PAGE * self._pages:
            for request in self._request(self._candidates.pop(0), sampled=True):
                engine.crawl(request)
                more += 1
                self._asked += 1
        if more:
            raise DontCloseSpider
        if wanted > 0 and self.origin is not None and not self._all_asked:
            self._all_asked = True
            for url in self.origin.captured_urls():
                self._consider(Entry(url))
            self.on_idle()

    def on_article(self, response: Response, *args: Any, **kwargs: Any) -> Iterator[Any]:
        """Read a page as a crawl would, without what its list said of it, and keep both."""
        assert self.family is not None
        if (saved := self._saved(response)) is None:
            self.outcomes.count("skipped", "no-html")
            return iter(())
        kind = self.kind_of(saved.page)
        saved.reason = blocked(saved.page) or (None if kind in (Kind.ARTICLE, Kind.UNKNOWN) else str(kind))
        try:
            if saved.reason is None:
                saved.article = self.family.read([saved.page], None, self.layouts)
        except NotAnArticle as error:
            saved.reason = error.reason
        if saved.reason:
            self.outcomes.count("skipped", saved.reason)
        self.findings.pages.append(saved)
        return iter(())

    def on_closed(self, reason: str) -> None:
        self.findings.unasked = len(self._waiting)
        self.findings.reasons = dict(sorted(self.outcomes.reasons.items()))

    def _saved(self, response: Response) -> Saved | None:
        """The page of a response; None where it is no page."""
        headers = {
            name: b", ".join(response.headers.getlist(name)).decode("latin-1")
            for name in KEPT_HEADERS
            if name in response.headers
        }
        try:
            page = read_page(response.body, response.url, headers)
        except NotAnArticle:
            return None
        times = self.origin.times(response.url) if self.origin is not None else []
        at = times[-1] if times else datetime.now(UTC).replace(microsecond=0)
        return Saved(response.url, at, headers, response.body, page, detect(page).name)


def visit(
    process: CrawlerProcessBase,
    portal: type[PortalSpider],
    url: str,
    origin: Origin,
    *,
    pages: int = PAGES,
    sources: bool = False,
) -> Findings:
    """Visit a portal from `url`, and read up to `pages` articles. Raises CrawlError where there is no start page."""
    spider = type(portal.__name__, (Probing, portal), {"name": portal.name})
    if not origin.live:
        process.settings.set("ROBOTSTXT_OBEY", value=False, priority="cmdline")  # nobody's server is asked
    crawler = process.create_crawler(spider)
    process.crawl(crawler, url=url, origin=origin, pages=pages, sources=sources)
    process.start()
    probing: Any = crawler.spider
    if probing is None or process.bootstrap_failed:
        raise CrawlError(f"{portal.name}: the visit could not start; --debug shows why")
    if probing.fatal is not None:
        raise probing.fatal
    findings: Findings = probing.findings
    return findings


def _then(request: Any) -> str:
    """What the walk will do with the answer: the name of one of its methods."""
    return getattr(request.cb_kwargs.get("then"), "__name__", "") if isinstance(request, Request) else ""


def _section(request: Any) -> Section | None:
    """The section a request asks a page of."""
    return request.cb_kwargs["kept"]["section"] if _then(request) == "on_listing" else None


def _feeds(page: Page) -> Iterable[str]:
    for link in page.index.by_tag["link"]:
        if (link.get("type") or "").lower() in _FEEDS and link.get("href"):
            yield urljoin(page.base_url, link.get("href") or "")
