"""Articles as Parquet files, each written as a whole by one process."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.export.chosen import Chosen, Ref
from pipelines.export.record import Columns
from pipelines.export.staged import Staged
from pipelines.export.working import Workers

FILE_ROWS = 20_000
"""Of one file: a worker's unit."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A file to be written: where, relative to the folder and with `/`, and the records in it, in order."""

    path: str
    refs: Sequence[Ref]


@dataclass(frozen=True, slots=True)
class Written:
    """A file that is written."""

    path: str
    rows: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Table:
    """What the files of one export have in common."""

    folder: Path
    """The output folder the lines are read from."""
    columns: Columns = Columns()
    without: tuple[str, ...] = ()
    """Fields that are left out: `portal`, where the folders' names say it."""


def by_portal_and_year(chosen: Chosen) -> Iterator[Planned]:
    """Hive's way: `portal=so_tanson/year=2024/part-00000.parquet`; articles without a date are of the year 0."""
    raise NotImplementedError


def write_parquet(
    staged: Staged,
    plan: Iterable[Planned],
    table: Table,
    workers: Workers,
    progress: Callable[[int], None] = lambda _: None,
) -> list[Written]:
    """Write the files of a plan that are not there yet, in worker processes; what they came to, in the plan's order.

    The plan is taken as it is written, so that it may be made up as it goes. `progress` is told how many records are
    done. Raises ArchiveError, OutputUnwritable.
    """
    raise NotImplementedError
