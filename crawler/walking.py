"""Walking what lists articles: sources, then sections page by page."""

from __future__ import annotations

import contextlib
import logging
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar
from urllib.parse import urljoin

from crawler.asking import LISTING, SOURCE, Callback, page_of
from crawler.judging import ending
from crawler.labelling import Labelling
from crawler.parse.blocking import REASONS, blocked, is_headed_missing
from crawler.parse.errors import NotAnArticle
from crawler.parse.forms import Form
from crawler.parse.links import anchors, framed, said
from crawler.parse.listing import MAX_LABEL_WORDS, Entry, Listing
from crawler.parse.pagekind import shape
from crawler.parse.pager import counted_on
from crawler.platforms.base import Kind
from crawler.reading import Reading
from crawler.scratch import Hashes, Listed
from crawler.sources import (
    BadSource,
    Feed,
    RestApi,
    Section,
    Sitemap,
    Source,
    feed_links,
    is_aside,
    lists_sections,
    read_categories,
    read_feed,
    read_posts,
    read_sitemap,
)
from crawler.traps import looks_random, refusal
from pipelines.archive.revisits import Policy, Waiting
from pipelines.text import fold
from pipelines.urls import fold_url, unprinted

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response

    from crawler.frontier import Found
    from crawler.parse.page import Page
    from crawler.traps import Channel
    from pipelines.archive.journal import Read

logger = logging.getLogger(__name__)

SITEMAPS = "sitemaps"
"""Of all sitemaps as one list."""
EVERYTHING = Policy(timedelta(0), timedelta(0), sys.maxsize)
T = TypeVar("T")


