"""What a page says of itself outside its text: JSON-LD, OpenGraph, microdata, meta tags and link relations."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from crawler.parse import jsonld
from crawler.parse.dates import Dated, read_date
from crawler.parse.tail import people
from crawler.parse.text import squeeze

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml.html import HtmlElement

    from crawler.parse.page import Page

_SPACED_OFFSET = re.compile(r"(:\d\d) ([+-]\d\d:?\d\d)$")
_EPOCH = re.compile(r"1\d{9}(?:\d{3})?")
_EMAIL_DAY = re.compile(r"(?:[A-Z][a-z]{2}, )?\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:")
MIDNIGHT = time()
VIETNAM = timezone(timedelta(hours=7))
MAX_TAGS = 40
MAX_VALUE_CHARS = 2_000

_DATE_NAMES = {
    "published": (
        "og:published_time og:article:published_time article:published article:publicationdate article.published "
        "parsely-pub-date sailthru.date bt:pubdate cxenseparse:publishtime cxenseparse:recs:publishtime "
        "rnews:datepublished datepublished date_published published_time publicationdate publication_date publish-date "
        "publish_date publishdate pub_date pubdate displaydate originalpublicationdate citation_publication_date "
        "dcterms.issued dc.date.issued dcterms.created dc.date.created dcterms.date dc.date article.created date"
    ),
    "modified": (
        "og:modified_time og:article:modified_time article:modified article.updated datemodified lastmod "
        "last-modified dcterms.modified dc.date.modified"
    ),
}
"""Names of meta tags, those that say what they mean before those that leave it open."""

_HOME = frozenset({"trang chủ", "home", "trang nhất", "homepage", "trang chính"})
_WORDPRESS_PATHS = ("/wp-content/", "/wp-json", "/wp-includes/")


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the page states outside its text. `evidence` names the source of each value that is set.

    `authors` are people only, and empty on WordPress, whose metadata names the poster's account.
    `title` may still carry the site's name; `page_title` is the `<title>` element, `site_name` the portal's own name.
    """

    title: str | None = None
    description: str | None = None
    published: Dated | None = None
    modified: datetime | None = None
    authors: tuple[str, ...] = ()
    section: str | None = None
    tags: tuple[str, ...] = ()
    canonical: str | None = None
    language: str | None = None
    kind: str | None = None
    evidence: Mapping[str, str] = field(default_factory=dict)
    page_title: str | None = None
    site_name: str | None = None
    wordpress: bool = False


def read_metadata(page: Page) -> Metadata:
    """Read once per page; of several sources JSON-LD counts first, then OpenGraph, then microdata and meta tags."""
    return _Reader(page).read()


def iso(value: str) -> Dated | None:
    """A machine-readable date with the offset it states, else Vietnam's; other forms go to `read_date`.

    None where nothing is stated.
    """
    raw = value.strip()
    if not raw or len(raw) > 80:
        return None
    at = _machine_time(raw)
    if at is None:
        return read_date(raw)
    if not 1990 <= at.year <= 2100:
        return None
    at = at.replace(tzinfo=VIETNAM) if at.tzinfo is None else at
    return Dated(at=at, precision="day" if len(raw) <= 10 and at.time() == MIDNIGHT else "minute", raw=raw)


def _machine_time(raw: str) -> datetime | None:
    """ISO 8601, also with a space before the offset, the form of e-mail headers and HTTP, or time since 1970."""
    if _EPOCH.fullmatch(raw):
        return datetime.fromtimestamp(int(raw[:10]), UTC)
    try:
        return datetime.fromisoformat(_SPACED_OFFSET.sub(r"\1\2", raw))
    except ValueError:
        pass
    if _EMAIL_DAY.match(raw):
        try:
            return parsedate_to_datetime(raw)
        except ValueError:
            pass
    return None


def is_home(label: str) -> bool:
    """Whether a breadcrumb label is the way back to the front page."""
    return label.casefold().strip(" :»›>/") in _HOME


