"""Reading the pages that may be articles: what each turns out to be, and the article it gives."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from crawler.asking import PART, Asking, Callback, page_of
from crawler.frontier import date_of
from crawler.learning import Learning
from crawler.parse.article import Hint
from crawler.parse.blocking import blocked
from crawler.parse.dates import read_date
from crawler.parse.errors import NotAnArticle
from crawler.parse.pagekind import is_document, is_question, shape
from crawler.platforms.base import Kind
from pipelines.archive.warc import warc_date
from pipelines.urls import fold_url

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response

    from crawler.parse.layout import Layout
    from crawler.parse.page import Page
    from pipelines.items import Article, Capture

MAX_PARTS = 50
MIN_GALLERY_IMAGES = 4
MAX_GALLERY_WORDS = 30

Part = tuple["Page", "Capture | None"]


class Reading(Asking):
    """Reads article pages. Where a platform does not say what a page is, how it is built does."""

    layouts: ClassVar[tuple[Layout, ...]] = ()
    province: ClassVar[str | None] = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.learning: Learning[tuple[dict[str, str], list[Part]]] = Learning(self.archive)
        self._untold: set[str] = set()
        """The URLs being read whose platform does not say what they are."""

    def on_list_found(self, page: Page, fields: dict[str, str]) -> Iterator[Any]:
        """What was linked to as an article is a list of them; overridden by who walks lists."""
        self.outcomes.settle(page.url, "skipped", Kind.LISTING, mark=fields.get("mark"))
        return iter(())

    def older_than_bad(self, response: Response) -> Iterable[Request]:
        """The request for an older copy of a page; overridden by who reads archives."""
        return ()

    def kind_of(self, page: Page, titles: tuple[str, ...] = ()) -> Kind:
        """What a page is: by its platform, else by how it is built; `titles` are headlines it is linked to by."""
        assert self.family is not None
        kind = self.family.kind(page)
        if kind is not Kind.UNKNOWN:
            return kind
        built = shape(page, titles)
        if built == "listing":
            return Kind.LISTING
        if is_document(page):
            return Kind.DOCUMENT
        return Kind.QUESTION if is_question(page) else Kind.UNKNOWN

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
        try:
            page = page_of(response)
            if reason := blocked(page):
                raise NotAnArticle(reason=reason)
            kind = self.kind_of(page, _titles(fields)) if not parts else self.family.kind(page)
            if kind is Kind.LISTING and not parts:
                yield from self.on_list_found(page, fields)
                return
            if kind not in (Kind.ARTICLE, Kind.UNKNOWN):
                raise NotAnArticle(reason=str(kind))
        except NotAnArticle as error:
            self.outcomes.settle(response.url, "skipped", error.reason, mark=fields.get("mark"))
            yield from self._finished(fields, parts)
            return
        if kind is Kind.UNKNOWN and not parts:
            self._untold.add(page.url)
        parts.append((page, response.meta.get("capture")))
        further = [part for part in self.family.parts(page) if fold_url(part) not in self._seen]
        if further and len(parts) < MAX_PARTS:
            self._seen.add(fold_url(further[0]))
            yield self.ask(further[0], self.on_article, PART, fields=fields, later=[], parts=parts)
        else:
            yield from self._finished(fields, parts)

    def unread(self, then: Callback, kept: dict[str, Any], reason: str) -> Iterator[Any]:
        """The article a further page could not be had of: what there is of it is not lost."""
        yield from super().unread(then, kept, reason)
        yield from self._finished(kept.get("fields") or {}, kept.get("parts") or [])

    def _finished(self, fields: dict[str, str], parts: list[Part]) -> Iterator[Article]:
        """The article on the pages fetched, if they are one."""
        if not parts:
            return
        assert self.family is not None
        if self.learning.facts is None:
            self.learning.held.append((fields, parts))
            return
        first = parts[0][0]
        untold = first.url in self._untold
        self._untold.discard(first.url)
        try:
            article = self.family.read([page for page, _ in parts], hint_of(fields), self.layouts, self.learning.facts)
            if article.published_at is None:
                _date_as_listed(article, fields, month_first=self.learning.facts.month_first)
            if untold and (reason := self._no_article(article, fields)):
                raise NotAnArticle(reason=reason)
        except NotAnArticle as error:
            self.outcomes.settle(first.url, "skipped", error.reason, mark=fields.get("mark"))
            return
        self._provenance(article, [capture for _, capture in parts])
        for page, _ in parts[1:]:
            self.outcomes.settle(page.url, "part")
        article.evidence["url"] = fields.get("via", "origin")
        if "mark" in fields:
            self.outcomes.marks[fold_url(article.url)] = fields["mark"]
        yield article

    def learn(self) -> None:
        """Learn what the portal repeats from the pages held back."""
        assert self.family is not None
        specimens = []
        for fields, parts in self.learning.held:
            with contextlib.suppress(NotAnArticle):
                pages = [page for page, _ in parts]
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

    def _no_article(self, article: Article, fields: dict[str, str]) -> str | None:
        """Why a page that reads like an article is none: all that tells is where it was linked from, and its date."""
        words = len(f"{article.lead or ''} {article.body}".split())
        if words <= MAX_GALLERY_WORDS and len(article.images) >= MIN_GALLERY_IMAGES:
            return Kind.GALLERY
        if article.published_at is not None:
            return None
        linked_in_lists = "mark" in fields or "via" not in fields
        assert self.learning.facts is not None
        return None if linked_in_lists and not self.learning.facts.states_dates else Kind.STATIC

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


def _date_as_listed(article: Article, fields: dict[str, str], *, month_first: bool) -> None:
    """The date that the list shows beside the headline, where the article's own page states none."""
    if "listed_raw" in fields and (dated := read_date(fields["listed_raw"], month_first=month_first)):
        article.published_at, article.published_raw = dated.at, dated.raw
        article.published_precision = dated.precision
        article.evidence["published_at"] = "listing"


def _titles(fields: dict[str, str]) -> tuple[str, ...]:
    """The headlines lists link to a page by, out of its mark."""
    return tuple(part[6:] for part in fields.get("mark", "").split("|") if part.startswith("title:"))


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
