"""What the site reads out of an archive: articles with all their versions, their captures, portals, runs."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pipelines.archive.database import Database
from pipelines.archive.kept import images_of
from pipelines.archive.lines import read_article
from pipelines.archive.withdrawn import tombstone_of
from pipelines.errors import ArchiveError
from pipelines.items import Article
from pipelines.near.family import Families, Family
from pipelines.report.issues import open_issues
from pipelines.report.stored import last_runs

if TYPE_CHECKING:
    from pipelines.report.issues import OpenIssue
    from pipelines.report.run import RunReport

MAX_SECONDS = 20.0
"""Of all that one request looks up: part of a URL is looked for in every capture there is."""
MAX_VERSIONS = 500
"""Of an article that are told; the newest."""

Change = Literal["first", "edited", "gone", "back"]


@dataclass(frozen=True, slots=True)
class PortalFacts:
    """What is known of a portal besides its articles; a portal that nobody described is called by its name."""

    title: str
    province: str | None = None
    gone_since: date | None = None
    successor: str | None = None
    """The province it is part of now."""


@dataclass(frozen=True, slots=True)
class Version:
    """A version that says something else than the one before it: `number` is that of the last line that says it."""

    number: int
    change: Change
    article: Article
    before: Version | None = None
    """The one before it."""


@dataclass(slots=True)
class Held:
    """All there is of an article: its versions, oldest first, `shown` the one asked for."""

    versions: list[Version]
    shown: Version
    text: Article
    """Whose text it is: of one that repeats another word for word, that other's."""
    record: int | None = None
    """The id of the capture it was read from."""
    pictures: dict[str, str] = field(default_factory=dict)
    """By the URL of a picture the path it is shown from."""
    files: dict[str, int] = field(default_factory=dict)
    """By the URL of an attachment the capture it is kept in."""
    family: Family | None = None

    @property
    def article(self) -> Article:
        return self.shown.article

    @property
    def newest(self) -> Version:
        return self.versions[-1]

    def at(self, number: int) -> Version | None:
        """The version that a line's number is of: lines that only say what became of others are no other version."""
        return next((one for one in self.versions if one.number >= number > 0), None)


class Holdings:
    """An archive, read for one request at a time; a crawl may go on meanwhile."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def database(self) -> Iterator[Database]:
        """The database, as it is at one moment, for a time. Raises ArchiveError."""
        try:
            db = Database(self.folder / "archive.db", read_only=True)
        except sqlite3.Error as error:
            raise ArchiveError(f"{self.folder / 'archive.db'}: cannot be read: {error}") from error
        try:
            db.bound(MAX_SECONDS)
            db.execute("BEGIN")
            yield db
        finally:
            db.close()

    def held(self, name: str, version: int | None = None) -> Held | None:
        """An article by its id, in its newest version or another; None where there is none. Raises ArchiveError."""
        with self.database() as db:
            versions = self._versions(db, name)
            if not versions:
                return None
            found = Held(versions, versions[-1], versions[-1].article)
            if version is not None:
                asked = found.at(version)
                if asked is None:
                    return None
                found.shown, found.text = asked, asked.article
            if found.article.duplicate_of:
                original = self._versions(db, found.article.duplicate_of)
                found.text = original[-1].article if original else found.text
            found.record = _record(db, found.article)
            urls = [image.url for image in found.text.images]
            for url, capture in images_of(db, found.text.portal, urls).items():
                found.pictures[url] = f"/captures/{capture}/content"
            for one in found.text.attachments:
                if one.capture and (record := _capture(db, found.text.portal, one.capture.warc_digest, one.url)):
                    found.files[one.url] = record
            found.family = self._family(name, db)
        return found

    def withdrawn(self, name: str) -> str | None:
        """When and why an article was withdrawn, by its id; None where it was not. Raises ArchiveError."""
        with self.database() as db:
            row = tombstone_of(db, name)
            return f"{row['at'][:10]}: {row['reason']}" if row else None

    def version(self, name: str, number: int) -> Article | None:
        """The line of an article's version. Raises ArchiveError."""
        with self.database() as db:
            row = db.one("SELECT * FROM articles WHERE id = ? AND version = ?", (name, number))
            return self.line(row) if row else None

    def _versions(self, db: Database, name: str) -> list[Version]:
        query = "SELECT file, offset, length FROM articles WHERE id = ? ORDER BY version DESC LIMIT ?"
        articles = [self.line(row) for row in list(db.rows(query, (name, MAX_VERSIONS)))]
        found: list[Version] = []
        for article in reversed(articles):
            last = found[-1].article if found else None
            if last is None:
                change: Change = "gone" if article.gone_at else "first"
            elif bool(article.gone_at) != bool(last.gone_at):
                change = "gone" if article.gone_at else "back"
            elif article.digest != last.digest:
                change = "edited"
            else:  # it only says what the article has come to be of others
                found[-1] = replace(found[-1], number=article.version, article=article)
                continue
            found.append(Version(article.version, change, article, found[-1] if found else None))
        return found

    def line(self, row: sqlite3.Row) -> Article:
        """The article of a row. Raises ArchiveError."""
        return read_article(self.folder, row)

    def _family(self, name: str, db: Database) -> Family | None:
        try:
            return Families(self.folder, db).of(name, compared=False)
        except ArchiveError:  # its articles were never compared
            return None

    def portals(self) -> list[str]:
        """All portals there are captures, articles or runs of."""
        with self.database() as db:
            tables = ("captures", "articles", "runs")
            names = {row["portal"] for table in tables for row in db.rows(_DISTINCT.format(table=table))}
        return sorted(names)

    def captures(self) -> int:
        with self.database() as db:
            row = db.one("SELECT max(id) AS many FROM captures")  # none is ever taken out
        return (row and row["many"]) or 0

    def runs(self, portals: Sequence[str], limit: int) -> dict[str, list[RunReport]]:
        """The last runs of each portal, newest first."""
        with self.database() as db:
            return {name: last_runs(db, self.folder, name, limit) for name in portals}

    def issues(self, portal: str | None = None) -> list[OpenIssue]:
        """Those that stand."""
        with self.database() as db:
            return open_issues(db, portal)


_DISTINCT = (  # a loose index scan, as SQLite has none of its own: one look-up a portal
    "WITH RECURSIVE names(portal) AS (SELECT min(portal) FROM {table} UNION ALL"
    " SELECT (SELECT min(portal) FROM {table} WHERE portal > names.portal) FROM names WHERE names.portal IS NOT NULL)"
    " SELECT portal FROM names WHERE portal IS NOT NULL"
)


def _record(db: Database, article: Article) -> int | None:
    """The id of the capture that an article was read from."""
    row = db.one(
        "SELECT id FROM captures WHERE portal = ? AND digest = ? AND file = ? AND offset = ?",
        (article.portal, article.warc_digest, article.warc_file, article.warc_offset),
    )
    return row["id"] if row else None


def _capture(db: Database, portal: str, digest: str, url: str) -> int | None:
    """The id of the newest capture of a portal with this content; that of this URL before others."""
    row = db.one(
        "SELECT id FROM captures WHERE portal = ? AND digest = ? AND revisit = 0 ORDER BY url != ?, at DESC LIMIT 1",
        (portal, digest, url),
    )
    return row["id"] if row else None
