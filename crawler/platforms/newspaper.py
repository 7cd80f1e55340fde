"""What the content systems of Vietnamese newspapers share: URLs that say what they are, and when."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import urlsplit

from crawler.parse.article import VIETNAM
from crawler.parse.host import NOTHING
from crawler.platforms.base import Kind, Platform
from crawler.platforms.marks import Marks, Traces

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.parse.article import Hint
    from crawler.parse.host import HostFacts
    from crawler.parse.layout import Layout
    from crawler.parse.page import Page
    from pipelines.items import Article, Precision

_KINDS = tuple(
    (kind, re.compile(form, re.IGNORECASE))
    for kind, form in (
        (Kind.STATIC, r"/(?:gioi-thieu|lien-he|quang-cao|lien-he-quang-cao|toa-soan|dat-bao)(?:\.\w+)?/?$"),
        (Kind.TAG, r"/(?:tags?|tu-khoa|keywords?)/|-tag\d+\.\w+$|\.tag$"),
        (Kind.AUTHOR, r"^/(?:tac-gia|authors?|but-danh)/[^/]+/?$|-author\d+\.\w+$"),
        (Kind.SEARCH, r"/(?:tim-kiem|search)(?:[/.]|$)"),
    )
)
_NO_ARTICLE = re.compile(
    r"/(?:rss|feed|e-?paper|doc-bao-in|bao-in|print|in-bai|dang-nhap|login|ajax|api|apicenter@|widgets@|adsfw)(?:[/.]|$)",
    re.IGNORECASE,
)
_NOT_POSTS = re.compile(
    r"(?:^|[-_/])(?:categor(?:y|ies)|zones?|chuyen-muc|topics?|events?|tags?|authors?|videos?|images?|pages?|static)"
    r"(?:[-_.\d]|$)",
    re.IGNORECASE,
)


class Newspaper(Platform):
    """A content system of newspapers. Articles are told by their URL, else by `texts`, containers no list has.

    `url_dates` are regular expressions on an article's URL with the groups `year` (four digits, or two of this
    century), `month` and, where it is stated, `day`: evidence only where the page and its listing are silent.
    """

    texts: ClassVar[Marks] = Marks()
    url_dates: ClassVar[tuple[str, ...]] = ()

    def kind(self, page: Page) -> Kind:
        """By the URL, else an article where the container of its text is."""
        path = urlsplit(page.url).path
        for kind, form in _KINDS:
            if form.search(path):
                return kind
        kind = super().kind(page)
        return Kind.ARTICLE if kind is Kind.UNKNOWN and path.strip("/") and self.texts.on(Traces(page)) else kind

    def lists_posts(self, sitemap: str) -> bool:
        return not _NOT_POSTS.search(urlsplit(sitemap).path.rpartition("/")[2])

    def refuses(self, url: str) -> bool:
        path = urlsplit(url).path
        return super().refuses(url) or bool(_NO_ARTICLE.search(path)) or any(form.search(path) for _, form in _KINDS)

    def read(
        self,
        pages: Sequence[Page],
        hint: Hint | None,
        layouts: Sequence[Layout] = (),
        facts: HostFacts = NOTHING,
    ) -> Article:
        article = super().read(pages, hint, layouts, facts)
        if article.published_at is None and (found := self.date_of(pages[0].url)):
            article.published_at, article.published_precision, article.published_raw = found
            article.evidence["published_at"] = "url"
        return article

    def date_of(self, url: str) -> tuple[datetime, Precision, str] | None:
        """The day, or month, that a URL states, how precise it is, and the digits that say so."""
        path = urlsplit(url).path
        for form in self.url_dates:
            if match := re.search(form, path):
                year, month, day = (match.groupdict().get(name) for name in ("year", "month", "day"))
                try:
                    at = datetime(int(f"20{year}"[-4:]), int(month or 0), int(day or 1), tzinfo=VIETNAM)
                except ValueError:
                    continue
                return at, "day" if day else "month", "".join(filter(None, (year, month, day)))
        return None
