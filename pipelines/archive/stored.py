"""The article lines an archive holds, found by what they were read from, and what a new line changes in them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import msgspec

from pipelines.archive.journal import Gone
from pipelines.archive.warc import warc_date
from pipelines.text import article_digest
from pipelines.urls import article_id, fold_url

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipelines.archive.database import Database
    from pipelines.archive.journal import Read
    from pipelines.items import Article

MAX_EXAMPLES = 10

_TABLE = """
CREATE TEMP TABLE stored (
    portal TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, source TEXT NOT NULL, extractor TEXT NOT NULL,
    folded TEXT, offset INTEGER NOT NULL, length INTEGER NOT NULL,
    repeats INTEGER NOT NULL,         -- whether it says what the version before it does
    corrects INTEGER NOT NULL DEFAULT 0,  -- whether it only says what that has come to be of others
    told INTEGER NOT NULL DEFAULT 0,  -- whether the journal speaks of it
    seen INTEGER NOT NULL DEFAULT 0   -- whether a new line has come for it
);
"""


class _Part(msgspec.Struct):
    warc_file: str | None
    warc_offset: int | None


class _Line(msgspec.Struct):
    """What is needed of every stored line."""

    id: str
    version: int
    digest: str
    previous_digest: str | None
    extractor: str
    url: str
    captured_at: datetime | None
    warc_file: str | None
    warc_offset: int | None
    parts: list[_Part]
    gone_at: datetime | None = None


_LINE = msgspec.json.Decoder(_Line)


@dataclass(frozen=True, slots=True)
class Line:
    """Where a stored line lies. `folded` is null where the database does not have it."""

    row: int
    id: str
    version: int
    extractor: str
    folded: str | None
    offset: int
    length: int


@dataclass(slots=True)
class Difference:
    """What new lines of a portal are beside the stored ones: their numbers, the fields that differ, a few examples."""

    same: int = 0
    added: int = 0
    changed: int = 0
    removed: int = 0
    fields: Counter[str] = field(default_factory=Counter)
    """In how many of the changed lines each field differs."""
    examples: list[str] = field(default_factory=list)

    @property
    def any(self) -> bool:
        """Whether there is one."""
        return bool(self.added or self.changed or self.removed)

    def note(self, what: str, url: str, names: list[str] | None = None) -> None:
        """Count a line as added, changed or removed; the first few are named."""
        setattr(self, what, getattr(self, what) + 1)
        self.fields.update(names or ())
        if len(self.examples) < MAX_EXAMPLES:
            self.examples.append(f"{what} {url}" + (f" ({', '.join(names)})" if names else ""))


class StoredLines:
    """The lines of the portals of a folder, indexed in a temporary table: memory does not grow with them."""

    def __init__(self, folder: Path, db: Database) -> None:
        self._folder = folder
        self._db = db
        self._streams: dict[str, BinaryIO] = {}
        db.execute(_TABLE)

    def index(self, portal: str) -> None:
        """Take in the lines of a portal; a line that is no article is left out, and so counts as no stored one."""
        path = self._folder / "articles" / f"{portal}.jsonl"
        if not path.exists():
            return
        offset = 0
        self._streams[portal] = path.open("rb")
        folded = "SELECT folded FROM articles WHERE id = ? AND version = ? AND digest = ?"
        with path.open("rb") as stream:
            for text in stream:
                line = _read(text)
                if line is not None:
                    row = self._db.one(folded, (line.id, line.version, line.digest))
                    known = (row and row["folded"]) or None
                    values = (portal, line.id, line.version, _source(line), line.extractor, known, offset, len(text))
                    repeats = line.version > 1 and line.digest == line.previous_digest
                    self._db.execute(
                        "INSERT INTO stored VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0)", (*values, repeats)
                    )
                offset += len(text)

    def ready(self) -> None:
        """After the last portal is taken in."""
        self._db.execute("CREATE INDEX temp.stored_source ON stored (portal, source)")
        self._db.execute("CREATE INDEX temp.stored_id ON stored (portal, id, version)")
        self._db.execute(
            "UPDATE stored SET corrects = 1 WHERE repeats AND EXISTS (SELECT 1 FROM stored AS line WHERE portal ="
            " stored.portal AND source = stored.source AND id = stored.id AND version < stored.version)"
        )

    def of_reading(self, portal: str, read: Read) -> Line | None:
        """The line that was read from these pages; not one that corrects it."""
        return self._find("source = ? AND NOT corrects", (portal, source_of(portal, read)))

    def tell(self, portal: str, event: Read | Gone) -> None:
        """Note that the journal speaks of the line an event led to."""
        source = source_of(portal, event)
        self._db.execute("UPDATE stored SET told = 1 WHERE portal = ? AND source = ?", (portal, source))

    def untold(self, portal: str) -> list[Line]:
        """The lines the journal does not speak of: from before there was one, or it has lost its end; corrections come
        of these by themselves.
        """
        return list(self._all("told = 0 AND NOT corrects", portal))

    def of_article(self, portal: str, article_id: str, version: int) -> Line | None:
        """The line of an article's version."""
        return self._find("id = ? AND version = ?", (portal, article_id, version))

    def _find(self, where: str, values: tuple[object, ...]) -> Line | None:
        columns = "rowid, id, version, extractor, folded, offset, length"
        sql = f"SELECT {columns} FROM stored WHERE portal = ? AND {where}"  # noqa: S608 - constants
        row = self._db.one(sql, values)
        return Line(*row) if row else None

    def text(self, portal: str, line: Line) -> bytes:
        """The line itself."""
        stream = self._streams[portal]
        stream.seek(line.offset)
        return stream.read(line.length)

    def compare(self, portal: str, article_id: str, version: int, new: bytes, difference: Difference) -> None:
        """Note what a new line is beside the stored one of the same version."""
        line = self.of_article(portal, article_id, version)
        if line is None:
            difference.note("added", msgspec.json.decode(new)["url"])
            return
        self._db.execute("UPDATE stored SET seen = 1 WHERE rowid = ?", (line.row,))
        old = self.text(portal, line)
        if old == new:
            difference.same += 1
            return
        before, after = msgspec.json.decode(old), msgspec.json.decode(new)
        difference.note("changed", after["url"], _differing(before, after))

    def removed(self, portal: str, difference: Difference) -> None:
        """Note the stored lines no new one has come for."""
        for row in list(self._all("seen = 0", portal)):
            difference.note("removed", msgspec.json.decode(self.text(portal, row))["url"])

    def _all(self, where: str, portal: str) -> Iterator[Line]:
        columns = "rowid, id, version, extractor, folded, offset, length"
        sql = f"SELECT {columns} FROM stored WHERE portal = ? AND {where} ORDER BY offset"  # noqa: S608 - constants
        for row in self._db.rows(sql, (portal,)):
            yield Line(*row)

    def close(self) -> None:
        for stream in self._streams.values():
            stream.close()


