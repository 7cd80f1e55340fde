"""OAI-PMH 2.0, by which libraries harvest: http://www.openarchives.org/OAI/openarchivesprotocol.html.

A record is an article in its newest version; its datestamp is the earliest at which that can have been stored, so that
it never falls behind one handed out before it. What is gone from the web is not deleted here; what was withdrawn is,
and is told at the end of a list.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

import msgspec
from anyio import fail_after
from lxml import etree
from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from pipelines.archive.rows import stored_date
from pipelines.archive.withdrawn import tombstone_of
from pipelines.web.answering import answer
from pipelines.web.api import OPEN, POLICY
from pipelines.web.dublin import FORMAT, NAMESPACE, SCHEMA, described
from pipelines.web.oai_arguments import Refused, checked, shown, span
from pipelines.web.sets import Sets
from pipelines.web.stored import BadMark, datestamp, lines_after, mark_of, number_before, number_of
from pipelines.web.xml import add, instant, text_of, written

if TYPE_CHECKING:
    from sqlite3 import Row

    from starlette.requests import Request
    from starlette.responses import Response

    from pipelines.archive.database import Database
    from pipelines.web.site import Site

OAI = "http://www.openarchives.org/OAI/2.0/"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_LOCATION = f"{{{_XSI}}}schemaLocation"
PAGE_RECORDS = 100
MAX_TOKEN_CHARS = 1_000
POST_SECONDS = 10


class _Token(msgspec.Struct, array_like=True):
    """Where a list goes on, and the arguments it is of."""

    verb: str
    mark: str
    given: int
    prefix: str
    of_set: str | None
    since: str | None
    until: str | None


class _Asked:
    """One request, on an archive as it is at one moment."""

    def __init__(self, site: Site, db: Database, base: str, arguments: dict[str, str]) -> None:
        self.site, self.db, self.base, self.arguments = site, db, base, arguments
        self.sets = Sets(site)

    @property
    def verb(self) -> str:
        return self.arguments["verb"]

    @property
    def space(self) -> str:
        """What identifiers begin with."""
        return f"oai:{urlsplit(self.base).hostname}:"


async def oai(request: Request) -> Response:
    """Any request of the protocol; what is posted is read as an address would be."""
    if request.method == "POST":
        with fail_after(POST_SECONDS):
            told = (await request.body()).decode("utf-8", "replace")
    else:
        told = request.scope["query_string"].decode("latin-1")
    return await run_in_threadpool(_answered, request, told)


def _answered(request: Request, told: str) -> Response:
    site: Site = request.app.state.site
    base = site.base_url(request)
    given = parse_qsl(told, keep_blank_values=True, max_num_fields=20) if told.count("&") < 20 else []
    root = etree.Element(f"{{{OAI}}}OAI-PMH", {_LOCATION: f"{OAI} {OAI}OAI-PMH.xsd"}, {None: OAI, "xsi": _XSI})
    add(root, "responseDate", instant(datetime.now(UTC)))
    echo = add(root, "request", f"{base}/oai")
    try:
        arguments = checked(given)
        for name, value in arguments.items():
            echo.set(name, text_of(value))
        with site.holdings.database() as db:
            asked = _Asked(site, db, base, arguments)
            _VERBS[asked.verb](asked, root)
    except Refused as error:
        for child in root[2:]:
            root.remove(child)
        if error.code in ("badVerb", "badArgument"):
            echo.attrib.clear()
        add(root, "error", str(error), code=error.code)
    return answer(request, written(root), "text/xml; charset=utf-8", policy=POLICY, headers=OPEN)


def identify(asked: _Asked, root: etree._Element) -> None:
    host = urlsplit(asked.base).hostname or "localhost"
    first = lines_after(asked.db, 0, 1)
    told = add(root, "Identify")
    add(told, "repositoryName", "Lưu Tin")
    add(told, "baseURL", f"{asked.base}/oai")
    add(told, "protocolVersion", "2.0")
    add(
        told,
        "adminEmail",
        asked.site.settings.contact or f"postmaster@{host if '.' in host else f'{host}.localdomain'}",
    )
    earliest = datestamp(first[0]) if first else datetime.now(UTC)
    add(told, "earliestDatestamp", instant(earliest))
    add(told, "deletedRecord", "persistent")
    add(told, "granularity", "YYYY-MM-DDThh:mm:ssZ")
    add(told, "compression", "gzip")


def list_metadata_formats(asked: _Asked, root: etree._Element) -> None:
    if "identifier" in asked.arguments and _tombstone(asked) is None:
        _row(asked)
    told = add(add(root, "ListMetadataFormats"), "metadataFormat")
    add(told, "metadataPrefix", FORMAT)
    add(told, "schema", SCHEMA)
    add(told, "metadataNamespace", NAMESPACE)


def list_sets(asked: _Asked, root: etree._Element) -> None:
    if "resumptionToken" in asked.arguments:
        raise Refused("badResumptionToken", "the sets are told at once: leave the token out")
    told = add(root, "ListSets")
    for spec, name in asked.sets.names().items():
        one = add(told, "set")
        add(one, "setSpec", spec)
        add(one, "setName", name)


def get_record(asked: _Asked, root: etree._Element) -> None:
    _known_format(asked.arguments["metadataPrefix"])
    if (gone := _tombstone(asked)) is not None:
        _deleted(asked, add(add(root, "GetRecord"), "record"), gone)
        return
    _record(asked, add(root, "GetRecord"), _row(asked))


def list_all(asked: _Asked, root: etree._Element) -> None:
    """ListRecords and ListIdentifiers."""
    state = _state(asked)
    _known_format(state.prefix)
    portals = None
    if state.of_set is not None:
        portals = asked.sets.portals(state.of_set)
        if portals is None:
            raise Refused("noRecordsMatch", f"{state.of_set}: there is no such set; ListSets tells them")
    number, until = _range(asked, state)
    rows = lines_after(asked.db, number, PAGE_RECORDS + 1, until=until, portals=portals, newest=True)
    more = len(rows) > PAGE_RECORDS
    gone = [] if more else _withdrawn(asked, state, portals)
    if not rows and not gone:
        raise Refused("noRecordsMatch", "no record is of that set and time")
    told = add(root, asked.verb)
    for row in rows[:PAGE_RECORDS]:
        if asked.verb == "ListRecords":
            _record(asked, told, row)
        else:
            _header(asked, told, row)
    for row in gone:
        _deleted(asked, add(told, "record") if asked.verb == "ListRecords" else told, row)
    if rows and (more or state.mark):
        last = mark_of(rows[:PAGE_RECORDS][-1])
        after = msgspec.structs.replace(state, mark=last, given=state.given + PAGE_RECORDS)
        add(told, "resumptionToken", _packed(after) if more else None, cursor=str(state.given))


def _state(asked: _Asked) -> _Token:
    """The list asked for, and where it goes on. Raises Refused."""
    said = asked.arguments
    if "resumptionToken" not in said:
        given = (said.get("set"), said.get("from"), said.get("until"))
        return _Token(asked.verb, "", 0, said["metadataPrefix"], *given)
    try:
        token = said["resumptionToken"][:MAX_TOKEN_CHARS]
        found = msgspec.json.decode(urlsafe_b64decode(token + "=" * (-len(token) % 4)), type=_Token)
        if found.verb != asked.verb or not found.mark:
            raise BadMark("it is of another list")
        number_of(asked.db, found.mark)
        span(found.since, found.until)
    except (ValueError, BadMark, Refused) as error:
        raise Refused("badResumptionToken", "the token is of no list there is now: begin anew") from error
    return found


def _packed(token: _Token) -> str:
    return urlsafe_b64encode(msgspec.json.encode(token)).decode().rstrip("=")


def _range(asked: _Asked, state: _Token) -> tuple[int, int | None]:
    """After which line the list goes on, and which is its last. Raises Refused."""
    start, end = span(state.since, state.until)
    last = number_before(asked.db, end) if end else None
    if state.mark:
        return number_of(asked.db, state.mark), last
    return number_before(asked.db, start) if start else 0, last


def _known_format(prefix: str) -> None:
    if prefix != FORMAT:
        raise Refused("cannotDisseminateFormat", f"{shown(prefix)}: there is only {FORMAT}")


def _row(asked: _Asked) -> Row:
    """The newest line of the article asked for. Raises Refused."""
    said = asked.arguments["identifier"]
    row = None
    if said.startswith(asked.space):
        query = "SELECT * FROM articles WHERE id = ? ORDER BY version DESC LIMIT 1"
        row = asked.db.one(query, (said.removeprefix(asked.space),))
    if row is None:
        raise Refused("idDoesNotExist", f"there is no such record; identifiers look like {asked.space}0123456789abcdef")
    return row


def _tombstone(asked: _Asked) -> Row | None:
    """What is left of the record asked for, where it was withdrawn."""
    said = asked.arguments["identifier"]
    return tombstone_of(asked.db, said.removeprefix(asked.space)) if said.startswith(asked.space) else None


def _withdrawn(asked: _Asked, state: _Token, portals: Sequence[str] | None) -> list[Row]:
    """What was withdrawn in the time and of the set a list is of."""
    start, end = span(state.since, state.until)
    rows = asked.db.rows(
        "SELECT * FROM withdrawn WHERE at >= ? AND at < ? ORDER BY at, id",
        (stored_date(start) if start else "", stored_date(end) if end else "9"),
    )
    return [row for row in rows if portals is None or row["portal"] in portals]


def _deleted(asked: _Asked, parent: etree._Element, row: Row) -> None:
    """The header of what was withdrawn."""
    told = add(parent, "header", status="deleted")
    add(told, "identifier", f"{asked.space}{row['id']}")
    add(told, "datestamp", instant(datetime.fromisoformat(row["at"]).replace(microsecond=0)))
    for spec in asked.sets.of(row["portal"]):
        add(told, "setSpec", spec)


def _header(asked: _Asked, parent: etree._Element, row: Row) -> None:
    told = add(parent, "header")
    add(told, "identifier", f"{asked.space}{row['id']}")
    add(told, "datestamp", instant(datestamp(row)))
    for spec in asked.sets.of(row["portal"]):
        add(told, "setSpec", spec)


def _record(asked: _Asked, parent: etree._Element, row: Row) -> None:
    told = add(parent, "record")
    _header(asked, told, row)
    described(add(told, "metadata"), asked.site.holdings.line(row), asked.site, asked.base)


_VERBS: dict[str, Callable[[_Asked, etree._Element], None]] = {
    "Identify": identify,
    "ListMetadataFormats": list_metadata_formats,
    "ListSets": list_sets,
    "GetRecord": get_record,
    "ListIdentifiers": list_all,
    "ListRecords": list_all,
}
ROUTES = [Route("/oai", oai, methods=["GET", "POST"])]
