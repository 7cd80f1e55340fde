"""What was withdrawn from any of several folders, and what the journals of others say of it, which goes too.

Who says the same word for word in another folder is withdrawn as of the same time, as it would have been there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from pipelines.archive.database import Database
from pipelines.archive.journal import Ended, Removed, decode
from pipelines.archive.removal.wording import Phrases, words_of
from pipelines.archive.withdrawn import unpacked
from pipelines.urls import fold_url

if TYPE_CHECKING:
    from pipelines.archive.journal import Event
    from pipelines.archive.merging.sources import Source

_MARK = b'"removed"'
"""What a line of a journal that tells of a removal has, whatever else it is."""


@dataclass(slots=True)
class Removals:
    """All removals; nothing where there was none, which then costs nothing."""

    texts: dict[str, Removed] = field(default_factory=dict)
    """By the digest of a folded text, the first that withdrew it."""
    urls: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """By portal the folded URLs of what was withdrawn."""
    phrases: Phrases = field(default_factory=Phrases)

    @classmethod
    def of(cls, sources: Sequence[Source]) -> Removals:
        """Those that the journals of some folders tell of."""
        found = cls()
        digests: defaultdict[int, set[int]] = defaultdict(set)
        told = ((portal, event) for source in sources for portal in source.portals for event in _told(source, portal))
        for portal, event in sorted(told, key=lambda one: (one[1].at, one[1].id, one[0])):
            found.urls[portal].update(event.urls)
            for text in event.texts:
                found.texts.setdefault(text, event)
            for words, some in unpacked(event.phrases).items():
                digests[words] |= some
        found.phrases = Phrases({words: frozenset(some) for words, some in digests.items()})
        return found

    def others(self, source: Source, portal: str) -> list[Removed]:
        """The removals that a folder does not tell of: of its own articles that say what was withdrawn elsewhere."""
        if not self.texts or source.database is None:
            return []
        found = []
        with closing(Database(source.database, read_only=True)) as db:
            sql = (
                "SELECT id, url, folded FROM articles WHERE portal = ?"
                " AND folded IN (SELECT value FROM json_each(?)) ORDER BY id, version"
            )
            rows = {row["id"]: row for row in db.rows(sql, (portal, msgspec.json.encode(sorted(self.texts)).decode()))}
            for row in rows.values():
                known = db.rows("SELECT url FROM urls WHERE portal = ? AND article = ?", (portal, row["id"]))
                urls = {fold_url(row["url"]), *(one["url"] for one in known)}
                if not urls <= self.urls[portal]:
                    first = self.texts[row["folded"]]
                    texts = (row["folded"],)
                    found.append(Removed(first.at, row["id"], row["url"], first.reason, tuple(sorted(urls)), texts))
        return found

    def says(self, event: Event) -> bool:
        """Whether an event tells what sources said of a page that gave no article, and that was withdrawn."""
        if not self.phrases or not isinstance(event, Ended) or event.mark is None:
            return False
        return bool(self.phrases.said_by(words_of(event.mark)))


def _told(source: Source, portal: str) -> Iterator[Removed]:
    path = source.journal(portal)
    if path is None:
        return
    with path.open("rb") as stream:
        for line in stream:
            if _MARK in line and isinstance(event := decode(line), Removed):
                yield event
