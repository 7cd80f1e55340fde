"""Captures read again as a crawl read them: what one process does for a reparse, with no network and no database."""

from __future__ import annotations

import logging
from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, BinaryIO

import msgspec
from scrapy import Request
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.signalmanager import SignalManager

from crawler.asking import page_of
from crawler.downloads import response_of
from crawler.judging import date_as_listed, ending, judge, no_article
from crawler.parse.errors import NotAnArticle
from crawler.parse.host import NOTHING, HostFacts
from crawler.parse.layout import Layout
from crawler.platforms.base import Kind, Platform
from crawler.platforms.detect import detect
from crawler.reading import hint_of
from crawler.sources import is_aside
from pipelines.archive.captured import open_capture
from pipelines.archive.journal import Page as Ref
from pipelines.archive.journal import Read
from pipelines.archive.warc import record_at
from pipelines.archive.withdrawn import REASON
from pipelines.attachments.filling import fill
from pipelines.errors import BadWarc, Dropped, Withdrawn
from pipelines.items import Article, Capture
from pipelines.normalise import Normalise
from pipelines.text import fold_digest
from pipelines.urls import fold_url
from pipelines.validate import Validate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrapy.settings import BaseSettings

    from crawler.parse.page import Page

logger = logging.getLogger(__name__)

MAX_OPEN_FILES = 16
MAX_START_PAGES = 64


@dataclass(frozen=True, slots=True)
class Described:
    """What is known of a portal beside its captures. `family` is None where its start page tells the platform."""

    family: Platform | None
    layouts: tuple[Layout, ...]
    province: str | None
    facts: HostFacts


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be read again; `start` is its run's start page, `learnt` whether the portal was learnt by then."""

    portal: str
    read: Read
    start: Ref | None
    learnt: bool


@dataclass(frozen=True, slots=True)
class Result:
    """How it ended: `article` with its line and the digest of its folded text, `listing`, `skipped`, `failed`.

    A `skipped` one with a line is an article the record side refused. `parts` are the folded URLs of further pages.
    """

    outcome: str
    reason: str | None = None
    line: bytes = b""
    folded: str = ""
    parts: tuple[str, ...] = ()


