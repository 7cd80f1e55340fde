"""The site as static files: every page as the server would answer it, its links leading from file to file."""

from __future__ import annotations

import re
import shutil
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.routing import Match, Route

from pipelines.archive.database import Database
from pipelines.archive.files import refuse
from pipelines.attachments.kinds import MEDIA_TYPES, kind_of
from pipelines.errors import ArchiveError, OutputUnwritable
from pipelines.export.addresses import ELSEWHERE, PLACEHOLDER, SCRIPT, Places, with_policy
from pipelines.export.words import write_words
from pipelines.search.results import MAX_VALUES, Asked
from pipelines.web.answering import PAGE_POLICY
from pipelines.web.asked import query_of
from pipelines.web.holdings import Holdings
from pipelines.web.languages import CODES, language, language_of
from pipelines.web.site import Settings, Site, site_app

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from starlette.applications import Starlette
    from starlette.responses import Response
    from starlette.types import Scope

MARKER = ".luutin-site"
"""Stands in a folder that was made here, and may be replaced."""
LISTED = 50
"""Articles on a page of a listing."""
MAX_SITEMAP_URLS = 50_000
"""https://www.sitemaps.org/protocol.html."""
_MADE_OF_OTHERS = re.compile(r"/(?:version|compare|beside)-|(?:^|/)(?:lists/|elsewhere\.)")
"""Pages that repeat what others say: no sitemap names them."""
_SCRIPTED_POLICY = PAGE_POLICY.replace("style-src", "script-src 'self'; style-src")
_PICTURES = {"image/png": "png", "image/jpeg": "jpg", "image/jpg": "jpg", "image/pjpeg": "jpg", "image/gif": "gif"}
_PICTURES |= {"image/webp": "webp", "image/avif": "avif", "image/bmp": "bmp", "image/x-png": "png"}


@dataclass(slots=True)
class Written:
    """What was written."""

    pages: int = 0
    files: int = 0
    bytes: int = 0


def export_site(
    folder: Path, into: Path, settings: Settings, progress: Callable[[int, int], None] | None = None
) -> Written:
    """Write the site over the archive in `folder`, whose index there must be, as folder `into`: whole or not at all.

    A folder that is there is replaced if it was made so. A crawl may go on meanwhile: what it stores may be in it or
    not. `progress` is told how many pages are written, and how many are known of. Raises ArchiveError.
    """
    into = into.resolve()
    _check(into)
    new, old = into.with_name(f"{into.name}.new"), into.with_name(f"{into.name}.old")
    for place in (new, old):
        _check(place)
    try:
        for place in (new, old):
            shutil.rmtree(place, ignore_errors=not place.exists())
        new.mkdir(parents=True)
        (new / MARKER).write_text(f"made by luutin {version('luutin')}; it is replaced as a whole\n", "utf-8")
        with closing(_Writing(folder, new, settings)) as writing:
            done = writing.run(progress or (lambda _, __: None))
        if into.exists():
            into.rename(old)
        new.rename(into)
        shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        refuse(into, error)
    finally:
        shutil.rmtree(new, ignore_errors=True)
    return done


def _check(place: Path) -> None:
    """Raises OutputUnwritable where a folder may not be replaced."""
    if place.exists() and not (place / MARKER).is_file() and not (place.is_dir() and not any(place.iterdir())):
        raise OutputUnwritable(f"{place}: is there, and was not made by `luutin export --site`. Name another folder.")


