"""The answers of the JSON API, a function each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request

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
from pipelines.web.stored import captures_of, lines_after, mark_of, moment, number_before, number_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response

    from pipelines.archive.database import Database
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
        number = number_of(db, _cursor(request)) or _stored_before(request, db)
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
        _refuse_withdrawn(request)
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
        _refuse_withdrawn(request)
        raise HTTPException(404, "there is no such article: /api/search finds them")
    return held


def _refuse_withdrawn(request: Request) -> None:
    """Raises HTTPException where the article asked for was withdrawn."""
    if why := _site(request).holdings.withdrawn(request.path_params["id"]):
        raise HTTPException(410, f"withdrawn on {why}")


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


def _stored_before(request: Request, db: Database) -> int:
    """The number of the last line that was stored before the time asked for; 0 where none is."""
    since = request.query_params.get("since")
    if not since:
        return 0
    try:
        return number_before(db, moment(since))
    except ValueError as error:
        message = f"since={since[:50]}: is no time; write 2024-06-30 or 2024-06-30T01:02:03Z"
        raise HTTPException(400, message) from error


def _onward(request: Request, cursor: str | None) -> str | None:
    """The address asked for, with a cursor; None without one."""
    if cursor is None:
        return None
    asked = {**request.query_params, "cursor": cursor}
    return f"{_site(request).base_url(request)}{request.url.path}?{urlencode(asked)}"


DAY = "It is a day (2024-06-30), a month (2024-06) or a year (2024)."
_MEANT = {
    **dict.fromkeys(("from", "to", "month", "year"), DAY),
    **dict.fromkeys(("files", "gone"), "It is 1, or left out."),
    "sort": "It is relevance, newest or oldest.",
}
