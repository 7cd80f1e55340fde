"""The family of an article: its original, what says that word for word, its copies, and the series it is part of."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.archive.database import Database
from pipelines.archive.lines import read_article
from pipelines.errors import ArchiveError
from pipelines.items import CopyKind
from pipelines.near.comparison import Comparison, id_of_number, number_of_id
from pipelines.near.differences import Differences, differences
from pipelines.text import article_text
from pipelines.urls import article_id, fold_url

if TYPE_CHECKING:
    from collections.abc import Sequence
    from sqlite3 import Row

MAX_COPIES = 50
"""Near-duplicates that are shown, with their differences; so many duplicates of each."""
SHOWN_OF_SERIES = 5

_HOLDERS = (
    "SELECT printf('%016x', article) AS id FROM holders WHERE text = ? AND article != ?"
    " ORDER BY since = 0, since, nth LIMIT ?"
)
_COPIES = (
    "SELECT text.text AS text, text.article AS article, text.similarity AS similarity, text.kind AS kind"
    " FROM texts AS text JOIN holders AS holder ON holder.article = text.article WHERE original = ?"
    " ORDER BY holder.since = 0, holder.since, holder.nth LIMIT ?"
)
_SERIES = (
    "SELECT printf('%016x', text.article) AS id FROM texts AS text JOIN holders AS holder"
    " ON holder.article = text.article WHERE series = ? ORDER BY holder.since = 0, holder.since, holder.nth LIMIT ?"
)


@dataclass(slots=True)
class Member:
    """An article, as its newest version has it."""

    id: str
    portal: str
    url: str
    title: str
    published_at: str | None
    """ISO 8601."""
    gone_at: str | None = None


@dataclass(slots=True)
class Told:
    """A text, and those that say it: `by` first."""

    by: Member
    duplicates: list[Member]
    more_duplicates: int = 0
    earlier_version: bool = False
    """`by` says something else by now."""
    similarity: float | None = None
    kind: CopyKind | None = None
    differences: Differences | None = None
    """From the original; None where one of the two cannot be read."""


@dataclass(slots=True)
class Family:
    """In the order of publication."""

    asked: str
    original: Told
    copies: list[Told] = field(default_factory=list)
    more_copies: int = 0
    series: str | None = None
    """Named after the first article stored of it."""
    in_series: int = 0
    """How many other texts are part of it."""
    first_of_series: list[Member] = field(default_factory=list)


class Families:
    """Looks articles up in an archive; a crawl may go on meanwhile."""

    def __init__(self, folder: Path, db: Database | None = None) -> None:
        """`db` is the archive's, where somebody reads it already. Raises ArchiveError where there is none."""
        self._own: Database | None = None
        if db is None:
            path = folder / "archive.db"
            if not path.exists():
                raise ArchiveError(
                    f"{folder}: holds no archive.db. Crawl into it, or name another with LUUTIN_OUTPUT=DIR."
                )
            db = self._own = Database(path, read_only=True)
            db.execute("BEGIN")  # all that is read is of one moment
        self._folder, self._db = folder, db
        self._comparison = Comparison(db)

    def __enter__(self) -> Families:
        return self

    def __exit__(self, *_: object) -> None:
        if self._own is not None:
            self._own.close()

    def find(self, name: str) -> str:
        """The id of an article by that, or by its URL. Raises ArchiveError where there is none."""
        for one in self._named(name):
            if self._db.one("SELECT 1 FROM articles WHERE id = ? LIMIT 1", (one,)):
                return one
        raise ArchiveError(
            f"{name}: no article of {self._folder} has this id or URL. An id has 16 hex digits, as in the lines of "
            "articles/; a URL is found as the portal spells it."
        )

    def _named(self, name: str) -> Sequence[str]:
        try:
            url = fold_url(name)
        except ValueError:
            return [name.strip().lower()]
        portals = "SELECT DISTINCT portal FROM portals"
        pages = self._db.rows(f"SELECT article FROM urls WHERE portal IN ({portals}) AND url = ?", (url,))  # noqa: S608 - a constant
        return [article_id(url), *(row["article"] for row in pages if row["article"])]

    def of(self, article: str, *, compared: bool = True) -> Family:
        """The family of an article, by its id; `compared`: with what differs. Raises ArchiveError where the articles
        are not compared.
        """
        if self._comparison.by_portal is None:
            raise ArchiveError(f"{self._folder}: its articles are not compared yet. `luutin dedup --all` does that.")
        member, text = self._member(article), self._first(article)
        if text is None:  # its own text is in no line, and so is not compared; that of the one it repeats is
            row = self._db.one("SELECT duplicate_of FROM articles WHERE id = ? ORDER BY version DESC", (article,))
            text = self._first(row["duplicate_of"]) if row and row["duplicate_of"] else None
        if text is None:
            return Family(article, Told(member, []))
        family = Family(article, self._told(text["text"], text["article"]))
        original = self._text(family.original.by, text["text"]) if compared else None
        for copy in self._db.rows(_COPIES, (text["text"], MAX_COPIES)):
            told = self._told(copy["text"], copy["article"])
            told.similarity, told.kind = copy["similarity"], copy["kind"]
            said = self._text(told.by, copy["text"]) if original is not None else None
            told.differences = differences(original, said) if original is not None and said is not None else None
            family.copies.append(told)
        family.more_copies = self._count("texts WHERE original = ?", text["text"]) - len(family.copies)
        if text["series"] is not None:
            family.series = id_of_number(text["series"])
            family.in_series = self._count("texts WHERE series = ?", text["series"]) - 1
            first = self._db.rows(_SERIES, (text["series"], SHOWN_OF_SERIES + 1))
            others = [one["id"] for one in first if one["id"] != family.original.by.id]
            family.first_of_series = [self._member(one) for one in others[:SHOWN_OF_SERIES]]
        return family

    def _first(self, article: str) -> Row | None:
        """The row of the text that is the original of what an article says."""
        return self._db.one(
            "SELECT original.* FROM holders AS holder JOIN texts AS text ON text.text = holder.text"
            " JOIN texts AS original ON original.text = coalesce(text.original, text.text) WHERE holder.article = ?",
            (number_of_id(article),),
        )

    def _told(self, text: int, owner: int) -> Told:
        others = [self._member(row["id"]) for row in self._db.rows(_HOLDERS, (text, owner, MAX_COPIES))]
        more = self._count("holders WHERE text = ? AND article != ?", text, owner) - len(others)
        now = self._db.one("SELECT text FROM holders WHERE article = ?", (owner,))
        return Told(self._member(id_of_number(owner)), others, more, now is not None and now["text"] != text)

    def _count(self, what: str, *values: Any) -> int:
        row = self._db.one(f"SELECT count(*) AS many FROM {what}", values)  # noqa: S608 - constants
        return int(row["many"]) if row else 0

    def _member(self, article: str) -> Member:
        row = self._db.one(
            "SELECT id, portal, url, title, published_at, gone_at FROM articles WHERE id = ?"
            " ORDER BY version DESC LIMIT 1",
            (article,),
        )
        assert row is not None
        return Member(*row)

    def _text(self, member: Member, text: int) -> str | None:
        """What the newest line of an article with this text says; None where that cannot be read."""
        rows = self._db.rows(
            "SELECT folded, portal, file, offset, length FROM articles WHERE id = ? AND duplicate_of IS NULL"
            " ORDER BY version DESC",
            (member.id,),
        )
        for row in list(rows):
            if self._comparison.number_of(row["folded"], row["portal"]) == text:
                try:
                    return article_text(read_article(self._folder, row))
                except ArchiveError:
                    return None
        return None
