"""The JSON API: a function an answer, listed with what each takes, which is all that its description is made from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.routing import Route

from pipelines.report.stored import read_run
from pipelines.search.results import MAX_LIMIT, Asked
from pipelines.web import told
from pipelines.web.answering import answer
from pipelines.web.asked import MAX_VALUE_CHARS, PARAMETERS, query_of
from pipelines.web.records import (
    ArticleRecord,
    Captures,
    Line,
    Lines,
    PortalRecord,
    Portals,
    Problem,
    Refusal,
    Results,
    RunRecord,
    Runs,
    Versions,
)
from pipelines.web.stored import captures_of, lines_after, mark_of, number_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response

    from pipelines.web.holdings import Held
    from pipelines.web.site import Site

JSON = "application/json"
POLICY = "default-src 'none'; frame-ancestors 'none'"
OPEN = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
"""Any page may read what is public."""
LIMIT = 10
MAX_CURSOR_CHARS = 200
MAX_URL_CHARS = 2_000
MAX_NUMBER = 1 << 62
RUNS = 20

_ENCODER = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True)
class Parameter:
    """What may be asked for in the address: `schema` is its JSON Schema."""

    name: str
    says: str
    schema: dict[str, Any] = field(default_factory=lambda: {"type": "string", "maxLength": MAX_VALUE_CHARS})


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address of the API, and what is answered there."""

    path: str
    summary: str
    handler: Callable[[Request], msgspec.Struct]
    answers: type[msgspec.Struct]
    parameters: tuple[Parameter, ...] = ()

    def respond(self, request: Request) -> Response:
        names = {one.name for one in self.parameters}
        if unknown := sorted(set(request.query_params) - names):
            knows = f"It takes {', '.join(one.name for one in self.parameters)}." if names else "It takes none."
            raise HTTPException(400, f"{unknown[0][:50]}: there is no such parameter here. {knows}")
        return said(request, self.handler(request))


def said(request: Request, value: msgspec.Struct | dict[str, Any], status: int = 200, **headers: str) -> Response:
    """A value as JSON."""
    return answer(request, _ENCODER.encode(value), JSON, status=status, policy=POLICY, headers={**OPEN, **headers})


def refused(request: Request, status: int, message: str, headers: Mapping[str, str]) -> Response:
    """Why a request is not met."""
    problem = Problem(status=status, message=message or "The answer cannot be made; whoever runs the site is told why.")
    return said(request, Refusal(error=problem), status, **headers)


def search(request: Request) -> Results:
    site, asked = _site(request), request.query_params
    query = query_of(asked)
    for name in PARAMETERS:
        given = asked.get(name, "")
        if len(given) > MAX_VALUE_CHARS:
            raise HTTPException(400, f"{name}: is longer than {MAX_VALUE_CHARS} characters. Ask for less.")
        if given.strip() and name not in query.values:
            raise HTTPException(400, f"{name}={given[:50]}: means nothing here. {_MEANT.get(name, '')}".rstrip())
    found = site.searcher.search(query.asked(_cursor(request), _limit(request, LIMIT)))
    return told.results(found, site.base_url(request), _onward(request, found.cursor))


def articles(request: Request) -> Lines:
    site, limit = _site(request), _limit(request, MAX_LIMIT)
    with site.holdings.database() as db:
        number = number_of(db, _cursor(request))
        rows = lines_after(db, number, limit + 1)
        lines = [site.holdings.line(row) for row in rows[:limit]]
    cursor = mark_of(rows[:limit][-1]) if rows else _cursor(request)
    return Lines(articles=lines, cursor=cursor, next=_onward(request, cursor if len(rows) > limit else None))


def article(request: Request) -> ArticleRecord:
    return told.article(_held(request), _site(request).base_url(request))


def versions(request: Request) -> Versions:
    held = _held(request)
    return Versions(id=held.article.id, versions=told.versions(held, _site(request).base_url(request)))


