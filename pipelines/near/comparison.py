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
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple, overload
from zlib import crc32

from pipelines.near import index
from pipelines.near.features import SCHEME, Features, features_of
from pipelines.near.index import Index, likeliest
from pipelines.near.likeness import Likeness, likeness

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pipelines.archive.database import Database
    from pipelines.items import CopyKind, Precision

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
    near_duplicate_kind: CopyKind | None = None
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


class _Place(NamedTuple):
    """Where an article is in the order of publication."""

    nth: int
    since: int
    until: int

    def precedes(self, other: _Place) -> bool:
        """Whether it was published first; where that is not known, stored first."""
        if self.until < other.since or other.until < self.since:
            return self.until < other.since
        return self.nth < other.nth


class _Holder(NamedTuple):
    """An article: what its newest version says, and its place."""

    article: int
    text: int
    place: _Place

    @classmethod
    def of(cls, article: int, text: int, *place: int) -> _Holder:
        return cls(article, text, _Place(*place))


class _Text(NamedTuple):
    """A row of `texts`, with its owner's place."""

    text: int
    article: int
    original: int | None
    series: int | None
    features: Features
    place: _Place

    @classmethod
    def of(cls, text: int, article: int, original: int | None, series: int | None, data: bytes, *place: int) -> _Text:
        return cls(text, article, original, series, Features.decode(data), _Place(*place))


_TEXTS = (
    "SELECT t.text, t.article, t.original, t.series, t.features, h.nth, h.since, h.until"
    " FROM texts AS t JOIN holders AS h ON h.article = t.article"
)
_LINKS = (
    "SELECT t.article, o.article, t.similarity, t.kind, t.series FROM holders AS h JOIN texts AS t ON t.text = h.text"
    " LEFT JOIN texts AS o ON o.text = t.original WHERE h.article = ?"
)


