"""Which known articles are looked at again: the older and the quieter an article and its section, the rarer.

A page rarely changes, and the likelier the younger it is. The interval to the next look begins at a share of the
article's age, doubles with every look that finds it as it was, begins anew with a change, and is the shorter the more
of its section's articles were ever changed (compare Cho and Garcia-Molina, "Effective page refresh policies for web
crawlers", 2003: adapt to each page's rate of change, but do not chase what changes too fast).
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from pipelines.archive.database import Database

AGE_SHARE = 0.1
MAX_DOUBLINGS = 10
SECTION_PRIOR = 20
"""Articles' worth of the portal's own rate of change, which a section of few articles is taken to have."""
SECTION_REACH = 4.0
"""A section makes the interval at most so many times longer or shorter."""
_DAY_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Policy:
    """The shortest and longest interval, and how many articles of a portal are looked at in a run."""

    first: timedelta
    most: timedelta
    limit: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """A page to be asked for: its folded URL, the URL as found, what sources say of it, by what they show a change.

    `look`: it is a known article, and no source says that it changed; `fields` then are those it was last read with.
    """

    key: str
    url: str
    fields: dict[str, str]
    marks: dict[str, str]
    look: bool = False
    left_out: bool = False
    """Whether that is because a list shows it no more, between others it shows still."""


class _Line(msgspec.Struct):
    """What a line tells of how it was read."""

    url: str
    section: str | None
    published_at: datetime | None
    evidence: dict[str, str]


_LINE = msgspec.json.Decoder(_Line)
_NEWEST = """
SELECT u.url AS key, u.mark AS mark, u.quiet AS quiet, u.doubted_at AS doubted,
    a.section AS section, a.file AS file, a.offset AS offset,
    a.length AS length, a.version AS version, julianday(coalesce(u.checked_at, a.captured_at)) AS checked,
    julianday(coalesce(a.published_at, a.captured_at)) AS published
FROM urls AS u JOIN articles AS a ON a.id = u.article
WHERE u.portal = ? AND u.outcome IN ('article', 'duplicate')
    AND a.version = (SELECT max(version) FROM articles WHERE id = a.id)
"""

_CHANGES = """
SELECT section, count(DISTINCT id) AS articles, sum(version > 1 AND NOT EXISTS (
    SELECT 1 FROM articles WHERE id = a.id AND version = a.version - 1 AND digest = a.digest AND gone_at IS a.gone_at
)) AS changes FROM articles AS a WHERE portal = ? GROUP BY section
"""
"""A version that only says what the article has come to be of others is no change."""


def due(folder: Path, db: Database, portal: str, now: datetime, policy: Policy) -> Iterator[Waiting]:
    """The articles of a portal that are to be looked at now, the most overdue first; at most `policy.limit`.

    One that was gone in a run that is not believed is looked at by each run until that is clear.
    """
    overdue = heapq.nsmallest(policy.limit, _overdue(db, portal, now, policy))
    return _told(folder, (one[1:] for one in overdue))


def _overdue(
    db: Database, portal: str, now: datetime, policy: Policy
) -> Iterator[tuple[float, str, str | None, str, int, int]]:
    """The articles to be looked at: what sorts the most overdue first, then what `_told` takes."""
    today = db.one("SELECT julianday(?) AS day", (now.isoformat(),))
    assert today is not None
    factors = _factors(db, portal)
    for row in db.rows(_NEWEST, (portal,)):
        age = max(0.0, row["checked"] - row["published"])
        shortest = policy.first.total_seconds() / _DAY_SECONDS
        interval = max(shortest, age * AGE_SHARE) * 2 ** min(row["quiet"], MAX_DOUBLINGS)
        interval = min(max(shortest, interval * factors[row["section"]]), policy.most.total_seconds() / _DAY_SECONDS)
        late = today["day"] - row["checked"] - interval
        if late >= 0 or row["doubted"]:
            yield (-late, row["key"], row["mark"], row["file"], row["offset"], row["length"])


def _factors(db: Database, portal: str) -> defaultdict[str | None, float]:
    """By section how much longer (over 1) or shorter its intervals are than the portal's."""
    counts = {
        row["section"]: (row["articles"], row["changes"])
        for row in db.rows(
            _CHANGES,
            (portal,),
        )
    }
    articles, changes = (sum(numbers) for numbers in zip(*counts.values(), strict=True)) if counts else (0, 0)
    factors: defaultdict[str | None, float] = defaultdict(lambda: 1.0)
    if not changes:
        return factors
    rate = changes / articles
    for section, (own, changed) in counts.items():
        factor = rate * (own + SECTION_PRIOR) / (changed + rate * SECTION_PRIOR)
        factors[section] = min(max(factor, 1 / SECTION_REACH), SECTION_REACH)
    return factors


