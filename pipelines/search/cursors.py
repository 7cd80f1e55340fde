"""Where a page of results ends, as a word that leads to the next page of the same search and no other."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import replace
from hashlib import blake2b
from typing import TYPE_CHECKING

import msgspec

from pipelines.errors import BadQuery

if TYPE_CHECKING:
    from pipelines.search.results import Asked


class _Cursor(msgspec.Struct, array_like=True):
    search: str
    at: int


def _search_of(asked: Asked) -> str:
    """What tells one search from another, but for how many of what are shown."""
    said = msgspec.json.encode(replace(asked, cursor=None, limit=1, values=1))
    return blake2b(said, digest_size=6).hexdigest()


def cursor(asked: Asked, at: int) -> str:
    """What leads on from a place: a sort key, or how many came before."""
    return urlsafe_b64encode(msgspec.msgpack.encode(_Cursor(_search_of(asked), at))).decode().rstrip("=")


def place_of(asked: Asked) -> int | None:
    """The place a search is to go on from. Raises BadQuery where its cursor is none, or of another search."""
    if asked.cursor is None:
        return None
    try:
        data = urlsafe_b64decode(asked.cursor.encode() + b"=" * (-len(asked.cursor) % 4))
        found = msgspec.msgpack.decode(data, type=_Cursor)
    except (ValueError, msgspec.DecodeError) as error:
        raise BadQuery("This page of results is not to be found. Begin the search anew.") from error
    if found.search != _search_of(asked) or found.at < 0:
        raise BadQuery("This page is of another search. Begin the search anew.")
    return found.at
