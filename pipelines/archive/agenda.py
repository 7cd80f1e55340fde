"""What is still to be asked of a portal: what sources named and no run has had yet, and known articles to look at."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from pipelines.archive.journal import now
from pipelines.archive.revisits import Policy, Waiting, due, missing, named

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from pipelines.archive.rows import Rows

MAX_RUNS_IN_VAIN = 5
_DICT = msgspec.json.Decoder(dict[str, str])


class Agenda:
    """The frontier of one portal, kept in the database. A page leaves it when it has ended (see `Rows.settle`)."""

    def __init__(self, folder: Path, rows: Rows) -> None:
        self._folder = folder
        self._rows = rows
        self._db = rows.db
        self._portal = rows.portal

    def add(self, waiting: Iterable[Waiting]) -> None:
        """Remember what is to be asked for, be it in a later run. Raises OutputUnwritable."""
        with self._db:
            for one in waiting:
                self._add(one)

    def _add(self, one: Waiting) -> None:
        self._db.execute(
            "INSERT INTO frontier (portal, url, found, fields, marks, look, runs) VALUES (?, ?, ?, ?, ?, ?, 0)"
            " ON CONFLICT DO UPDATE SET found = excluded.found, fields = excluded.fields, marks = excluded.marks,"
            " look = max(look, excluded.look)",
            (self._portal, one.key, one.url, _json(one.fields), _json(one.marks), one.look + one.left_out),
        )

    def waiting(self) -> Iterator[Waiting]:
        """What earlier runs found and did not get, or marked to be looked at; what too many have tried is given up."""
        with self._db:
            self._db.execute("DELETE FROM frontier WHERE portal = ? AND runs >= ?", (self._portal, MAX_RUNS_IN_VAIN))
        rows = self._db.rows("SELECT * FROM frontier WHERE portal = ? ORDER BY url", (self._portal,))
        decode = _DICT.decode
        for row in rows:
            fields, marks = decode(row["fields"]), decode(row["marks"])
            yield Waiting(row["url"], row["found"], fields, marks, look=row["look"] > 0, left_out=row["look"] > 1)

    def due(self, policy: Policy) -> Iterator[Waiting]:
        """The known articles to look at now, though no source says that they changed."""
        return due(self._folder, self._db, self._portal, now(), policy)

    def compare_list(self, section: str, shown: Iterable[str], *, whole: bool) -> None:
        """Compare the folded URLs a list shows, from its top (`whole`: to its end), with those it showed before.

        A list is named by any `section`: a folded URL, or one of our own for what several sitemaps show.

        Known articles that it left out between others wait to be looked at. Raises OutputUnwritable.
        """
        with self._db:
            for one in named(
                self._folder,
                self._db,
                self._portal,
                missing(self._db, self._portal, section, shown, whole=whole),
            ):
                self._add(replace(one, left_out=True))

    def noise(self) -> dict[str, str]:
        """What `set_noise` was given, by all runs."""
        rows = self._db.rows("SELECT place, value FROM noise WHERE portal = ?", (self._portal,))
        return {row["place"]: row["value"] for row in rows}

    def set_noise(self, noise: dict[str, str]) -> None:
        """Keep what in this host's addresses tells no pages apart, so that the next run knows them by the same names.

        Raises OutputUnwritable.
        """
        with self._db:
            for place, value in noise.items():
                self._db.execute("INSERT OR IGNORE INTO noise VALUES (?, ?, ?)", (self._portal, place, value))

    def close(self) -> None:
        """After a whole run: what waits still was asked for in vain, or proved to be another page that was had."""
        self._db.execute("DELETE FROM frontier WHERE portal = ? AND runs = 0", (self._portal,))


def _json(value: dict[str, str]) -> str:
    return msgspec.json.encode(value).decode()
