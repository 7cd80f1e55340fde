"""The output folder: captures, article lines and the database over them, written so that a crash loses nothing.

Every write is: append to the file, then one database transaction that records where it went and where
the file now ends. On opening, what lies beyond a recorded end was in flight and is cut off; a file that
ends before it has lost its rows; a file the database does not know is read into it.
"""

from __future__ import annotations

import errno
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, Self

import msgspec

from pipelines.archive.cdxj import write_cdxj
from pipelines.archive.database import Database
from pipelines.archive.files import GrowingFile, replace_file
from pipelines.archive.lock import Lock
from pipelines.archive.mend import Mender, learnt_path
from pipelines.archive.rows import Rows, capture_key
from pipelines.archive.warc import (
    Earlier,
    Exchange,
    WarcWriter,
    read_warc_date,
    split_http,
    warc_date,
)
from pipelines.errors import ArchiveError, OutputUnwritable
from pipelines.items import Article, Capture

if TYPE_CHECKING:
    from pipelines.report.run import RunReport

SHARES = ("published_at", "section")
"""Columns a share can be asked of."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the archive knows of a URL: how it ended, and what a listing last said of it."""

    outcome: str
    reason: str | None
    article: str | None
    mark: str | None


@dataclass(frozen=True, slots=True)
class Stored:
    """An article version as the database has it."""

    id: str
    version: int
    digest: str
    duplicate_of: str | None


