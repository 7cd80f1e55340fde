"""What is captured of a portal, looked up: what need not be asked for again, what a new capture repeats."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING

from pipelines.archive.rows import capture_key, repeated
from pipelines.archive.warc import Exchange, Record, iter_records, read_warc_date, warc_date
from pipelines.errors import BadWarc
from pipelines.items import Capture

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path
    from sqlite3 import Row

    from pipelines.archive.database import Database

logger = logging.getLogger(__name__)

IMAGE_TYPES = ("avif", "bmp", "gif", "jpeg", "jpg", "pjpeg", "png", "webp", "x-png")
"""What is shown as a picture, without `image/`: those types, and what old servers call them. SVG can run scripts."""
MIN_REPEATED_BYTES = 1_000
"""A shorter payload at another URL is kept again: a record that refers to it is no shorter."""


class Kept:
    """The captures of one portal; `began_at` is when what its run is to end was begun."""

    def __init__(self, folder: Path, db: Database, portal: str, began_at: datetime) -> None:
        self._folder = folder
        self._db = db
        self._portal = portal
        self._began_at = began_at

    def same(self, exchange: Exchange, payload_digest: str, origin: str) -> Capture | None:
        """The capture itself, where a run has read the same one out of the same archive before."""
        if exchange.source is None:
            return None
        row = self._db.one(
            "SELECT file, offset FROM captures WHERE portal = ? AND url = ? AND at = ? AND digest = ?",
            (self._portal, exchange.url, warc_date(exchange.at), payload_digest),
        )
        if row is None:
            return None
        return Capture(exchange.url, origin, exchange.at, row["file"], row["offset"], payload_digest)

    def copy_of(self, url: str, at: datetime) -> Exchange | None:
        """What an earlier run has stored of a capture of that time out of an archive."""
        query = "SELECT * FROM captures WHERE portal = ? AND url = ? AND at = ?"
        row = copied = self._db.one(query, (self._portal, url, warc_date(at)))
        if row is not None and row["revisit"]:
            row = repeated(self._db, row)
        if row is None or copied is None:
            return None
        try:
            source, block = self._record(copied).source, self._record(row).block
        except BadWarc as error:
            logger.warning("%s; it is fetched again", error)
            return None
        return Exchange(url, at, b"", block, source=source) if source else None

    def had(self, url: str, posted: bytes | None = None) -> tuple[Capture, bytes] | None:
        """The answer to a request that was captured since what this run is to end was begun: its capture, and the HTTP
        message as sent. None where there is none, or one that is no answer: an error of the server, or cut short.
        """
        row = self._db.one(
            "SELECT * FROM captures WHERE portal = ? AND url = ? AND at >= ? AND urlkey = ?"
            " AND (status < 400 OR status IN (404, 410)) ORDER BY at DESC LIMIT 1",
            (self._portal, url, warc_date(self._began_at), capture_key(url, posted)),
        )
        if row is None:
            return None
        full: Row | None = row
        if row["revisit"]:
            full = repeated(self._db, row)
        try:
            if full is None or (record := self._record(row)).truncated:
                return None
            block = record.block if row["status"] == 304 else self._record(full).block
        except BadWarc as error:
            logger.warning("%s; it is fetched again", error)
            return None
        at, file, digest = read_warc_date(row["at"]), full["file"], row["digest"]
        return Capture(url, "live", at, file, full["offset"], digest), block

    def is_whole(self, capture: int) -> bool:
        """Whether the capture of this id did not break off on its way; one that was too long would be cut again."""
        row = self._db.one("SELECT * FROM captures WHERE id = ?", (capture,))
        try:
            return row is not None and self._record(row).truncated in (None, "length")
        except BadWarc as error:
            logger.warning("%s; it is fetched again", error)
            return False

    def _record(self, row: Row) -> Record:
        """The record a row of `captures` tells of. Raises BadWarc."""
        path = self._folder / row["file"]
        with path.open("rb") as stream:
            stream.seek(row["offset"])
            return next(iter_records(stream, str(path)))

    def full(self, exchange: Exchange, status: int, payload_digest: str) -> Row | None:
        """The full capture an exchange repeats: what a 304 confirms, or the same bytes at the same URL."""
        at = warc_date(exchange.at)
        query = (
            "SELECT url, at, digest, file, offset FROM captures"
            " WHERE portal = ? AND urlkey = ? AND url = ? AND at <= ? AND revisit = 0"
        )
        key = capture_key(exchange.url, exchange.posted)
        newest = " ORDER BY at DESC LIMIT 1"
        if status == 304:
            return self._db.one(query + newest, (self._portal, key, exchange.url, at))
        return self._db.one(query + " AND digest = ?" + newest, (self._portal, key, exchange.url, at, payload_digest))

    def elsewhere(self, exchange: Exchange, status: int, payload_digest: str) -> Row | None:
        """The full capture of the same payload at another URL, where that is no trifle."""
        if exchange.truncated or len(exchange.response) - exchange.head_length < MIN_REPEATED_BYTES:
            return None
        return self._db.one(
            "SELECT url, at, digest, file, offset FROM captures WHERE portal = ? AND digest = ? AND status = ?"
            " AND at <= ? AND revisit = 0 ORDER BY at DESC LIMIT 1",
            (self._portal, payload_digest, status, warc_date(exchange.at)),
        )

    def validators(self, url: str) -> tuple[str | None, str | None]:
        """ETag and Last-Modified of the newest good capture of `url`, for a conditional request."""
        row = self._db.one(
            "SELECT etag, last_modified FROM captures WHERE portal = ? AND urlkey = ? AND url = ? AND status = 200 "
            "ORDER BY at DESC LIMIT 1",
            (self._portal, capture_key(url, None), url),
        )
        return (row["etag"], row["last_modified"]) if row else (None, None)

    def last_asked(self, url: str) -> datetime | None:
        """When `url` was last captured."""
        row = self._db.one("SELECT max(at) AS at FROM captures WHERE portal = ? AND url = ?", (self._portal, url))
        return read_warc_date(row["at"]) if row and row["at"] else None


def images_of(db: Database, portal: str, urls: Iterable[str]) -> dict[str, int]:
    """For those of `urls` of which `portal` has a picture captured, the id of the newest good capture.

    Whether by http or https, with `www.` or without (SURT) is one; a capture of the very URL comes first. A picture
    that was found elsewhere, where its URL redirects to, is not found by it.
    """
    keys: dict[str, str] = {}
    for url in urls:
        try:
            keys[url] = capture_key(url, None)
        except ValueError:
            continue
    found: dict[str, list[Row]] = {}
    for row in db.rows(
        "SELECT id, urlkey, url, mime FROM captures WHERE portal = ? AND urlkey IN (SELECT value FROM json_each(?))"
        " AND status = 200 ORDER BY at DESC, id DESC",
        (portal, json.dumps(sorted(set(keys.values())))),
    ):
        if row["mime"].removeprefix("image/") in IMAGE_TYPES:
            found.setdefault(row["urlkey"], []).append(row)
    return {
        url: next((row for row in found[key] if row["url"] == url), found[key][0])["id"]
        for url, key in keys.items()
        if key in found
    }