def version(request: Request) -> Line:
    number = request.path_params["number"]
    found = _site(request).holdings.version(request.path_params["id"], number) if number < MAX_NUMBER else None
    if found is None:
        raise HTTPException(404, "there is no such version of an article: /api/articles/{id}/versions lists them")
    return Line(article=found)


def portals(request: Request) -> Portals:
    site = _site(request)
    return Portals(portals=told.portals(site, site.base_url(request)))


def portal(request: Request) -> PortalRecord:
    site, name = _site(request), request.path_params["name"]
    found = [one for one in told.portals(site, site.base_url(request)) if one.name == name]
    if not found:
        raise HTTPException(404, "there is no such portal: /api/portals lists them")
    runs = site.holdings.runs([name], RUNS)[name]
    return PortalRecord(
        portal=found[0],
        months=site.searcher.search(Asked(portal=name, limit=1)).facets.get("month", []),
        runs=[told.run(one, site.base_url(request)) for one in runs],
        issues=site.holdings.issues(name),
    )


def runs(request: Request) -> Runs:
    site, name = _site(request), request.query_params.get("portal")
    names = site.holdings.portals()
    if name is not None and name not in names:
        raise HTTPException(404, f"portal={name[:50]}: there is no such portal. /api/portals lists them.")
    limit = _limit(request, 1)
    last = [one for found in site.holdings.runs([name] if name else names, limit).values() for one in found]
    last.sort(key=lambda one: one.started_at, reverse=True)
    return Runs(runs=[told.run(one, site.base_url(request)) for one in last])


def run(request: Request) -> RunRecord:
    found = read_run(_site(request).folder, request.path_params["run"])
    if found is None:
        raise HTTPException(404, "there is no report of such a run: /api/runs lists them")
    return RunRecord(report=found)


def captures(request: Request) -> Captures:
    site, asked = _site(request), request.query_params
    url, prefix = asked.get("url", ""), asked.get("prefix", "")
    if bool(url) == bool(prefix) or len(url or prefix) > MAX_URL_CHARS:
        raise HTTPException(
            400, f"say either url=, exactly, or prefix=, which URLs begin with; up to {MAX_URL_CHARS} characters"
        )
    cursor, limit = _cursor(request), _limit(request, MAX_LIMIT)
    if cursor is not None and not (cursor.isascii() and cursor.isdecimal() and int(cursor) < MAX_NUMBER):
        raise HTTPException(400, "the cursor is none of a page before: begin without one")
    with site.holdings.database() as db:
        found = captures_of(
            db, site.holdings.portals(), url or prefix, exactly=bool(url), after=cursor, limit=limit + 1
        )
    last = str(found[limit - 1]["id"]) if len(found) > limit else None
    base = site.base_url(request)
    return Captures(
        captures=[told.capture(row, base) for row in found[:limit]], cursor=last, next=_onward(request, last)
    )


# -- what a request may ask -----------------------------------------------------------------------


def _site(request: Request) -> Site:
    site: Site = request.app.state.site
    return site


def _held(request: Request) -> Held:
    held = _site(request).holdings.held(request.path_params["id"])
    if held is None:
        raise HTTPException(404, "there is no such article: /api/search finds them")
    return held


def _limit(request: Request, usual: int) -> int:
    stated = request.query_params.get("limit")
    if stated is None:
        return usual
    if not (stated.isascii() and stated.isdecimal() and len(stated) <= 4 and 1 <= int(stated) <= MAX_LIMIT):
        raise HTTPException(400, f"limit={stated[:50]}: has to be a number from 1 to {MAX_LIMIT}")
    return int(stated)


def _cursor(request: Request) -> str | None:
    stated = request.query_params.get("cursor")
    if stated and len(stated) > MAX_CURSOR_CHARS:
        raise HTTPException(400, "the cursor is none of a page before: begin without one")
    return stated or None


