"""The output folder: captures, article lines and the database over them, written so that a crash loses nothing.

Every write is: append to the file, then one database transaction that records where it went and where
the file now ends. On opening, what lies beyond a recorded end was in flight and is cut off; a file that
ends before it has lost its rows; a file the database does not know is read into it.
"""

from __future__ import annotations

import errno
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, Self

import msgspec
from surt import surt

from pipelines.archive.cdxj import write_cdxj
from pipelines.archive.database import Database
from pipelines.archive.files import GrowingFile
from pipelines.archive.lock import Lock
from pipelines.archive.warc import (
    Earlier,
    Exchange,
    WarcWriter,
    read_records,
    read_warc_date,
    split_http,
    warc_date,
)
from pipelines.errors import ArchiveError, BadWarc, OutputUnwritable
from pipelines.items import Article, Capture
from pipelines.text import fold_digest

if TYPE_CHECKING:
    from pipelines.report.run import RunReport

SHARES = ("published_at", "section")
"""Columns a share can be asked of."""

logger = logging.getLogger(__name__)


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
            self._mend()
            row = self.db.one("SELECT finished FROM portals WHERE portal = ?", (portal,))
            self.last_run_finished = bool(row and row["finished"])
            """Whether all that the last run found was fetched: only then does "not modified" mean "nothing to do"."""
            self.db.execute("INSERT OR REPLACE INTO portals VALUES (?, 0)", (portal,))
            self._warc = WarcWriter(captures, portal, software)
            self._lines_path = articles / f"{portal}.jsonl"
            self._lines: GrowingFile | None = None
        except OSError as error:
            self._lock.release()
            _refuse(folder, error)
        except ArchiveError:
            self._lock.release()
            raise

    # -- captures ---------------------------------------------------------------------------------

    def keep(self, exchange: Exchange, origin: str, fields: dict[str, str] | None = None) -> Capture:
        """Store one exchange and index it. The same payload at the same URL becomes a revisit record.

        `fields` are kept in a metadata record beside the response (`via`, `section`, `mark`, …), so that
        the capture alone is enough to read the page again. Raises OutputUnwritable.
        """
        status, headers, _ = _head(exchange)
        payload_digest = exchange.payload_digest()
        if held := self._held(exchange, payload_digest, origin):
            return held
        earlier = self._earlier(exchange, status, payload_digest)
        try:
            written = self._warc.write(exchange, earlier=earlier, fields=fields)
        except OSError as error:
            _refuse(self._warc.path, error)
        file = f"captures/{self.portal}/{written.file}"
        digest = earlier.payload_digest if earlier else payload_digest
        with self.db:
            self._index_capture(
                exchange.url,
                exchange.at,
                status,
                headers,
                digest,
                earlier is not None,
                file,
                written.offset,
                written.length,
            )
            self._record_end(file, self._warc.end)
        return Capture(
            url=exchange.url,
            origin=origin,
            captured_at=exchange.at,
            warc_file=file,
            warc_offset=written.offset,
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

    def _earlier(self, exchange: Exchange, status: int, payload_digest: str) -> Earlier | None:
        """The full capture an exchange repeats: what a 304 confirms, or the same bytes at the same URL."""
        same = "" if status == 304 else "AND digest = ?"
        values = (self.portal, exchange.url, warc_date(exchange.at)) + (() if status == 304 else (payload_digest,))
        row = self.db.one(
            f"SELECT url, at, digest FROM captures WHERE portal = ? AND url = ? AND at <= ? AND revisit = 0 {same} "  # noqa: S608 - a constant, values are bound
            "ORDER BY at DESC LIMIT 1",
            values,
        )
        return Earlier(row["url"], read_warc_date(row["at"]), row["digest"]) if row else None

    def _index_capture(
        self,
        url: str,
        at: datetime,
        status: int,
        headers: dict[str, str],
        digest: str,
        revisit: bool,
        file: str,
        offset: int,
        length: int,
    ) -> None:
        mime = headers.get("content-type", "").split(";", 1)[0].strip().lower() or "unk"
        self.db.execute(
            "INSERT INTO captures (portal, urlkey, url, at, status, mime, digest, revisit, etag, last_modified,"
            " file, offset, length) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                self.portal,
                surt(url),
                url,
                warc_date(at),
                status,
                mime,
                digest,
                int(revisit),
                headers.get("etag"),
                headers.get("last-modified"),
                file,
                offset,
                length,
            ),
        )

    def validators(self, url: str) -> tuple[str | None, str | None]:
        """ETag and Last-Modified of the newest good capture of `url`, for a conditional request."""
        row = self.db.one(
            "SELECT etag, last_modified FROM captures WHERE portal = ? AND url = ? AND status = 200 "
            "ORDER BY at DESC LIMIT 1",
            (self.portal, url),
        )
        return (row["etag"], row["last_modified"]) if row else (None, None)

    # -- URLs and sections ------------------------------------------------------------------------

    def known(self, url: str) -> Known | None:
        """What the archive knows of a folded URL."""
        row = self.db.one(
            "SELECT outcome, reason, article, mark FROM urls WHERE portal = ? AND url = ?", (self.portal, url)
        )
        return Known(*row) if row else None

    def settle(
        self,
        url: str,
        outcome: str,
        *,
        reason: str | None = None,
        article: str | None = None,
        mark: str | None = None,
    ) -> None:
        """Record how a folded URL ended, so that the next run need not fetch it to know."""
        self.db.execute(
            "INSERT INTO urls VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET outcome = excluded.outcome,"
            " reason = excluded.reason, article = excluded.article, mark = coalesce(excluded.mark, mark)",
            (self.portal, url, outcome, reason, article, mark),
        )

    def walked(self, section: str) -> bool:
        """Whether the section at this folded URL was ever walked to its end."""
        return bool(self.db.one("SELECT 1 FROM sections WHERE portal = ? AND url = ?", (self.portal, section)))

    def set_walked(self, section: str, at: datetime) -> None:
        """Record that a section was walked page by page to its end."""
        self.db.execute("INSERT OR REPLACE INTO sections VALUES (?, ?, ?)", (self.portal, section, warc_date(at)))

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
            self._index_article(article, folded, file, offset, len(line))
            self._record_end(file, offset + len(line))

    def _index_article(self, article: Article, folded: str, file: str, offset: int, length: int) -> None:
        self.db.execute(
            "INSERT OR REPLACE INTO articles VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                article.id,
                article.version,
                article.portal,
                article.url,
                article.canonical_url,
                article.title,
                article.section,
                article.published_at and article.published_at.isoformat(),
                article.captured_at and warc_date(article.captured_at),
                article.digest,
                folded,
                article.duplicate_of,
                file,
                offset,
                length,
            ),
        )

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

    # -- keeping it whole -------------------------------------------------------------------------

    def _record_end(self, file: str, end: int) -> None:
        self.db.execute("INSERT OR REPLACE INTO files VALUES (?, ?)", (file, end))

    def _mend(self) -> None:
        """Bring files and database to agree, after a crash or where the database is gone."""
        recorded = {row["path"]: row["bytes"] for row in self.db.rows("SELECT path, bytes FROM files")}
        for file, end in recorded.items():
            path = self.folder / file
            size = path.stat().st_size if path.exists() else 0
            if size > end:
                logger.warning("%s: cut off %d bytes that were in flight when a run died", path, size - end)
                with path.open("r+b") as stream:
                    stream.truncate(end)
            elif size < end:
                self._forget_beyond(path, file, size)
        for path in sorted((self.folder / "captures" / self.portal).glob("*.warc.gz")):
            if (file := path.relative_to(self.folder).as_posix()) not in recorded:
                self._read_captures(path, file)
        lines = self.folder / "articles" / f"{self.portal}.jsonl"
        if lines.exists() and (file := lines.relative_to(self.folder).as_posix()) not in recorded:
            self._read_lines(lines, file)

    def _forget_beyond(self, path: Path, file: str, size: int) -> None:
        """Drop the rows of records a file has lost, and cut it back to its last whole record."""
        end = size
        with self.db:
            for table in ("captures", "articles"):
                lost = f"FROM {table} WHERE file = ? AND offset + length > ?"
                row = self.db.one(f"SELECT min(offset) AS at {lost}", (file, size))
                end = min(end, row["at"]) if row and row["at"] is not None else end
                self.db.execute(f"DELETE {lost}", (file, size))
            self._record_end(file, end)
        logger.warning("%s: ends %d bytes early; the records it lost are fetched again", path, size - end)
        if path.exists():
            with path.open("r+b") as stream:
                stream.truncate(end)

    def _read_captures(self, path: Path, file: str) -> None:
        """Index a WARC file the database does not know."""
        logger.info("%s: reading its captures into the database", path)
        offsets: list[int] = []
        with self.db:
            try:
                for record in read_records(path):
                    status, pairs, _ = split_http(record.block)
                    headers = {name.lower(): value for name, value in pairs}
                    self._index_capture(
                        record.url,
                        record.at,
                        status,
                        headers,
                        record.payload_digest or "",
                        record.type == "revisit",
                        file,
                        record.offset,
                        0,
                    )
                    offsets.append(record.offset)
            except BadWarc as error:
                logger.warning("%s; its %d readable captures are kept", error, len(offsets))
            self.db.execute(
                "UPDATE captures SET length = coalesce((SELECT min(n.offset) FROM captures AS n WHERE"
                " n.file = captures.file AND n.offset > captures.offset), ?) - offset WHERE file = ?",
                (path.stat().st_size, file),
            )
            self._record_end(file, path.stat().st_size)

    def _read_lines(self, path: Path, file: str) -> None:
        """Index a file of article lines the database does not know; a torn last line is cut off."""
        logger.info("%s: reading its articles into the database", path)
        offset = 0
        with self.db:
            for article, line in _lines_of(path):
                self._index_article(article, fold_digest(article), file, offset, len(line))
                outcome = "duplicate" if article.duplicate_of else "article"
                self.settle(article.canonical_url, outcome, article=article.id)
                offset += len(line)
            self._record_end(file, offset)
        with path.open("r+b") as stream:
            stream.truncate(offset)

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


def _lines_of(path: Path) -> Iterator[tuple[Article, bytes]]:
    with path.open("rb") as stream:
        for number, line in enumerate(stream, 1):
            if not line.endswith(b"\n"):
                logger.warning("%s: cut off line %d, which was in flight when a run died", path, number)
                return
            try:
                yield msgspec.json.decode(line, type=Article), line
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                raise ArchiveError(
                    f"{path}: line {number} is no article: {error}. Mend or take out the line; nothing was changed."
                ) from error


_REASONS = {
    errno.ENOSPC: "no space left on the disk. Free some, or name another folder with LUUTIN_OUTPUT=DIR",
    errno.EACCES: "no permission to write there. Change it, or name another folder with LUUTIN_OUTPUT=DIR",
    errno.EROFS: "the disk is read-only. Name another folder with LUUTIN_OUTPUT=DIR",
}


def _refuse(path: Path, error: OSError) -> NoReturn:
    reason = _REASONS.get(error.errno or 0, f"{error.strerror or error}. Name another folder with LUUTIN_OUTPUT=DIR")
    raise OutputUnwritable(f"{path}: {reason}. What was stored before is whole.") from error
