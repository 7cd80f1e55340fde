"""A folder that articles of several portals are stored in, as pipelines and archives do it."""

from __future__ import annotations

import json
from contextlib import ExitStack, closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pipelines.archive.database import Database
from pipelines.archive.folder import Archive
from pipelines.archive.held import Held
from pipelines.archive.linking import make_ready
from pipelines.dedup import Dedup
from pipelines.errors import Dropped
from pipelines.items import Article, Precision
from pipelines.near.comparison import TABLES
from pipelines.normalise import Normalise
from pipelines.store import Store

FIRST_DAY = datetime(2022, 9, 14, 8, tzinfo=UTC)


class Folder:
    """Held for writing until it is closed."""

    def __init__(self, path: Path, *, by_portal: bool = False) -> None:
        self.path = path
        self._stack = ExitStack()
        self.held = self._stack.enter_context(closing(Held(path)))
        self._archives: dict[str, Archive] = {}
        self._stored = 0
        make_ready(self.held)
        if by_portal:
            with self.held.step():
                self.held.comparison.begin(by_portal=True)

    def archive(self, portal: str) -> Archive:
        if portal not in self._archives:
            self._archives[portal] = self._stack.enter_context(Archive(self.path, portal, "luutin/test", self.held))
        return self._archives[portal]

    def store(
        self,
        portal: str,
        name: str,
        title: str,
        body: str,
        day: float | None = None,
        precision: Precision = "minute",
        **fields: Any,
    ) -> Article:
        """Store an article's next version; nothing where it says what it said."""
        self._stored += 1
        values: dict[str, Any] = {
            "portal": portal,
            "url": self.url(portal, name),
            "title": title,
            "body": body,
            "published_at": None if day is None else FIRST_DAY + timedelta(days=day),
            "published_precision": None if day is None else precision,
            "captured_at": FIRST_DAY + timedelta(days=400, minutes=self._stored),
        }
        article = Article(**{**values, **fields})
        archive = self.archive(portal)
        with suppress(Dropped):
            for step in (Normalise(), Dedup(archive), Store(archive)):
                article = step.process_item(article)
        return article

    def gone(self, portal: str, name: str) -> None:
        """Note that the portal has an article no more, if it had it."""
        url, archive = self.url(portal, name), self.archive(portal)
        if archive.known(url):
            archive.gone(url, "http-404")

    @staticmethod
    def url(portal: str, name: str) -> str:
        return f"http://{portal.replace('_', '-')}.example/{name}.html"

    def close(self) -> None:
        self._stack.close()

    def __enter__(self) -> Folder:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def tables(db: Database) -> dict[str, list[tuple[Any, ...]]]:
    """All there is of the comparison."""
    return {table: [tuple(row) for row in db.rows(f"SELECT * FROM {table} ORDER BY 1, 2")] for table in TABLES}


def last_lines(path: Path) -> dict[str, dict[str, Any]]:
    """The last line of each article, by its id."""
    files = sorted((path / "articles").glob("*.jsonl"))
    told = [json.loads(line) for file in files for line in file.read_bytes().splitlines()]
    return {line["id"]: line for line in sorted(told, key=lambda line: line["version"])}
