"""The pages of the site, a function each; what a request names is looked up, and reaches no file system."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from pipelines.near.beside import beside
from pipelines.report.page import page as report_page
from pipelines.report.stored import last_runs, read_run
from pipelines.search.results import MAX_VALUES, Asked
from pipelines.text import article_text
from pipelines.web import citations, shown
from pipelines.web.answering import answer
from pipelines.web.asked import query_of
from pipelines.web.charts import by_time, calendar
from pipelines.web.languages import language_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from pipelines.items import Article
    from pipelines.web.holdings import Held
    from pipelines.web.site import Site

NEWEST, VANISHED, OF_PORTAL, OF_MONTH = 6, 6, 10, 50
"""Articles on the front page, and on those of a portal and of its month."""
RUNS = 20
_REPORT_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def home(request: Request) -> Response:
    """What the archive holds."""
    site = _site(request)
    newest = site.searcher.search(Asked(sort="newest", limit=NEWEST, values=MAX_VALUES))
    gone = site.searcher.search(Asked(sort="newest", gone=True, limit=VANISHED))
    return site.render(
        request,
        "home.html",
        newest=newest,
        gone=gone,
        chart=by_time(newest.facets.get("month", [])),
        captures=site.holdings.captures(),
    )


def search(request: Request) -> Response:
    """The articles that are asked for."""
    site, query = _site(request), query_of(request.query_params)
    found = site.searcher.search(query.asked(request.query_params.get("cursor") or None))
    return site.render(request, "search.html", query=query, found=found, first="cursor" not in request.query_params)


def article(request: Request) -> Response:
    """An article, in its newest version or in another."""
    site = _site(request)
    number = request.path_params.get("number")
    held = _held(request, number)
    words, _ = language_of(request.url.path)
    address = f"{site.base_url(request)}/articles/{held.article.id}"
    publisher = site.portal(held.article.portal).title
    return site.render(
        request,
        "article.html",
        held=held,
        article=held.article,
        body=shown.clean(held.text.body_html, held.pictures, words.t("article.image_missing")),
        citation=citations.plain(held.article, publisher, address),
        old=held.shown.number != held.newest.number,
    )


def cited(request: Request) -> Response:
    """The citation of an article, as a file."""
    held = _held(request)
    site = _site(request)
    write, media_type = _CITED[request.url.path.rpartition(".")[2]]
    address = f"{site.base_url(request)}/articles/{held.article.id}"
    text = write(held.article, site.portal(held.article.portal).title, address)
    return answer(request, text.encode(), media_type)


def compare_versions(request: Request) -> Response:
    """Two versions of an article side by side."""
    held = _held(request)
    one, other = (held.at(request.path_params[name]) for name in ("a", "b"))
    if one is None or other is None:
        raise HTTPException(404, "no_version")
    return _compared(request, one.article, other.article, versions=True)


def compare_articles(request: Request) -> Response:
    """An article beside another."""
    one, other = _held(request), _held(request, name=request.path_params["other"])
    return _compared(request, one.text, other.text)


def portals(request: Request) -> Response:
    """All portals of the archive, and how they are."""
    site = _site(request)
    names = site.holdings.portals()
    counts = {
        one.value: one.count for one in site.searcher.search(Asked(limit=1, values=MAX_VALUES)).facets.get("portal", [])
    }
    runs = site.holdings.runs(names, 1)
    troubled = {one.portal for one in site.holdings.issues()}
    names.sort(key=lambda name: (-counts.get(name, 0), name))
    return site.render(request, "portals.html", names=names, counts=counts, runs=runs, troubled=troubled)


def portal(request: Request) -> Response:
    """A portal: what there is of it, by month, and how its runs went."""
    site, name = _site(request), _portal(request)
    found = site.searcher.search(Asked(portal=name, sort="newest", limit=OF_PORTAL))
    gone = site.searcher.search(Asked(portal=name, gone=True, limit=1))
    return site.render(
        request,
        "portal.html",
        name=name,
        facts=site.portal(name),
        found=found,
        gone=gone.total,
        calendar=calendar(found.facets.get("month", [])),
        runs=site.holdings.runs([name], RUNS)[name],
        issues=site.holdings.issues(name),
    )


def month(request: Request) -> Response:
    """The articles of a portal that were published in a month."""
    site, name = _site(request), _portal(request)
    query = query_of({"portal": name, "month": request.path_params["month"]})
    if "month" not in query.values or len(query.values["month"]) != 7:
        raise HTTPException(404, "no_month")
    found = site.searcher.search(query.asked(request.query_params.get("cursor") or None, OF_MONTH))
    return site.render(request, "month.html", name=name, month=query.values["month"], found=found)


def runs(request: Request) -> Response:
    """The last run of each portal."""
    site = _site(request)
    last = [one for found in site.holdings.runs(site.holdings.portals(), 1).values() for one in found]
    last.sort(key=lambda one: one.started_at, reverse=True)
    return site.render(request, "runs.html", runs=last)


def run(request: Request) -> Response:
    """The report of a run, as a run writes it."""
    site = _site(request)
    found = read_run(site.folder, request.path_params["run"])
    if found is None:
        raise HTTPException(404, "no_run")
    with site.holdings.database() as db:
        before = last_runs(db, site.folder, found.portal, RUNS)
    text = report_page(found, before, site.holdings.issues(found.portal))
    return answer(request, text.encode(), policy=_REPORT_POLICY)


def about(request: Request) -> Response:
    return _site(request).render(request, "about.html")


def _site(request: Request) -> Site:
    site: Site = request.app.state.site
    return site


def _held(request: Request, number: int | None = None, name: str | None = None) -> Held:
    name = name or request.path_params["id"]
    held = _site(request).holdings.held(name, number)
    if held is None:
        if why := _site(request).holdings.withdrawn(name):
            raise HTTPException(410, why)
        raise HTTPException(404, "no_article")
    return held


def _portal(request: Request) -> str:
    name: str = request.path_params["name"]
    if name not in _site(request).holdings.portals():
        raise HTTPException(404, "no_portal")
    return name


def _compared(request: Request, one: Article, other: Article, *, versions: bool = False) -> Response:
    rows = beside(article_text(one).split("\n\n"), article_text(other).split("\n\n"))
    return _site(request).render(request, "compare.html", one=one, other=other, versions=versions, beside=rows)


_CITED: dict[str, tuple[Callable[[Article, str, str], str], str]] = {
    "txt": (lambda *told: citations.plain(*told) + "\n", "text/plain; charset=utf-8"),
    "bib": (citations.bibtex, "application/x-bibtex; charset=utf-8"),
    "ris": (citations.ris, "application/x-research-info-systems; charset=utf-8"),
}
PAGES: tuple[tuple[str, Callable[[Any], Response]], ...] = (
    ("/", home),
    ("/search", search),
    *((f"/articles/{{id}}.{form}", cited) for form in ("txt", "bib", "ris")),
    ("/articles/{id}", article),
    ("/articles/{id}/versions/{number:int}", article),
    ("/articles/{id}/compare/{a:int}..{b:int}", compare_versions),
    ("/articles/{id}/beside/{other}", compare_articles),
    ("/portals", portals),
    ("/portals/{name}", portal),
    ("/portals/{name}/{month}", month),
    ("/runs", runs),
    ("/runs/{run}", run),
    ("/about", about),
)
"""By path; each is there in both languages."""
