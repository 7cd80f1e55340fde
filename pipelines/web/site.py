"""The archive as a web site: search, articles, versions, portals, runs; read only, and without a script."""

from __future__ import annotations

import logging
import threading
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

from anyio import to_thread
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from pipelines.errors import ArchiveError, BadQuery, TookTooLong
from pipelines.search.index import catch_up
from pipelines.search.searcher import Searcher
from pipelines.web.answering import PAGE_POLICY, answer
from pipelines.web.asked import Query, query_of
from pipelines.web.assets import asset, asset_address
from pipelines.web.guard import Guard, Limits
from pipelines.web.holdings import Holdings, PortalFacts
from pipelines.web.languages import CODES, language, language_of
from pipelines.web.stored import BadMark, Ledger

THREADS = 4
"""Requests answered at a time: more would only wait for each other."""
CATCH_UP_SECONDS = 30.0
"""Between looks whether a crawl has stored more."""
HOSTS = ("127.0.0.1", "localhost")

logger = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class Settings:
    """What whoever runs the site says of it."""

    portals: Mapping[str, PortalFacts] = field(default_factory=dict)
    """By the name of a portal."""
    base_url: str = ""
    """Where it is, as in citations and feeds; without it, where a request says it is."""
    licence: str = ""
    """The licence of the data, in words of whoever runs it."""
    hosts: Sequence[str] = HOSTS
    """The names it answers to."""
    contact: str = ""
    """The e-mail address of whoever runs it, which OAI-PMH wants told; without it, `postmaster@` the host."""
    limits: Limits = field(default_factory=Limits)
    """How much a client may ask."""


class Site:
    """What the pages are made from: the archive, its index, and the templates."""

    def __init__(self, folder: Path, settings: Settings, refresh: Callable[[], bool] | None = None) -> None:
        """`refresh` has the folder be what it is a copy of, and says whether it has changed.

        Raises ArchiveError where there is no index yet.
        """
        self._refresh = refresh
        self.folder = folder
        self.settings = settings
        self.holdings = Holdings(folder)
        self.searcher = Searcher(folder)
        self.ledger = Ledger()
        self._ended = threading.Event()

    @cached_property
    def templates(self) -> Environment:
        folder = Path(__file__).with_name("templates")
        made = Environment(
            loader=FileSystemLoader(folder),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        made.globals |= {"software": version("luutin"), "asset": asset_address}
        return made

    def portal(self, name: str) -> PortalFacts:
        """What is known of a portal; of one that nobody described, its name."""
        return self.settings.portals.get(name) or PortalFacts(name.replace("_", "."))

    def render(
        self, request: Request, template: str, *, status: int = 200, policy: str = PAGE_POLICY, **values: Any
    ) -> Response:
        """A page in the language of its address."""
        words, path = language_of(request.scope["path"])
        text = self.templates.get_template(template).render(
            L=words,
            t=words.t,
            link=words.link,
            path=path,
            site=self,
            query=values.pop("query", Query({})),
            other_address=_with_query(words.other.link(path), request),
            **values,
        )
        return answer(request, text.encode(), status=status, policy=policy)

    def base_url(self, request: Request) -> str:
        """Where the site is, without a slash at the end."""
        return (self.settings.base_url or str(request.base_url)).rstrip("/")

    def follow(self) -> None:
        """Bring the index up to date now and then, until the site ends: a crawl may go on meanwhile."""
        while not self._ended.wait(CATCH_UP_SECONDS):
            try:
                changed = self._refresh is not None and self._refresh()
                caught = catch_up(self.folder)
                if changed or caught.added or caught.rebuilt:
                    self.searcher.reload()
            except ArchiveError as error:  # what is indexed is shown still
                logger.warning("the index is not brought up to date: %s", error)

    def end(self) -> None:
        self._ended.set()


def site_app(
    folder: Path,
    settings: Settings | None = None,
    *,
    follow: bool = False,
    refresh: Callable[[], bool] | None = None,
) -> Starlette:
    """The application over the archive in `folder`, whose index there must be. Raises ArchiveError.

    `follow`: the index is brought up to date while the site is up, after `refresh` where the folder is a copy.
    """
    settings = settings or Settings()
    site = Site(folder, settings, refresh)
    app = Starlette(
        routes=_routes(),
        middleware=[
            Middleware(Guard, limits=settings.limits, refuse=_told),
            Middleware(TrustedHostMiddleware, allowed_hosts=list(settings.hosts)),
        ],
        exception_handlers={
            HTTPException: _refused,
            BadQuery: _misunderstood,
            BadMark: _misunderstood,
            TookTooLong: _given_up,
            ArchiveError: _unreadable,
            Exception: _unreadable,
        },
        lifespan=_lifespan(site, follow=follow),
    )
    app.state.site = site
    app.state.folder = folder
    return app


def _routes() -> list[BaseRoute]:
    from pipelines.web import endpoints, feeds, oai, pages, replay

    found: list[BaseRoute] = [Route("/static/{name}", asset)]
    for code in CODES:
        words = language(code)
        found += [Route(words.link(path), handler) for path, handler in (*pages.PAGES, *replay.PAGES)]
    return [*found, *replay.ROUTES, *endpoints.ROUTES, *feeds.ROUTES, *oai.ROUTES]


def _lifespan(site: Site, *, follow: bool) -> Any:
    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        to_thread.current_default_thread_limiter().total_tokens = THREADS
        following = threading.Thread(target=site.follow, name="index", daemon=True)
        if follow:
            following.start()
        try:
            yield
        finally:
            site.end()
            if follow:
                following.join()

    return lifespan


def _with_query(path: str, request: Request) -> str:
    query = request.scope["query_string"].decode("latin-1")
    return f"{path}?{query}" if query else path


def _refused(request: Request, error: Exception) -> Response:
    """What is asked for is not to be had."""
    assert isinstance(error, HTTPException)
    return _told(request, error.status_code, error.detail, error.headers)


def _misunderstood(request: Request, error: Exception) -> Response:
    return _told(request, 400, str(error))


def _given_up(request: Request, error: Exception) -> Response:
    return _told(request, 503, str(error))


def _unreadable(request: Request, error: Exception) -> Response:
    """Something is wrong with the archive: who runs the site is told what, a visitor only that."""
    logger.error("%s: %s", request.scope["path"], error)
    return _told(request, 500, "")


def _told(request: Request, status: int, message: str, headers: Mapping[str, str] | None = None) -> Response:
    """Why a request is not met: to programs by the message, to people in the language of the page; a message may be a
    key of its words for that (`no_article`).
    """
    if request.scope["path"].startswith("/api/"):
        from pipelines.web import api

        return api.refused(request, status, message, headers or {})
    site: Site = request.app.state.site
    told = language("en").words
    key = next(one for one in (f"errors.{message}", f"errors.status_{status}", "errors.status_400") if one in told)
    detail = message if status in (400, 410) and f"errors.{message}" not in told else ""
    query = query_of(request.query_params)  # stays to be mended
    response = site.render(request, "error.html", status=status, code=status, key=key, detail=detail, query=query)
    response.headers.update(headers or {})
    return response
