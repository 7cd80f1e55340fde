"""What becomes of every capture of an archive: withdrawn, masked, or left as it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.archive.removal.rewriting import Mask, NewCaptures, Order
from pipelines.archive.removal.scanning import Hits

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipelines.archive.database import Database
    from pipelines.archive.removal.rewriting import Rewritten
    from pipelines.archive.removal.sparing import Spot
    from pipelines.archive.removal.wording import Phrases


Otherwise = Callable[[Path, "set[Spot]"], "set[Spot]"]
"""Which of some captures give something else in a folder where they are masked."""


@dataclass
class Plan:
    """By file, the offsets of captures that are withdrawn, and what is made unreadable in others."""

    withdrawn: defaultdict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    masks: defaultdict[str, dict[int, Mask]] = field(default_factory=lambda: defaultdict(dict))
    hits: Hits = field(default_factory=Hits)

    def judge(self, hits: Hits, needed: set[Spot], spared: Mapping[Spot, set[int]], phrases: Phrases) -> None:
        """Take in what captures say: `needed` are those that are read, `spared` what who is read from them says too."""
        self.hits = hits
        for (file, offset), digests in hits.said.items():
            spares = spared.get((file, offset), set())
            if offset not in self.withdrawn[file] and digests - spares:
                self.masks[file][offset] = Mask(phrases.without(spares), (file, offset) in needed)

    def write(
        self, folder: Path, db: Database, portals: Iterable[str], order: Order, otherwise: Otherwise | None = None
    ) -> dict[str, Rewritten]:
        """Write the files anew, beside the old; what became of their captures. Raises OSError, ArchiveError.

        `otherwise` says which of those that others are read from give something else now: they are withdrawn.
        """
        ends = {row["path"]: row["bytes"] for row in db.rows("SELECT path, bytes FROM files")}
        with NewCaptures(folder, ends, order) as new:
            for file in sorted({*self.withdrawn, *self.masks}):
                wanted = self.withdrawn[file] | self.masks[file].keys()
                rows = db.rows("SELECT * FROM captures WHERE file = ? ORDER BY offset", (file,))
                for row in [row for row in rows if row["offset"] in wanted]:
                    if row["offset"] in self.withdrawn[file]:
                        new.withdraw(row)
                    else:
                        new.mask(row, self.masks[file][row["offset"]])
            needed = {spot for spot in new.masked() if self.masks[spot[0]][spot[1]].needed}
            if otherwise is not None and needed:
                with new.seen() as seen:
                    for file, offset in sorted(otherwise(seen, needed)):
                        found = db.one("SELECT * FROM captures WHERE file = ? AND offset = ?", (file, offset))
                        assert found is not None
                        new.strand(found)
            for portal in portals:
                new.repeats(db.rows("SELECT * FROM captures WHERE portal = ?", (portal,)))
            new.sync()
            return new.done


def take_captures(db: Database, captures: Mapping[str, Rewritten]) -> None:
    """The rows of captures as they are in the new files, within a transaction."""
    for file, one in captures.items():
        gone = [(file, offset) for offset in one.withdrawn]
        db.execute_many("DELETE FROM captures WHERE file = ? AND offset = ?", gone)
        lengths = [(length, file, offset) for offset, length in one.masked.items()]
        db.execute_many("UPDATE captures SET length = ? WHERE file = ? AND offset = ?", lengths)


def note_screened(db: Database, files: Iterable[str] | None = None) -> None:
    """Note that captures say nothing that was withdrawn, up to where they now end; None: all there are."""
    rows = list(db.rows("SELECT path, bytes FROM files WHERE path LIKE '%.warc.gz'"))
    for row in rows:
        if files is None or row["path"] in files:
            db.execute("INSERT OR REPLACE INTO screened VALUES (?, ?)", (row["path"], row["bytes"]))