class _Reader:
    """One page's sources, gathered and then asked field by field."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.index = page.index
        self.meta: dict[str, list[str]] = defaultdict(list)
        for element in self.index.by_tag["meta"]:
            name = element.get("property") or element.get("name") or ""
            content = element.get("content")
            if name and content and (value := squeeze(content[:MAX_VALUE_CHARS])):
                self.meta[name.lower()].append(value)
        self.article: jsonld.Node = {}
        self.webpage: jsonld.Node = {}
        self.crumbs: list[str] = []
        self._read_jsonld()
        self.evidence: dict[str, str] = {}
        self.wordpress = self._is_wordpress()

    def _read_jsonld(self) -> None:
        for node in jsonld.nodes(self.index):
            if jsonld.is_article(node) and not (self.article.get("headline") or self.article.get("datePublished")):
                self.article = node
            kinds = jsonld.types(node)
            if not self.webpage and "WebPage" in kinds:
                self.webpage = node
            if not self.crumbs and "BreadcrumbList" in kinds:
                self.crumbs = [label for label in map(squeeze, jsonld.breadcrumb(node)) if label]

    def _is_wordpress(self) -> bool:
        if any("wordpress" in value.lower() for value in self.meta.get("generator", ())):
            return True
        links = self.index.by_tag["link"]
        return any(mark in (link.get("href") or "") for link in links for mark in _WORDPRESS_PATHS)

    def read(self) -> Metadata:
        title, description = self._title(), self._description()
        published, modified = self._date("datePublished", "published"), self._date("dateModified", "modified")
        section = self._section()
        titles = self.index.by_tag["title"]
        page_title = next((text for t in titles if (text := squeeze("".join(t.itertext())))), None)
        kind = next(iter(jsonld.types(self.article)), None) or self._first("og:type")
        return Metadata(
            title=title,
            description=description,
            published=published,
            modified=modified.at if modified else None,
            authors=self._authors(),
            section=section,
            tags=self._tags(),
            canonical=self._canonical(),
            language=self._language(),
            kind=kind,
            evidence=self.evidence,
            page_title=page_title,
            site_name=self._first("og:site_name"),
            wordpress=self.wordpress,
        )

    def _first(self, *names: str) -> str | None:
        for name in names:
            if values := self.meta.get(name):
                return values[0]
        return None

    def _named(self, field_name: str, value: str | None, source: str) -> str | None:
        if value:
            self.evidence.setdefault(field_name, source)
        return value

    def _title(self) -> str | None:
        headline = next(iter(jsonld.texts(self.article.get("headline") or self.article.get("name"))), None)
        return (
            self._named("title", squeeze(headline) if headline else None, "json-ld")
            or self._named("title", self._first("og:title"), "opengraph")
            or self._named("title", self._first("twitter:title", "title", "dc.title"), "meta")
        )

    def _description(self) -> str | None:
        text = next(iter(jsonld.texts(self.article.get("description"))), None)
        return (
            self._named("description", self._first("og:description"), "opengraph")
            or self._named("description", self._first("description"), "meta")
            or self._named("description", squeeze(text[:MAX_VALUE_CHARS]) if text else None, "json-ld")
        )

    def _date(self, name: str, field_name: str) -> Dated | None:
        """`datePublished` or `dateModified`, from the first source that states a date."""
        candidates: list[tuple[str, Iterable[str]]] = [
            ("json-ld", jsonld.moments(self.article.get(name))),
            ("article", self.meta.get(f"article:{field_name}_time", ())),
            ("microdata", map(_value, self.index.by_prop.get(name, ())[:1])),
            ("json-ld", jsonld.moments(self.webpage.get(name)) if self.article or self.wordpress else ()),
            ("opengraph", self.meta.get("og:updated_time", ()) if field_name == "modified" else ()),
            ("meta", self._dates_by_name(field_name)),
        ]
        for source, values in candidates:
            for value in values:
                if dated := iso(value):
                    self.evidence[field_name] = source
                    return dated
        return None

    def _dates_by_name(self, field_name: str) -> list[str]:
        return [value for name in _DATE_NAMES[field_name].split() for value in self.meta.get(name, ())]

    def _section(self) -> str | None:
        texts = [squeeze(text) for text in jsonld.texts(self.article.get("articleSection"))]
        return (
            self._named("section", next(filter(None, texts), None), "json-ld")
            or self._named("section", self._first("article:section"), "article")
            or self._named("section", self._category_link(), "rel=category")
            or self._named("section", self._crumb(), "json-ld breadcrumb")
        )

    def _crumb(self) -> str | None:
        """The last label before the article's own, which closes the list on most sites."""
        title = (self._title() or "").casefold()
        labels = [label for label in self.crumbs if not is_home(label)]
        if labels and (labels[-1].casefold() in title or len(labels) == len(self.crumbs)):
            labels = labels[:-1] if len(labels) > 1 or labels[-1].casefold() in title else labels
        return labels[-1] if labels else None

    def _category_link(self) -> str | None:
        for link in self._rel("category"):
            if label := squeeze("".join(link.itertext())):
                return label
        return None

    def _rel(self, name: str) -> list[HtmlElement]:
        return self.index.by_rel.get(name, [])

    def _authors(self) -> tuple[str, ...]:
        if self.wordpress:
            return ()
        candidates: list[tuple[str, Iterable[str]]] = [
            ("json-ld", jsonld.texts(self.article.get("author"))),
            ("article", [v for v in self.meta.get("article:author", ()) if "/" not in v]),
            ("microdata", map(_value, self.index.by_prop.get("author", ())[:3])),
            ("meta", self.meta.get("author", ())),
        ]
        for source, values in candidates:
            names = [name for value in values if len(value) <= 120 for name in people(squeeze(value))]
            if names:
                self.evidence["authors"] = source
                return tuple(dict.fromkeys(names))
        return ()

    def _tags(self) -> tuple[str, ...]:
        words = [squeeze(text) for text in jsonld.texts(self.article.get("keywords"))]
        listed = [part.strip() for text in words for part in text.split(",")]
        links = [squeeze("".join(a.itertext())) for a in self._rel("tag") if _is_tag(a)]
        for source, tags in (("rel=tag", links), ("article", self.meta.get("article:tag", [])), ("json-ld", listed)):
            found = [tag for tag in dict.fromkeys(tags) if tag]
            if found:
                self.evidence["tags"] = source
                return tuple(found[:MAX_TAGS])
        return ()

    def _canonical(self) -> str | None:
        for link in self.index.by_tag["link"]:
            if "canonical" in (link.get("rel") or "").lower().split() and (href := (link.get("href") or "").strip()):
                try:
                    return urljoin(self.page.base_url, href)
                except ValueError:
                    return None
        return None

    def _language(self) -> str | None:
        language, source = self.page.tree.get("lang") or self.page.tree.get("xml:lang"), "lang"
        if not language:
            language, source = next(iter(jsonld.texts(self.article.get("inLanguage"))), None), "json-ld"
        if not language or not language.replace("-", "").replace("_", "").isalnum() or len(language) > 20:
            return None
        self.evidence["language"] = source
        head, _, rest = language.replace("_", "-").partition("-")
        return head.lower() + (f"-{rest.upper()}" if len(rest) == 2 else f"-{rest}" if rest else "")


def _is_tag(link: HtmlElement) -> bool:
    """Whether a rel=tag link is a tag; block themes give it to categories too."""
    if "category" in (link.get("rel") or "").split():
        return False
    parent = link.getparent()
    return parent is None or "taxonomy-category" not in (parent.get("class") or "")


def _value(element: HtmlElement) -> str:
    """A microdata value: `content`, `datetime`, else the text."""
    return (element.get("content") or element.get("datetime") or "".join(element.itertext()))[:MAX_VALUE_CHARS]
