"""What a page of no known make is, by how it is built: prose under one headline, or many teasers of the same form."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from lxml import etree
from lxml.html import HtmlElement

from crawler.parse.links import anchors, own_url, script_target
from crawler.parse.listing import headlines
from crawler.parse.pager import follows, next_step
from crawler.parse.text import plain
from pipelines.text import fold, one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crawler.parse.page import Page

Shape = Literal["article", "listing"]

MIN_PROSE_CHARS = 60
"""A block with less unlinked text is a label, a date, a headline."""
MIN_ARTICLE_CHARS = 120
MAX_PAGED_PROSE_CHARS = 500
"""What a section page with a pager may say of itself."""
MIN_TEASERS = 3
MIN_LISTED = 3
MAX_TEASER_BLOCKS = 2
"""An excerpt has fewer paragraphs than most articles."""
TEASER_LEVELS = 6
MAX_TEASER_SHARE = 0.75
MIN_HEADLINE_CHARS = 24
"""Names of sections are shorter."""
MIN_TITLE_WORDS = 5
MAX_SPLASH_CHARS = 400
MIN_DOCUMENT_LABELS = 3
MAX_FRAMES = 12
MAX_TEXTS = 5_000
MAX_LABEL_CHARS = 40

_INLINE = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "br",
        "cite",
        "code",
        "em",
        "font",
        "i",
        "img",
        "ins",
        "kbd",
        "label",
        "mark",
        "q",
        "s",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
    ]
)
_SILENT = frozenset(
    ["script", "style", "noscript", "select", "option", "textarea", "button", "svg", "iframe", "template"]
)
_CHROME_TAGS = frozenset(["nav", "footer", "aside", "header"])
_CHROME = re.compile(
    r"(?:^|[\s_-])(?:menu|nav|navbar|navigation|breadcrumbs?|sidebar|footer|comments?|pagination|paging|pager|"
    r"search|copyright|banner|topbar|cookie)(?:$|[\s_-])",
    re.IGNORECASE,
)
_IMPRINT = re.compile(
    r"ban quyen|giay phep|chiu trach nhiem|dien thoai|co quan chu quan|tru so|\bfax\b|e?mail\b|ghi ro nguon|"
    r"duong day nong|copyright|thiet ke boi|truy cap"
)
_DOCUMENT_LABELS = re.compile(
    r"(?:so (?:ky |ki )?hieu|so van ban|ngay ban hanh|ngay (?:co )?hieu luc|trich yeu|(?:co quan|don vi) ban hanh|"
    r"nguoi ky|loai van ban|hinh thuc van ban|linh vuc|tinh trang|hieu luc|(?:tep|file|tai lieu) dinh kem)\W*"
)
_QUESTION_LABELS = re.compile(
    r"(?P<asker>(?:nguoi|don vi|cong dan) (?:gui|hoi|dat cau hoi)|ho (?:va )?ten(?: nguoi (?:gui|hoi))?)|"
    r"(?P<question>(?:noi dung )?(?:cau )?hoi)|(?P<answer>(?:noi dung |cau )?tra loi)"
)
_REFRESH = re.compile(r"^\s*(\d+)\s*[;,]\s*url\s*=\s*['\"]?(.+?)['\"]?\s*$", re.IGNORECASE)


@dataclass(slots=True)
class _Prose:
    block: HtmlElement
    chars: int
    linked: int


def shape(page: Page, titles: Iterable[str] = ()) -> Shape | None:
    """Whether a page is an article or a list of them, or None where it shows neither.

    `titles` are the (folded) headlines by which lists link to it: a page with one of them as its own is no list.
    """
    main, others = headlines(page)
    entries = {*main, *(url for url, text in others.items() if len(text) >= MIN_HEADLINE_CHARS)}
    teasers, free = _weigh(page, entries - {page.url.partition("#")[0]})
    if sum(teasers.values()) > 2 * free:
        return "listing"
    if free >= MAX_PAGED_PROSE_CHARS:
        return "article"
    paged = _opens_list(page)
    if free >= MIN_ARTICLE_CHARS and not paged:
        return "article"
    if any(len(title.split()) >= MIN_TITLE_WORDS for title in titles) and _is_titled(page, titles):
        return "article"
    return "listing" if paged or len(main) >= MIN_LISTED else None


def _opens_list(page: Page) -> bool:
    """Whether a page has a second page; an article's link to the next article goes on counting its own number."""
    step = next_step(page, 1)
    if step is None or not isinstance(step.to, str):
        return step is not None
    grown = follows(page.url, step.to)
    return grown is not None and (grown[0] == 0 or grown[1] == 2)


