"""The API as OpenAPI 3.1, out of the same list and types that it answers by."""

from __future__ import annotations

import re
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import msgspec

from pipelines.web.api import JSON
from pipelines.web.endpoints import ENDPOINTS
from pipelines.web.records import Refusal

if TYPE_CHECKING:
    from pipelines.web.endpoints import Endpoint, Parameter

_PLACE = re.compile(r"\{(\w+)(?::(\w+))?\}")
_PLACES = {"int": {"type": "integer", "minimum": 0}, None: {"type": "string", "minLength": 1}}
_REFUSED = {
    "400": "The request asks for what there cannot be; the message says what, and what to do.",
    "404": "There is no such thing.",
    "405": "Only GET and HEAD are answered.",
    "410": "The article was withdrawn; the message says when and why.",
    "413": "A request has no body here.",
    "414": "The address is too long.",
    "429": "Too many requests: `Retry-After` says after how many seconds to go on.",
    "500": "The archive cannot be read.",
    "503": "It takes too long to look this up, or too many ask at once.",
}


def description(base: str) -> dict[str, Any]:
    """What all of the API takes and answers; `base` is where the site is."""
    types = [Refusal, *(one.answers for one in ENDPOINTS)]
    schemas, components = msgspec.json.schema_components(types, ref_template="#/components/schemas/{name}")
    refusal, *answers = schemas
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Lưu Tin",
            "version": version("luutin"),
            "description": "The news of Vietnam's provincial portals, kept: search, articles with all their versions, "
            "portals, runs, captures. Read only, without a key. Answers have an ETag; lists go on by `next`.",
        },
        "servers": [{"url": base}],
        "paths": {
            _PLACE.sub(r"{\1}", one.path): {"get": _operation(one, answer, refusal)}
            for one, answer in zip(ENDPOINTS, answers, strict=True)
        },
        "components": {"schemas": components},
    }


def _operation(endpoint: Endpoint, answer: dict[str, Any], refusal: dict[str, Any]) -> dict[str, Any]:
    in_path = [
        {"name": name, "in": "path", "required": True, "schema": _PLACES[kind or None]}
        for name, kind in _PLACE.findall(endpoint.path)
    ]
    return {
        "operationId": endpoint.handler.__name__,
        "summary": endpoint.summary,
        "parameters": [*in_path, *map(_parameter, endpoint.parameters)],
        "responses": {
            "200": {"description": endpoint.answers.__doc__ or "", "content": {JSON: {"schema": answer}}},
            "304": {"description": "It is as the ETag in If-None-Match says."},
            **{
                status: {"description": says, "content": {JSON: {"schema": refusal}}}
                for status, says in _REFUSED.items()
            },
        },
    }


def _parameter(one: Parameter) -> dict[str, Any]:
    return {"name": one.name, "in": "query", "description": one.says, "schema": one.schema}
