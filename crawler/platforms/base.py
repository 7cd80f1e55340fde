"""What a CMS family does: how its pages are laid out, listed and told apart."""

from __future__ import annotations

import enum
import re
from typing import TYPE_CHECKING, ClassVar

from crawler.parse.article import read_article, read_specimen
from crawler.parse.host import NOTHING
from crawler.parse.listing import Listing, read_listing, read_menu, read_sections
from crawler.parse.metadata import is_home
from crawler.platforms.marks import Marks
from crawler.sources import Section, Source, discovered, is_aside

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.parse.article import Hint
    from crawler.parse.host import HostFacts, Specimen
    from crawler.parse.layout import Layout
    from crawler.parse.listing import Link
    from crawler.parse.page import Page
    from crawler.platforms.marks import Traces
    from pipelines.items import Article


class Kind(enum.StrEnum):
    """What a page is. Only ARTICLE and UNKNOWN are read as articles, only LISTING and UNKNOWN walked."""

    ARTICLE = "article"
    LISTING = "listing"
    STATIC = "static-page"
    ATTACHMENT = "attachment-page"
    AUTHOR = "author-page"
    DATE = "date-archive"
    TAG = "tag-page"
    SEARCH = "search-page"
    GALLERY = "gallery"
    DOCUMENT = "document-page"
    QUESTION = "question-page"
    NOT_FOUND = "soft-404"
    UNKNOWN = "unknown"


class Platform:
    """One CMS family: how its pages are laid out, listed and told apart. Stateless; a family overrides what differs.

    `marks` tell its pages. `article_url` and `listing_url` are regular expressions on the folded form of URLs that
    say by themselves what a page is; empty where they do not. Families are tried in the order of PLATFORMS.
    """

    name: ClassVar[str] = "generic"
    marks: ClassVar[Marks] = Marks()
    layouts: ClassVar[tuple[Layout, ...]] = ()
    article_url: ClassVar[str] = ""
    listing_url: ClassVar[str] = ""

    def detects(self, traces: Traces) -> bool:
        """Whether a page was made by this family."""
        return self.marks.on(traces)

    def kind(self, page: Page) -> Kind:
        """What a page is, by its URL or its own marks; UNKNOWN where neither says."""
        if self.article_url and re.search(self.article_url, page.url, re.IGNORECASE):
            return Kind.ARTICLE
        return Kind.LISTING if self.is_listing_url(page.url) else Kind.UNKNOWN

    def sources(self, page: Page, sitemaps: Sequence[str]) -> list[Source]:
        """Where articles are listed, read off the start page; `sitemaps` are those robots.txt names."""
        return [*self.subsections(page), *discovered(page, sitemaps)]

    def subsections(self, page: Page) -> list[Section]:
        """What a start or section page links to that may be a section; only a look at it tells whether it is."""
        links = (link for link in read_sections(page) if not self.refuses(link.url) and not is_aside(link.url))
        return [Section(link.url, None if is_home(link.text) else link.text) for link in links]

    def menu(self, page: Page) -> list[Link]:
        """The menu links that may lead to listings."""
        return [link for link in read_menu(page) if not self.refuses(link.url)]

    def listing(self, page: Page, number: int) -> Listing:
        """The articles of a section page and the page after it."""
        return read_listing(page, number)

    def refuses(self, url: str) -> bool:
        """Whether the form of a URL alone says it is no article and no listing: files, feeds, log-ins."""
        return bool(_FILES.search(url))

    def is_listing_url(self, url: str) -> bool:
        """Whether the form of a URL alone says it is a section: a link to it is no link to an article."""
        return bool(self.listing_url and re.search(self.listing_url, url, re.IGNORECASE))

    def lists_posts(self, sitemap: str) -> bool:
        """Whether the name of a sitemap leaves room for articles."""
        return True

    def parts(self, page: Page) -> list[str]:
        """The URLs of the further pages of an article that runs over several, in order."""
        return []

    def read(
        self,
        pages: Sequence[Page],
        hint: Hint | None,
        layouts: Sequence[Layout] = (),
        facts: HostFacts = NOTHING,
    ) -> Article:
        """The article on `pages`, read with what was learnt of the host. Raises NotAnArticle."""
        article = read_article(pages, [*layouts, *self.layouts], hint, platform=self.name, facts=facts)
        article.canonical_url = self.canonical(pages[0]) or article.canonical_url
        return article

    def canonical(self, page: Page) -> str | None:
        """The URL under which an article is one, whatever URL it was fetched from; None: as the page's head says."""
        return None

    def specimen(self, pages: Sequence[Page], layouts: Sequence[Layout] = (), hint: Hint | None = None) -> Specimen:
        """The same pages for learning what their host repeats. Raises NotAnArticle."""
        return read_specimen(pages, [*layouts, *self.layouts], hint)


_FILES = re.compile(
    r"\.(?:jpe?g|png|gif|webp|svg|ico|bmp|pdf|docx?|xlsx?|pptx?|rtf|zip|rar|7z|mp3|mp4|avi|flv|wmv|css|js|json|xml|txt)"
    r"(?:\?|$)",
    re.IGNORECASE,
)
