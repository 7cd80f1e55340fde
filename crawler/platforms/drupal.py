"""Drupal 7 and later: body classes say what a page is, fields are named after the content type's."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from crawler.parse.layout import Layout
from crawler.parse.selectors import Selector
from crawler.platforms.base import Kind, Platform
from crawler.platforms.marks import Marks

if TYPE_CHECKING:
    from crawler.parse.listing import Listing
    from crawler.parse.page import Page

_NEXT = tuple(Selector(css) for css in ("li.pager__item--next a", "li.pager-next a", "a[rel=next]"))
_KINDS = {
    "path-taxonomy": Kind.LISTING,
    "page-taxonomy": Kind.LISTING,
    "path-frontpage": Kind.LISTING,
    "path-search": Kind.SEARCH,
    "page-search": Kind.SEARCH,
    "path-user": Kind.AUTHOR,
    "page-user": Kind.AUTHOR,
    "page-node-type-page": Kind.STATIC,
    "node-type-page": Kind.STATIC,
    "page-node-type-webform": Kind.STATIC,
    "node-type-webform": Kind.STATIC,
}
"""Classes of <body>; `page` is the type that core describes as for static content such as "About us"."""
_NODE_TYPE = re.compile(r"(?:page-)?node-type-[\w-]+")
_NO_ARTICLE = re.compile(
    r"/user(?:/|$|\?)|/(?:node/add|admin|search|comment|filter/tips|print|printpdf|printmail)(?:/|$|\?)|/rss\.xml|"
    r"/node/\d+/(?:edit|delete|revisions)|[?&](?:destination|_format|q=user)=",
    re.IGNORECASE,
)


class Drupal(Platform):
    """Drupal of any theme. Listings count their pages from 0; `/node/N` and its alias are one article by its head."""

    name = "drupal"
    marks = Marks(
        generator=("drupal",),
        selectors=(
            "script[data-drupal-selector]",
            "article[data-history-node-id]",
            ".field--name-body",
            ".field-name-body",
        ),
        assets=("/core/misc/drupal", "/misc/drupal.js", "/sites/default/files/", "/sites/all/"),
    )
    article_url = r"/node/\d+/?$"
    listing_url = r"/taxonomy/term/\d+"
    layouts = (
        Layout(
            name="drupal",
            title=("h1.page-header", "h1.page-title", "h1.node__title", "h1#page-title", "h1.title"),
            published=(
                ".node__submitted time[datetime]",
                ".node__meta time[datetime]",
                ".field--name-field-ngay-dang time[datetime]",
                ".field--name-field-ngay-dang",
                ".node__submitted",
                ".node .submitted",
                ".field--name-created",
            ),
            lead=(
                ".field--name-field-tom-tat",
                ".field--name-field-summary",
                ".field--name-field-sapo",
                ".field--name-field-mo-ta",
                ".field-name-field-tom-tat",
            ),
            featured=(".node--view-mode-full > .node__content > .field--name-field-image",),
            body=(".node--view-mode-full .field--name-body", ".field--name-body", ".field-name-body"),
            byline=(".field--name-field-tac-gia .field__item", ".field--name-field-tac-gia"),
            section=(".field--name-field-chuyen-muc a", ".field--name-field-category a"),
            tags=(".field--name-field-tags a", ".field-name-field-tags a"),
            drop=(".node__links", "ul.links.inline", ".field--name-field-tin-lien-quan", ".field--name-comment"),
        ),
    )

    def kind(self, page: Page) -> Kind:
        """By the body's classes, else by the URL."""
        bodies = page.index.by_tag["body"]
        classes = (bodies[0].get("class") or "").split() if bodies else []
        known = next((kind for name, kind in _KINDS.items() if name in classes), None)
        if known is not None:
            return known
        return Kind.ARTICLE if any(map(_NODE_TYPE.fullmatch, classes)) else super().kind(page)

    def canonical(self, page: Page) -> str | None:
        """`/node/N` where the head names that and no alias."""
        heads = {(link.get("rel") or "").lower(): link.get("href") for link in page.index.by_tag["link"]}
        short = heads.get("shortlink")
        if heads.get("canonical") or not short:
            return None
        return _own(page, short)

    def listing(self, page: Page, number: int) -> Listing:
        """The pager's own link to the next page: `?page=1` is the second one."""
        found = super().listing(page, number)
        link = next((link.get("href") for css in _NEXT for link in css.find(page.index) if link.get("href")), None)
        found.next_url = _own(page, link) if link else None
        return found

    def refuses(self, url: str) -> bool:
        return super().refuses(url) or bool(_NO_ARTICLE.search(url))


def _own(page: Page, href: str) -> str | None:
    """`href` in full, where it is another page of the same host."""
    try:
        url = urljoin(page.base_url, href)
        own = urlsplit(url).netloc == urlsplit(page.url).netloc
    except ValueError:
        return None
    return url if own else None
