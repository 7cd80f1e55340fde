"""The rows the database has for what the files hold; each is written with where its file now ends."""

from __future__ import annotations

from datetime import datetime

from surt import surt

from pipelines.archive.database import Database
from pipelines.archive.warc import warc_date
from pipelines.items import Article
from pipelines.urls import posted_url


def capture_key(url: str, posted: bytes | None) -> str:
    """What replay tools sort a capture by: the SURT of its URL, with the form that was posted there."""
    key: str = surt(url if posted is None else posted_url(url, posted))
    return key


class Rows:
    """Writes the rows of one portal."""

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

    def article(self, article: Article, folded: str, file: str, offset: int, length: int) -> None:
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

    def learnt(self, facts: str) -> None:
        self.db.execute("INSERT OR REPLACE INTO learnt VALUES (?, ?)", (self.portal, facts))

    def end(self, file: str, end: int) -> None:
        self.db.execute("INSERT OR REPLACE INTO files VALUES (?, ?)", (file, end))

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