def _weigh(page: Page, entries: set[str]) -> tuple[dict[str, int], int]:
    """The text of each teaser, by the URL of the one article its box links to, and how much prose stands outside."""
    linked: dict[HtmlElement, set[str]] = defaultdict(set)
    for anchor, url in anchors(page):
        if url in entries:
            for box in (anchor, *islice(anchor.iterancestors(), TEASER_LEVELS)):
                linked[box].add(url)
    teasers: dict[str, int] = defaultdict(int)
    paragraphs: dict[str, list[HtmlElement]] = defaultdict(list)
    free = 0
    for prose in _prose(page):
        if (teased := _teased(prose.block, linked)) is not None:
            teasers[teased] += prose.chars
            paragraphs[teased].append(prose.block)
        else:
            free += prose.chars
    long = [url for url, blocks in paragraphs.items() if len(blocks) > MAX_TEASER_BLOCKS]
    if len(long) == 1 and _precedes(paragraphs[long[0]][0], long[0], page):
        free += teasers.pop(long[0])  # an article that names one other in its midst
    # a box that has no like is no teaser but an article with a link or two
    if len(teasers) < MIN_TEASERS or max(teasers.values()) > MAX_TEASER_SHARE * sum(teasers.values()):
        return {}, free + sum(teasers.values())
    return teasers, free


def _precedes(block: HtmlElement, url: str, page: Page) -> bool:
    """Whether a block begins before the first link to a URL."""
    link = next(anchor for anchor, target in anchors(page) if target == url)
    return next(one for one in page.tree.iter() if one is block or one is link) is block


def _teased(block: HtmlElement, linked: dict[HtmlElement, set[str]]) -> str | None:
    """The one article that the nearest box around a block links to; None where that links to several, or inside it."""
    for box in (block, *islice(block.iterancestors(), TEASER_LEVELS)):
        if urls := linked.get(box):
            return None if len(urls) > 1 or (box is block and _runs_through(box)) else next(iter(urls))
    return None


def _prose(page: Page) -> list[_Prose]:
    """The blocks of unlinked text outside of what stands around a page's content."""
    chars: dict[HtmlElement, _Prose] = {}
    for element in (one for body in page.index.by_tag["body"] for one in body.iter(etree.Element)):
        if element.tag in _SILENT:
            continue
        for text, owner in ((element.text, element), (element.tail, element.getparent())):
            if owner is None or not text or owner.tag in _SILENT or not (length := len(text.strip())):
                continue
            block, linked = _block(owner)
            found = chars.setdefault(block, _Prose(block, 0, 0))
            if linked:
                found.linked += length
            else:
                found.chars += length
    kept = (one for one in chars.values() if one.chars >= MIN_PROSE_CHARS and one.chars > one.linked)
    kept = (one for one in kept if one.chars >= MIN_ARTICLE_CHARS or not _is_scripted(one.block))
    return [one for one in kept if not _is_chrome(one.block) and not _IMPRINT.search(plain(_own_text(one.block)))]


def _own_text(block: HtmlElement) -> str:
    return " ".join(islice(block.itertext(), 40))[:2_000]


def _block(element: HtmlElement) -> tuple[HtmlElement, bool]:
    """The block a text stands in, and whether it is a link's."""
    linked = False
    block, above = element, element.getparent()
    while block.tag in _INLINE and above is not None:
        linked = linked or block.tag == "a"
        block, above = above, above.getparent()
    return block, linked


def _is_scripted(block: HtmlElement) -> bool:
    """Whether a block lies in a box that a click opens: its text is a link's, as is that of `<a>`."""
    return any(box.get("onclick") or box.get("data-href") for box in (block, *islice(block.iterancestors(), 2)))


def _is_chrome(block: HtmlElement) -> bool:
    framed = _CHROME_TAGS
    if any(box.tag in ("article", "main") for box in block.iterancestors()):
        framed = framed - {"header"}  # an article's own, with headline and lead
    return any(
        box.tag in framed or _CHROME.search(f"{box.get('class') or ''} {box.get('id') or ''}")
        for box in (block, *block.iterancestors())
        if box.tag not in ("body", "html", "form")
    )


def _leads_on(anchor: HtmlElement) -> bool:
    href = anchor.get("href") or ""
    return bool(href) and href[0] != "#" and not href.lower().startswith(("javascript:", "mailto:"))