class Archive:
    """The archive of one output folder, open for one writer and one portal at a time."""

    def __init__(self, folder: Path, portal: str, software: str) -> None:
        self.folder = folder
        self.portal = portal
        captures = folder / "captures" / portal
        articles = folder / "articles"
        try:
            captures.mkdir(parents=True, exist_ok=True)
            articles.mkdir(exist_ok=True)
            self._lock = Lock(folder)
        except OSError as error:
            _refuse(folder, error)
        try:
            self.db = Database(folder / "archive.db")
        except ArchiveError:
            self._lock.release()
            raise
        try:
            Mender(folder, self.db, portal).mend()
            self.rows = Rows(self.db, portal)
            row = self.db.one("SELECT finished FROM portals WHERE portal = ?", (portal,))
            self.last_run_finished = bool(row and row["finished"])
            """Whether all that the last run found was fetched: only then does "not modified" mean "nothing to do"."""
            self.db.execute("INSERT OR REPLACE INTO portals VALUES (?, 0)", (portal,))
            self._warc = WarcWriter(captures, portal, software)
            self._lines_path = articles / f"{portal}.jsonl"
            self._lines: GrowingFile | None = None
        except (OSError, ArchiveError) as error:
            self.db.close()
            self._lock.release()
            if isinstance(error, OSError):
                _refuse(folder, error)
            raise

    # -- captures ---------------------------------------------------------------------------------

    def keep(self, exchange: Exchange, origin: str, fields: dict[str, str] | None = None) -> Capture:
        """Store one exchange and index it. The same payload at the same URL becomes a revisit record.

        `fields` are kept in a metadata record beside the response (`via`, `section`, `mark`, …), so that
        the capture alone is enough to read the page again. Raises OutputUnwritable.
        """
        status, headers, _ = _head(exchange)
        payload_digest = exchange.payload_digest()
        is_attachment = fields is not None and "attachment-of" in fields  # its record says which article it belongs to
        if not is_attachment and (held := self._held(exchange, payload_digest, origin)):
            return held
        full = self._full(exchange, status, payload_digest)
        earlier = Earlier(full["url"], read_warc_date(full["at"]), full["digest"]) if full else None
        try:
            written = self._warc.write(exchange, earlier=earlier, fields=fields)
        except OSError as error:
            _refuse(self._warc.path, error)
        file = f"captures/{self.portal}/{written.file}"
        digest = earlier.payload_digest if earlier else payload_digest
        with self.db:
            self.rows.capture(
                exchange.url,
                exchange.at,
                status,
                headers,
                digest,
                earlier is not None,
                file,
                written.offset,
                written.length,
                exchange.posted,
            )
            self.rows.end(file, self._warc.end)
        return Capture(
            url=exchange.url,
            origin=origin,
            captured_at=exchange.at,
            warc_file=full["file"] if full else file,  # a revisit record holds no page to read again
            warc_offset=full["offset"] if full else written.offset,
            warc_digest=digest,
        )

    def _held(self, exchange: Exchange, payload_digest: str, origin: str) -> Capture | None:
        """The capture itself, where a run has read the same one out of the same archive before."""
        if exchange.source is None:
            return None
        row = self.db.one(
            "SELECT file, offset FROM captures WHERE portal = ? AND url = ? AND at = ? AND digest = ?",
            (self.portal, exchange.url, warc_date(exchange.at), payload_digest),
        )
        if row is None:
            return None
        return Capture(exchange.url, origin, exchange.at, row["file"], row["offset"], payload_digest)

    def _full(self, exchange: Exchange, status: int, payload_digest: str) -> sqlite3.Row | None:
        """The full capture an exchange repeats: what a 304 confirms, or the same bytes at the same URL."""
        at = warc_date(exchange.at)
        query = (
            "SELECT url, at, digest, file, offset FROM captures"
            " WHERE portal = ? AND urlkey = ? AND url = ? AND at <= ? AND revisit = 0"
        )
        key = capture_key(exchange.url, exchange.posted)
        newest = " ORDER BY at DESC LIMIT 1"
        if status == 304:
            return self.db.one(query + newest, (self.portal, key, exchange.url, at))
        return self.db.one(query + " AND digest = ?" + newest, (self.portal, key, exchange.url, at, payload_digest))

    def validators(self, url: str) -> tuple[str | None, str | None]:
        """ETag and Last-Modified of the newest good capture of `url`, for a conditional request."""
        row = self.db.one(
            "SELECT etag, last_modified FROM captures WHERE portal = ? AND urlkey = ? AND url = ? AND status = 200 "
            "ORDER BY at DESC LIMIT 1",
            (self.portal, capture_key(url, None), url),
        )
        return (row["etag"], row["last_modified"]) if row else (None, None)

    # -- URLs and sections ------------------------------------------------------------------------

    def known(self, url: str) -> Known | None:
        """What the archive knows of a folded URL."""
        row = self.db.one(
            "SELECT outcome, reason, article, mark FROM urls WHERE portal = ? AND url = ?", (self.portal, url)
        )
        return Known(*row) if row else None

    def remark(self, url: str, mark: str) -> None:
        """Note what a source now says of a folded URL whose page turned out to be the same still."""
        self.db.execute("UPDATE urls SET mark = ? WHERE portal = ? AND url = ?", (mark, self.portal, url))

    def walked(self, section: str) -> bool:
        """Whether the section at this folded URL was ever walked to its end."""
        return bool(self.db.one("SELECT 1 FROM sections WHERE portal = ? AND url = ?", (self.portal, section)))

    def set_walked(self, section: str, at: datetime) -> None:
        """Record that a section was walked page by page to its end."""
        self.db.execute("INSERT OR REPLACE INTO sections VALUES (?, ?, ?)", (self.portal, section, warc_date(at)))

    # -- what was learnt of the portal --------------------------------------------------------------

    def learnt(self) -> str | None:
        """What `set_learnt` was last given."""
        row = self.db.one("SELECT facts FROM learnt WHERE portal = ?", (self.portal,))
        return row["facts"] if row else None

    def set_learnt(self, facts: str) -> None:
        """Keep what was learnt of the portal (JSON): beside its captures, which cannot be read the same without it,
        and in the database. Raises OutputUnwritable.
        """
        path = learnt_path(self.folder, self.portal)
        try:
            replace_file(path, facts.encode())
        except OSError as error:
            _refuse(path, error)
        self.rows.learnt(facts)

    # -- articles ---------------------------------------------------------------------------------

    def latest(self, article_id: str) -> Stored | None:
        """The newest version stored of an article."""
        row = self.db.one(
            "SELECT id, version, digest, duplicate_of FROM articles WHERE id = ? ORDER BY version DESC LIMIT 1",
            (article_id,),
        )
        return Stored(*row) if row else None

    def original_of(self, folded: str, article_id: str) -> str | None:
        """The id of another article whose newest version has the same folded text and is no duplicate."""
        row = self.db.one(
            "SELECT id FROM articles AS a WHERE folded = ? AND id != ? AND duplicate_of IS NULL AND version ="
            " (SELECT max(version) FROM articles WHERE id = a.id) ORDER BY captured_at, id LIMIT 1",
            (folded, article_id),
        )
        return row["id"] if row else None

    def append(self, article: Article, folded: str) -> None:
        """Store one article version: its line, then its row. Raises OutputUnwritable."""
        line = msgspec.json.encode(article) + b"\n"
        try:
            if self._lines is None:
                self._lines = GrowingFile(self._lines_path)
            offset = self._lines.append(line)
        except OSError as error:
            _refuse(self._lines_path, error)
        file = f"articles/{self.portal}.jsonl"
        with self.db:
            self.rows.article(article, folded, file, offset, len(line))
            self.rows.end(file, offset + len(line))

    def count(self) -> int:
        """How many articles of the portal are held, duplicates left out."""
        return self._number("count(DISTINCT id)", "duplicate_of IS NULL")

    def share_with(self, column: str) -> float:
        """The share of the portal's articles that have a value in `published_at` or `section`, from 0 to 1."""
        assert column in SHARES
        return self._number("count(DISTINCT id)", f"duplicate_of IS NULL AND {column} IS NOT NULL") / max(
            1, self.count()
        )

    def _number(self, what: str, where: str) -> int:
        row = self.db.one(f"SELECT {what} FROM articles WHERE portal = ? AND {where}", (self.portal,))  # noqa: S608 - constants
        return int(row[0]) if row else 0

    def newest(self) -> datetime | None:
        """When the portal's newest article was published."""
        row = self.db.one("SELECT max(published_at) FROM articles WHERE portal = ?", (self.portal,))
        return datetime.fromisoformat(row[0]) if row and row[0] else None

    def record_run(self, report: RunReport) -> Path:
        """Keep a run's report as `reports/<run>.json` and in the database; its path. Raises OutputUnwritable."""
        try:
            path = report.write(self.folder / "reports")
        except OSError as error:
            _refuse(self.folder / "reports", error)
        values = (report.run, report.portal, warc_date(report.started_at), warc_date(report.ended_at))
        text = msgspec.json.encode(report).decode()
        self.db.execute("INSERT OR REPLACE INTO runs VALUES (?, ?, ?, ?, ?)", (*values, text))
        finished = int(report.finished == "finished")
        self.db.execute("INSERT OR REPLACE INTO portals VALUES (?, ?)", (self.portal, finished))
        return path

    def sync(self) -> None:
        """Put everything stored so far on the disk, files first."""
        self._warc.sync()
        if self._lines is not None:
            self._lines.sync()
        self.db.sync()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Close; where an error is already under way, what closing meets is not raised on top of it."""
        try:
            self.close()
        except ArchiveError:
            if kind is None:
                raise

    def close(self) -> None:
        """Write the CDXJ index, put everything on the disk and let go of the folder."""
        try:
            self.sync()
            self._warc.close()
            if self._lines is not None:
                self._lines.close()
            write_cdxj(self.db, self.portal, self.folder / "captures" / self.portal / f"{self.portal}.cdxj")
        except OSError as error:
            _refuse(self.folder, error)
        finally:
            self.db.close()
            self._lock.release()


def _head(exchange: Exchange) -> tuple[int, dict[str, str], bytes]:
    status, pairs, body = split_http(exchange.response[: exchange.head_length])
    return status, {name.lower(): value for name, value in pairs}, body


_REASONS = {
    errno.ENOSPC: "no space left on the disk. Free some, or name another folder with LUUTIN_OUTPUT=DIR",
    errno.EACCES: "no permission to write there. Change it, or name another folder with LUUTIN_OUTPUT=DIR",
    errno.EROFS: "the disk is read-only. Name another folder with LUUTIN_OUTPUT=DIR",
}


def _refuse(path: Path, error: OSError) -> NoReturn:
    reason = _REASONS.get(error.errno or 0, f"{error.strerror or error}. Name another folder with LUUTIN_OUTPUT=DIR")
    raise OutputUnwritable(f"{path}: {reason}. What was stored before is whole.") from error