class Comparison:
    """Of the articles of one archive. Writes are part of the transaction of whoever calls."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._index = Index(db)
        self._before: dict[int, Links] = {}
        """The links of articles as they were, of those that are being touched."""
        self._settled: set[int] = set()
        """Texts that have been given a place in this step: each is once."""
        self._orphans: list[tuple[int, int | None]] = []
        """Texts whose original is one no more, with what may be their original now."""
        self._salt = 0
        self._by_portal: bool | None = None

    # -- the whole ---------------------------------------------------------------------------------

    @property
    def by_portal(self) -> bool | None:
        """Whether only articles of one portal are compared; None where all are to be compared anew."""
        if self._by_portal is None:
            row = self._db.one("SELECT by_portal FROM comparison WHERE scheme = ?", (SCHEME,))
            self._by_portal = bool(row["by_portal"]) if row else None
        return self._by_portal

    def reload(self) -> None:
        """After others have written the tables."""
        self._by_portal = None

    def begin(self, *, by_portal: bool) -> None:
        """Forget everything, and compare anew from here on."""
        for table in TABLES:
            self._db.execute(f"DELETE FROM {table}")  # noqa: S608 - constants
        self._db.execute("INSERT INTO comparison VALUES (?, ?)", (SCHEME, int(by_portal)))
        self._by_portal = by_portal

    # -- one article -------------------------------------------------------------------------------

    def links(self, article_id: str) -> Links:
        """What is known of an article: its newest version's links."""
        return self._links(number_of_id(article_id))

    def lacks(self, article_id: str, folded: str, portal: str, published: Published) -> bool:
        """Whether an article of this folded text could not be placed without its text."""
        self._within(portal)
        text = self._text_of(folded)
        return text is None or self._comes_first(text, number_of_id(article_id), published)

    def repeats(self, article_id: str, folded: str, portal: str, published: Published) -> str | None:
        """The article that an article of this folded text would be a duplicate of, as far as is known now."""
        self._within(portal)
        text, article = self._text_of(folded), number_of_id(article_id)
        if text is None or text.article == article or self._comes_first(text, article, published):
            return None
        return id_of_number(text.article)

    def _comes_first(self, text: _Text, article: int, published: Published) -> bool:
        """Whether an article would own a text that is known, if it were placed now."""
        owner, holder = self._holder(text.article), self._holder(article)
        if owner is None or owner.text != text.text:
            return True
        place = _Place(holder.place.nth if holder else sys.maxsize, *published)
        return owner != holder and place.precedes(owner.place)

    def holds(self, article_id: str, folded: str, portal: str) -> bool:
        """Whether an article is known to say this: what it is of others can be told."""
        self._within(portal)
        text, holder = self._text_of(folded), self._holder(number_of_id(article_id))
        return text is not None and holder is not None and holder.text == text.text

    def number_of(self, folded: str, portal: str) -> int | None:
        """The number of a text in `texts`; None where no article says it."""
        self._within(portal)
        text = self._text_of(folded)
        return text.text if text else None

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
        article = number_of_id(article_id)
        self._before = {article: Links()}  # its own are asked for by whoever stores it
        self._settled.clear()
        self._orphans.clear()  # of a step that failed
        self._within(portal)
        known, holder = self._text_of(folded), self._holder(article)
        if holder and (known is None or holder.text != known.text):
            self._leave(holder)
        if known is None:
            given = text()
            features = Features.decode(given) if isinstance(given, bytes) else features_of(*given)
            values = (self._digest(folded), article, features.encode())
            number = self._db.insert("INSERT INTO texts (folded, article, features) VALUES (?, ?, ?)", values)
            place = self._hold(article, number, published)
            self._settle(_Text(number, article, None, None, features, place), found=False)
        else:
            self._say(known.text, article, published)
        while self._orphans:
            self._adopt(*self._orphans.pop(0))
        del self._before[article]
        told = [one for one, before in self._before.items() if not self._links(one).tells_as(before)]
        return sorted(id_of_number(one) for one in told)

    # -- texts and who holds them --------------------------------------------------------------------

    def _hold(self, article: int, text: int, published: Published) -> _Place:
        row = self._db.one(
            "INSERT INTO holders (article, text, since, until) VALUES (?, ?, ?, ?) ON CONFLICT (article) DO UPDATE SET"
            " text = excluded.text, since = excluded.since, until = excluded.until RETURNING nth",
            (article, text, *published),
        )
        assert row is not None
        return _Place(row["nth"], *published)

    def _leave(self, holder: _Holder) -> None:
        """Let an article hold its text no more.

        Those who say the same stay linked to its earlier version, which is in the archive; copies are placed anew.
        """
        text = self._text(holder.text)
        others = self._db.one("SELECT 1 FROM holders WHERE text = ? AND article != ?", (text.text, holder.article))
        if others and text.article != holder.article:
            return
        for copy in self._copies(text.text):
            self._touch(copy.article)
            self._unlink(copy)
            self._orphans.append((copy.text, None))
        if text.original is None:
            self._take_out(text)
        if others:
            self._unlink(text)
        else:
            self._db.execute("DELETE FROM texts WHERE text = ?", (text.text,))

    def _say(self, number: int, article: int, published: Published) -> None:
        """Let an article hold a text that is known, and own it where it comes first of those that say it."""
        text = self._text(number)
        owner = self._holder(text.article)
        owned = owner is not None and owner.text == number
        place = self._hold(article, number, published)
        if owned and (text.article == article or not place.precedes(text.place)):
            return
        for other in self._db.rows("SELECT article FROM holders WHERE text = ?", (number,)):
            self._touch(other["article"])
        for copy in self._copies(number):
            self._touch(copy.article)
        self._db.execute("UPDATE texts SET article = ? WHERE text = ?", (article, number))
        orphaned = any(one == number for one, _ in self._orphans)
        self._orphans = [one for one in self._orphans if one[0] != number]
        self._settle(self._text(number), found=owned and text.original is None and not orphaned)

    # -- texts among texts -------------------------------------------------------------------------

    def _settle(self, text: _Text, *, found: bool) -> None:
        """Give a text its place among those it is like; `found`: whether the index has it."""
        self._settled.add(text.text)
        keys = self._keys(text)
        under = self._index.under(keys)
        likes = list(self._likes(text, under))
        copies = [(other, like) for other, like in likes if like.copy]
        if earlier := [(other, like) for other, like in copies if other.place.precedes(text.place)]:
            original, like = max(earlier, key=_nearest)
            self._link(text, original.text, like)
            if found:
                self._index.take_out(text.text, keys)
            return
        if text.original is not None:
            self._touch(text.article)
            self._unlink(text)
        if not found:
            self._index.enter(text.text, keys, under)
        for later, like in copies:
            self._take_out(later)
            self._link(later, text.text, like.reversed())
        if text.series is None and len(copies) < len(likes):
            self._join(text, max(((other, like) for other, like in likes if not like.copy), key=_nearest)[0])

    def _likes(self, text: _Text, under: dict[int, list[int]]) -> Iterator[tuple[_Text, Likeness]]:
        likely = likeliest(under, text.text)
        marks = ",".join("?" * len(likely))
        for row in self._db.rows(f"{_TEXTS} WHERE t.text IN ({marks}) ORDER BY t.text", likely):
            other = _Text.of(*row)
            if other.article == text.article:  # what it said in another version
                continue
            found = likeness(text.features, other.features)
            if found.copy or found.alike:
                yield other, found

    def _link(self, text: _Text, original: int, like: Likeness) -> None:
        """Link a text to its original, and its own copies to that, or to none."""
        self._touch(text.article)
        self._db.execute(
            "UPDATE texts SET original = ?, similarity = ?, kind = ?, series = NULL WHERE text = ?",
            (original, round(like.similarity, 3), like.copy, text.text),
        )
        if text.series is not None:
            self._touch(self._text(original).article)
            self._db.execute("UPDATE texts SET series = coalesce(series, ?) WHERE text = ?", (text.series, original))
        self._orphans += [(copy.text, original) for copy in self._copies(text.text)]

    def _unlink(self, text: _Text) -> None:
        self._db.execute(
            "UPDATE texts SET original = NULL, similarity = NULL, kind = NULL WHERE text = ?", (text.text,)
        )

    def _adopt(self, number: int, candidate: int | None) -> None:
        """Give a text a place whose original is one no more: with `candidate`, if it is a copy of that."""
        text = self._text(number)
        if text.original is None and number in self._settled:
            return
        if text.original is not None and self._text(text.original).original is None:
            return  # another has become its original meanwhile
        self._touch(text.article)
        self._unlink(text)
        text = text._replace(original=None)
        if candidate is not None:
            other = self._text(candidate)
            while other.original is not None:  # it has itself been linked meanwhile
                other = self._text(other.original)
            like = likeness(text.features, other.features)
            if like.copy and other.article != text.article and other.place.precedes(text.place):
                self._link(text, other.text, like)
                return
        if number not in self._settled:
            self._settle(text, found=False)
        else:  # each text is given a place once, whatever comes of it
            keys = self._keys(text)
            self._index.enter(number, keys, self._index.under(keys))

    def _join(self, text: _Text, other: _Text) -> None:
        """Make a text one of the series of another."""
        series = other.series
        if series is None:
            series = other.article
            self._touch(other.article)
            self._db.execute("UPDATE texts SET series = ? WHERE text = ?", (series, other.text))
        self._touch(text.article)
        self._db.execute("UPDATE texts SET series = ? WHERE text = ?", (series, text.text))

    # -- rows --------------------------------------------------------------------------------------

    def _within(self, portal: str) -> None:
        self._salt = crc32(portal.encode()) if self.by_portal else 0

    def _digest(self, folded: str) -> bytes:
        """What a text is known by; only within its portal, where there is a salt, and so its keys."""
        return blake2b(bytes.fromhex(folded), digest_size=16, salt=self._salt.to_bytes(4)).digest()

    def _keys(self, text: _Text) -> list[int]:
        return [key ^ self._salt for key in text.features.keys]

    def _take_out(self, text: _Text) -> None:
        self._index.take_out(text.text, self._keys(text))

    def _touch(self, article: int) -> None:
        """Remember the links of an article as they are, before they may change."""
        if article not in self._before:
            self._before[article] = self._links(article)

    def _links(self, article: int) -> Links:
        row = self._db.one(_LINKS, (article,))
        if row is None:
            return Links()
        owner, original, similarity, kind, series = row
        if owner != article:
            return Links(id_of_number(owner))
        return Links(None, id_of_number(original), similarity, kind, id_of_number(series))

    def _text_of(self, folded: str) -> _Text | None:
        row = self._db.one(f"{_TEXTS} WHERE t.folded = ?", (self._digest(folded),))
        return _Text.of(*row) if row else None

    def _text(self, number: int) -> _Text:
        row = self._db.one(f"{_TEXTS} WHERE t.text = ?", (number,))
        assert row is not None
        return _Text.of(*row)

    def _copies(self, number: int) -> list[_Text]:
        return [_Text.of(*row) for row in self._db.rows(f"{_TEXTS} WHERE t.original = ? ORDER BY t.text", (number,))]

    def _holder(self, article: int) -> _Holder | None:
        row = self._db.one("SELECT article, text, nth, since, until FROM holders WHERE article = ?", (article,))
        return _Holder.of(*row) if row else None


def _nearest(found: tuple[_Text, Likeness]) -> tuple[float, int, int]:
    """The order among texts that one is like: the most similar, of those the one published, then stored, first."""
    text, like = found
    return like.similarity, -text.place.since, -text.place.nth


def number_of_id(article_id: str) -> int:
    """An id of 16 hex digits as SQLite's integer."""
    return int.from_bytes(bytes.fromhex(article_id), signed=True)


@overload
def id_of_number(number: int) -> str: ...
@overload
def id_of_number(number: None) -> None: ...
def id_of_number(number: int | None) -> str | None:
    return None if number is None else number.to_bytes(8, signed=True).hex()
