"""What of an archive is exported: portals, and from when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

import msgspec

from pipelines.archive.cdxj import cdxj_line, rows_by_key
from pipelines.archive.database import Database
from pipelines.archive.warc import warc_date
from pipelines.errors import ArchiveError
from pipelines.items import Article

_EVER = ("", "9")
"""Before and after every WARC-Date."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Whole records of one WARC file that lie one behind the other: bytes `start` to `end`, written to `target`."""

    start: int
    end: int
    target: int


class Selection:
    """The captures of some portals, all of them or those of a span of time, with the articles read from them.

    A revisit record is of no use without the capture it repeats, so that one comes along.
    """

    def __init__(
        self,
        folder: Path,
        portals: tuple[str, ...] = (),
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> None:
        """`since` and `until` (left out) are of the captures' own times. Raises ArchiveError."""
        path = folder / "archive.db"
        if not path.exists():
            raise ArchiveError(f"{folder}: holds no archive.db. Crawl into it, or name another with LUUTIN_OUTPUT=DIR.")
        self.folder = folder
        self.db = Database(path, read_only=True)
        self.db.execute("BEGIN")  # all that is read is of one moment, whatever a crawl adds meanwhile
        held = [row["portal"] for row in self.db.rows("SELECT DISTINCT portal FROM captures ORDER BY portal")]
        if unknown := sorted(set(portals) - set(held)):
            self.db.close()
            raise ArchiveError(f"{folder}: holds no captures of {unknown[0]}. It holds: {', '.join(held) or 'none'}.")
        self.portals = tuple(name for name in held if name in portals or not portals)
        self.spanned = since is not None or until is not None
        self._span = (warc_date(since) if since else _EVER[0], warc_date(until) if until else _EVER[1])

    def files(self, portal: str) -> list[tuple[Path, int]]:
        """The WARC files of a portal, each with its recorded end: what lies beyond is still being written."""
        like = f"captures/{portal}/%.warc.gz"
        rows = self.db.rows("SELECT path, bytes FROM files WHERE path LIKE ? ORDER BY path", (like,))
        return [(self.folder / row["path"], row["bytes"]) for row in rows if row["path"].split("/")[1] == portal]

    def stretches(self, path: Path, end: int) -> Iterator[Stretch]:
        """What is taken of a WARC file, in its order; with it goes what its writer said of itself at its beginning."""
        if not self.spanned:
            yield Stretch(0, end, 0)
            return
        file = path.relative_to(self.folder).as_posix()
        start = target = 0
        taken: bool | None = True  # up to the first capture
        query = f"SELECT offset, {_CHOSEN} AS chosen FROM captures AS c WHERE file = ? ORDER BY offset"  # noqa: S608 - constants
        for row in self.db.rows(query, (*self._span * 2, file)):
            if bool(row["chosen"]) != taken:
                if taken:
                    yield Stretch(start, row["offset"], target)
                    target += row["offset"] - start
                start, taken = row["offset"], bool(row["chosen"])
        if taken:
            yield Stretch(start, end, target)

    def index(self, portal: str, offsets: dict[tuple[str, int], int] | None, folder: str = "") -> Iterator[bytes]:
        """The CDXJ lines of a portal; `offsets` says where the record of a file and offset now lies, or that it is out.

        Without it all records lie where they lay.
        """
        for row in rows_by_key(self.db, portal):
            place = row["offset"] if offsets is None else offsets.get((row["file"], row["offset"]))
            if place is not None:
                yield cdxj_line(row, place, folder)

    def captures(self, path: Path) -> Iterator[int]:
        """The offsets of the captures in a WARC file, in its order."""
        file = path.relative_to(self.folder).as_posix()
        return (
            row["offset"] for row in self.db.rows("SELECT offset FROM captures WHERE file = ? ORDER BY offset", (file,))
        )

    def articles(self, portal: str) -> Iterator[Article]:
        """The article versions of a portal that were read from a capture of their own, in the order they were stored.

        Raises ArchiveError.
        """
        query = (
            "SELECT file, offset, length FROM articles AS a WHERE portal = ? AND coalesce(captured_at, '') >= ?"
            " AND coalesce(captured_at, '') < ? AND NOT EXISTS (SELECT 1 FROM articles WHERE id = a.id"
            " AND version = a.version - 1 AND digest = a.digest AND captured_at IS a.captured_at)"
            " ORDER BY file, offset"
        )
        path = self.folder / "articles" / f"{portal}.jsonl"
        if not path.exists():
            return
        with path.open("rb") as stream:
            for row in self.db.rows(query, (portal, *self._span)):
                stream.seek(row["offset"])
                try:
                    yield msgspec.json.decode(stream.read(row["length"]), type=Article)
                except (msgspec.DecodeError, UnicodeDecodeError) as error:
                    raise ArchiveError(f"{path}: no article at byte {row['offset']}: {error}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.db.close()


_CHOSEN = (
    "((at >= ? AND at < ?) OR revisit = 0 AND EXISTS (SELECT 1 FROM captures AS r WHERE r.portal = c.portal"
    " AND r.digest = c.digest AND r.revisit = 1 AND r.at >= ? AND r.at < ?))"
)
