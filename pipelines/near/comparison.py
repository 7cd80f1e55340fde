"""Which article says what another said before: the links between articles, kept as each is stored.

A *text* is what one or more articles say word for word; the one published first owns it, the others are duplicates.
Of texts that are copies of each other (`pipelines.near.likeness`) the one published first is the original, and each
other is linked to an original it was itself compared with: no chain of small steps makes two unlike texts one. Where
the order of publication is not known, what was stored first comes first. An article that turns up late and was
published early takes its place, and what that changes of others is told, so that their lines can be corrected.

Texts of one form that are no copies are a *series*, named after the first article of it that was stored.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from sqlite3 import Row
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

from pipelines.near import index
from pipelines.near.features import SCHEME, Features, features_of
from pipelines.near.index import Index, likeliest
from pipelines.near.likeness import Kind, Likeness, likeness

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pipelines.archive.database import Database
    from pipelines.items import Precision

SCHEMA = (
    """
CREATE TABLE texts (
    text INTEGER PRIMARY KEY,
    folded BLOB NOT NULL UNIQUE,    -- digest of the folded text
    article INTEGER NOT NULL,       -- whose it is: of those that say it the one published first
    original INTEGER,               -- the text it is a copy of
    similarity REAL,                -- to that
    kind TEXT,                      -- how it differs from that: headline, edited, excerpt, extended
    series INTEGER,                 -- the article that a series it belongs to is named after
    features BLOB NOT NULL
);
CREATE INDEX texts_original ON texts (original) WHERE original IS NOT NULL;
CREATE TABLE holders (
    nth INTEGER PRIMARY KEY,        -- in the order they were first stored
    article INTEGER NOT NULL UNIQUE,
    text INTEGER NOT NULL,          -- what its newest version says
    since INTEGER NOT NULL,         -- it was published no earlier (minutes since 1970)
    until INTEGER NOT NULL          -- and no later
);
CREATE INDEX holders_text ON holders (text);
CREATE TABLE comparison (           -- one row, or none where the articles are to be compared anew
    scheme INTEGER NOT NULL,        -- of features
    by_portal INTEGER NOT NULL      -- whether only articles of one portal are compared
);
"""
    + index.SCHEMA
)
TABLES = ("texts", "holders", "comparison", "text_keys")

_SPANS = {"minute": timedelta(0), "day": timedelta(days=1, minutes=-1), "month": timedelta(days=31, minutes=-1)}


class Links(NamedTuple):
    """What an article's line says of others; ids, null for an original."""

    duplicate_of: str | None = None
    near_duplicate_of: str | None = None
    similarity: float | None = None
    near_duplicate_kind: Kind | None = None
    series: str | None = None

    def tells_as(self, other: Links) -> bool:
        """Whether the same is said; a similarity alone is worth no correction."""
        return self._replace(similarity=None) == other._replace(similarity=None)


class Published(NamedTuple):
    """Between which two minutes (since 1970) an article was published, as far as is known."""

    since: int
    until: int

    @classmethod
    def of(cls, at: datetime | None, precision: Precision | None, captured: datetime | None) -> Published:
        """As a page states it; an article that does not was published before it was captured."""
        if at is None:
            return cls(0, _minute(captured or datetime.now(UTC)))
        return cls(_minute(at), _minute(at + _SPANS[precision or "minute"]))


def _minute(at: datetime) -> int:
    return int(at.timestamp()) // 60


@dataclass(frozen=True, slots=True)
class _Holder:
    nth: int
    article: int
    text: int
    since: int
    until: int

    def precedes(self, other: _Holder) -> bool:
        """Whether it was published first; where that is not known, stored first."""
        if self.until < other.since or other.until < self.since:
            return self.until < other.since
        return self.nth < other.nth


@dataclass(frozen=True, slots=True)
class _Like:
    """A text that is like another."""

    row: Row
    owner: _Holder
    likeness: Likeness


