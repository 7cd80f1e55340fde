"""What programs find their way by: an Atom feed of any search, the sitemap, robots.txt, a description of the search."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape
from importlib.metadata import version
from typing import TYPE_CHECKING
from urllib.parse import quote

from lxml import etree
from starlette.exceptions import HTTPException
from starlette.routing import Route

from pipelines.web.answering import answer
from pipelines.web.api import OPEN, POLICY
from pipelines.web.asked import query_of
from pipelines.web.languages import language
from pipelines.web.stored import last_number, lines_after
from pipelines.web.xml import add, instant, written

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from pipelines.search.results import Hit
    from pipelines.web.site import Site

ENTRIES = 30
PART_ROWS = 10_000
"""Lines a part of the sitemap is of; https://www.sitemaps.org/protocol.html allows 50,000 URLs in one."""
MAX_PARTS = 50_000
ATOM = "http://www.w3.org/2005/Atom"
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
OPENSEARCH = "http://a9.com/-/spec/opensearch/1.1/"
UNKNOWN = datetime(1970, 1, 1, tzinfo=UTC)
"""Atom wants every entry to say when it was updated."""
KEPT_SECONDS = 300
_ROBOTS = """User-agent: *
Disallow: /captures
Disallow: /en/captures
Disallow: /files/
Disallow: /replay
Disallow: /en/replays/
Disallow: /*/compare/
Disallow: /*/beside/
Disallow: /search?*cursor=
Disallow: /en/search?*cursor=
Allow: /

Sitemap: {base}/sitemap.xml
"""


def feed(request: Request) -> Response:
    """The newest articles of a search, as Atom (RFC 4287)."""
    site, query = _site(request), query_of({**request.query_params, "sort": "newest"})
    found = site.searcher.search(query.asked(limit=ENTRIES))
    base, words = site.base_url(request), language("vi")
    root = etree.Element(f"{{{ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": "vi"}, {None: ATOM})
    address = query.address("", sort=None)
    add(root, "id", f"{base}/search{address}")
    name = words.t("site.name")
    add(root, "title", " · ".join([name, *([query.words] if query.words else []), *query.filters.values()]))
    add(root, "subtitle", words.t("site.motto"))
    add(root, "updated", instant(max(map(_updated, found.hits), default=UNKNOWN)))
    add(add(root, "author"), "name", name)
    add(root, "link", rel="self", type="application/atom+xml", href=f"{base}/feed.atom{address}")
    add(root, "link", rel="alternate", type="text/html", href=f"{base}/search{address}")
    add(root, "generator", "Lưu Tin", version=version("luutin"))
    add(root, "icon", f"{base}/static/icon.svg")
    if site.settings.licence:
        add(root, "rights", site.settings.licence)
    for hit in found.hits:
        _entry(root, hit, base, site)
    return _xml(request, root, "application/atom+xml; charset=utf-8")


def _entry(root: etree._Element, hit: Hit, base: str, site: Site) -> None:
    article = hit.article
    address = f"{base}/articles/{article.id}"
    entry = add(root, "entry")
    add(entry, "id", address)
    add(entry, "title", article.title)
    add(entry, "updated", instant(_updated(hit)))
    if article.published_at:
        add(entry, "published", instant(article.published_at))
    for name in article.authors or [site.portal(article.portal).title]:
        add(add(entry, "author"), "name", name)
    add(entry, "link", rel="alternate", type="text/html", href=address)
    if article.url.startswith(("http://", "https://")):
        add(entry, "link", rel="via", href=quote(article.url, safe="%/:=&?~#+!$,;'@()*[]"))
    for term in dict.fromkeys([*([article.section] if article.section else []), *article.tags]):
        add(entry, "category", term=term)
    summary = article.lead or "".join(piece.text for piece in hit.snippet)
    add(entry, "summary", " ".join(summary.split()), type="text")


