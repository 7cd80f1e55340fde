"""The texts of an archive that others may be copies of, found by what they have in common; tables of its database."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.archive.database import Database

MAX_TEXTS = 8
"""A key that so many texts have is a phrase all use: it finds these, and no more are entered under it."""
MAX_CANDIDATES = 4
MIN_WEIGHT = 0.45
"""Of the keys a candidate shares, each counting by how few texts have it."""

_HALF = 1 << 31
"""Taken off a key of 32 bits, which SQLite then keeps in four bytes."""
_STEP = 8

SCHEMA = """
CREATE TABLE text_keys (
    key INTEGER NOT NULL,           -- a hash of three syllables, or of three numbers or names
    text INTEGER NOT NULL,          -- one that is no copy of another
    PRIMARY KEY (key, text)
) WITHOUT ROWID;
"""


class Index:
    """Which texts to compare a text with. Writes are part of the transaction of whoever calls."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def under(self, keys: list[int]) -> dict[int, list[int]]:
        """The texts that are found by each of these keys, for all that find any."""
        if not keys:
            return {}
        padded = keys + keys[-1:] * (-len(keys) % _STEP)  # so that there are few statements, each prepared once
        marks = ",".join("?" * len(padded))
        # a row for each key, not for each of its texts: making rows is what takes the time
        sql = f"SELECT key, group_concat(text) FROM text_keys WHERE key IN ({marks}) GROUP BY key"  # noqa: S608 - marks
        found = self._db.execute(sql, [key - _HALF for key in padded])
        return {key + _HALF: [*map(int, texts.split(","))] for key, texts in found}

    def enter(self, text: int, keys: list[int], under: dict[int, list[int]]) -> None:
        """From here on let a text be found by its keys, but for those that are too common; `under` is as of now."""
        rare = [(key - _HALF, text) for key in keys if len(under.get(key, ())) < MAX_TEXTS]
        self._db.execute_many("INSERT OR IGNORE INTO text_keys VALUES (?, ?)", rare)

    def take_out(self, text: int, keys: list[int]) -> None:
        """Let a text no longer be found."""
        self._db.execute_many("DELETE FROM text_keys WHERE key = ? AND text = ?", [(key - _HALF, text) for key in keys])


def likeliest(under: dict[int, list[int]], without: int) -> list[int]:
    """Of the texts found by some keys those most likely to be of one origin, the likeliest first; not `without`."""
    weights: defaultdict[int, float] = defaultdict(float)
    for texts in under.values():
        weight = 1 / len(texts)
        for text in texts:
            weights[text] += weight
    weights.pop(without, None)
    likely = sorted((-weight, text) for text, weight in weights.items() if weight >= MIN_WEIGHT)
    return [text for _, text in likely[:MAX_CANDIDATES]]
