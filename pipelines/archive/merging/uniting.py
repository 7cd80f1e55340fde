"""Captures, journals, lines and reports of several output folders, put into a new one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from filecmp import cmp
from pathlib import Path

from pipelines.archive.database import Database
from pipelines.archive.files import link_file, replace_file
from pipelines.archive.journal import journal_path
from pipelines.archive.mend import NEW, learnt_path
from pipelines.archive.merging import captures, journals, lines, rows
from pipelines.archive.merging.captures import United
from pipelines.archive.merging.removals import Removals
from pipelines.archive.merging.sources import Source

_OURS = (".warc.gz", ".journal", ".cdxj", ".learnt.json", ".jsonl", NEW, ".partial")


@dataclass(slots=True)
class Uniting:
    """What of the sources went into the new folder."""

    into: Path
    sources: Sequence[Source]
    holders: dict[str, list[int]] = field(default_factory=dict)
    """By portal the numbers of the sources that hold it."""
    captures: dict[str, United] = field(default_factory=dict)

    def place(self) -> None:
        """Put all files in their places. Raises OSError, ArchiveError."""
        for portal in sorted({portal for source in self.sources for portal in source.portals}):
            self.holders[portal] = [n for n, source in enumerate(self.sources) if portal in source.portals]
        (self.into / "articles").mkdir()
        removals = Removals.of(self.sources)
        for portal, numbers in self.holders.items():
            self._portal(portal, [(number, self.sources[number]) for number in numbers], removals)
        _reports(self.sources, self.into / "reports")

    def _portal(self, portal: str, holders: list[tuple[int, Source]], removals: Removals) -> None:
        own = self.into / "captures" / portal
        own.mkdir(parents=True)
        united = self.captures[portal] = captures.unite(portal, holders, own)
        told = [
            journals.Told(path, source.end(path), united.of(number))
            for number, source in holders
            if (path := source.journal(portal)) is not None
        ]
        if told:
            others = [event for _, source in holders for event in removals.others(source, portal)]
            journals.unite(told, removals, portal, others, journal_path(self.into, portal))
        some = [
            lines.Lines(path, source.end(path), united.of(number), united.stays(number))
            for number, source in holders
            if (path := source.lines(portal)) is not None
        ]
        if some:
            lines.unite(some, self.into / "articles" / f"{portal}.jsonl")
        learnt = [learnt_path(source.folder, portal) for _, source in holders]
        if known := [path.read_bytes() for path in learnt if path.exists()]:
            replace_file(learnt_path(self.into, portal), max(known, key=_learnt_rank))

    def adds_nothing_to(self, folder: Path) -> bool:
        """Whether a folder, which is the first source, holds all of it already."""
        if not self.sources or self.sources[0].folder != folder or set(self.holders) != set(self.sources[0].portals):
            return False
        truth = [path.relative_to(self.into) for path in sorted(self.into.glob("captures/*/*"))]
        here = {path.relative_to(folder) for path in folder.glob("captures/*/*") if path.name.endswith(_OURS[:2])}
        if here - set(truth) or {path.name for path in (self.into / "reports").glob("*")} - {
            path.name for path in (folder / "reports").glob("*")
        }:
            return False
        return all(_same(self.into / path, folder / path) for path in truth)

    def seed(self) -> None:
        """Make a database with what spares reading what is known. Raises OutputUnwritable."""
        with closing(Database(self.into / "archive.db")) as db:
            rows.seed(db, self.sources, self.captures)

    def gone(self, folder: Path) -> list[str]:
        """The files of a folder that is merged into that have no place any more, as they were given other names."""
        here = [*folder.glob("captures/*/*"), *folder.glob("articles/*")]
        ours = (path.relative_to(folder) for path in sorted(here) if path.name.endswith(_OURS))
        return [path.as_posix() for path in ours if not (self.into / path).exists()]


def _learnt_rank(data: bytes) -> tuple[int, int, bytes]:
    """What was learnt by the newest reader, from the most pages."""
    try:
        told = json.loads(data)
        return int(told["version"]), len(told["sample"]), data
    except (ValueError, KeyError, TypeError):
        return -1, 0, data


def _reports(sources: Sequence[Source], into: Path) -> None:
    """Reports of all runs; of one that several have, the shortest, from which what was withdrawn is gone."""
    found: dict[str, list[Path]] = {}
    for source in sources:
        for path in sorted((source.folder / "reports").glob("*")):
            if path.suffix in (".json", ".html"):
                found.setdefault(path.name, []).append(path)
    if found:
        into.mkdir()
    for name, paths in found.items():
        best = min(paths, key=lambda path: (path.stat().st_size, path.read_bytes())) if len(paths) > 1 else paths[0]
        link_file(best, into / name, best.stat().st_size)


def _same(one: Path, other: Path) -> bool:
    if not other.exists():
        return False
    return one.samefile(other) or cmp(one, other, shallow=False)
