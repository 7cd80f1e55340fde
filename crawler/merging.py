"""Output folders joined into one archive: files are united, then articles take their places among all others."""

from __future__ import annotations

from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crawler.errors import BadArgument
from crawler.reparse import ALL_STAND, Reparse, reparse
from crawler.unmasking import ReadsOtherwise
from pipelines.archive.database import Database
from pipelines.archive.files import refuse
from pipelines.archive.lock import Lock
from pipelines.archive.mend import behind
from pipelines.archive.merging import rows
from pipelines.archive.merging.sources import Source
from pipelines.archive.merging.staging import commit, staged
from pipelines.archive.merging.uniting import Uniting
from pipelines.archive.merging.withdrawing import withdraw

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from scrapy.settings import BaseSettings


@dataclass(slots=True)
class Merged:
    """What a merge did."""

    portals: list[str]
    """All that are in the archive now."""
    several: list[str] = field(default_factory=list)
    """Those of which several folders hold something."""
    done: Reparse | None = None
    """What became of the articles; None where there was nothing new."""
    withdrawn: int = 0
    """Captures that said what was withdrawn in another folder, and do no more."""

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "portals": self.portals,
            "several": self.several,
            "new": self.done is not None,
            "withdrawn": self.withdrawn,
            "outcomes": {name: count for name, count in sorted(self.done.counts.items()) if count} if self.done else {},
            "failed": self.done.failed if self.done else {},
            "unread": self.done.unread if self.done else {},
        }


def merge(
    folder: Path,
    inputs: Sequence[Path],
    settings: BaseSettings,
    *,
    workers: int | None = None,
    progress: Callable[[int, int], None] = lambda _, __: None,
) -> Merged:
    """Join `inputs` into `folder`, which may hold an archive already; the inputs stay as they are.

    The same bytes come of the same folders, in whatever order and grouping they are joined. A merge that dies has
    changed nothing, or is finished by whoever writes to `folder` next. Raises BadArgument, ArchiveError.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        refuse(folder, error)
    lock = Lock(folder)
    try:
        with ExitStack() as stack:
            here = (folder / "captures").is_dir() and any((folder / "captures").iterdir())
            sources = [Source(folder, held=True)] if here else []
            places = dict.fromkeys(path.resolve() for path in inputs)
            places.pop(folder.resolve(), None)
            sources += [stack.enter_context(Source(path)) for path in places]
            with staged(folder) as staging:
                return _merge(folder, staging, sources, settings, workers, progress)
    finally:
        lock.release()


def _merge(
    folder: Path,
    staging: Path,
    sources: Sequence[Source],
    settings: BaseSettings,
    workers: int | None,
    progress: Callable[[int, int], None],
) -> Merged:
    uniting = Uniting(staging, sources)
    uniting.place()
    if not uniting.holders:
        raise BadArgument(f"{folder}: neither it nor any folder named has captures, so that there is nothing to join")
    merged = Merged(
        sorted(uniting.holders), sorted(portal for portal, some in uniting.holders.items() if len(some) > 1)
    )
    if uniting.adds_nothing_to(folder) and not behind(folder, merged.portals):
        return merged
    uniting.seed()
    merged.done = reparse(staging, [], settings, workers=workers, since=ALL_STAND, progress=progress)
    with closing(Database(staging / "archive.db")) as db:
        rows.carry(db, sources, uniting.holders)
        merged.withdrawn = withdraw(staging, db, merged.portals, ReadsOtherwise(staging, settings))
    commit(folder, uniting.gone(folder))
    return merged
