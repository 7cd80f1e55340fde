"""Where article URLs come from: sections, feeds, sitemaps, the REST API. Reading them is pure; the spider asks."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from lxml import etree
from scrapy.utils.sitemap import Sitemap as SitemapReader

from crawler.parse.links import anchors, own_url
from crawler.parse.listing import Entry
from pipelines.text import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.parse.page import Page

MAX_ENTRIES = 50_000
"""The sitemap protocol's own limit for one file; more in one answer is a trap."""
POSTS_PER_PAGE = 100
POST_FIELDS = "id,link,date_gmt,modified_gmt,title,categories,content.protected"


MAX_FEED_LINKS = 100

_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/rdf+xml")
_FEED_URL = re.compile(
    r"(?:^|[/._-])(?:rss|atom|feeds?|rdf)(?:[/._-]|$)|\.rss\b|[?&](?:format|type|mod|com)=(?:feed|rss)", re.IGNORECASE
)
_NO_FEED_URL = re.compile(r"comments?|binh-luan|\.(?:png|gif|jpe?g|svg|ico)$", re.IGNORECASE)
_LISTS_SECTIONS = re.compile(
    r"(?:^|[-_/.])(?:cat|cate|category|categories|chuyen-?muc|danh-?muc|sections?|taxonom(?:y|ies)-category)(?:[-_.\d]|$)",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"/(?:tags?|the|tu-?khoa|keywords?|author|authors|tac-?gia|search|tim-?kiem|login|log-?in|dang-?nhap|dang-?ky|register|"
    r"sign-?in|signup|account|users?|admin|administrator|cart|gio-hang|rss|feed|feeds|calendar|lich-?lam-?viec|poll|"
    r"captcha|download|mailto|share)(?:[/.?;-]|$)|"
    r"/(?:archives?|luu-tru)/?(?:\d[\d/-]*)?$|/(?:19|20)\d\d(?:/\d\d?){0,2}/?$|"
    r"[?&;](?:tags?|author|search|searchword|keywords?|tukhoa|tu_khoa|q|s|returnurl|option=com_search|task=search|"
    r"ngay|thang|nam|date|day|month|year)=|"
    r"(?:com|mod|nv|op|do|act|action|view|option|page|p)=(?:com_)?(?:search|tim-?kiem|login|dang-?nhap|register|dang-?ky|users?|"
    r"rss|feed|poll|calendar|lich)\b",
    re.IGNORECASE,
)
"""Addresses of what stands beside the news: log-ins, searches, and lists that repeat what sections list."""


class BadSource(Exception):
    """An answer is not what the source should give. Raised by the readers below; counted, never fatal."""


@dataclass(frozen=True, slots=True)
class Section:
    """A listing of articles with the label the portal gives it, where it is known."""

    url: str
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """An RSS or Atom feed."""

    url: str


@dataclass(frozen=True, slots=True)
class Sitemap:
    """A sitemap or an index of sitemaps."""

    url: str


@dataclass(frozen=True, slots=True)
class RestApi:
    """A WordPress REST API; `url` is its root, e.g. `https://…/wp-json/` or `https://…/index.php?rest_route=/`."""

    url: str

    def route(self, route: str, **query: str | int) -> str:
        """The URL of a route with query parameters."""
        pairs = "&".join(f"{name}={value}" for name, value in query.items())
        return f"{self.url}{route}{'&' if '?' in self.url else '?'}{pairs}"

    @property
    def categories(self) -> str:
        """URL of the list of categories."""
        return self.route("wp/v2/categories", per_page=100, hide_empty="true", _fields="id,name,link,count")

    @property
    def posts(self) -> str:
        """URL of the first page of posts, the most recently changed first."""
        return self.route("wp/v2/posts", per_page=POSTS_PER_PAGE, orderby="modified", _fields=POST_FIELDS)


Source = Section | Feed | Sitemap | RestApi


def is_aside(url: str) -> bool:
    """Whether the form of a URL says that it is a log-in, a search, or a list by tag, author or day."""
    return bool(_ASIDE.search(url, url.find("/", 8)))


def lists_sections(sitemap: str) -> bool:
    """Whether the name of a sitemap says that it lists sections."""
    return bool(_LISTS_SECTIONS.search(urlsplit(sitemap).path.rpartition("/")[2]))


def discovered(page: Page, sitemaps: Sequence[str]) -> list[Source]:
    """The sitemaps and feeds of a portal: those robots.txt, its start page and custom name."""
    feeds = dict.fromkeys([*_linked_feeds(page), *feed_links(page)])
    maps = list(sitemaps) or [urljoin(page.url, "/sitemap.xml")]
    return [*(Sitemap(url) for url in maps), *(Feed(url) for url in [*feeds][:MAX_FEED_LINKS])]