def _updated(hit: Hit) -> datetime:
    """When the archive last had news of it."""
    one = hit.article
    return one.gone_at or one.captured_at or one.modified_at or one.published_at or UNKNOWN


def sitemap(request: Request) -> Response:
    """The parts of the sitemap: one of pages, and one for every so many lines."""
    site = _site(request)
    with site.holdings.database() as db:
        parts = -(-last_number(db) // PART_ROWS)
    root = etree.Element(f"{{{SITEMAP}}}sitemapindex", None, {None: SITEMAP})
    for number in range(min(parts + 1, MAX_PARTS)):
        add(add(root, "sitemap"), "loc", f"{site.base_url(request)}/sitemaps/{number}.xml")
    return _xml(request, root)


def part(request: Request) -> Response:
    """A part of the sitemap: of the pages, or of the articles whose newest lines lie in its range."""
    site, number = _site(request), request.path_params["number"]
    base = site.base_url(request)
    if number > MAX_PARTS:
        raise HTTPException(404, "the sitemap has no such part")
    if number == 0:
        pages = ["/", "/portals", "/runs", "/about", *(f"/portals/{quote(name)}" for name in site.holdings.portals())]
        places = [f"<url><loc>{escape(base + page)}</loc></url>" for page in pages]
    else:
        first = (number - 1) * PART_ROWS
        with site.holdings.database() as db:
            if first >= last_number(db):
                raise HTTPException(404, "the sitemap has no such part")
            rows = lines_after(db, first, PART_ROWS, until=first + PART_ROWS, newest=True)
        places = [_place(escape(base), row["id"], row["gone_at"] or row["captured_at"]) for row in rows]
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{SITEMAP}">\n{chr(10).join(places)}\n</urlset>\n'
    return answer(request, body.encode(), "application/xml", policy=POLICY, kept_seconds=KEPT_SECONDS)


def _place(base: str, article: str, at: str | None) -> str:
    """An article; `base` is escaped; `at` is ISO 8601, of which the first ten characters are the day."""
    when = f"<lastmod>{at[:10]}</lastmod>" if at else ""
    return f"<url><loc>{base}/articles/{article}</loc>{when}</url>"


def robots(request: Request) -> Response:
    """What crawlers may ask for: each article once."""
    text = _ROBOTS.format(base=_site(request).base_url(request))
    return answer(request, text.encode(), "text/plain; charset=utf-8", kept_seconds=KEPT_SECONDS)


def opensearch(request: Request) -> Response:
    """How a browser asks the search (https://github.com/dewitt/opensearch)."""
    site, words = _site(request), language("vi")
    base = site.base_url(request)
    root = etree.Element(f"{{{OPENSEARCH}}}OpenSearchDescription", None, {None: OPENSEARCH})
    add(root, "ShortName", words.t("site.name"))
    add(root, "Description", words.t("site.motto"))
    add(root, "Language", "vi")
    add(root, "InputEncoding", "UTF-8")
    add(root, "OutputEncoding", "UTF-8")
    add(root, "Image", f"{base}/static/icon.svg", width="16", height="16", type="image/svg+xml")
    for kind, path in (
        ("text/html", "/search"),
        ("application/atom+xml", "/feed.atom"),
        ("application/json", "/api/search"),
    ):
        add(root, "Url", type=kind, template=f"{base}{path}?q={{searchTerms}}")
    add(root, "Url", type="application/opensearchdescription+xml", rel="self", template=f"{base}/opensearch.xml")
    return _xml(request, root, "application/opensearchdescription+xml")


def _xml(request: Request, root: etree._Element, media_type: str = "application/xml") -> Response:
    return answer(request, written(root), media_type, policy=POLICY, headers=OPEN)


def _site(request: Request) -> Site:
    site: Site = request.app.state.site
    return site


ROUTES = [
    Route("/feed.atom", feed),
    Route("/sitemap.xml", sitemap),
    Route("/sitemaps/{number:int}.xml", part),
    Route("/robots.txt", robots),
    Route("/opensearch.xml", opensearch),
]