def _runs_through(block: HtmlElement) -> bool:
    """Whether a block's links stand inside its text: neither the headline that opens it nor the "more" that ends it."""
    said = one_line(block.text_content())
    texts = [one_line(anchor.text_content()) for anchor in block.iter("a")]
    return bool(texts) and not (said.startswith(texts[0] or "\0") or said.endswith(texts[-1] or "\0"))


def _is_titled(page: Page, titles: Iterable[str]) -> bool:
    """Whether one of `titles` stands on the page as text of its own that is no link, or opens its <title>."""
    wanted = [title for title in titles if len(title.split()) >= MIN_TITLE_WORDS]
    heads = [fold(one.text_content()) for one in page.index.by_tag["title"][:1]]
    heads += [
        fold(heading.text_content())
        for name in ("h1", "h2", "h3", "h4")
        for heading in page.index.by_tag[name][:50]
        if next(heading.iter("a"), None) is None and not any(box.tag == "a" for box in heading.iterancestors())
    ]
    return any(head.startswith(title) or title.startswith(head) for title in wanted for head in heads if head)


def is_document(page: Page) -> bool:
    """Whether a page is the record of a legal document: a table of labels (số hiệu, ngày ban hành, …) and values."""
    found: set[str] = set()
    for name in ("th", "td", "dt", "label", "strong", "b", "span"):
        for cell in page.index.by_tag[name][:600]:
            text = one_line(cell.text_content()) if len(cell) < 3 else ""
            if 3 < len(text) < 40 and (label := _DOCUMENT_LABELS.fullmatch(plain(text) + " ")):
                found.add(label[0].strip())
    return len(found) >= MIN_DOCUMENT_LABELS


def is_question(page: Page) -> bool:
    """Whether a page is a citizen's question with its answer: labels for who asks, for the question, for the answer."""
    found: set[str] = set()
    for body in page.index.by_tag["body"]:
        for text in islice(body.itertext(), MAX_TEXTS):
            label = text.partition(":")[0]
            if len(label) < MAX_LABEL_CHARS and (match := _QUESTION_LABELS.fullmatch(plain(label))):
                found.add(str(match.lastgroup))
    return len(found) == _QUESTION_LABELS.groups


def leads_to(page: Page) -> str | None:
    """Where a start page that is no more than a door leads: by refresh, by script, or by its only link."""
    if not _is_door(page):
        return None
    if target := next(_targets(page), None):
        return target
    links = {href for anchor in page.index.by_tag["a"] if _leads_on(anchor) and (href := anchor.get("href"))}
    return links.pop() if len(links) == 1 else None


def refreshes_to(page: Page) -> str | None:
    """Where a page that is no more than a door sends its visitors: by refresh or by script."""
    target = next(_targets(page), None)
    return target if target is not None and _is_door(page) else None


def _targets(page: Page) -> Iterator[str]:
    for meta in page.index.by_tag["meta"]:
        if (meta.get("http-equiv") or "").lower() == "refresh" and (match := _REFRESH.match(meta.get("content") or "")):
            yield match[2]
    for script in page.index.by_tag["script"]:
        if target := script_target(script.text or ""):
            yield target


def _is_door(page: Page) -> bool:
    """Whether a page says next to nothing; it is read until it has said enough."""
    body = next(iter(page.index.by_tag["body"]), None)
    if body is None:
        return True
    said, chars, wanted = [], 0, 4 * MAX_SPLASH_CHARS
    for text in _said(body):
        said.append(text)
        chars += len(text) if not text.isspace() else 0
        if chars > wanted:
            if len(one_line(" ".join(said))) > MAX_SPLASH_CHARS:
                return False
            wanted *= 4
    return len(one_line(" ".join(said))) <= MAX_SPLASH_CHARS


def frames(page: Page) -> list[str]:
    """The URLs of the frames a page is made of, each once; none where it is a page of its own."""
    if not page.index.by_tag["frameset"]:
        return []
    host = urlsplit(page.url).netloc.lower()
    urls = (own_url(page.link_base, host, frame.get("src") or "") for frame in page.index.by_tag["frame"][:MAX_FRAMES])
    return list(dict.fromkeys(url for url in urls if url and url != page.url))


def _said(body: HtmlElement) -> Iterable[str]:
    for element in body.iter():
        if element.tag not in _SILENT and element.text:
            yield element.text
        if element.tail:
            yield element.tail