def _linked_feeds(page: Page) -> list[str]:
    """The feeds the head names."""
    host = urlsplit(page.url).netloc.lower()
    links = (link for link in page.index.by_tag["link"] if (link.get("type") or "").lower() in _FEED_TYPES)
    urls = (own_url(page.base_url, host, link.get("href") or "") for link in links)
    return [url for url in urls if url and not _NO_FEED_URL.search(url)]


def feed_links(page: Page) -> list[str]:
    """The links of a page that look like feeds, or like a page that lists them."""
    urls = dict.fromkeys(url for _, url in anchors(page) if _FEED_URL.search(url, url.find("/", 8)))
    return [url for url in urls if not _NO_FEED_URL.search(url) and url != page.url][:MAX_FEED_LINKS]


def _json_list(body: bytes) -> list[dict[str, Any]]:
    # A plugin's warning before the JSON, or a byte order mark, is common on old portals
    text = body.decode("utf-8", "replace")
    start = text.find("[")
    try:
        data = json.loads(text[start:], strict=False) if start >= 0 else None
    except ValueError as error:
        raise BadSource(f"no JSON list: {error}") from error
    if not isinstance(data, list):
        raise BadSource("no JSON list")
    return [row for row in data[:MAX_ENTRIES] if isinstance(row, dict)]


def read_categories(body: bytes) -> dict[int, Section]:
    """Categories of the REST API by id, those with articles. Raises BadSource."""
    return {
        row["id"]: Section(row["link"], _label(row.get("name")))
        for row in _json_list(body)
        if isinstance(row.get("id"), int) and isinstance(row.get("link"), str) and row.get("count", 1)
    }


def read_posts(body: bytes, sections: dict[int, Section]) -> tuple[list[Entry], list[str]]:
    """A page of posts of the REST API -> (entries, URLs of password-protected posts). Raises BadSource."""
    entries, protected = [], []
    for row in _json_list(body):
        link = row.get("link")
        if not isinstance(link, str):
            continue
        content = row.get("content")
        if isinstance(content, dict) and content.get("protected"):
            protected.append(link)
            continue
        fields = {}
        for name, key in (("published", "date_gmt"), ("modified", "modified_gmt")):
            if at := _utc(row.get(key)):
                fields[name] = at
        for category in row.get("categories") or ():
            if isinstance(category, int) and category in sections and sections[category].label:
                fields["section"] = sections[category].label or ""
                break
        entries.append(Entry(link, f"rest:{row.get('modified_gmt')}", fields))
    return entries, protected


def _label(text: object) -> str | None:
    if not isinstance(text, str):
        return None
    import html

    return one_line(html.unescape(text)) or None


def _utc(text: object) -> str | None:
    """A `…_gmt` time of the REST API with its offset; None where it is none (drafts have 0000-00-00)."""
    try:
        return datetime.fromisoformat(str(text)).replace(tzinfo=UTC).isoformat()
    except ValueError:
        return None


def read_sitemap(body: bytes) -> tuple[list[str], list[Entry]]:
    """A sitemap -> (URLs of nested sitemaps, entries). Raises BadSource."""
    try:
        reader = SitemapReader(body)
        rows = [row for row, _ in zip(reader, range(MAX_ENTRIES), strict=False)]
    except (etree.XMLSyntaxError, StopIteration, ValueError) as error:
        raise BadSource(f"no sitemap: {error}") from error
    if reader.type == "sitemapindex":
        return [row["loc"] for row in rows], []
    if reader.type != "urlset":
        raise BadSource(f"no sitemap but <{reader.type}>")
    return [], [Entry(row["loc"], f"lastmod:{row['lastmod']}" if row.get("lastmod") else None) for row in rows]


def read_feed(body: bytes, url: str) -> list[Entry]:
    """The items of an RSS or Atom feed. Raises BadSource."""
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(body.lstrip(), parser)
    except etree.XMLSyntaxError as error:
        raise BadSource(f"no feed: {error}") from error
    if root is None or etree.QName(root).localname not in ("rss", "feed", "RDF"):
        raise BadSource("no feed")
    entries = []
    for item in root.iter("{*}item", "{*}entry"):
        link, fields = None, {}
        for child in item:
            if not isinstance(child.tag, str):
                continue
            name, text = etree.QName(child).localname, (child.text or "").strip()
            if name == "link" and child.get("rel", "alternate") == "alternate":
                link = link or text or child.get("href")
            elif name == "pubDate" and (at := _rfc2822(text)):
                fields["published"] = at
            elif name == "category" and text:
                fields.setdefault("section", one_line(text))
        if link:
            entries.append(Entry(urljoin(url, link), None, fields))
    return entries[:MAX_ENTRIES]


def _rfc2822(text: str) -> str | None:
    try:
        return parsedate_to_datetime(text).isoformat()
    except ValueError:
        return None
