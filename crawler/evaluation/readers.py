"""What is compared: our reader as crawls use it and without selectors, and the peers that are installed."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from lxml import html

from crawler.evaluation.scoring import Prediction
from crawler.parse.errors import NotAnArticle
from crawler.parse.page import read_page
from crawler.platforms.base import Platform
from crawler.platforms.detect import detect

if TYPE_CHECKING:
    from crawler.parse.page import Page
    from pipelines.items import Article

Reader = Callable[[bytes, str], Callable[[], Prediction]]
"""Reads the bytes of a page, which is timed; what comes back tells what it read in our terms, which is not."""

LEAD_INSIDE: Final = "generic:bold"
"""The evidence of a lead that is the first paragraph of the body itself."""
FLOOR: Final = "lxml (parse only)"


def ours(raw: bytes, url: str) -> Callable[[], Prediction]:
    """As a crawl reads a portal nobody has described: by its family where one is detected."""
    return _read(raw, url, detect)


def generic(raw: bytes, url: str) -> Callable[[], Prediction]:
    """Without any selectors."""
    return _read(raw, url, lambda _: Platform())


def _read(raw: bytes, url: str, choose: Callable[[Page], Platform]) -> Callable[[], Prediction]:
    try:
        page = read_page(raw, url, {})
        article = choose(page).read([page], None)
    except NotAnArticle as error:
        refused = Prediction(why=error.reason)
        return lambda: refused
    return lambda: _prediction(article)


def _prediction(article: Article) -> Prediction:
    lead, body = article.lead or "", article.body
    whole = "\n\n".join(filter(None, (lead, body)))
    inside = article.evidence.get("lead") == LEAD_INSIDE
    return Prediction(
        body=whole,
        title=article.title,
        date=article.published_at.isoformat() if article.published_at else None,
        authors=tuple(article.authors),
        variants={
            "lead + body": whole,
            "body": whole if inside else body,
            "lead + body + captions": _with_captions(lead, article),
        },
    )


def _with_captions(lead: str, article: Article) -> str:
    """The text with captions where the pictures stand; those of pictures outside the body first."""
    if not article.body_html:
        return lead
    blocks = html.fragment_fromstring(article.body_html, create_parent="div")
    for part in blocks.iter("li", "tr", "td", "th", "p", "figcaption", "br"):  # each begins a line of its own
        part.tail = f"\n{part.tail or ''}"
    texts = [block.text_content() for block in blocks]
    shown = " ".join(texts)
    outside = [image.caption for image in article.images if image.caption and image.caption not in shown]
    return "\n".join([lead, *outside, *texts])


def floor(raw: bytes, _: str) -> Callable[[], Prediction]:
    """What lxml needs for the tree alone, which nobody who uses it can be faster than."""
    html.document_fromstring(raw)
    return Prediction


def _trafilatura(raw: bytes, url: str) -> Callable[[], Prediction]:
    import trafilatura

    found: Any = trafilatura.bare_extraction(raw, url=url, with_metadata=True)
    if found is None:
        return lambda: Prediction(why="nothing")
    return lambda: Prediction(found.text or "", found.title, found.date, tuple((found.author or "").split("; ")))


def _readability(raw: bytes, url: str) -> Callable[[], Prediction]:
    from readability import Document

    document = Document(raw.decode("utf-8", "replace"), url=url)
    text, title = html.fromstring(document.summary()).text_content(), document.short_title()
    return lambda: Prediction(text, title)


def _resiliparse(raw: bytes, _: str) -> Callable[[], Prediction]:
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.encoding import bytes_to_str, detect_encoding

    text = extract_plain_text(bytes_to_str(raw, detect_encoding(raw) or "utf-8"), main_content=True)
    return lambda: Prediction(text)


_PEERS: Final[dict[str, tuple[str, Reader]]] = {
    "trafilatura": ("trafilatura", _trafilatura),
    "readability-lxml": ("readability", _readability),
    "resiliparse": ("resiliparse", _resiliparse),
}


def peers() -> tuple[dict[str, Reader], list[str]]:
    """The peers that are installed, and the names of those that are not."""
    have = {name: reader for name, (module, reader) in _PEERS.items() if importlib.util.find_spec(module)}
    return have, [name for name in _PEERS if name not in have]
