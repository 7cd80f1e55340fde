"""The captures: listed by URL, shown as a plain safe view, and in full where replayweb.page is installed.

Nothing of a request reaches the file system: what it names is looked up in the database or in a listing of folders.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from pipelines.archive.captured import Captured, read_capture
from pipelines.archive.files import inside
from pipelines.archive.kept import IMAGE_TYPES
from pipelines.archive.rows import repeated
from pipelines.errors import ArchiveError
from pipelines.remote.reading import absent_files, bring
from pipelines.web.answering import SAFE, answer

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from pipelines.web.site import Site

PAGE_ROWS = 100
MAX_SEARCH_CHARS = 500
BUNDLE = ("ui.js", "sw.js")
"""The files of replayweb.page, in the folder `replay` of the archive; AGPL, so installed apart and never ours."""
INSTALL = (
    "mkdir -p {0} && npm pack --silent --pack-destination {0} replaywebpage@2.5.3 && "
    "tar -xzf {0}/replaywebpage-2.5.3.tgz -C {0} --strip-components=1 package/ui.js package/sw.js package/LICENSE"
)
"""How to install them, for a folder: as a path from where the output folder lies."""

_CAPTURE_POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'self'; sandbox"
)
_REPLAY_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; worker-src 'self' blob:; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "media-src 'self' data: blob:; "
    "connect-src 'self' data: blob:; frame-src 'self' blob: data:; object-src 'none'; base-uri 'self'"
)
"""What replayweb.page needs, and nothing outside this server."""
_UNKEPT = {**SAFE, "Cache-Control": "no-store"}
_SHOWN = re.compile(f"image/(?:{'|'.join(IMAGE_TYPES)})")
_MARKUP = re.compile(r"text/html|application/xhtml\+xml")
_FRAMES = (
    (re.compile(rb"<(?=i?frame)", re.IGNORECASE), b"<x-"),
    (re.compile(rb"<\0(?=(?:i\0)?f\0r\0a\0m\0e\0)", re.IGNORECASE), b"<\0x\0-\0"),  # UTF-16
    (re.compile(rb"\0<(?=(?:\0i)?\0f\0r\0a\0m\0e)", re.IGNORECASE), b"\0<\0x\0-"),
)
"""What begins a frame, by what begins something without meaning; all other encodings have these letters as ASCII."""
_CHARSET = re.compile(r"charset=[\"']?([\w.:-]{1,40})", re.IGNORECASE)


def captures(request: Request) -> Response:
    """The captures whose URL holds `url`, newest record first; `before` an id."""
    words = request.query_params.get("url", "")[:MAX_SEARCH_CHARS].strip()
    before = request.query_params.get("before", "")
    pattern = re.sub(r"([\\%_])", r"\\\1", words)
    last = int(before) if before.isdecimal() and len(before) < 16 else 1 << 62
    with _site(request).holdings.database() as db:
        query = (
            "SELECT id, portal, url, at, status, mime, revisit FROM captures WHERE id < ? AND url LIKE ? ESCAPE '\\'"
            " ORDER BY id DESC LIMIT ?"
        )
        rows = list(db.rows(query, (last, f"%{pattern}%", PAGE_ROWS + 1)))
    more = rows[PAGE_ROWS - 1]["id"] if len(rows) > PAGE_ROWS else None
    folder = _folder(request)
    return _site(request).render(
        request,
        "captures.html",
        words=words,
        rows=rows[:PAGE_ROWS],
        more=more,
        exports=_exports(folder),
        installed=_bundle(folder) is not None,
        install=INSTALL.format(f"{folder.name}/replay"),
    )


def capture(request: Request) -> Response:
    """One capture: what is known of it, around its plain view."""
    row, _ = _row(request)
    folder = _folder(request)
    key = _key(folder, inside(folder, row["file"])) if _bundle(folder) else None
    return _site(request).render(request, "capture.html", row=row, key=key)


def content(request: Request) -> Response:
    """The captured body, decoded: markup without scripts or any request, pictures; all else as a download."""
    _, full = _row(request)
    captured = _read(request, full)
    stated = captured.headers.get("content-type", "")
    kind = stated.partition(";")[0].strip().lower()
    headers = {}
    charset = _CHARSET.search(stated)
    body = captured.body
    if _MARKUP.fullmatch(kind):
        body = without_frames(body)
        media_type = f"text/html; charset={charset[1]}" if charset else "text/html"
    elif kind.startswith("text/") or kind in ("application/json", "application/xml", "application/rss+xml"):
        media_type = f"text/plain; charset={charset[1] if charset else 'utf-8'}"
    elif _SHOWN.fullmatch(kind):
        media_type = kind
    else:
        media_type = "application/octet-stream"
        name = quote(captured.url.partition("?")[0].rstrip("/").rpartition("/")[2][-100:], safe="")
        headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name or 'capture'}"
    return answer(request, body, media_type, policy=_CAPTURE_POLICY, headers=headers)


def without_frames(markup: bytes) -> bytes:
    """A page, in whatever encoding, without what would show another in it.

    A policy forbids that too, but Chromium connects to a frame's host before it reads the policy.
    """
    for opening, letter in _FRAMES:
        markup = opening.sub(letter, markup)
    return markup


def replay(request: Request) -> Response:
    """A WACZ or WARC file in replayweb.page, at the capture asked for."""
    folder = _folder(request)
    if _bundle(folder) is None:
        raise HTTPException(404, "no_replay")
    path = _source(request)
    at = url = ""
    if request.query_params.get("capture"):
        row, _ = _row(request, request.query_params["capture"])
        url, at = row["url"], "".join(filter(str.isdigit, row["at"]))[:14]
    name = path.relative_to(folder).as_posix()
    source = f"/files/{_key(folder, path)}#{path.name}"
    return _site(request).render(
        request, "replay.html", policy=_REPLAY_POLICY, name=name, source=source, page_url=url, at=at
    )


def source_file(request: Request) -> Response:
    """A WACZ or WARC file, also in ranges; one that was left at a URL is fetched."""
    path, folder = _source(request), _folder(request)
    if not path.exists():
        bring(folder, path.relative_to(folder).as_posix())
    return FileResponse(path, headers=_UNKEPT, media_type="application/octet-stream")


def bundle(request: Request) -> Response:
    """A file of replayweb.page."""
    found = _bundle(_folder(request))
    name = request.path_params["name"]
    if found is None or name not in found:
        raise HTTPException(404, "no_file")
    headers = {**_UNKEPT, "Content-Security-Policy": _REPLAY_POLICY}  # a worker goes by its own
    return FileResponse(found[name], headers=headers, media_type="text/javascript")


def waiting(request: Request) -> Response:
    """What the frame of replayweb.page shows until its worker is at work; from outside it looks in, and asks again."""
    return answer(request, b"<!doctype html><title>replay</title>", policy=_REPLAY_POLICY, headers=_UNKEPT)


# -- what a request may name ----------------------------------------------------------------------


def _site(request: Request) -> Site:
    site: Site = request.app.state.site
    return site


def _folder(request: Request) -> Path:
    return _site(request).folder


def _row(request: Request, asked: str | None = None) -> tuple[sqlite3.Row, sqlite3.Row]:
    """The row of the capture asked for, and of the one that holds its body. Raises HTTPException."""
    number = int(asked) if asked and asked.isdecimal() and len(asked) < 16 else request.path_params.get("id", -1)
    with _site(request).holdings.database() as db:
        row = db.one("SELECT * FROM captures WHERE id = ?", (number if number < 1 << 62 else -1,))
        full = row
        if row is not None and row["revisit"]:
            full = repeated(db, row)
    if row is None or full is None:
        raise HTTPException(404, "no_capture")
    return row, full


def _read(request: Request, row: sqlite3.Row) -> Captured:
    try:
        return read_capture(_folder(request), row["file"], row["offset"])
    except OSError as error:
        raise ArchiveError(f"{row['file']}: {error}. `luutin verify` tells more.") from error


def _bundle(folder: Path) -> dict[str, Path] | None:
    """The files of replayweb.page, where they are installed."""
    found = {name: folder / "replay" / name for name in BUNDLE}
    return found if all(path.is_file() for path in found.values()) else None


def _exports(folder: Path) -> list[tuple[str, str]]:
    """Key and name of each WACZ in `exports/`."""
    return [(_key(folder, path), path.name) for path in sorted((folder / "exports").glob("*.wacz"))]


def _key(folder: Path, path: Path) -> str:
    """What a file is called in URLs: no part of its path."""
    return hashlib.blake2b(path.relative_to(folder).as_posix().encode(), digest_size=8).hexdigest()


def _source(request: Request) -> Path:
    """The file whose key is asked for, among those there are. Raises HTTPException."""
    folder, key = _folder(request), request.path_params["key"]
    for pattern in ("exports/*.wacz", "captures/*/*.warc.gz"):
        for path in folder.glob(pattern):
            if path.is_file() and _key(folder, path) == key:
                return path
    for path in (folder / file for file in absent_files(folder)):
        if _key(folder, path) == key:
            return path
    raise HTTPException(404, "no_file")


PAGES: tuple[tuple[str, Callable[[Any], Response]], ...] = (
    ("/captures", captures),
    ("/captures/{id:int}", capture),
    ("/replays/{key}", replay),
)
"""By path; each is there in both languages."""
ROUTES = [
    Route("/captures/{id:int}/content", content),
    Route("/files/{key}", source_file),
    Route("/replay/", waiting),
    Route("/replay/{name}", bundle),
]
