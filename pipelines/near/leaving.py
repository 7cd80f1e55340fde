"""Taking articles out of the comparison as if they had never been in it, where that touches no other."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pipelines.near.comparison import number_of_id
from pipelines.near.features import Features
from pipelines.near.index import MAX_TEXTS, Index

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipelines.archive.database import Database

_OTHERS = (
    # a copy, an original, one of a series, one who says the same; also what a line said once and says no more
    "SELECT 1 FROM texts WHERE original IN (SELECT text FROM mine) AND text NOT IN (SELECT text FROM mine)",
    "SELECT 1 FROM texts WHERE text IN (SELECT text FROM mine) AND original NOT IN (SELECT text FROM mine)",
    "SELECT 1 FROM texts WHERE text IN (SELECT text FROM mine) AND series NOT NULL",
    "SELECT 1 FROM texts WHERE series IN (SELECT number FROM ids)",
    "SELECT 1 FROM holders WHERE text IN (SELECT text FROM mine) AND article NOT IN (SELECT number FROM ids)",
    (
        "SELECT 1 FROM articles WHERE id NOT IN (SELECT id FROM ids) AND (duplicate_of IN (SELECT id FROM ids)"
        " OR near_duplicate_of IN (SELECT id FROM ids) OR series IN (SELECT id FROM ids))"
    ),
    (
        "SELECT 1 FROM articles WHERE id IN (SELECT id FROM ids) AND (series NOT NULL"
        " OR near_duplicate_of NOT IN (SELECT id FROM ids) OR duplicate_of NOT IN (SELECT id FROM ids))"
    ),
)
_WITH = (
    "WITH ids AS (SELECT key AS id, value AS number FROM json_each(?)),"
    " mine AS (SELECT text FROM texts WHERE article IN (SELECT number FROM ids)"
    " UNION SELECT text FROM holders WHERE article IN (SELECT number FROM ids))"
)


def take_out(db: Database, portals: Mapping[str, str]) -> bool:
    """Take articles out of the comparison, within a transaction; False, and nothing done, where it touches others.

    `portals` names the portal of each id. Then all are to be put in their places anew.
    """
    ids = json.dumps({one: number_of_id(one) for one in portals})
    if any(db.one(f"{_WITH} {others} LIMIT 1", (ids,)) for others in _OTHERS):
        return False
    index = Index(db)
    rows = list(
        db.rows(f"{_WITH} SELECT text, features FROM texts WHERE text IN (SELECT text FROM mine)", (ids,))  # noqa: S608 - a constant
    )
    row = db.one("SELECT by_portal FROM comparison")
    if row is None or row["by_portal"]:  # keys then are salted by portal, which a text does not name
        return False
    keys = {one["text"]: list(Features.decode(one["features"]).keys) for one in rows}
    for some in keys.values():
        if any(len(texts) >= MAX_TEXTS - len(keys) for texts in index.under(some).values()):
            return False  # others were not entered under a key that was full
    for text, some in keys.items():
        index.take_out(text, some)
        db.execute("DELETE FROM texts WHERE text = ?", (text,))
    db.execute(f"{_WITH} DELETE FROM holders WHERE article IN (SELECT number FROM ids)", (ids,))  # noqa: S608 - a constant
    return True
