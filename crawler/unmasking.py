"""Which pages read otherwise once phrases in them are unreadable: then they go, and what was read from them stands."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from crawler.parse.errors import NotAnArticle
from crawler.reparse import described
from crawler.rereading import Job, Rereader
from pipelines.archive.journal import Began, Learnt, Read, journal_path, read_journal
from pipelines.errors import BadWarc

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scrapy.settings import BaseSettings

    from pipelines.archive.journal import Page
    from pipelines.archive.removal.sparing import Spot


class ReadsOtherwise:
    """Reads pages as they are and as they would be."""

    def __init__(self, folder: Path, settings: BaseSettings) -> None:
        self._folder, self._settings = folder, settings

    def __call__(self, masked: Path, spots: set[Spot]) -> set[Spot]:
        """Of some captures those that give something else in a folder where they are `masked`: article or platform."""
        portals = sorted({Path(file).parent.name for file, _ in spots})
        readers = [
            Rereader(folder, {name: described(folder, name, self._settings) for name in portals}, self._settings)
            for folder in (self._folder, masked)
        ]
        try:
            return {spot for portal in portals for spot in self._differing(portal, spots, *readers)}
        finally:
            for reader in readers:
                reader.close()

    def _differing(self, portal: str, spots: set[Spot], before: Rereader, after: Rereader) -> Iterator[Spot]:
        start, learnt = None, False
        for event in read_journal(journal_path(self._folder, portal)):
            if isinstance(event, Began):
                start, learnt = event.page, event.learnt
                mine = {_spot(portal, start)} & spots
                if mine and _family(before, portal, start) != _family(after, portal, start):
                    yield from mine
            elif isinstance(event, Learnt):
                learnt = True
            elif isinstance(event, Read):
                mine = {_spot(portal, page) for page in event.pages} & spots
                job = Job(portal, event, start, learnt)
                if mine and before.read(job) != after.read(job):
                    yield from mine


def _spot(portal: str, page: Page) -> Spot:
    return f"captures/{portal}/{page.file}", page.offset


def _family(reader: Rereader, portal: str, start: Page) -> str | None:
    try:
        return reader.family_of(portal, start).name
    except (BadWarc, NotAnArticle):
        return None
