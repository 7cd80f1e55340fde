"""The links of a page to its own host: plain ones, and those that are a script's or a button's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from lxml import etree

from pipelines.text import one_line
from pipelines.urls import unescape_query

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from crawler.parse.page import Page

MAX_LINKS = 5_000
MAX_FRAMES = 12

_SCRIPTED = etree.XPath("//*[@onclick or @data-href or @data-url]")
_HAS_SCRIPTED = etree.XPath(
    "boolean(descendant::*/@onclick) or boolean(descendant::*/@data-href) or boolean(descendant::*/@data-url)"
)
"""The same as a question, which most pages deny in a third of the time."""
_ROOTED = re.compile(r"/(?!/)(?:(?!/\.)[^\s\\])*")
"""A path from the root that joining would leave as it is."""
_LOCATION = re.compile(
    r"(?:location(?:\.href)?\s*=|location\.(?:assign|replace)\s*\(|window\.open\s*\()\s*(['\"])(?P<url>[^'\"]+)\1"
)


def anchors(page: Page) -> list[tuple[HtmlElement, str]]:
    """What leads to a page of the same host, with its absolute URL without fragment: links, then scripted elements."""
    found: list[tuple[HtmlElement, str]] | None = page.known.get(anchors)
    if found is None:
        found = page.known[anchors] = list(_anchors(page))
    return found


def said(page: Page, element: HtmlElement) -> str:
    """What an element of a page says, on one line."""
    texts: dict[HtmlElement, str] = page.known.setdefault(said, {})
    text = texts.get(element)
    if text is None:
        text = texts[element] = one_line("".join(element.itertext()) if len(element) else element.text or "")
    return text


def _anchors(page: Page) -> Iterator[tuple[HtmlElement, str]]:
    base, parts = page.link_base, urlsplit(page.url)
    host = parts.netloc.lower()
    own = (f"http://{host}/", f"https://{host}/")
    root, rooted = f"{parts.scheme}://{parts.netloc}", base == page.url
    for anchor in page.index.by_tag["a"][:MAX_LINKS]:
        href = (anchor.get("href") or "").strip()
        if not href or href[0] == "#" or href[:11].lower() == "javascript:":
            continue
        if href.startswith(own):  # the common case, without the cost of joining
            yield anchor, unescape_query(href.partition("#")[0])
        elif href[0] == "/" and rooted and _ROOTED.fullmatch(href):  # the same
            yield anchor, unescape_query(root + href.partition("#")[0])
        elif joined := own_url(base, host, href):
            yield anchor, joined
    for element in _SCRIPTED(page.tree)[:MAX_LINKS] if _HAS_SCRIPTED(page.tree) else ():
        if (target := scripted(element)) and (joined := own_url(base, host, target)):
            yield element, joined


def framed(page: Page) -> list[str]:
    """The pages of the same host that stand in frames within a page, each once: lists of news, among others."""
    base, host = page.link_base, urlsplit(page.url).netloc.lower()
    frames = page.index.by_tag["iframe"][:MAX_FRAMES]
    urls = (own_url(base, host, frame.get("src") or "") for frame in frames if frame.get("src"))
    return [url for url in dict.fromkeys(urls) if url and url != page.url]


def scripted(element: HtmlElement) -> str | None:
    """Where a click on an element leads, where that is no plain link: `onclick="location.href='…'"`, `data-href`."""
    if element.tag == "a" and _is_plain(element.get("href")):
        return None
    if match := _LOCATION.search(element.get("onclick") or ""):
        return match["url"]
    return element.get("data-href") or element.get("data-url")


def script_target(text: str) -> str | None:
    """Where a script sends its page to, or None."""
    match = _LOCATION.search(text) if "location" in text or "window.open" in text else None
    return match["url"] if match else None


def _is_plain(href: str | None) -> bool:
    href = (href or "").strip()
    return bool(href) and href[0] != "#" and href[:11].lower() != "javascript:"


def own_url(base: str, host: str, href: str) -> str | None:
    """`href` made absolute, without fragment; None where it leads to another host or nowhere."""
    try:
        url = unescape_query(urljoin(base, href.strip()).partition("#")[0])
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.netloc.lower() == host else None
