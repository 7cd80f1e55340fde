"""The files of the site itself: its stylesheet and its icon."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

from pipelines.web.answering import answer

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

ASSETS = {"style.css": "text/css; charset=utf-8", "icon.svg": "image/svg+xml"}
_YEAR_SECONDS = 365 * 24 * 3600


def asset(request: Request) -> Response:
    """One of them; at the address that `asset_address` tells it never changes."""
    name = request.path_params["name"]
    if name not in ASSETS:
        raise HTTPException(404, "no_file")
    body, tag = read(name)
    kept = _YEAR_SECONDS if request.query_params.get("v") == tag else 0
    return answer(request, body, ASSETS[name], kept_seconds=kept)


@cache
def read(name: str) -> tuple[bytes, str]:
    """A file, and a tag that changes with it."""
    body = Path(__file__).with_name("static").joinpath(name).read_bytes()
    return body, hashlib.blake2b(body, digest_size=6).hexdigest()


def asset_address(name: str) -> str:
    """The path of a file."""
    return f"/static/{name}?v={read(name)[1]}"