class Walking(Reading):
    """Asks every source for the articles it lists, and notes them for reading."""

    sections: ClassVar[tuple[Section, ...]] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sitemaps: list[str] = []
        """Those robots.txt names."""
        self.labelling = Labelling(self.scratch)
        self._walked: set[str] = set()
        self._asked_of: dict[type[Source], int] = {}
        self._lists = Listed(self.scratch)
        """By the folded URL of each, and all sitemaps as one."""
        self._sitemaps_unread = 0
        self._covered = False
        self._beside_api: list[Source] = []
        """Lists that need not be read as long as the REST API answers."""
        self._surveyed = False
        self._due: dict[str, Waiting] = {}
        """The known articles whose time has come, by folded URL, until they are looked at."""
        self._menu_pages: set[str] = set()
        """Pages built as articles that menus link to; whether they are depends on whether lists do too."""
        self._cut: set[str] = set()
        """Lists whose walk was ended for what their pages were, not because they had ended."""
        self._put_off: dict[str, tuple[Source, bool]] = {}
        """Sources to be asked when what is surer has been walked, and whether the start page names them."""
        self._is_idle = False

    # -- sources ----------------------------------------------------------------------------------

    def ask_source(self, source: Source, *, trusted: bool = False, on_start: bool = False) -> Iterator[Any]:
        """The request for a source of this portal, once.

        One that is `trusted` is asked whatever others like it have brought; one found `on_start` has more room.
        """
        if not self.is_own(source.url) or self._refuses(source.url):
            return
        if isinstance(source, Section):
            source = replace(source, url=self.traps.one_section(source.label, self.spelled(source.url)))
        if isinstance(source, RestApi):
            self._covered = not self.full and self._was_walked(fold_url(source.posts))
            yield self.ask(source.categories, self.on_categories, SOURCE, conditional=False, api=source)
            return
        if self._is_covered(source):
            self._beside_api.append(source)
            return
        if (folded := fold_url(source.url)) in self._seen:
            return
        if isinstance(source, Section) and not self.full:
            known = self.archive.known(folded) if self.archive is not None else None
            if known and known.outcome not in ("listing", "failed"):  # a menu item that proved to be no section
                self._frontier.find(source.url)
                return
            trusted = trusted or (known is not None and known.outcome == "listing")
        if not trusted and not self._has_turn(source, folded, on_start=on_start):
            return
        if not self._may_ask(source):
            self.leave(source.url, f"many-{_channel(source)}s")
            return
        self._seen.add(folded)
        if isinstance(source, Section):
            yield self.ask(source.url, self.on_listing, LISTING, section=source, number=1)
        elif isinstance(source, Sitemap):
            self._sitemaps_unread += 1
            yield self.ask(source.url, self.on_sitemap, SOURCE, conditional=False)
        else:
            yield self.ask(source.url, self.on_feed, SOURCE)

    def _refuses(self, url: str) -> bool:
        if reason := refusal(url, self.traps.limits):
            self.leave(url, reason)
        return reason is not None

    def _has_turn(self, source: Source, folded: str, *, on_start: bool) -> bool:
        """Whether to ask for a source now: sections no menu names wait until those that one does have been walked."""
        waits = isinstance(source, Section) and not self._is_idle
        if not waits and self.traps.admits(source.url, _channel(source), on_start=on_start):
            return True
        self._put_off.setdefault(folded, (source, on_start))
        return False

    def _is_covered(self, source: Source) -> bool:
        """Whether a list need not be read because the portal's REST API lists all it could show, and more cheaply."""
        if not self._covered or not isinstance(source, Section | Feed) or self.archive is None:
            return False
        last = self.archive.kept.last_asked(source.url)
        return last is not None and datetime.now(UTC) - last < timedelta(
            days=self.settings.getfloat("LISTS_BESIDE_API_DAYS")
        )

    def _uncovered(self) -> Iterator[Any]:
        """The lists the REST API was to answer for, where it does not answer."""
        self._covered = False
        sources, self._beside_api = self._beside_api, []
        for source in sources:
            yield from self.ask_source(source)

    def _may_ask(self, source: Source) -> bool:
        """Whether there is room for one more source of its sort."""
        limits = self.traps.limits
        limit = {Section: limits.sections, Sitemap: limits.sitemaps}.get(type(source), limits.feeds)
        self._asked_of[type(source)] = asked = self._asked_of.get(type(source), 0) + 1
        return asked <= limit

    def ask_put_off(self) -> list[Any]:
        """The requests for sources put off that there is room for now; when there is none, they are left."""
        self._is_idle = True
        requests: list[Any] = []
        for wanted in (True, False):  # first those of the start page, to their end
            waiting = [source for source, on_start in self._put_off.values() if on_start is wanted]
            if not requests and waiting:
                self._put_off = {url: one for url, one in self._put_off.items() if one[1] is not wanted}
                if len(waiting) > self.traps.limits.fruitless_on_start:  # menus may begin with many pages that are none
                    waiting = [*waiting[::3], *waiting[1::3], *waiting[2::3]]
                requests = [one for source in waiting for one in self.ask_source(source, on_start=wanted)]
        self._is_idle = False
        if not requests:
            for source, _ in self._put_off.values():
                self._sitemaps_unread += isinstance(source, Sitemap)
                self.leave(source.url, "fruitless-shape")
            self._put_off = {}
        return requests

    def observe(self, page: Page) -> None:
        """Learn what in this host's addresses tells no pages apart; what was noted is then noted as it is named now."""
        if self.origin is not None and not self.origin.live:
            return
        links = ((anchor, self.traps.plain(url)) for anchor, url in anchors(page))
        if self.traps.observe((said(page, anchor), url) for anchor, url in links if looks_random(url)):
            if self.archive is not None:
                self.archive.agenda.set_noise(self.traps.noise)
            self._seen.rename(self.spelled)
            self._frontier.rename(self.spelled)

    def on_categories(self, response: Response, api: RestApi) -> Iterator[Any]:
        """The REST API's categories are sections; then its posts."""
        sections = self._source(response, lambda: read_categories(response.body)) or {}
        yield self.ask(api.posts, self.on_posts, SOURCE, api=api, sections=sections)
        for section in sections.values():
            yield from self.ask_source(section, trusted=True)

    def on_posts(
        self, response: Response, api: RestApi, sections: dict[int, Section], number: int = 1
    ) -> Iterator[Any]:
        """A page of the REST API's posts, most recently changed first; it ends where nothing is new."""
        answer = self._source(response, lambda: read_posts(response.body, sections))
        if answer is None:
            yield from self._uncovered()
            return
        entries, protected = answer
        for url in protected:
            if (folded := fold_url(url)) not in self._seen:
                self._seen.add(folded)
                self.outcomes.count("skipped", "protected")
        fresh = sum(self._consider(entry, trusted=True) for entry in entries)
        first = fold_url(api.posts)
        self._lists.note(first, _keys(entries))
        following = _link_next(response)
        if following is None or not entries:
            self._walked.add(first)
        elif self._goes_on(fresh, first, following, entries) and self.is_own(following):
            yield self.ask(following, self.on_posts, SOURCE, api=api, sections=sections, number=number + 1)

    def on_sitemap(self, response: Response) -> Iterator[Any]:
        """A sitemap: more sitemaps, sections, or articles."""
        assert self.family is not None
        answer = self._source(response, lambda: read_sitemap(response.body))
        self._bring(response, "sitemap", answer[1] if answer else [])
        if answer is not None:
            self._sitemaps_unread -= 1
        for url in answer[0] if answer else ():
            if self.family.lists_posts(url) or lists_sections(url):
                yield from self.ask_source(Sitemap(urljoin(response.url, url)))
        for entry in answer[1] if answer else ():
            if not lists_sections(response.url):
                self._lists.note(SITEMAPS, _keys([entry]))
                self._consider(entry, trusted=True)
            elif self.is_own(entry.url) and not is_aside(entry.url):
                yield from self.ask_source(Section(entry.url))

    def on_feed(self, response: Response) -> Iterator[Any]:
        """An RSS or Atom feed, or a page that lists the portal's feeds."""
        try:
            feeds = feed_links(page_of(response))
        except NotAnArticle:
            entries = self._source(response, lambda: read_feed(response.body, response.url)) or []
            self._bring(response, "feed", entries)
            for entry in entries:
                self._consider(entry, trusted=True)
            return
        self.settle(response, "listing")
        for url in feeds:
            yield from self.ask_source(Feed(url))

    def _bring(self, response: Response, channel: Channel, entries: list[Entry]) -> None:
        """Note whether a source brought something new."""
        if self.traps.note({said for entry in entries if (said := _headline(entry))}):
            self.traps.bore(response.url, channel)

    def _source(self, response: Response, read: Callable[[], T]) -> T | None:
        """Count an answer of a source as listing, or as skipped where it is not what it should be."""
        try:
            answer = read()
        except BadSource as error:
            logger.info("%s: %s", response.url, error)
            self.settle(response, "skipped", "bad-source")
            return None
        self.settle(response, "listing")
        return answer

    # -- listings ---------------------------------------------------------------------------------

    def on_listing(
        self, response: Response, section: Section, number: int, shown: Hashes | None = None, more: bool = False
    ) -> Iterator[Any]:
        """A page of a section; a page that turns out to be something else is skipped with what it is.

        `shown` are the articles earlier pages of the section listed, `more` says that its "load more" was followed.
        """
        assert self.family is not None
        try:
            page = page_of(response)
            if (reason := blocked(page)) or is_headed_missing(page):
                raise NotAnArticle(reason=reason or Kind.NOT_FOUND)
        except NotAnArticle as error:
            self._no_list(response, error.reason)
            if number > 1 and error.reason in REASONS:
                self._unwalk(section.url)
            return
        self.observe(page)
        if target := self.refreshed(response, page):
            yield self.ask(target, self.on_listing, LISTING, section=section, number=number, shown=shown, more=more)
            return
        if number > 1:
            kind = self.family.kind(page)
            kind = Kind.LISTING if kind is Kind.UNKNOWN else kind  # a pager led here
        elif (kind := self.kind_of(page, self._frontier.titles(response.url))) is Kind.UNKNOWN:
            kind = self._built_as(page)
            if kind is Kind.ARTICLE:
                self._menu_pages.add(response.url)
                return
        if kind is Kind.ARTICLE and number == 1:  # menus and the widgets among them link to articles too
            found = self._frontier.pin(response.url)
            if self.origin is not None and not self.origin.live:  # its captures are read in their order, with the rest
                self._seen.discard(fold_url(response.url))
                self.outcomes.count("skipped", "article-in-menu")
                return
            found.fields.setdefault("via", "menu")
            yield from self.on_article(response, self.told(found), [])
            return
        if kind not in (Kind.LISTING, Kind.UNKNOWN):
            self._no_list(response, kind)
            return
        self.settle(response, "listing")
        if number == 1:
            yield from self._ask_beneath(page, section)
        yield from self.read_listing(page, section, number, shown=shown, more=more)

    def _ask_beneath(self, page: Page, section: Section) -> Iterator[Any]:
        """The requests for the sections a page links to, and for the lists it shows in frames."""
        assert self.family is not None
        for found_section in self.family.subsections(page):
            yield from self._ask_found(found_section)
        for url in framed(page):
            yield from self._ask_found(replace(section, url=url))

    def _ask_found(self, section: Section) -> Iterator[Any]:
        if is_aside(section.url):
            self.leave(section.url, "aside")
        elif unprinted(section.url) != section.url:
            self.leave(section.url, "print-view")
        else:
            yield from self.ask_source(section)

    def settle_menu_pages(self) -> None:
        """When all lists are read: a page only menus link to is a static page, dated or not; others are asked for."""
        for url in sorted(self._menu_pages):
            found = self._frontier.find(url)
            if "title" in found.marks or "published" in found.fields:
                self._seen.discard(fold_url(url))
                self.outcomes.count("skipped", "article-in-menu")
            else:
                self._settle_no_list(None, url, Kind.STATIC)
        self._menu_pages.clear()

    def _no_list(self, response: Response, reason: str) -> None:
        self._settle_no_list(response.request, response.url, reason)

    def _settle_no_list(self, request: Request | None, url: str, reason: str) -> None:
        """Settle a page that was to be a list: one that was a list before, or answers a challenge, is asked again."""
        known = self.archive.known(fold_url(url)) if self.archive is not None else None
        if known is not None and known.outcome == "listing":
            self.outcomes.count("skipped", reason)
            self.outcomes.tally.ended(url, "skipped", reason)
        else:
            self._settle(request, url, ending(reason), reason)

    def _built_as(self, page: Page) -> Kind:
        """What a page that a menu links to may be, where it does not say: what lists nothing is read as an article."""
        assert self.family is not None
        listing = self.family.listing(page, 1)
        lists = listing.entries or listing.others or listing.next_url or listing.next_form
        return Kind.ARTICLE if not lists or shape(page) == "article" else Kind.UNKNOWN

    def on_list_found(self, page: Page, fields: dict[str, str], read: Read | None) -> Iterator[Any]:
        """A list that was linked to as an article is walked, unless it repeats others, as those of tags do."""
        if is_aside(page.url):
            yield from super().on_list_found(page, fields, read)
            return
        self.outcomes.settle(page.url, "listing", mark=fields.get("mark"), read=read)
        yield from self.read_listing(page, Section(page.url), 1)

    def read_listing(
        self,
        page: Page,
        section: Section,
        number: int,
        *,
        walk: bool = True,
        shown: Hashes | None = None,
        more: bool = False,
    ) -> Iterator[Any]:
        """Note the articles on a page of a section; the request for its next page, if that may hold new ones."""
        assert self.family is not None
        listing = self._addressed(self.family.listing(page, number))
        if section.url != self.start_url or number > 1:  # there every section has its box
            self.labelling.note(listing, section.url, section.label)
        fresh = sum(self._consider(entry, {"via": page.url}) for entry in listing.entries)
        for entry in listing.others:
            self._consider(replace(entry, mark=None), {"via": page.url})
        listed = {_folded(entry.url) for entry in listing.entries}
        first = fold_url(section.url)
        shown = Hashes() if shown is None else shown
        ended = self._ended(first, listing, listed, shown, number)
        if not walk:
            return
        following: str | Form | None = listing.next_form or listing.next_url
        if following is None and more:
            following = counted_on(page.url, number)
        ends = not shown.update(listed) or following is None
        self._lists.note(first, _keys(listing.entries))
        if ends or following is None:
            self._walked.add(first)
        elif ended:
            self._walked.add(first)
            self._cut.add(first)
            self.leave(following if isinstance(following, str) else page.url, ended)
        elif self._goes_on(fresh, first, following, listing.entries):
            if isinstance(following, str):
                following = self.spelled(following)
                if (folded := fold_url(following)) in self._seen or not self.is_own(following):
                    return
                self._seen.add(folded)
            yield self.ask(
                following,
                self.on_listing,
                LISTING,
                section=section,
                number=number + 1,
                shown=shown,
                more=more or listing.more,
            )

    def _addressed(self, listing: Listing) -> Listing:
        """A list with its entries under the addresses their pages are known by."""
        entries = [replace(entry, url=self._address(entry)) for entry in listing.entries]
        others = [replace(entry, url=self._address(entry)) for entry in listing.others]
        return replace(listing, entries=entries, others=others)

    def _address(self, entry: Entry) -> str:
        """The address a page is known by, whatever else the host calls it."""
        url = self.spelled(entry.url)
        title = entry.fields.get("title")
        known = self.traps.one_address(title, url) if title and self.is_own(url) else url
        if known != url and _folded(known) != _folded(url):
            self.leave(url, "other-address")
        return known

    def _ended(self, first: str, listing: Listing, listed: set[str], shown: Hashes, number: int) -> str | None:
        """Take in what a page of a list brought; why the page after it is not worth asking, or None."""
        all_of_it = [*listing.entries, *listing.others]
        everything = frozenset(_folded(entry.url) for entry in all_of_it)
        paged = listing.next_url is not None or listing.next_form is not None
        news = {said for entry in all_of_it if (said := _headline(entry))}
        ended = self.traps.turns(first, listed, shown, news)
        if number == 1 and self.traps.is_again(first, everything, paged=paged):
            return "same-list"
        return "section-pages" if number >= self.traps.limits.section_pages else ended

    def told(self, found: Found) -> dict[str, str]:
        """What sources say of an article, to be kept beside its capture."""
        if "section" not in found.fields and (label := self.labelling.section(found.url)):
            found.fields["section"] = label
        return found.marked()

    def survey(self) -> None:
        """When all lists are read: compare them with what they showed before, and remember what is to be asked for."""
        if self.archive is None or self.origin is None or not self.origin.live:
            return
        if not self._surveyed:
            self._surveyed = True
            agenda = self.archive.agenda
            for name in self._lists:
                if name != SITEMAPS:
                    agenda.compare_list(name, self._lists[name], whole=name in self._walked - self._cut)
                elif not self._sitemaps_unread:
                    agenda.compare_list(name, self._lists[name], whole=True)
            if not self.full:
                self._due = {one.key: one for one in agenda.due(self._policy())}
            self._lists.clear()
            self.outcomes.left_out |= self._frontier.resume()
        self._frontier.keep()

    def look_again(self) -> None:
        """When all else is had: the known articles whose time has come; in a full run all there are."""
        if self.archive is None or self.origin is None or not self.origin.live:
            return
        for one in self.archive.agenda.due(EVERYTHING) if self.full else self._due.values():
            if one.key not in self._seen:
                self._frontier.put(one)
        self._due = {}

    def _policy(self) -> Policy:
        settings = self.settings
        return Policy(
            timedelta(hours=settings.getfloat("REVISIT_FIRST_HOURS")),
            timedelta(days=settings.getfloat("REVISIT_MOST_DAYS")),
            settings.getint("REVISITS_PER_RUN"),
        )

    def _goes_on(self, fresh: int, first: str, following: str | Form, entries: Iterable[Entry]) -> bool:
        """Whether the next page of a list is asked for: it may hold what is new, or a run cut short has been there.

        Where a period was asked for it may reach that far back, whatever is known of the list.
        """
        if self.since is not None:
            dates = [at for entry in entries if (at := _latest(entry)) is not None]
            if dates and max(dates) < self.since:
                return False
        if self.since is not None or self.until is not None:
            return True
        if fresh or self.full or not self._was_walked(first):
            return True
        if self.archive is None or not self.archive.goes_on:
            return False
        url, posted = (following.url, following.body) if isinstance(following, Form) else (following, None)
        return self.archive.kept.had(url, posted) is not None

    def _was_walked(self, section: str) -> bool:
        return self.archive is not None and self.archive.walked(section)

    def _consider(self, entry: Entry, fields: dict[str, str] | None = None, *, trusted: bool = False) -> bool:
        """Note what a source says of an article; whether the archive does not hold it as the source shows it.

        A `trusted` source lists articles and nothing else, so the form of the URL is not held against it.
        """
        assert self.family is not None
        url = unprinted(entry.url)
        if url is None:
            self.leave(entry.url, "print-view")
            return False
        if not self.is_own(url) or self._refuses(url):
            return False
        url = self.spelled(url)
        if url != entry.url:
            entry = replace(entry, url=url)
        if not trusted and (self.family.refuses(entry.url) or self.family.is_listing_url(entry.url)):
            return False
        self.outcomes.tally.walk.listed += 1
        found = self._frontier.add(entry, fields or {})
        return (self.full or not found.unchanged) and not found.is_outside(self.since, self.until)

    def unread(self, then: Callback, kept: dict[str, Any], reason: str) -> Iterator[Any]:
        """The posts of a REST API whose categories could not be had."""
        if then == self.on_categories and reason not in ("http-404", "http-401", "http-403"):
            yield self.ask(kept["api"].posts, self.on_posts, SOURCE, api=kept["api"], sections={})
        elif then in (self.on_categories, self.on_posts):
            yield from self._uncovered()
        if then == self.on_posts and kept.get("number", 1) > 1:
            self._unwalk(kept["api"].posts)
        elif then == self.on_listing and kept["number"] > 1 and reason not in ("http-404", "http-410"):
            self._unwalk(kept["section"].url)
        yield from super().unread(then, kept, reason)

    def _unwalk(self, section: str) -> None:
        """Have the next run read a list to its end: behind what failed may be what this run has not seen."""
        if self.archive is not None and self.archive.walked(first := fold_url(section)):
            self.archive.set_walked(first, None)

    def keep_walked(self) -> None:
        """Only after a whole run does a section count as walked: its articles are fetched, not only found."""
        if self.archive is not None:
            for section in self._walked:
                self.archive.set_walked(section, datetime.now(UTC))


def _channel(source: Source) -> Channel:
    return "section" if isinstance(source, Section) else "sitemap" if isinstance(source, Sitemap) else "feed"


def _headline(entry: Entry) -> str | None:
    """What a source calls an article; None where that might be the name of a section, tag or month."""
    title = entry.fields.get("title")
    if title is None:
        return _folded(entry.url)
    return fold(title) if len(title.split()) > MAX_LABEL_WORDS else None


def _folded(url: str) -> str:
    try:
        return fold_url(url)
    except ValueError:
        return url


def _latest(entry: Entry) -> datetime | None:
    """The latest date a source gives an article."""
    dates = (entry.fields.get(name) for name in ("published", "listed", "modified"))
    return max((datetime.fromisoformat(date) for date in dates if date), default=None)


def _keys(entries: Iterable[Entry]) -> Iterator[str]:
    """The folded URLs of what a source lists."""
    for entry in entries:
        if (url := unprinted(entry.url)) is not None:
            with contextlib.suppress(ValueError):
                yield fold_url(url)


def _link_next(response: Response) -> str | None:
    for header in response.headers.getlist("Link"):
        if match := re.search(r'<([^>]+)>;\s*rel="next"', header.decode("latin-1")):
            return match[1]
    return None
