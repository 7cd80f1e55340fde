"""Where article URLs come from: sections, feeds, sitemaps, the REST API. Reading them is pure; the spider asks."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urljoin

from lxml import etree
from scrapy.utils.sitemap import Sitemap as SitemapReader

from crawler.parse.listing import Entry
from pipelines.text import one_line

MAX_ENTRIES = 50_000
"""The sitemap protocol's own limit for one file; more in one answer is a trap."""
POSTS_PER_PAGE = 100
POST_FIELDS = "id,link,date_gmt,modified_gmt,title,categories,content.protected"


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
