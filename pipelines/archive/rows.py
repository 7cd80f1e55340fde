"""The rows the database has for what the files hold; each is written with where its file now ends."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec
from surt import surt

from pipelines.archive.database import Database
from pipelines.archive.warc import warc_date
from pipelines.errors import Dropped
from pipelines.items import Article, CopyKind, Precision
from pipelines.urls import fold_url, posted_url

if TYPE_CHECKING:
    from sqlite3 import Row

    from pipelines.archive.journal import Read


def capture_key(url: str, posted: bytes | None) -> str:
    """What replay tools sort a capture by: the SURT of its URL, with the form that was posted there."""
    if posted is None and (plain := _PLAIN.fullmatch(url)):  # the library takes far longer, for what is lower case only
        root, path = plain.groups()
        return _key(root) + path.lower().removesuffix("/")
    return _key.__wrapped__(url if posted is None else posted_url(url, posted))


@lru_cache(maxsize=256)
def _key(url: str) -> str:
    return str(surt(url))


_NAME = "[A-Za-z0-9_~-][A-Za-z0-9._~-]*"
_PLAIN = re.compile(rf"(https?://[a-z0-9.-]+(?::\d+)?/)((?:{_NAME}(?:/{_NAME})*/?)?)")
"""A URL without query whose path has nothing to be folded but letter case and the slash at its end."""


@dataclass(frozen=True, slots=True)
class Stored:
    """An article version as the database has it."""

    id: str
    version: int
    digest: str
    duplicate_of: str | None
    gone_at: str | None


class Part(msgspec.Struct):
    """A further page of an article."""

    url: str


class Brief(msgspec.Struct, kw_only=True):
    """What the database and the comparison have of an article line."""

    id: str
    version: int
    portal: str
    url: str
    canonical_url: str
    title: str
    section: str | None
    published_at: datetime | None
    published_precision: Precision | None
    captured_at: datetime | None
    digest: str
    previous_digest: str | None
    duplicate_of: str | None
    near_duplicate_of: str | None = None
    similarity: float | None = None
    near_duplicate_kind: CopyKind | None = None
    series: str | None = None
    parts: list[Part]
    gone_at: datetime | None = None


REMOVED = "removed"
"""The outcome of URLs whose article was withdrawn: it stands, whatever answers there."""
LASTING = ("http-404", "http-410", "bad-url", "too-large")
"""Reasons for which asking again helps only where a source names the page again."""


def repeated(db: Database, row: Row) -> Row | None:
    """The row of the full capture that a revisit record repeats: one of its own URL if there is one, else of any."""
    return db.one(
        "SELECT * FROM captures WHERE portal = ? AND digest = ? AND revisit = 0 ORDER BY url != ?, at DESC LIMIT 1",
        (row["portal"], row["digest"], row["url"]),
    )


def record_end(db: Database, file: str, end: int) -> None:
    """Where a file now ends."""
    db.execute("INSERT OR REPLACE INTO files VALUES (?, ?)", (file, end))


def stored_date(at: datetime) -> str:
    """A time as `stored_at` has it: fixed in width, so that it sorts."""
    return f"{at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


def write_article(
    db: Database,
    article: Article | Brief,
    folded: str,
    file: str,
    offset: int,
    length: int,
    at: datetime | None,
) -> None:
    """The row of an article line, which is the last stored so far: `at`; where that is not known, it counts as stored
    when it was captured.
    """
    at = at or article.gone_at or article.captured_at
    db.execute(
        "INSERT OR REPLACE INTO articles (id, version, portal, url, canonical_url, title, section, published_at,"
        " captured_at, digest, folded, duplicate_of, near_duplicate_of, series, file, offset, length, gone_at,"
        " stored_at, nth) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
        " max(?, coalesce((SELECT max(stored_at) FROM articles), '')),"
        " (SELECT coalesce(max(nth), 0) + 1 FROM articles))",
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
            article.near_duplicate_of,
            article.series,
            file,
            offset,
            length,
            article.gone_at and warc_date(article.gone_at),
            stored_date(at) if at else "",
        ),
    )


def version_of(rows: Rows, article_id: str, digest: str) -> tuple[int, str | None]:
    """The version an article is stored as, and the digest of the last. Raises Dropped("unchanged") where it is known
    as it is; one that was gone and is back is a version, whatever it says.
    """
    stored = rows.latest(article_id)
    if stored is None:
        return 1, None
    if stored.digest == digest and not stored.gone_at:
        raise Dropped("unchanged", article_id)
    return stored.version + 1, stored.digest


class Rows:
    """Writes the rows of one portal, and looks up articles of all."""

    def __init__(self, db: Database, portal: str) -> None:
        self.db = db
        self.portal = portal

    def capture(
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
        posted: bytes | None = None,
    ) -> None:
        """`posted` is the form the page answers, where it answers one: two forms at one URL are two pages."""
        mime = headers.get("content-type", "").split(";", 1)[0].strip().lower() or "unk"
        self.db.execute(
            "INSERT INTO captures (portal, urlkey, url, at, status, mime, digest, revisit, etag, last_modified,"
            " file, offset, length) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                self.portal,
                capture_key(url, posted),
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

    def remark(self, url: str, mark: str) -> None:
        self.db.execute("UPDATE urls SET mark = ? WHERE portal = ? AND url = ?", (mark, self.portal, url))

    def checked(self, url: str, at: datetime | None, mark: str | None = None) -> None:
        """A page was found as it was."""
        self.db.execute(
            "UPDATE urls SET checked_at = coalesce(?, checked_at), quiet = quiet + 1, mark = coalesce(?, mark),"
            " doubted_at = NULL WHERE portal = ? AND url = ?",
            (at and warc_date(at), mark, self.portal, url),
        )
        self.had(url)

    def gone(self, url: str, at: datetime) -> None:
        """The portal no longer has a page."""
        self.db.execute(
            "UPDATE urls SET checked_at = ?, quiet = 0, gone_at = ?, doubted_at = NULL WHERE portal = ? AND url = ?",
            (warc_date(at), warc_date(at), self.portal, url),
        )
        self.had(url)

    def doubted(self, url: str, at: datetime) -> None:
        """A page is gone as far as a run saw that is not believed."""
        self.db.execute(
            "UPDATE urls SET doubted_at = coalesce(doubted_at, ?) WHERE portal = ? AND url = ?",
            (warc_date(at), self.portal, url),
        )

    def walked(self, section: str, at: datetime | None) -> None:
        if at is None:
            self.db.execute("DELETE FROM sections WHERE portal = ? AND url = ?", (self.portal, section))
            return
        self.db.execute("INSERT OR REPLACE INTO sections VALUES (?, ?, ?)", (self.portal, section, warc_date(at)))

    def finished(self, finished: bool) -> None:
        """Whether the portal's last run came to its end; false from when one begins."""
        self.db.execute(
            "INSERT INTO portals (portal, finished) VALUES (?, ?)"
            " ON CONFLICT DO UPDATE SET finished = excluded.finished",
            (self.portal, int(finished)),
        )

    def began(self, at: datetime | None, *, anew: bool = True) -> None:
        """When what the portal's last run did not end was begun; None where nothing of it is to be gone on with.

        Unless `anew` what was begun earlier and not ended still counts from then.
        """
        self.db.execute(
            "UPDATE portals SET began_at = ? WHERE portal = ? AND (? OR began_at IS NULL)",
            (at and warc_date(at), self.portal, anew),
        )

    def latest(self, article_id: str) -> Stored | None:
        """The newest version stored of an article."""
        row = self.db.one(
            "SELECT id, version, digest, duplicate_of, gone_at FROM articles WHERE id = ?"
            " ORDER BY version DESC LIMIT 1",
            (article_id,),
        )
        return Stored(*row) if row else None

    def newest(self, article_id: str) -> Row | None:
        """The row of the newest version of an article."""
        return self.db.one("SELECT * FROM articles WHERE id = ? ORDER BY version DESC LIMIT 1", (article_id,))

    def settle_article(
        self, article: Article | Brief, read: Read | None, reason: str | None = None, *, stored: bool = False
    ) -> None:
        """Record how the URL of an article ended that was stored, was unchanged, or was dropped for a reason."""
        mark = read.fields.get("mark") if read else None
        url = fold_url(article.url)
        if reason:
            self.ended(url, "skipped", reason, mark, article.captured_at)
            return
        self.settle(url, "duplicate" if article.duplicate_of else "article", article=article.id or None, mark=mark)
        if article.captured_at is not None:
            self.db.execute(
                "UPDATE urls SET checked_at = ?, quiet = CASE WHEN ? THEN 0 ELSE quiet + 1 END, gone_at = NULL,"
                " doubted_at = NULL WHERE portal = ? AND url = ?",
                (warc_date(article.captured_at), stored, self.portal, url),
            )

    def had(self, url: str) -> None:
        """A folded URL has ended, and waits no more."""
        self.db.execute("DELETE FROM frontier WHERE portal = ? AND url = ?", (self.portal, url))

    def in_vain(self, url: str) -> None:
        """A folded URL was asked for in vain, and waits for another run."""
        self.db.execute("UPDATE frontier SET runs = runs + 1 WHERE portal = ? AND url = ?", (self.portal, url))

    def stands(self, url: str) -> bool:
        """Whether an article is known at a folded URL."""
        row = self.db.one(
            "SELECT 1 FROM urls WHERE portal = ? AND url = ? AND outcome IN ('article', 'duplicate')",
            (self.portal, url),
        )
        return row is not None

    def ended(self, url: str, outcome: str, reason: str | None, mark: str | None, at: datetime | None) -> None:
        """Record how a page ended that gave no article; an article known at its URL stands, and counts as looked at."""
        if self.stands(url):
            self.checked(url, at, mark)
        else:
            self.settle(url, outcome, reason=reason, mark=mark)

    def removed(self, url: str) -> None:
        """What was at a folded URL was withdrawn: it is asked for no more, whatever sources say."""
        self.db.execute(
            "INSERT OR REPLACE INTO urls (portal, url, outcome, reason) VALUES (?, ?, ?, 'withdrawn')",
            (self.portal, url, REMOVED),
        )
        self.db.execute("DELETE FROM listed WHERE portal = ? AND url = ?", (self.portal, url))
        self.had(url)

    def learnt(self, facts: str) -> None:
        self.db.execute("INSERT OR REPLACE INTO learnt VALUES (?, ?)", (self.portal, facts))

    def end(self, file: str, end: int) -> None:
        record_end(self.db, file, end)

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
            "INSERT INTO urls (portal, url, outcome, reason, article, mark) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET outcome = excluded.outcome, reason = excluded.reason,"
            " article = excluded.article, mark = coalesce(excluded.mark, mark) WHERE urls.outcome != ?",
            (self.portal, url, outcome, reason, article, mark, REMOVED),
        )
        if outcome == "failed" and reason not in LASTING:
            self.in_vain(url)
        else:
            self.had(url)
