"""The pages of one article -> the record: which field comes from where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.parse import captions, headline, published, render, section
from crawler.parse.body import Lead, Part, body_element, read_lead, read_part, unveil, walk
from crawler.parse.ending import Ending, read_ending
from crawler.parse.errors import EmptyBody, NoTitle, ProtectedPost
from crawler.parse.host import NOTHING, specimen
from crawler.parse.media import file_name, media_type
from crawler.parse.metadata import Metadata, read_metadata
from crawler.parse.page import MAX_TAGS
from crawler.parse.tail import has_end_mark, people, read_tail
from crawler.parse.text import squeeze
from pipelines.items import Article, Attachment

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lxml.html import HtmlElement

    from crawler.parse.blocks import Block
    from crawler.parse.headline import Headline
    from crawler.parse.host import HostFacts, Specimen
    from crawler.parse.layout import Layout
    from crawler.parse.page import Page

VIETNAM = timezone(timedelta(hours=7))
MIN_BODY_WORDS = 3
MIN_LABEL_ONLY_CHARS = 60
"""A block with a link to a file and less text than this beside it is the file's line, not body text."""

_WORDPRESS = "wordpress"
try:
    CODE_VERSION = version("luutin")
except PackageNotFoundError:  # a source tree that was never installed
    CODE_VERSION = "0"


@dataclass(slots=True)
class Hint:
    """What a listing, the REST API or a feed said of a URL; used only where the page itself is silent.

    `published_at` also serves where the page states the day only and this is a minute of that day.
    """

    section: str | None = None
    published_at: datetime | None = None
    modified_at: datetime | None = None
    tags: tuple[str, ...] = ()
    title: str | None = None


def read_article(
    pages: Sequence[Page],
    layouts: Sequence[Layout],
    hint: Hint | None = None,
    *,
    platform: str,
    facts: HostFacts = NOTHING,
) -> Article:
    """Read an article that runs over `pages`, in order; the first carries title, date and lead, the last the byline.

    `layouts` are tried in order, newest first; with none, or where none matches, the page is read generically.
    `facts` are what was learnt of its host. Id, portal, digest and provenance are filled elsewhere. Raises
    `NotAnArticle`.
    """
    return _Reading(pages, layouts, hint or Hint(), platform, facts).article()


def read_specimen(pages: Sequence[Page], layouts: Sequence[Layout], hint: Hint | None = None) -> Specimen:
    """The same pages for learning what their host repeats. Raises `NotAnArticle`."""
    reading = _Reading(pages, layouts, hint or Hint(), "", NOTHING)
    article = reading.article()
    dates = (article.published_raw,) if article.published_raw else ()
    dated = article.published_at is not None
    return specimen(article.url, article.title, reading.body, article.lead, dates, dated=dated)


