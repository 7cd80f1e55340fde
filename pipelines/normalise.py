"""Item pipeline 1: text in NFC with clean spaces, its language told, URLs folded, id and digest filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipelines.corpus.language import set_language
from pipelines.text import article_digest, one_line, paragraphs
from pipelines.urls import article_id, fold_url

if TYPE_CHECKING:
    from pipelines.items import Article


class Normalise:
    """Brings an article to the form every later step and every stored line has."""

    def process_item(self, item: Article) -> Article:
        """The same article, normalised in place."""
        item.title = one_line(item.title)
        item.lead = one_line(item.lead or "") or None
        item.body = paragraphs(item.body)
        item.section = one_line(item.section or "") or None
        item.cited_source = one_line(item.cited_source or "") or None
        item.authors = _once(item.authors)
        item.tags = _once(item.tags)
        for image in item.images:
            image.caption = one_line(image.caption or "") or None
            image.credit = one_line(image.credit or "") or None
        for attachment in item.attachments:
            attachment.name = one_line(attachment.name)
        set_language(item)
        item.canonical_url = fold_url(canonical(item.url, item.canonical_url))
        item.id = article_id(item.canonical_url)
        item.digest = article_digest(item)
        return item


def canonical(url: str, stated: str) -> str:
    """The URL that names the page: the one it states itself, where that lies on the same host."""
    if not stated:
        return url
    try:
        same_host = urlsplit(stated).hostname == urlsplit(url).hostname
    except ValueError:
        return url
    return stated if same_host and urlsplit(stated).scheme in ("http", "https") else url


def _once(names: list[str]) -> list[str]:
    return list(dict.fromkeys(clean for name in names if (clean := one_line(name))))