class Comparison:
    """Of the articles of one archive. Writes are part of the transaction of whoever calls."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._index = Index(db)
        self._before: dict[int, Links] = {}
        """The links of articles as they were, of those that are being touched."""
        self._settled: set[int] = set()
        self._salt = 0

    # -- the whole ---------------------------------------------------------------------------------

    @property
    def by_portal(self) -> bool | None:
        """Whether only articles of one portal are compared; None where all are to be compared anew."""
        row = self._db.one("SELECT by_portal FROM comparison WHERE scheme = ?", (SCHEME,))
        return bool(row["by_portal"]) if row else None

    def begin(self, *, by_portal: bool) -> None:
        """Forget everything, and compare anew from here on."""
        for table in TABLES:
            self._db.execute(f"DELETE FROM {table}")  # noqa: S608 - constants
        self._db.execute("INSERT INTO comparison VALUES (?, ?)", (SCHEME, int(by_portal)))

    # -- one article -------------------------------------------------------------------------------

    def links(self, article_id: str) -> Links:
        """What is known of an article: its newest version's links."""
        return self._links(_number(article_id))

    def lacks(self, article_id: str, folded: str, portal: str, published: Published) -> bool:
        """Whether an article of this folded text could not be placed without its text."""
        self._salt = crc32(portal.encode()) if self.by_portal else 0
        row = self._text_of(self._digest(folded))
        if row is None:
            return True
        owner, holder = self._owner(row), self._holder(_number(article_id))
        arriving = _Holder(holder.nth if holder else sys.maxsize, 0, 0, *published)
        return owner.text != row["text"] or (owner.article != arriving.article and arriving.precedes(owner))

    def repeats(self, article_id: str, folded: str, portal: str, published: Published) -> str | None:
        """The article that an article of this folded text would be a duplicate of, as far as is known now."""
        if self.lacks(article_id, folded, portal, published):
            return None
        row = self._text_of(self._digest(folded))
        return None if row is None or row["article"] == _number(article_id) else _id(row["article"])

    def holds(self, article_id: str, folded: str, portal: str) -> bool:
        """Whether an article is known to say this: what it is of others can be told."""
        self._salt = crc32(portal.encode()) if self.by_portal else 0
        row, holder = self._text_of(self._digest(folded)), self._holder(_number(article_id))
        return row is not None and holder is not None and holder.text == row["text"]

    def place(
        self,
        article_id: str,
        folded: str,
        portal: str,
        published: Published,
        text: Callable[[], tuple[str, str] | bytes],
    ) -> list[str]:
        """Take in an article, or its next version; the ids of others whose links that changes.

        `folded` is the digest of its folded text, `text` gives title and text (lead and body) where they are needed, or
        what `Features.encode` made of them.
        """
        self._before.clear()
        self._settled.clear()
        self._salt = crc32(portal.encode()) if self.by_portal else 0
        article, digest = _number(article_id), self._digest(folded)
        row, holder = self._text_of(digest), self._holder(article)
        self._touch(article)
        orphans = self._leave(holder) if holder and (row is None or holder.text != row["text"]) else []
        if row is None:
            given = text()
            features = given if isinstance(given, bytes) else features_of(*given).encode()
            values = (digest, article, features)
            number = self._db.execute(
                "INSERT INTO texts (folded, article, features) VALUES (?, ?, ?)", values
            ).lastrowid
            assert number is not None
            self._hold(article, number, published)
            self._settle(number, found=False)
        else:
            number = row["text"]
            self._hold(article, number, published)
            self._lead(row, article)
        for orphan in orphans:
            self._adopt(orphan, self._row(number)["original"] or number)
        told = [one for one, before in self._before.items() if one != article and not self._links(one).tells_as(before)]
        return [_id(one) for one in sorted(told)]

    # -- texts and who holds them --------------------------------------------------------------------

    def _hold(self, article: int, text: int, published: Published) -> None:
        self._db.execute(
            "INSERT INTO holders (article, text, since, until) VALUES (?, ?, ?, ?) ON CONFLICT (article) DO UPDATE SET"
            " text = excluded.text, since = excluded.since, until = excluded.until",
            (article, text, *published),
        )

    def _leave(self, holder: _Holder) -> list[int]:
        """Let an article hold its text no more; the copies of a text that nobody holds then."""
        text = holder.text
        if self._db.one("SELECT 1 FROM holders WHERE text = ? AND article != ?", (text, holder.article)):
            return []  # the others stay linked to what its earlier version says, which is in the archive still
        row = self._row(text)
        copies = self._copies(text)
        for copy in copies:
            self._touch(copy["article"])
        if row["original"] is None:
            self._index.take_out(text, self._keys(Features.decode(row["features"])))
        self._db.execute("DELETE FROM texts WHERE text = ?", (text,))
        return [copy["text"] for copy in copies]

    def _lead(self, row: Row, article: int) -> None:
        """Let an article own the text it has come to hold, if it was published before the one that does."""
        owner, holder = self._holder(row["article"]), self._holder(article)
        assert owner is not None
        assert holder is not None
        if owner.text == row["text"] and not holder.precedes(owner):
            return
        for other in self._db.rows("SELECT article FROM holders WHERE text = ?", (row["text"],)):
            self._touch(other["article"])
        for copy in self._copies(row["text"]):
            self._touch(copy["article"])
        self._db.execute("UPDATE texts SET article = ? WHERE text = ?", (article, row["text"]))
        self._settle(row["text"], found=row["original"] is None)

    # -- texts among texts -------------------------------------------------------------------------

    def _settle(self, text: int, *, found: bool) -> None:
        """Give a text its place among those it is like; `found`: whether the index has it."""
        self._settled.add(text)
        row = self._row(text)
        features, owner = Features.decode(row["features"]), self._owner(row)
        keys = self._keys(features)
        under = self._index.under(keys)
        likes = [_Like(other, self._owner(other), one) for other, one in self._likes(features, under, text)]
        copies = [one for one in likes if one.likeness.copy]
        if earlier := [one for one in copies if one.owner.precedes(owner)]:
            best = max(earlier, key=lambda one: (one.likeness.similarity, -one.owner.since, -one.owner.nth))
            self._link(row, best.row["text"], best.likeness)
            if found:
                self._index.take_out(text, keys)
            return
        if row["original"] is not None:
            self._touch(row["article"])
            self._db.execute("UPDATE texts SET original = NULL, similarity = NULL, kind = NULL WHERE text = ?", (text,))
        if not found:
            self._index.enter(text, keys, under)
        for later in copies:
            self._index.take_out(later.row["text"], self._keys(Features.decode(later.row["features"])))
            self._link(later.row, text, later.likeness.reversed())
        if row["series"] is None:
            self._join(row, [one for one in likes if not one.likeness.copy])

    def _likes(self, features: Features, under: dict[int, list[int]], text: int) -> Iterator[tuple[Row, Likeness]]:
        for candidate in likeliest(under, text):
            row = self._row(candidate)
            found = likeness(features, Features.decode(row["features"]))
            if found.alike:
                yield row, found

    def _link(self, row: Row, original: int, like: Likeness) -> None:
        """Link a text to its original, and its own copies to that, or to none."""
        self._touch(row["article"])
        self._db.execute(
            "UPDATE texts SET original = ?, similarity = ?, kind = ?, series = NULL WHERE text = ?",
            (original, round(like.similarity, 3), like.copy, row["text"]),
        )
        if row["series"] is not None:
            self._touch(self._row(original)["article"])
            self._db.execute("UPDATE texts SET series = coalesce(series, ?) WHERE text = ?", (row["series"], original))
        for copy in self._copies(row["text"]):
            self._adopt(copy["text"], original)

    def _adopt(self, text: int, original: int) -> None:
        """Link a text whose original is one no more to another, if it is a copy of that."""
        row, other = self._row(text), self._row(original)
        self._touch(row["article"])
        self._db.execute("UPDATE texts SET original = NULL, similarity = NULL, kind = NULL WHERE text = ?", (text,))
        like = likeness(Features.decode(row["features"]), Features.decode(other["features"]))
        if like.copy and self._owner(other).precedes(self._owner(row)):
            self._link(row, original, like)
        elif text not in self._settled:
            self._settle(text, found=False)
        else:  # each text is given a place once, whatever comes of it
            keys = self._keys(Features.decode(row["features"]))
            self._index.enter(text, keys, self._index.under(keys))

    def _join(self, row: Row, likes: list[_Like]) -> None:
        """Make a text one of the series of the text it is most like."""
        if not likes:
            return
        best = max(likes, key=lambda one: (one.likeness.similarity, -one.owner.nth)).row
        series = best["series"]
        if series is None:
            series = best["article"]
            self._touch(best["article"])
            self._db.execute("UPDATE texts SET series = ? WHERE text = ?", (series, best["text"]))
        self._touch(row["article"])
        self._db.execute("UPDATE texts SET series = ? WHERE text = ?", (series, row["text"]))

    # -- rows --------------------------------------------------------------------------------------

    def _touch(self, article: int) -> None:
        """Remember the links of an article as they are, before they may change."""
        if article not in self._before:
            self._before[article] = self._links(article)

    def _links(self, article: int) -> Links:
        holder = self._holder(article)
        row = self._db.one("SELECT * FROM texts WHERE text = ?", (holder.text,)) if holder else None
        if row is None:
            return Links()
        if row["article"] != article:
            return Links(_id(row["article"]))
        series = None if row["series"] is None else _id(row["series"])
        if row["original"] is None:
            return Links(series=series)
        original = self._db.one("SELECT article FROM texts WHERE text = ?", (row["original"],))
        if original is None:  # it is gone, and its copies are about to be placed anew
            return Links()
        return Links(None, _id(original["article"]), row["similarity"], row["kind"], series)

    def _digest(self, folded: str) -> bytes:
        return blake2b(bytes.fromhex(folded), digest_size=16, salt=self._salt.to_bytes(4)).digest()

    def _keys(self, features: Features) -> list[int]:
        """What a text is found by; only within its portal, where there is a salt."""
        return [key ^ self._salt for key in features.keys]

    def _text_of(self, folded: bytes) -> Row | None:
        return self._db.one("SELECT * FROM texts WHERE folded = ?", (folded,))

    def _row(self, text: int) -> Row:
        row = self._db.one("SELECT * FROM texts WHERE text = ?", (text,))
        assert row is not None
        return row

    def _copies(self, text: int) -> list[Row]:
        return list(self._db.rows("SELECT * FROM texts WHERE original = ? ORDER BY text", (text,)))

    def _holder(self, article: int) -> _Holder | None:
        row = self._db.one("SELECT * FROM holders WHERE article = ?", (article,))
        return _Holder(*row) if row else None

    def _owner(self, text: Row) -> _Holder:
        holder = self._holder(text["article"])
        assert holder is not None
        return holder


def _number(article_id: str) -> int:
    """An id of 16 hex digits as SQLite's integer."""
    return int.from_bytes(bytes.fromhex(article_id), signed=True)


def _id(number: int) -> str:
    return number.to_bytes(8, signed=True).hex()