class _Writing:
    """One export: pages are asked for as long as those that are written link to more."""

    def __init__(self, folder: Path, into: Path, settings: Settings) -> None:
        self._folder, self._into = folder, into
        self._app = site_app(folder, replace(settings, base_url=PLACEHOLDER, hosts=["luutin.invalid"]))
        self._app.router.routes[:0] = list(_own_routes())
        site: Site = self._app.state.site
        site.holdings = self._snapshot = _Snapshot(folder)
        self._done = Written()
        self._places = Places(settings.base_url, feed=False)
        if settings.base_url:  # addresses in feeds are whole ones
            self._places = Places(settings.base_url, feed=self._ask("/feed.atom").status_code == 200)

    def run(self, progress: Callable[[int, int], None]) -> Written:
        places = self._places
        for address in self._first():
            places.want(address)
        at = 0
        while at < len(addresses := list(places.wanted)):
            for address in addresses[at:]:
                self._page(address, places.wanted[address])
                at += 1
                progress(at, len(places.wanted))
        self._write(SCRIPT[1:], Path(__file__).with_name("static").joinpath("find.js").read_bytes())
        site: Site = self._app.state.site
        with self._snapshot.database() as db:
            write_words(
                db,
                self._folder,
                lambda name, body: self._write(f"find/{name}.js", body),
                lambda name: site.portal(name).title,
            )
        if places.base_url:
            self._sitemap()
        return self._done

    def _first(self) -> Iterator[str]:
        """Where to begin: from these all else is linked to, but for what no list leads to any more."""
        with self._snapshot.database() as db:
            names = [row["id"] for row in db.rows("SELECT DISTINCT id FROM articles ORDER BY id")]
        for code in CODES:
            link = language(code).link
            yield from (link(path) for path in ("/", "/search", "/portals", "/runs", "/about", ELSEWHERE))
            yield from (link(f"/articles/{name}") for name in names)
        if self._places.base_url:
            yield "/feed.atom"

    def _page(self, address: str, file: str) -> None:
        if (self._into / file).exists():  # in the other language it is the same
            return
        answer = self._ask(address)
        body = bytes(answer.body)
        if file.startswith("static/"):
            self._write(file, body)
            return
        text = body.decode()
        for number in self._places.contents(text):
            if number not in self._places.captures:
                self._places.captures[number] = self._capture(number)
        if file.endswith(".html"):
            text = with_policy(self._places.relinked(text, file), answer.headers.get("content-security-policy", ""))
        else:
            text = self._places.told(text)
        self._write(file, text.encode())
        self._done.pages += file.endswith(".html")

    def _capture(self, number: int) -> str:
        """The file of a picture or an attachment: what it is called follows from what it is, and no markup is any."""
        answer = self._ask(f"/captures/{number}/content")
        kind = answer.headers.get("content-type", "").partition(";")[0]
        if (ending := _PICTURES.get(kind)) is None:
            told = kind_of(bytes(answer.body))
            ending = "txt" if told == "html" or kind.startswith("text/") else told if told in MEDIA_TYPES else "bin"
        file = f"files/{number}.{ending}"
        self._write(file, bytes(answer.body))
        return file

    def _sitemap(self) -> None:
        base, wanted = self._places.base_url, self._places.wanted.values()
        files = sorted({file for file in wanted if file.endswith(".html") and not _MADE_OF_OTHERS.search(file)})
        parts = [files[at : at + MAX_SITEMAP_URLS] for at in range(0, len(files), MAX_SITEMAP_URLS)]
        names = ["sitemap.xml"] if len(parts) == 1 else [f"sitemap-{at}.xml" for at in range(1, len(parts) + 1)]
        for name, part in zip(names, parts, strict=True):
            self._write(name, _xml("urlset", "url", [f"{base}/{file}" for file in part]))
        if len(parts) > 1:
            self._write("sitemap.xml", _xml("sitemapindex", "sitemap", [f"{base}/{name}" for name in names]))

    def _ask(self, address: str) -> Response:
        """What the site answers; not to be found is an answer, too. Raises ArchiveError."""
        try:
            return _response(self._app, address)
        except ArchiveError as error:
            what = f"{address} cannot be made: {error} If a reparse has replaced the archive meanwhile, run it again."
            raise ArchiveError(what) from error

    def _write(self, file: str, body: bytes) -> None:
        path = self._into / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
        self._done.files += 1
        self._done.bytes += len(body)

    def close(self) -> None:
        self._snapshot.close()


class _Snapshot(Holdings):
    """The archive as it is at one moment, by one connection."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._db = Database(folder / "archive.db", read_only=True)
        self._db.execute("BEGIN")
        self._db.one("SELECT 1 FROM files")  # from here on

    @contextmanager
    def database(self) -> Iterator[Database]:
        yield self._db

    def close(self) -> None:
        self._db.close()


def _response(app: Starlette, address: str) -> Response:
    """What the application answers, without a network, threads, or packing."""
    parts = urlsplit(address)
    scope: Scope = {
        "type": "http",
        "app": app,
        "method": "GET",
        "scheme": "https",
        "path": parts.path,
        "query_string": parts.query.encode(),
        "root_path": "",
        "headers": [(b"host", b"luutin.invalid")],
        "server": ("luutin.invalid", 443),
    }
    try:
        for route in app.router.routes:
            match, child = route.matches(scope)
            if match is Match.FULL and isinstance(route, Route):
                found: Response = route.endpoint(Request({**scope, **child}))
                return found
        raise HTTPException(404, "no_page")
    except HTTPException as error:
        refused: Response = app.exception_handlers[HTTPException](Request(scope), error)
        return refused


def _xml(root: str, item: str, addresses: list[str]) -> bytes:
    items = "".join(f"<{item}><loc>{escape(address)}</loc></{item}>\n" for address in addresses)
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{space}">\n{items}</{root}>\n'.encode()


# -- pages that a server has not, or otherwise ------------------------------------------------------


def _own_routes() -> Iterator[Route]:
    for code in CODES:
        link = language(code).link
        yield Route(link("/search"), _search)
        yield Route(link(ELSEWHERE), _elsewhere)


def _search(request: Request) -> Response:
    """What can be browsed, and the place of what the script finds; with a filter, the articles it lets through."""
    site: Site = request.app.state.site
    query, cursor = query_of(request.query_params), request.query_params.get("cursor")
    if query.values or cursor:
        found = site.searcher.search(query.asked(cursor, LISTED))
        return site.render(request, "listing.html", query=query, found=found)
    found = site.searcher.search(Asked(limit=1, values=MAX_VALUES))
    root = re.sub(r"\w+/", "../", language_of(request.url.path)[0].link("/").lstrip("/"))
    made = datetime.now(UTC)
    return site.render(request, "browse.html", policy=_SCRIPTED_POLICY, found=found, root=root, made=made)


def _elsewhere(request: Request) -> Response:
    site: Site = request.app.state.site
    return site.render(request, "elsewhere.html")