def named(folder: Path, db: Database, portal: str, keys: list[str]) -> list[Waiting]:
    """The articles of some folded URLs, to be looked at because a list no longer shows them."""
    rows = (db.one(_NEWEST + " AND u.url = ?", (portal, key)) for key in keys)
    return list(_told(folder, [tuple(row[name] for name in _TOLD) for row in rows if row is not None]))


_TOLD = ("key", "mark", "file", "offset", "length")


def _told(folder: Path, rows: Iterable[tuple[str, str | None, str, int, int]]) -> Iterator[Waiting]:
    """The fields an article's line shows it was read with, so that what its page does not state is not lost."""
    for key, mark, file, offset, length in rows:
        with (folder / file).open("rb") as stream:
            stream.seek(offset)
            line = _LINE.decode(stream.read(length))
        fields = {"via": line.evidence.get("url", "")} if line.evidence.get("url", "origin") != "origin" else {}
        if line.section:
            fields["section"] = line.section
        if line.published_at is not None and line.evidence.get("published_at") == "hint":
            fields["published"] = line.published_at.isoformat()
        if mark:
            fields["mark"] = mark
        yield Waiting(key, line.url, fields, {}, look=True)


_COUNTED = """
SELECT count(*) AS shown, count(place) AS known, (
    SELECT place FROM shown JOIN listed USING (url) WHERE portal = ?1 AND section = ?2 ORDER BY nth DESC LIMIT 1
) AS reach, (SELECT max(place) FROM listed WHERE portal = ?1 AND section = ?2) AS last, (
    SELECT coalesce(min(place), 0) FROM listed WHERE portal = ?1 AND section = ?2
) AS first FROM shown LEFT JOIN listed ON portal = ?1 AND section = ?2 AND listed.url = shown.url
"""
"""What a list shows now, how much of it it showed before, and where the last of that was in it."""
_LEFT_OUT = """
SELECT url FROM listed WHERE portal = ?1 AND section = ?2 AND place <= ?3 AND url NOT IN (SELECT url FROM shown)
ORDER BY place LIMIT ?4
"""
_FORGET = """
DELETE FROM listed WHERE portal = ?1 AND section = ?2 AND (place <= ?3 OR url IN (SELECT url FROM shown))
"""


def missing(db: Database, portal: str, section: str, shown: Iterable[str], *, whole: bool) -> list[str]:
    """What a list showed when it was last read, between what it shows still, and now does not; keeps what it shows.

    To be called within a transaction. `shown` are the folded URLs in the order of the list, from its top; `whole`: to
    its end. Where most of it is another, it was not thinned but rebuilt, and nothing counts as missing.
    """
    db.execute("CREATE TEMP TABLE IF NOT EXISTS shown (nth INTEGER PRIMARY KEY, url TEXT NOT NULL UNIQUE)")
    db.execute("DELETE FROM shown")
    db.execute_many("INSERT OR IGNORE INTO shown (url) VALUES (?)", ((url,) for url in shown))
    counted = db.one(_COUNTED, (portal, section))
    assert counted is not None
    known, reach = counted["known"], counted["last" if whole else "reach"]
    here = (portal, section, reach)
    gone = [row["url"] for row in db.rows(_LEFT_OUT, (*here, known + 1))]
    before = (counted["first"] - 1 if reach is None else reach) - counted["shown"]
    db.execute(_FORGET, here)
    db.execute("INSERT OR REPLACE INTO listed SELECT ?, ?, url, ? + nth FROM shown", (portal, section, before))
    return gone if len(gone) <= known else []
