"""Which articles are withdrawn: those named, and all that say the same word for word; and which are like them."""

from __future__ import annotations

import json
import re
import signal
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.archive.rows import REMOVED
from pipelines.archive.withdrawn import tombstone_of
from pipelines.errors import BadQuery
from pipelines.near.family import Families
from pipelines.urls import article_id, fold_url

if TYPE_CHECKING:
    from sqlite3 import Row

    from pipelines.archive.database import Database

MAX_PATTERN_CHARS = 500
MAX_MATCHED_CHARS = 2_000
"""Of a URL or headline, more is not looked at."""
PATTERN_SECONDS = 60.0
"""A pattern that takes longer over all articles is given up: some take for ever."""

_NEWEST = (
    "SELECT id, portal, url, title, published_at FROM articles AS a"
    " WHERE version = (SELECT max(version) FROM articles WHERE id = a.id)"
)


@dataclass(frozen=True, slots=True)
class Chosen:
    """An article that is withdrawn, or that is like one: as its newest version has it."""

    id: str
    portal: str
    url: str
    title: str
    published_at: str | None
    why: str
    """`named`, `same text`, `near copy`."""


def choose(folder: Path, db: Database, names: Sequence[str], pattern: str | None, *, near: bool) -> list[Chosen]:
    """The articles to be withdrawn, in the order they are named; near copies, unless `near`, are not among them.

    `names` are ids or URLs; those withdrawn before are passed over. Raises ArchiveError where one is not known,
    BadQuery where the pattern is none.
    """
    found: dict[str, str] = {}
    families = Families(folder, db)
    for name in names:
        if not is_known_withdrawn(db, name):
            found.setdefault(families.find(name), "named")
    for one in matching(db, pattern) if pattern else ():
        found.setdefault(one, "named")
    found |= {one: "same text" for one in same(db, found) if one not in found}
    if near:
        for one in likes(folder, db, found):
            found.setdefault(one, "near copy")
        found |= {one: "same text" for one in same(db, found) if one not in found}
    return [chosen(db, one, why) for one, why in found.items()]


def is_known_withdrawn(db: Database, name: str) -> bool:
    """Whether what an id or URL names was withdrawn."""
    try:
        url = fold_url(name)
    except ValueError:
        return tombstone_of(db, name.strip().lower()) is not None
    known = "SELECT 1 FROM urls WHERE portal IN (SELECT portal FROM portals) AND url = ? AND outcome = ?"
    return tombstone_of(db, article_id(url)) is not None or db.one(known, (url, REMOVED)) is not None


def chosen(db: Database, article_id: str, why: str) -> Chosen:
    """An article by its id."""
    row = db.one(f"{_NEWEST} AND id = ?", (article_id,))
    assert row is not None
    return Chosen(row["id"], row["portal"], row["url"], row["title"], row["published_at"], why)


def same(db: Database, ids: Iterable[str]) -> list[str]:
    """The articles that say, or once said, what a version of some does: their own line may have no text."""
    named = json.dumps(sorted(ids))
    rows = db.rows(
        "WITH named AS (SELECT value AS id FROM json_each(?)),"
        " firsts AS (SELECT id FROM named UNION SELECT duplicate_of FROM articles"
        " WHERE duplicate_of NOT NULL AND id IN (SELECT id FROM named)),"
        " said AS (SELECT folded FROM articles WHERE folded != '' AND id IN (SELECT id FROM firsts))"
        " SELECT DISTINCT id FROM articles WHERE folded IN (SELECT folded FROM said)"
        " OR duplicate_of IN (SELECT id FROM firsts) OR id IN (SELECT id FROM firsts) ORDER BY id",
        (named,),
    )
    return [row["id"] for row in rows]


def likes(folder: Path, db: Database, ids: Iterable[str]) -> Iterator[str]:
    """The near copies of some articles, and what those are copies of."""
    ids = set(ids)
    families = Families(folder, db)
    seen = set(ids)
    for one in sorted(ids):
        family = families.of(one, compared=False)
        for told in (family.original, *family.copies):
            for member in (told.by, *told.duplicates):
                if member.id not in seen:
                    seen.add(member.id)
                    yield member.id


def matching(db: Database, pattern: str) -> list[str]:
    """The ids of articles whose URL or headline a regular expression is found in. Raises BadQuery."""
    if len(pattern) > MAX_PATTERN_CHARS:
        raise BadQuery(f"the pattern has {len(pattern)} characters; at most {MAX_PATTERN_CHARS} are looked for")
    try:
        wanted = re.compile(pattern, re.IGNORECASE)
    except (re.error, RecursionError, OverflowError) as error:
        raise BadQuery(f"{pattern!r} is no regular expression: {error}") from error
    with _bounded(f"the pattern {pattern!r} takes over {PATTERN_SECONDS:.0f} s: name what it is to find more plainly"):
        return [row["id"] for row in list(db.rows(f"{_NEWEST} ORDER BY nth")) if _matches(wanted, row)]


def _matches(wanted: re.Pattern[str], row: Row) -> bool:
    return any(wanted.search(row[name][:MAX_MATCHED_CHARS]) for name in ("url", "title"))


@contextmanager
def _bounded(message: str) -> Iterator[None]:
    """Raises BadQuery after a while: `re` looks for signals, and only the main thread gets them."""

    def give_up(_number: int, _frame: object) -> None:
        raise BadQuery(message)

    before = signal.signal(signal.SIGALRM, give_up)
    signal.setitimer(signal.ITIMER_REAL, PATTERN_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def urls_of(db: Database, ids: Iterable[str]) -> dict[str, set[str]]:
    """By portal, the folded URLs that some articles were had at, as far as the database knows."""
    named = json.dumps(sorted(ids))
    found: dict[str, set[str]] = {}
    mine = "IN (SELECT value FROM json_each(?))"
    for row in db.rows(f"SELECT DISTINCT portal, url, canonical_url FROM articles WHERE id {mine}", (named,)):  # noqa: S608 - a constant
        found.setdefault(row["portal"], set()).update((fold_url(row["url"]), row["canonical_url"]))
    for row in db.rows(f"SELECT portal, url FROM urls WHERE article {mine}", (named,)):  # noqa: S608 - a constant
        found.setdefault(row["portal"], set()).add(row["url"])
    return found
