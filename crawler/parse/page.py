"""Bytes of one response -> a page: its text decoded, its tree parsed once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml import etree, html

from crawler.parse import legacy
from crawler.parse.charset import to_utf8
from crawler.parse.errors import EmptyPage, NotHtml, PageTooLarge
from crawler.parse.index import Index

MAX_PAGE_BYTES = 16_000_000
"""Larger responses are dumps or traps; the largest article page seen is under 2 MB."""
SNIFF_BYTES = 1024
MAX_TAGS = 60_000
"""Where a page is cut. The largest of 521 pages looked at has 8,648; a table of 3,000 rows and eight columns 54,000."""
MAX_TAG_BYTES = 200_000
"""A longer tag loses its attributes: libxml2 compares each with all before it."""

_HTML_TYPES = ("html", "xml", "text/plain", "octet-stream", "unknown")
_MAGIC = (
    b"%PDF",
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0",
    b"GIF8",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"{\\rtf",
    b"RIFF",
    b"Rar!",
    b"\x1f\x8b",
    b"BM6",
    b"II*\0",
    b"MM\0*",
    b"ID3",
    b"OggS",
    b"\x1aE\xdf\xa3",
    b"FWS",
    b"CWS",
)
_DATA = re.compile(
    rb"\s*(?:[{\[]|<\?xml[^>]*>\s*(?:<!--.*?-->\s*)*<(?!html|!doctype html)|<(?:rss|feed|urlset|sitemapindex)\b)",
    re.IGNORECASE | re.DOTALL,
)
_OPENS_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL
)
"""What no file begins with, whatever type it is served as."""
_OVERLONG_TAG = re.compile(rb"<([a-zA-Z][\w:-]{0,30})\s[^<>]{200000,}+>")
_TAG = re.compile(rb"<")
_BLANK = b" \t\r\n\f\0"
_INLINE_TAGS = re.compile(rb"</?(?:font|span|b|i|u|em|strong|big|small|o:p|st1:\w+)(?:\s[^<>]*)?>", re.IGNORECASE)


@dataclass(slots=True)
class Page:
    """One fetched page. `tree` is the root element, `headers` have lower-case names.

    `encoding` is the charset of the bytes, or the legacy encoding (`tcvn3`, `vni`) that texts of it were typed in.
    """

    url: str
    tree: html.HtmlElement
    encoding: str
    headers: Mapping[str, str]
    cut: bool = False
    """Whether what stands behind MAX_TAGS was left unread."""
    known: dict[object, Any] = field(default_factory=dict, repr=False, compare=False)
    """What was found out about the page and is asked again, by what found it."""
    _index: Index | None = field(default=None, repr=False, compare=False)

    @property
    def index(self) -> Index:
        """Where the tree's classes, ids and tags are; built on first use."""
        if self._index is None:
            self._index = Index(self.tree)
        return self._index

    @property
    def base_url(self) -> str:
        """What relative links of the page are relative to (`<base href>` honoured)."""
        for element in self.index.by_tag["base"]:
            href = element.get("href")
            if href:
                return _join(self.url, href)
        return self.url

    @property
    def link_base(self) -> str:
        """What links to the page's own host are relative to.

        A base on another host is that of where the page was made: its path counts, its host does not.
        """
        base = self.base_url
        if base == self.url:
            return base
        try:
            return urlsplit(self.url)._replace(path=urlsplit(base).path or "/", query="", fragment="").geturl()
        except ValueError:
            return self.url


def read_page(body: bytes, url: str, headers: Mapping[str, str]) -> Page:
    """Parse the body of a response; `headers` have lower-case names.

    Raises `EmptyPage`, `NotHtml` or `PageTooLarge`.
    """
    if len(body) > MAX_PAGE_BYTES:
        raise PageTooLarge(f"{url}: {len(body)} bytes, limit {MAX_PAGE_BYTES}")
    head = body[:SNIFF_BYTES].lstrip(_BLANK)
    if not head and not body.strip(_BLANK):
        raise EmptyPage(f"{url}: the response has no content")
    content_type = headers.get("content-type", "").lower()
    media_type = content_type.partition(";")[0].strip()
    if media_type and not any(name in media_type for name in _HTML_TYPES) and not _OPENS_PAGE.match(head):
        raise NotHtml(f"{url}: served as {media_type}")
    if head.startswith(_MAGIC):
        raise NotHtml(f"{url}: the content starts like a file, not like a page")
    sound, encoding = to_utf8(body, content_type)
    if _DATA.match(sound, 0, SNIFF_BYTES) or b"<" not in sound:
        raise NotHtml(f"{url}: the content is data or plain text, not HTML")
    if _may_hold_overlong_tag(sound):
        sound = _OVERLONG_TAG.sub(rb"<\1>", sound)
    cut = sound.count(b"<") > MAX_TAGS
    if cut:
        sound = sound[: next(islice(_TAG.finditer(sound), MAX_TAGS, None)).start()]
    tree = _parse(sound, url)
    if encoding == "cp1252" or legacy.suspect(sound):
        encoding = legacy.mend(tree) or encoding
    return Page(url=url, tree=tree, encoding=encoding, headers=headers, cut=cut)


def _may_hold_overlong_tag(sound: bytes) -> bool:
    """Whether some aligned stretch of half MAX_TAG_BYTES holds no bracket: no longer tag fits between those that do."""
    stretch = MAX_TAG_BYTES // 2
    return any(
        sound.find(b"<", at, at + stretch) < 0 and sound.find(b">", at, at + stretch) < 0
        for at in range(0, len(sound) - stretch, stretch)
    )


def _parse(sound: bytes, url: str) -> html.HtmlElement:
    """The tree of UTF-8 bytes. Raises EmptyPage.

    libxml2 stops at 256 levels when `huge_tree` is off. Pages whose inline tags are never closed get there by honest
    means: those are read once more without these tags, as the rest of the page would vanish otherwise.
    """
    root, too_deep = _tree(sound)
    if too_deep:
        root, _ = _tree(_INLINE_TAGS.sub(b"", sound))
    if root is None or (root.find("body") is None and root.find("frameset") is None):
        raise EmptyPage(f"{url}: nothing in the response can be parsed as a page")
    if root.find("body") is None:  # all a frameset has is frames, but every page is read by its body
        etree.SubElement(root, "body")
    return root


def _tree(sound: bytes) -> tuple[html.HtmlElement | None, bool]:
    """The root element, and whether the parser gave up for depth."""
    # A default class lookup instead of lxml.html's own: that one calls Python for each node.
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=False)
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=html.HtmlElement))
    try:
        root = etree.fromstring(sound, parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None, False
    too_deep = any(entry.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for entry in parser.error_log)
    return (root if isinstance(root, html.HtmlElement) else None), too_deep


def _join(base: str, href: str) -> str:
    """`urljoin` that takes a hostile link for no link."""
    try:
        return urljoin(base, href.strip())
    except ValueError:
        return base
