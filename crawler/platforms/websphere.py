"""IBM WebSphere Portal: URLs hold the state of a visit, so an article is known by its path in the content library."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urljoin, urlsplit

from crawler.parse.layout import Layout
from crawler.platforms.base import Platform
from crawler.platforms.marks import Marks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.parse.page import Page

_CONTENT = re.compile(r"[?&]urile=(wcm:(?:path:/|oid:)[^?&#]+)", re.IGNORECASE)
_CONTENT_PATH = re.compile(
    r"(?:[?&]wcm_global_context=(?:/wps/wcm/(?:my)?connect)?|/wps/wcm/(?:my)?connect)(/[^?&#]+)", re.IGNORECASE
)
_STATE = re.compile(r"/!ut/|/wps/(?:my)?portal/?$", re.IGNORECASE)
_NO_ARTICLE = re.compile(
    r"/wps/(?:myportal|contenthandler|pa_|themes/|redirect|proxy)|[?&](?:srv=cmpnt|mode=print)|/wps/portal/\w*login",
    re.IGNORECASE,
)


class WebSphere(Platform):
    """IBM WebSphere Portal with its Web Content Manager."""

    name = "websphere"
    marks = Marks(
        selectors=(".wpsPortletBody", ".wpthemeControlBody", ".ibmPortalControl"),
        assets=("/wps/themes/", "/wps/contenthandler/", "/wps/PA_", "/wps/wcm/"),
        url=r"/wps/(?:my)?portal\b|/wps/wcm/connect/",
    )
    article_url = r"[?&]urile=wcm(?::|%3a)(?:path|oid)|[?&]wcm_global_context=|/wps/wcm/connect/"
    layouts = (
        Layout(
            name="websphere",
            title=(".moduleContentBg h1",),
            published=(".moduleContentBg h1 + h2", ".moduleContentBg h2"),
            body=(".moduleContentBg", ".wpsPortletBody"),
            drop=(".moduleContentBg h1 + h2",),
        ),
    )

    def canonical(self, page: Page) -> str | None:
        """The address of the content that the page shows, the same in every state; None where nothing names it."""
        for url in self._named(page):
            plain = unquote(url)
            content, path = _CONTENT.search(plain), _CONTENT_PATH.search(plain)
            name = content[1] if content else f"wcm:path:{path[1]}" if path else None
            if name:
                parts = urlsplit(page.url)
                return f"{parts.scheme}://{parts.netloc}/wps/portal?1dmy&urile={quote(name.rstrip('/'), safe='/:')}"
            if url != page.url and not _STATE.search(url) and urlsplit(url).path not in ("", "/"):
                return url
        return None

    def refuses(self, url: str) -> bool:
        return super().refuses(url) or bool(_NO_ARTICLE.search(url))

    def _named(self, page: Page) -> Iterator[str]:
        """Addresses on the portal's own host that the page is said to have, and the one it was fetched from."""
        heads = [link.get("href") for link in page.index.by_tag["link"] if (link.get("rel") or "") == "canonical"]
        heads += [meta.get("content") for meta in page.index.by_tag["meta"] if meta.get("property") == "og:url"]
        host = urlsplit(page.url).hostname
        for said in filter(None, heads):
            try:
                url = urljoin(page.base_url, said)
                own = urlsplit(url).hostname == host
            except ValueError:
                continue
            if own:
                yield url
        yield page.url