class _Reading:
    """One article being put together."""

    def __init__(
        self, pages: Sequence[Page], layouts: Sequence[Layout], hint: Hint, platform: str, facts: HostFacts
    ) -> None:
        self.pages, self.page, self.hint, self.platform, self.facts = pages, pages[0], hint, platform, facts
        self.body: list[Block] = []
        if "post-password-form" in self.page.index.by_class:
            raise ProtectedPost(f"{self.page.url}: asks for a password")
        self.metadata = read_metadata(self.page)
        self.layout = choose_layout(self.page, layouts, self.metadata)
        self.evidence: dict[str, str] = {}
        self.headline = self._headline()

    def _headline(self) -> Headline | None:
        if self.layout is not None:
            for element, css in self.layout.find("title", self.page.index):
                text = squeeze("".join(element.itertext()))
                if text and not headline.is_logo(element):
                    return headline.Headline(text, element, f"selector:{css}")
        return headline.from_headings(self.page, self.metadata, self.hint.title)

    def article(self) -> Article:
        part, dates, label = self._first_part()
        found = self.headline
        if found is None or not found.text:
            raise NoTitle(f"{self.page.url}: no headline")
        blocks, lead = self._blocks(part)
        blocks = self.facts.without_repeated(blocks)
        lead = None if lead and self.facts.repeats_lead(lead.text) else lead
        blocks, ending = read_ending(blocks)
        attachments, blocks = _take_files(blocks)
        self.body = blocks
        body = render.to_text(blocks)
        images = captions.with_featured(captions.collect(blocks), self.page, self.layout)
        if (
            len((body or (lead.text if lead else "")).split(None, MIN_BODY_WORDS)) < MIN_BODY_WORDS
            and not attachments
            and not images
        ):
            raise EmptyBody(f"{self.page.url}: no text under {found.text!r}")
        article = Article(
            url=self.page.url,
            canonical_url=self._canonical(),
            title=found.text,
            lead=lead.text if lead else None,
            body=body,
            body_html=render.to_html(blocks),
            images=images,
            attachments=attachments,
            language=self.metadata.language or "vi",
            evidence=self.evidence,
            extractor=f"{self.platform}/{self.layout.name if self.layout else 'generic'} {CODE_VERSION}",
        )
        self.evidence.update(title=found.source, body=part.source)
        if any(page.cut for page in self.pages):
            self.evidence["body"] += f", cut at {MAX_TAGS} tags"
        if lead:
            self.evidence["lead"] = lead.source
        if self.metadata.language:
            self.evidence["language"] = self.metadata.evidence["language"]
        self._set_dates(article, dates)
        self._set_people(article, ending)
        self._set_labels(article, label)
        return article

    def _first_part(self) -> tuple[Part, list[published.Found], section.Found | None]:
        """Walk the container alone where the rest is known without the text around it, else the whole page."""
        box = body_element(self.page, self.layout)
        element = box[0] if box else None
        title = self.headline.text if self.headline else self.hint.title or ""
        dates = self._stated_dates(element) if box else []
        label = section.stated(self.page, self.layout, self.metadata, title)
        if box and self.headline and dates and label:
            outline = walk(self.page, self.layout, self.headline, whole=False)
            return read_part(self.page, self.layout, self.headline, outline), dates, label
        outline = walk(self.page, self.layout, self.headline, whole=True)
        if self.headline is None:
            self.headline = headline.from_blocks(outline, self.metadata, self.hint.title) or headline.from_head(
                self.page, self.metadata
            )
        if self.headline is None and self.hint.title:
            self.headline = headline.Headline(squeeze(self.hint.title), None, "hint")
        part = unveil(read_part(self.page, self.layout, self.headline, outline), self.page, self.headline)
        dates = dates or self._stated_dates(part.element)
        if not dates or dates[0][0].precision != "minute" or published.is_utc(dates[0][0]):
            dates = dates + published.beside(part, month_first=self.facts.month_first)
        label = label or section.beside(part, self.headline.text if self.headline else "")
        return part, dates, label

    def _stated_dates(self, body: HtmlElement | None) -> list[published.Found]:
        heading = self.headline.element if self.headline else None
        return published.stated(
            self.page, self.layout, self.metadata, body, heading, month_first=self.facts.month_first
        )

    def _blocks(self, part: Part) -> tuple[list[Block], Lead | None]:
        lead = read_lead(part, self.page, self.layout, self.metadata)
        blocks = list(part.blocks)
        for page in self.pages[1:]:
            title = headline.from_headings(page, self.metadata) or self._again(page)
            outline = walk(page, self.layout, title, whole=body_element(page, self.layout) is None)
            more = read_part(page, self.layout, title, outline)
            blocks += _new(more.blocks, blocks)
        return blocks, lead

    def _again(self, page: Page) -> Headline | None:
        """The first page's headline on a further page, to be left out of its text."""
        return headline.Headline(self.headline.text, None, "") if self.headline else None

    def _canonical(self) -> str:
        canonical = self.metadata.canonical
        if canonical:
            try:
                if urlsplit(canonical).hostname == urlsplit(self.page.url).hostname:
                    return canonical
            except ValueError:
                pass
        return self.page.url

    def _set_dates(self, article: Article, dates: list[published.Found]) -> None:
        found = published.best(dates, self._local)
        hinted = self.hint.published_at
        if found is not None:
            dated, source = found
            article.published_at, article.published_raw, article.published_precision = (
                self._local(dated.at),
                dated.raw,
                dated.precision,
            )
            if dated.precision == "day" and hinted is not None and hinted.astimezone(VIETNAM).date() == dated.at.date():
                article.published_at, article.published_precision = hinted.astimezone(VIETNAM), "minute"
                source += "+hint"
            self.evidence["published_at"] = source
        elif hinted is not None:
            article.published_at, article.published_precision = hinted.astimezone(VIETNAM), "minute"
            article.published_raw = hinted.isoformat()
            self.evidence["published_at"] = "hint"
        elif written := published.in_url(self.page.url):
            article.published_at, article.published_raw, article.published_precision = (
                written.at,
                written.raw,
                written.precision,
            )
            self.evidence["published_at"] = "url"
        article.modified_at = self._modified()

    def _local(self, at: datetime) -> datetime:
        """Vietnamese time; a page from elsewhere keeps the offset it states, in which its day is meant."""
        language, host = self.metadata.language or "", urlsplit(self.page.url).hostname or ""
        if not host.endswith(".vn") and not language.startswith("vi") and (language or at.utcoffset()):
            return at
        return at.astimezone(VIETNAM)

    def _modified(self) -> datetime | None:
        if self.metadata.modified is not None:
            self.evidence["modified_at"] = self.metadata.evidence.get("modified", "meta")
            return self._local(self.metadata.modified)
        if self.layout is not None and (
            found := published.selected(self.page, self.layout, "modified", month_first=self.facts.month_first)
        ):
            self.evidence["modified_at"] = found[0][1]
            return self._local(found[0][0].at)
        if self.hint.modified_at is not None:
            self.evidence["modified_at"] = "hint"
            return self.hint.modified_at.astimezone(VIETNAM)
        return None

    def _set_people(self, article: Article, ending: Ending) -> None:
        article.cited_source = ending.cited_source
        if ending.cited_source:
            self.evidence["cited_source"] = "byline"
        authors, source = ending.authors, "byline"
        for text, css in self._bylines() if not (authors and ending.cited_source) else ():
            if not authors:
                authors, source = people(text), css
            if article.cited_source is None and (tail := read_tail(text)) is not None and tail.cited_source:
                article.cited_source = tail.cited_source
                self.evidence["cited_source"] = css
        if not authors and self.platform != _WORDPRESS:
            authors, source = list(self.metadata.authors), self.metadata.evidence.get("authors", "meta")
        article.authors = list(authors)
        if authors:
            self.evidence["authors"] = source
        if ending.credit:
            for image in article.images:
                image.credit = image.credit or ending.credit

    def _bylines(self) -> Iterator[tuple[str, str]]:
        """The texts of the layout's byline elements, with the selector of each: names and sources may stand apart."""
        for element, css in self.layout.find("byline", self.page.index) if self.layout is not None else ():
            yield squeeze(" ".join(element.itertext())), f"selector:{css}"

    def _set_labels(self, article: Article, label: section.Found | None) -> None:
        article.section, source = label or (self.hint.section, "hint")
        if article.section:
            article.section = squeeze(article.section)
            self.evidence["section"] = source
        article.tags, source = section.tags(self.page, self.layout, self.metadata)
        if not article.tags and self.hint.tags:
            article.tags, source = [squeeze(tag) for tag in self.hint.tags], "hint"
        if article.tags:
            self.evidence["tags"] = source