class Rereader:
    """Reads captures of the portals of one output folder."""

    def __init__(self, folder: Path, portals: dict[str, Described], settings: BaseSettings) -> None:
        self._folder = folder
        self._portals = portals
        # all of a crawler the middleware looks at
        crawler: Any = SimpleNamespace(stats=None, settings=settings, signals=SignalManager())
        self._decompress = HttpCompressionMiddleware(crawler=crawler)
        self._files: OrderedDict[str, BinaryIO] = OrderedDict()
        self.family_of = lru_cache(maxsize=MAX_START_PAGES)(self._detected)
        """The platform a portal's start page tells. Raises BadWarc, NotAnArticle."""
        self._normalise, self._validate = Normalise(), Validate()

    def read(self, job: Job) -> Result:
        """The article, or how else it ends; whatever is wrong with it, it is an outcome."""
        try:
            return self._read(job)
        except NotAnArticle as error:
            return Result(ending(error.reason), error.reason)
        except Withdrawn:
            return Result("skipped", REASON)
        except BadWarc as error:
            logger.warning("%s", error)
            return Result("failed", "capture-unreadable")
        except Exception as error:  # noqa: BLE001 - a fault of ours on one page, counted as a crawl does
            logger.error("%s: %s: %s", job.read.url, type(error).__name__, error)  # noqa: TRY400 - one line a page
            return Result("failed", "internal-error")

    def _read(self, job: Job) -> Result:
        portal = self._portals[job.portal]
        family = portal.family or self.family_of(job.portal, job.start)
        first, capture = self._page(job.portal, job.read.pages[0], job.read.origin, job.read.url)
        kind = judge(first, job.read.fields, family)
        if kind is Kind.LISTING:
            return Result("skipped", Kind.LISTING) if is_aside(first.url) else Result("listing")
        further = zip_longest(job.read.pages[1:], job.read.parts)
        parts = [self._page(job.portal, ref, job.read.origin, url) for ref, url in further]
        facts = portal.facts if job.learnt else NOTHING
        pages = [first, *(page for page, _ in parts)]
        article = family.read(pages, hint_of(job.read.fields), portal.layouts, facts)
        date_as_listed(article, job.read.fields, month_first=facts.month_first)
        reason = no_article(article, job.read.fields, states_dates=facts.states_dates)
        if kind is Kind.UNKNOWN and reason:
            raise NotAnArticle(reason=reason)
        provenance(article, job.portal, portal.province, [capture, *(part for _, part in parts)])
        article.evidence["url"] = job.read.fields.get("via", "origin")
        urls = tuple(fold_url(page.url) for page in pages[1:])
        article = self._normalise.process_item(article)
        try:
            article = self._validate.process_item(article)
        except Dropped as dropped:
            return Result("skipped", dropped.reason, msgspec.json.encode(article) + b"\n", "", urls)
        self._fill(article, job)
        return Result("article", None, msgspec.json.encode(article) + b"\n", fold_digest(article), urls)

    def _fill(self, article: Article, job: Job) -> None:
        """Read the files that were fetched for an article; one that cannot be read costs only itself."""
        files = dict(job.read.files)
        for attachment in article.attachments:
            if (ref := files.get(attachment.url)) is None:
                continue
            file = f"captures/{job.portal}/{ref.file}"
            try:
                record = record_at(self._stream(file), ref.offset, file)
                url = job.read.moved.get(attachment.url, attachment.url)
                capture = Capture(url, job.read.origin, ref.at, file, ref.offset, record.payload_digest or "")
                fill(attachment, capture, self._folder)
            except BadWarc as error:
                logger.warning("%s: attachment %s: %s", article.url, attachment.url, error)

    def _detected(self, portal: str, start: Ref | None) -> Platform:
        if start is None:
            raise NotAnArticle(reason="unknown-platform")
        return detect(self._page(portal, start, "")[0])

    def _page(self, portal: str, ref: Ref, origin: str, url: str | None = None) -> tuple[Page, Capture]:
        """A captured page, its content encoding undone as in a crawl; `url` where it answered at another than its
        record's own. Raises BadWarc, NotAnArticle.
        """
        file = f"captures/{portal}/{ref.file}"
        record = record_at(self._stream(file), ref.offset, file)
        url = url or record.url
        response = response_of(Request(url), record.block)
        try:
            decoded = self._decompress.process_response(Request(url), response)
        except IgnoreRequest as error:
            raise BadWarc(f"{file}: the page at byte {ref.offset} is too large") from error
        capture = Capture(url, origin, ref.at, file, ref.offset, record.payload_digest or "")
        return page_of(decoded), capture  # type: ignore[arg-type]  # a Response

    def _stream(self, file: str) -> BinaryIO:
        stream = self._files.get(file)
        if stream is None:
            if len(self._files) >= MAX_OPEN_FILES:
                self._files.popitem(last=False)[1].close()
            try:
                stream = self._files[file] = open_capture(self._folder, file)
            except OSError as error:
                raise BadWarc(f"{self._folder / file}: {error.strerror or error}") from error
        return stream

    def close(self) -> None:
        """Let go of the files."""
        for stream in self._files.values():
            stream.close()
        self._files.clear()


def provenance(article: Article, portal: str, province: str | None, captures: Sequence[Capture]) -> None:
    """Say of an article whose it is and which captures it was read from."""
    first, *rest = captures
    article.portal, article.province = portal, province
    article.origin, article.captured_at = first.origin, first.captured_at
    article.warc_file, article.warc_offset, article.warc_digest = (
        first.warc_file,
        first.warc_offset,
        first.warc_digest,
    )
    article.parts = rest
