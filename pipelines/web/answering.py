"""Answers of the site: what every one of them says of how it may be used, kept, and asked for again."""

from __future__ import annotations

import gzip
import hashlib
from typing import TYPE_CHECKING

from starlette.responses import Response

if TYPE_CHECKING:
    from starlette.requests import Request

HTML = "text/html; charset=utf-8"
SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
"""No script at all, nothing of others, and the site in nobody's frame."""
MIN_PACKED_BYTES, PACKING = 800, 5


def answer(
    request: Request,
    body: bytes,
    media_type: str = HTML,
    *,
    status: int = 200,
    policy: str = PAGE_POLICY,
    kept_seconds: int = 0,
    headers: dict[str, str] | None = None,
) -> Response:
    """A body with its ETag, packed where the client takes that; 304 where it has it already.

    `kept_seconds` is for how long it may be kept without asking again.
    """
    tag = f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    told = {
        **SAFE,
        "Content-Type": media_type,  # as it is: Starlette would add a charset
        "Content-Security-Policy": policy,
        "Cache-Control": f"public, max-age={kept_seconds}" if kept_seconds else "no-cache",
        "ETag": tag,
        "Vary": "Accept-Encoding",
        **(headers or {}),
    }
    if status == 200 and _has(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=told)
    if len(body) >= MIN_PACKED_BYTES and "gzip" in request.headers.get("accept-encoding", ""):
        body = gzip.compress(body, PACKING, mtime=0)
        told["Content-Encoding"] = "gzip"
    return Response(body, status, told)


def _has(stated: str, tag: str) -> bool:
    """Whether If-None-Match names it (RFC 9110, 13.1.2: weakly compared)."""
    return stated.strip() == "*" or tag.removeprefix("W/") in (
        one.strip().removeprefix("W/") for one in stated.split(",")
    )