def choose_layout(page: Page, layouts: Sequence[Layout], metadata: Metadata) -> Layout | None:
    """The first layout whose body (else title, lead, date) is on the page and that was in use on the article's day."""
    day = metadata.published.at.date() if metadata.published else None
    fitting = [one for one in layouts if day is None or one.valid_until is None or day <= one.valid_until]
    for candidates in (fitting, layouts):
        for name in ("body", "title", "lead", "published"):
            for layout in candidates:
                if next(layout.find(name, page.index), None) is not None:
                    return layout
    return None


def _take_files(blocks: list[Block]) -> tuple[list[Attachment], list[Block]]:
    """Every file linked to, once; blocks that are only such links are no body text."""
    files: dict[str, Attachment] = {}
    kept = []
    for block in blocks:
        for link in block.files:
            name = link.name or file_name(link.url)
            files.setdefault(link.url, Attachment(link.url, name, media_type(link.url)))
        if not (block.files and _is_file_line(block)):
            kept.append(block)
    return list(files.values()), kept


def _is_file_line(block: Block) -> bool:
    """Whether a block is links to files with at most a label beside them."""
    if not block.text:
        return True
    if has_end_mark(block.text):  # the sentence that closes the article
        return False
    urls = {link.url for link in block.files}
    linked = sum(len(squeeze(text)) for text, (_, href) in block.runs if href in urls)
    return len(block.text) - linked < min(MIN_LABEL_ONLY_CHARS, max(linked, 20))


def _new(blocks: list[Block], before: list[Block]) -> list[Block]:
    """The blocks of a further page without images the earlier pages have shown (a theme's lead image comes again)."""
    seen = {block.picture.url for block in before if block.picture is not None}
    return [block for block in blocks if block.picture is None or block.picture.url not in seen]
