"""Brings the files of an archive and its database to agree, after a crash or where the database is gone."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import msgspec

from pipelines.archive.database import Database
from pipelines.archive.rows import Rows
from pipelines.archive.warc import read_records, split_http
from pipelines.errors import ArchiveError, BadWarc
from pipelines.items import Article
from pipelines.text import fold_digest

logger = logging.getLogger(__name__)


class Mender:
    """Looks at every file of one portal when its archive is opened."""

    def __init__(self, folder: Path, db: Database, portal: str) -> None:
        self.folder = folder
        self.db = db
        self.portal = portal
        self._rows = Rows(db, portal)

    def mend(self) -> None:
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
        learnt = self.db.one("SELECT 1 FROM learnt WHERE portal = ?", (self.portal,))
        if learnt is None and (kept := learnt_path(self.folder, self.portal)).exists():
            self._rows.learnt(kept.read_text("utf-8"))
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
            self._rows.end(file, end)
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
                    self._rows.capture(
                        record.url,
                        record.at,
                        status,
                        headers,
                        record.payload_digest or "",
                        record.type == "revisit",
                        file,
                        record.offset,
                        0,
                        record.posted,
                    )
                    offsets.append(record.offset)
            except BadWarc as error:
                logger.warning("%s; its %d readable captures are kept", error, len(offsets))
            self.db.execute(
                "UPDATE captures SET length = coalesce((SELECT min(n.offset) FROM captures AS n WHERE"
                " n.file = captures.file AND n.offset > captures.offset), ?) - offset WHERE file = ?",
                (path.stat().st_size, file),
            )
            self._rows.end(file, path.stat().st_size)

    def _read_lines(self, path: Path, file: str) -> None:
        """Index a file of article lines the database does not know; a torn last line is cut off."""
        logger.info("%s: reading its articles into the database", path)
        offset = 0
        with self.db:
            for article, line in _lines_of(path):
                self._rows.article(article, fold_digest(article), file, offset, len(line))
                outcome = "duplicate" if article.duplicate_of else "article"
                self._rows.settle(article.canonical_url, outcome, article=article.id)
                offset += len(line)
            self._rows.end(file, offset)
        with path.open("r+b") as stream:
            stream.truncate(offset)


def learnt_path(folder: Path, portal: str) -> Path:
    """Where what was learnt of a portal lies beside its captures."""
    return folder / "captures" / portal / f"{portal}.learnt.json"


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