def _differing(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))


def _read(text: bytes) -> _Line | None:
    """A line; None where it is torn or no article."""
    try:
        return _LINE.decode(text) if text.endswith(b"\n") else None
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def source_of_line(text: bytes) -> str | None:
    """The key of a line; None where it is torn or no article."""
    line = _read(text)
    return None if line is None else _source(line)


def _source(line: _Line) -> str:
    if line.gone_at is not None:
        return _gone(fold_url(line.url), line.gone_at)
    first = (line.warc_file, line.warc_offset)
    return _key(line.captured_at, [first, *((part.warc_file, part.warc_offset) for part in line.parts)])


def _gone(url: str, at: datetime) -> str:
    return f"gone {warc_date(at)} {url}"


def source_of(portal: str, event: Read | Gone) -> str:
    """The key of the line an event led to."""
    if isinstance(event, Gone):
        return _gone(event.url, event.at)
    read = event
    return _key(read.pages[0].at, [(f"captures/{portal}/{page.file}", page.offset) for page in read.pages])


def _key(at: datetime | None, pages: Sequence[tuple[str | None, int | None]]) -> str:
    return f"{warc_date(at) if at else ''} " + " ".join(f"{file}:{offset}" for file, offset in pages)


def unsound(article: Article) -> str | None:
    """Why a line cannot be as it was written; a duplicate's digest cannot be told, as its text is not kept."""
    if article.id != article_id(article.canonical_url):
        return "its id is not that of its canonical URL"
    if article.duplicate_of is None and article.digest != article_digest(article):
        return "its text is not what its digest says"
    return None
