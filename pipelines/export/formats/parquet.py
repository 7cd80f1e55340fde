"""Articles as Parquet files, each written as a whole by one process."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.export.chosen import Chosen, Ref
from pipelines.export.places import unwritable
from pipelines.export.record import Columns, records
from pipelines.export.staged import Staged, whole
from pipelines.export.working import Workers, batches

if TYPE_CHECKING:
    import pyarrow as pa

FILE_ROWS = 20_000
"""Of one file: a worker's unit."""
GROUP_ROWS, GROUP_BYTES = 4_096, 16 * 1024 * 1024
"""Of a row group, whichever is reached first: what a worker, and who reads it, holds in memory."""
SLICE_ROWS, SLICE_BYTES = 256, 4 * 1024 * 1024
"""Of what is made a table of at once."""
LEVEL = 1
"""Of zstd."""
REPETITIVE = [
    "portal",
    "province",
    "language",
    "published_precision",
    "near_duplicate_kind",
    "section",
    "origin",
    "extractor",
    "authors.list.element",
    "tags.list.element",
    "evidence.list.element.field",
    "evidence.list.element.source",
]
"""Columns in which the same values come again and again."""
LOOKED_FOR = ["id", "portal", "published_at", "modified_at", "captured_at", "language", "version", "cluster"]
"""Columns of whose least and greatest value in a row group there is a note: those of texts are of no use."""
_PART = re.compile(r"portal=[^/]+/year=\d+/part-\d+\.parquet")


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
    columns: Columns = field(default_factory=Columns)
    without: tuple[str, ...] = ()
    """Fields that are left out: `portal`, where the folders' names say it."""


def by_portal_and_year(chosen: Chosen) -> Iterator[Planned]:
    """Hive's way: `portal=so_tanson/year=2024/part-00000.parquet`; articles without a date are of the year 0."""
    for portal, year, of_both in chosen.by_portal_and_year():
        for number, refs in enumerate(batches(of_both, FILE_ROWS)):
            yield Planned(f"portal={portal}/year={year}/part-{number:05}.parquet", refs)


def is_hive(folder: Path) -> bool:
    """Whether a folder holds nothing but files of such a plan."""
    files = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()]
    return all(_PART.fullmatch(file) for file in files)


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
    jobs = (_Job(staged.path, one, table, there=staged.has(one.path)) for one in plan)
    written = []
    for one in workers.map(_write, jobs):
        written.append(one)
        progress(one.rows)
    return written


@dataclass(frozen=True, slots=True)
class _Job:
    into: Path
    planned: Planned
    table: Table
    there: bool
    """An earlier run has written it."""


def _write(job: _Job) -> Written:
    path, planned = job.into / job.planned.path, job.planned
    if not job.there:
        try:
            _write_file(path, planned.refs, job.table)
        except OSError as error:
            raise unwritable(path, error) from error
    return Written(planned.path, len(planned.refs), path.stat().st_size)


def _write_file(path: Path, refs: Sequence[Ref], table: Table) -> None:
    from pyarrow.parquet import ParquetWriter

    from pipelines.export.formats.arrow import schema_of

    with (
        whole(path) as stream,
        ParquetWriter(
            stream,
            schema_of(table.columns, table.without),
            compression="zstd",
            compression_level=LEVEL,
            use_dictionary=REPETITIVE,
            write_statistics=LOOKED_FOR,
        ) as writer,
    ):
        for group in _groups(refs, table):
            writer.write_table(group, row_group_size=group.num_rows)


def _groups(refs: Sequence[Ref], table: Table) -> Iterator[pa.Table]:
    """What goes into each row group: told by the records alone, so that the same ones give the same file."""
    import pyarrow as pa

    from pipelines.export.formats.arrow import table_of

    group: list[pa.Table] = []
    rows = size = 0
    for slice_ in _slices(records(table.folder, refs, table.columns)):
        group.append(table_of(slice_, table.columns, table.without))
        rows += len(slice_)
        size += sum(map(len, slice_))
        if rows >= GROUP_ROWS or size >= GROUP_BYTES:
            yield pa.concat_tables(group)
            group, rows, size = [], 0, 0
    if group:
        yield pa.concat_tables(group)


def _slices(told: Iterable[bytes]) -> Iterator[list[bytes]]:
    """Records, some at a time."""
    some: list[bytes] = []
    size = 0
    for record in told:
        some.append(record)
        size += len(record)
        if len(some) == SLICE_ROWS or size >= SLICE_BYTES:
            yield some
            some, size = [], 0
    if some:
        yield some
