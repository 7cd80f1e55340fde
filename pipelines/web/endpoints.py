"""The addresses of the JSON API, with what each takes and answers: routes and description are made from this list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.routing import Route

from pipelines.search.results import MAX_LIMIT
from pipelines.web import api
from pipelines.web.api import DAY, LIMIT, MAX_CURSOR_CHARS, MAX_URL_CHARS, said
from pipelines.web.asked import MAX_VALUE_CHARS
from pipelines.web.records import (
    ArticleRecord,
    Captures,
    Line,
    Lines,
    PortalRecord,
    Portals,
    Results,
    RunRecord,
    Runs,
    Versions,
)

if TYPE_CHECKING:
    from starlette.responses import Response


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
    Parameter("from", f"Published on it or after. {DAY}", _WHEN),
    Parameter("to", f"Published on it or before. {DAY}", _WHEN),
    Parameter("files", "Only articles with attachments.", _FLAG),
    Parameter("gone", "Only articles that are gone from the web.", _FLAG),
    Parameter("sort", "The order; without words the newest first.", {"enum": ["relevance", "newest", "oldest"]}),
    Parameter("limit", "Results on a page.", {**_LIMITED, "default": LIMIT}),
    _CURSOR,
)
_MANY = Parameter("limit", "How many on a page.", {**_LIMITED, "default": MAX_LIMIT})
_URL = {"type": "string", "maxLength": MAX_URL_CHARS}

ENDPOINTS = (
    Endpoint("/api/search", "Search the articles.", api.search, Results, _SEARCH),
    Endpoint(
        "/api/articles",
        "All article lines, in the order they were stored.",
        api.articles,
        Lines,
        (
            Parameter(
                "since",
                "Stored at this time or later, as far as can be told: 2024-06-30 or 2024-06-30T01:02:03Z.",
                {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?$"},
            ),
            _MANY,
            _CURSOR,
        ),
    ),
    Endpoint("/api/articles/{id}", "An article in its newest version.", api.article, ArticleRecord),
    Endpoint("/api/articles/{id}/versions", "The versions of an article.", api.versions, Versions),
    Endpoint("/api/articles/{id}/versions/{number:int}", "A version of an article.", api.version, Line),
    Endpoint("/api/portals", "All portals.", api.portals, Portals),
    Endpoint("/api/portals/{name}", "A portal, and how its crawls go.", api.portal, PortalRecord),
    Endpoint(
        "/api/runs",
        "The last run of each portal, or of one.",
        api.runs,
        Runs,
        (Parameter("portal", "Its name."), Parameter("limit", "Runs of each.", {**_LIMITED, "default": 1})),
    ),
    Endpoint("/api/runs/{run}", "The report of a run.", api.run, RunRecord),
    Endpoint(
        "/api/captures",
        "Captures by their URL.",
        api.captures,
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

    return said(request, description(request.app.state.site.base_url(request)))


def unknown(_: Request) -> Response:
    raise HTTPException(404, "there is nothing at this address: /openapi.json tells what there is")


ROUTES = [
    *(Route(one.path, one.respond) for one in ENDPOINTS),
    Route("/openapi.json", described),
    Route("/api/{path:path}", unknown),
]
