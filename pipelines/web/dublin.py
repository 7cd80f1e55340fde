"""An article in unqualified Dublin Core (http://www.openarchives.org/OAI/2.0/oai_dc/)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from pipelines.web.xml import add, instant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.items import Article
    from pipelines.web.site import Site

FORMAT = "oai_dc"
NAMESPACE = "http://www.openarchives.org/OAI/2.0/oai_dc/"
SCHEMA = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"
_DC = "http://purl.org/dc/elements/1.1/"
_LOCATION = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"


def described(parent: etree._Element, article: Article, site: Site, base: str) -> None:
    """Add the description of an article; `base` is where the site is."""
    root = etree.SubElement(
        parent, f"{{{NAMESPACE}}}dc", {_LOCATION: f"{NAMESPACE} {SCHEMA}"}, {"oai_dc": NAMESPACE, "dc": _DC}
    )
    for name, value in _said(article, site, base):
        add(root, f"{{{_DC}}}{name}", value)


def _said(article: Article, site: Site, base: str) -> Iterator[tuple[str, str]]:
    yield "title", article.title
    yield from (("creator", name) for name in article.authors)
    yield from (("subject", term) for term in dict.fromkeys([article.section, *article.tags]) if term)
    if article.lead:
        yield "description", article.lead
    yield "publisher", site.portal(article.portal).title
    if article.published_at:
        yield "date", _when(article)
    yield "type", "Text"
    yield "format", "text/html"
    yield "identifier", f"{base}/articles/{article.id}"
    yield "identifier", article.url
    if article.cited_source:
        yield "source", article.cited_source
    yield "language", article.language
    for other in (article.duplicate_of, article.near_duplicate_of):
        if other:
            yield "relation", f"{base}/articles/{other}"
    if article.province:
        yield "coverage", article.province
    if site.settings.licence:
        yield "rights", site.settings.licence


def _when(article: Article) -> str:
    """The date of publication, as exactly as it is known."""
    at = article.published_at
    assert at is not None
    if article.published_precision == "month":
        return f"{at:%Y-%m}"
    return instant(at) if article.published_precision == "minute" else f"{at:%Y-%m-%d}"
