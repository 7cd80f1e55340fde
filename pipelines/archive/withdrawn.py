"""What was withdrawn from an archive, and must not come back: articles by id, by text, and by the phrases of it."""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import TYPE_CHECKING

from pipelines.archive.rows import Rows, stored_date
from pipelines.errors import Dropped

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from sqlite3 import Row

    from pipelines.archive.database import Database
    from pipelines.archive.journal import Removed

REASON = "withdrawn"
"""What an article that is not stored because it was withdrawn is counted under."""
_PHRASE_BYTES = 8


def is_withdrawn(db: Database, article_id: str, folded: str) -> bool:
    """Whether an article was withdrawn, or says word for word what one that was did."""
    found = db.one(
        "SELECT 1 WHERE EXISTS (SELECT 1 FROM withdrawn WHERE id = ?)"
        " OR EXISTS (SELECT 1 FROM withdrawn_texts WHERE folded = ?)",
        (article_id, folded),
    )
    return found is not None


def refuse_withdrawn(db: Database, article_id: str, folded: str) -> None:
    """Raises Dropped(REASON) where `is_withdrawn`."""
    if is_withdrawn(db, article_id, folded):
        raise Dropped(REASON, article_id)


def tombstone_of(db: Database, article_id: str) -> Row | None:
    """`id`, `portal`, `url`, `at` and `reason` of an article that was withdrawn."""
    return db.one("SELECT * FROM withdrawn WHERE id = ?", (article_id,))


def note_removed(db: Database, portal: str, event: Removed) -> None:
    """The rows of a withdrawn article, within a transaction."""
    values = (event.id, portal, event.url, stored_date(event.at), event.reason)
    db.execute("INSERT OR REPLACE INTO withdrawn VALUES (?, ?, ?, ?, ?)", values)
    db.execute_many("INSERT OR IGNORE INTO withdrawn_texts VALUES (?)", [(text,) for text in event.texts])
    phrases = unpacked(event.phrases)
    rows = [(words, phrase) for words, some in phrases.items() for phrase in some]
    db.execute_many("INSERT OR IGNORE INTO withdrawn_phrases VALUES (?, ?)", rows)
    settle_removed(db, portal, event)


def settle_removed(db: Database, portal: str, event: Removed) -> None:
    """How the URLs of a withdrawn article ended, within a transaction."""
    rows = Rows(db, portal)
    for url in event.urls:
        rows.removed(url)


def phrases_in(db: Database) -> dict[int, set[int]]:
    """The digests of all withdrawn phrases, by how many words they have."""
    found: dict[int, set[int]] = {}
    for row in db.rows("SELECT words, phrase FROM withdrawn_phrases"):
        found.setdefault(row["words"], set()).add(row["phrase"])
    return found


def packed(phrases: Mapping[int, Iterable[int]]) -> dict[str, str]:
    """Digests of phrases as a journal has them."""
    return {
        str(words): b64encode(b"".join(one.to_bytes(_PHRASE_BYTES, signed=True) for one in sorted(some))).decode()
        for words, some in sorted(phrases.items())
        if some
    }


def unpacked(phrases: Mapping[str, str]) -> dict[int, set[int]]:
    """Digests of phrases out of a journal."""
    found: dict[int, set[int]] = {}
    for words, text in phrases.items():
        data = b64decode(text)
        each = (data[at : at + _PHRASE_BYTES] for at in range(0, len(data), _PHRASE_BYTES))
        found[int(words)] = {int.from_bytes(one, signed=True) for one in each}
    return found