def _onward(request: Request, cursor: str | None) -> str | None:
    """The address asked for, with a cursor; None without one."""
    if cursor is None:
        return None
    asked = {**request.query_params, "cursor": cursor}
    return f"{_site(request).base_url(request)}{request.url.path}?{urlencode(asked)}"


_DAY = "It is a day (2024-06-30), a month (2024-06) or a year (2024)."
_MEANT = {
    **dict.fromkeys(("from", "to", "month", "year"), _DAY),
    **dict.fromkeys(("files", "gone"), "It is 1, or left out."),
    "sort": "It is relevance, newest or oldest.",
}
_LIMITED = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT}
_CURSOR = Parameter("cursor", "Of the page before.", {"type": "string", "maxLength": MAX_CURSOR_CHARS})
_WHEN = {"type": "string", "pattern": r"^\d{4}(-\d\d(-\d\d)?)?$"}
_FLAG = {"type": "string", "enum": ["1"]}
_SEARCH = (
    Parameter("q", "Words; phrases in quotes, - before what is not to be there, * after the beginning of a word."),
    Parameter("portal", "Its name."),
    Parameter("province", "Its name."),
    Parameter("section", "Its label, exactly."),
    Parameter("author", "The name, exactly."),
    Parameter("year", "Of publication: 2024.", _WHEN),
    Parameter("month", "Of publication: 2024-06.", _WHEN),
    Parameter("from", f"Published on it or after. {_DAY}", _WHEN),
    Parameter("to", f"Published on it or before. {_DAY}", _WHEN),
    Parameter("files", "Only articles with attachments.", _FLAG),
    Parameter("gone", "Only articles that are gone from the web.", _FLAG),
    Parameter("sort", "The order; without words the newest first.", {"enum": ["relevance", "newest", "oldest"]}),
    Parameter("limit", "Results on a page.", {**_LIMITED, "default": LIMIT}),
    _CURSOR,
)
_MANY = Parameter("limit", "How many on a page.", {**_LIMITED, "default": MAX_LIMIT})
_URL = {"type": "string", "maxLength": MAX_URL_CHARS}

ENDPOINTS = (
    Endpoint("/api/search", "Search the articles.", search, Results, _SEARCH),
    Endpoint("/api/articles", "All article lines, in the order they were stored.", articles, Lines, (_MANY, _CURSOR)),
    Endpoint("/api/articles/{id}", "An article in its newest version.", article, ArticleRecord),
    Endpoint("/api/articles/{id}/versions", "The versions of an article.", versions, Versions),
    Endpoint("/api/articles/{id}/versions/{number:int}", "A version of an article.", version, Line),
    Endpoint("/api/portals", "All portals.", portals, Portals),
    Endpoint("/api/portals/{name}", "A portal, and how its crawls go.", portal, PortalRecord),
    Endpoint(
        "/api/runs",
        "The last run of each portal, or of one.",
        runs,
        Runs,
        (Parameter("portal", "Its name."), Parameter("limit", "Runs of each.", {**_LIMITED, "default": 1})),
    ),
    Endpoint("/api/runs/{run}", "The report of a run.", run, RunRecord),
    Endpoint(
        "/api/captures",
        "Captures by their URL.",
        captures,
        Captures,
        (
            Parameter("url", "The URL, exactly.", _URL),
            Parameter("prefix", "What the URL begins with.", _URL),
            _MANY,
            _CURSOR,
        ),
    ),
)


def described(request: Request) -> Response:
    """All of this as OpenAPI."""
    from pipelines.web.openapi import description

    return said(request, description(_site(request).base_url(request)))


def unknown(_: Request) -> Response:
    raise HTTPException(404, "there is nothing at this address: /openapi.json tells what there is")


ROUTES = [
    *(Route(one.path, one.respond) for one in ENDPOINTS),
    Route("/openapi.json", described),
    Route("/api/{path:path}", unknown),
]
