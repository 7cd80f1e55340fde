"""What the content systems of provinces and departments share: what a page is, by its URL or by the article on it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import urlsplit

from crawler.platforms.base import Kind, Platform
from crawler.platforms.marks import Marks, Traces

if TYPE_CHECKING:
    from crawler.parse.page import Page

_NAMED = r"/(?:{})(?:\.(?:aspx|html?|php))?/?(?:[?#]|$)"
STATIC_URL = _NAMED.format(
    "gioi-?thieu(?:-chung)?|lien-?he|so-?do(?:-?(?:trang|web|website|site|cong))?|sitemap|co-?cau-?to-?chuc|"
    "chuc-?nang-?nhiem-?vu|contact|about"
)
SEARCH_URL = _NAMED.format("tim-?kiem|search")


class Government(Platform):
    """A content system of .gov.vn portals.

    `texts` are elements that stand on the page of one article only. `static_url`, `search_url` and `refused_url` are
    regular expressions on URLs of lasting pages, of searches, and of what is no page of the portal's text.
    """

    texts: ClassVar[Marks] = Marks()
    static_url: ClassVar[str] = STATIC_URL
    search_url: ClassVar[str] = SEARCH_URL
    refused_url: ClassVar[str] = ""

    def kind(self, page: Page) -> Kind:
        """By the article on the page, which no start page shows, else by the URL."""
        if urlsplit(page.url).path.strip("/") and self.texts.on(Traces(page)):
            return Kind.ARTICLE
        if _says(self.search_url, page.url):
            return Kind.SEARCH
        return Kind.STATIC if _says(self.static_url, page.url) else super().kind(page)

    def refuses(self, url: str) -> bool:
        return super().refuses(url) or _says(self.refused_url, url) or _says(self.search_url, url)


def _says(form: str, url: str) -> bool:
    return bool(form and re.search(form, url, re.IGNORECASE))
