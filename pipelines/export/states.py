"""What an archive held after a run, holds now, or an export has of it: article lines to compare with others."""

from __future__ import annotations

import zlib
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path

import msgspec
import zstandard

from pipelines.archive.database import Database
from pipelines.archive.files import inside, open_unpacked
from pipelines.archive.rows import stored_date
from pipelines.errors import ArchiveError
from pipelines.report.run import RunReport
from pipelines.report.stored import read_run

NOW = "now"
Record = dict[str, msgspec.Raw]
"""The fields of an article line, each as its JSON."""
_RECORD = msgspec.json.Decoder(Record)
_BATCH_ROWS = 1_000
_AT = (
    "SELECT portal, file, offset, length FROM articles AS line WHERE stored_at <= ? AND NOT EXISTS (SELECT 1 FROM"
    " articles WHERE id = line.id AND version > line.version AND stored_at <= ?) ORDER BY file, offset"
)
_EVER = "9"
"""After every `stored_at`."""


class State(ABC):
    """Articles in some state, each in its last line there."""

    kind: str
    """What its fields are written as: only states of one kind can be compared."""
    told: str

    @abstractmethod
    def records(self) -> Iterator[Record]:
        """In the order of the archive or the file; of an id that comes twice the last counts. Raises ArchiveError."""


@dataclass(slots=True)
class ArchiveState(State):
    """What an archive held at a time, of one portal or all."""

    folder: Path
    told: str
    until: datetime | None = None
    portal: str | None = None
    kind = "lines"

    def records(self) -> Iterator[Record]:
        until = stored_date(self.until) if self.until else _EVER
        with closing(Database(_database(self.folder), read_only=True)) as db:
            rows = (row for row in db.rows(_AT, (until, until)) if self.portal in (None, row["portal"]))
            for file, of_file in groupby(rows, key=lambda row: row["file"]):
                path = inside(self.folder, file)
                with path.open("rb") as stream:
                    for row in of_file:
                        stream.seek(row["offset"])
                        yield _record(stream.read(row["length"]), path, f"the line at byte {row['offset']}")


class _FileState(State):
    """An export."""

    def __init__(self, path: Path) -> None:
        self.path, self.told = path, str(path)


class LinesState(_FileState):
    """An export as JSON lines: plain, `.gz` or `.zst`."""

    kind = "lines"

    def records(self) -> Iterator[Record]:
        try:
            with open_unpacked(self.path) as stream:
                for number, line in enumerate(stream, 1):
                    yield _record(line, self.path, f"line {number}")
        except (OSError, EOFError, zlib.error, zstandard.ZstdError) as error:
            raise ArchiveError(f"{self.path}: cannot be read to its end: {error}. Export it again.") from error


class ParquetState(_FileState):
    """An export as Parquet: one file, or a folder of them."""

    kind = "Parquet"

    def records(self) -> Iterator[Record]:
        from pyarrow import ArrowException, dataset

        data = self.path / "data"  # of a data set, beside which other files lie
        try:
            found = dataset.dataset(data if data.is_dir() else self.path, format="parquet", partitioning="hive")
            for batch in found.to_batches(batch_size=_BATCH_ROWS):
                for row in batch.to_pylist():
                    yield {name: msgspec.Raw(msgspec.json.encode(value)) for name, value in row.items()}
        except (ArrowException, OSError) as error:
            raise ArchiveError(f"{self.path}: cannot be read as Parquet: {error}. Export it again.") from error


def _record(line: bytes, path: Path, where: str) -> Record:
    try:
        record = _RECORD.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        if not line.endswith(b"\n"):
            raise ArchiveError(f"{path}: cannot be read to its end: {where} breaks off. Export it again.") from error
        raise ArchiveError(f"{path}: {where} is no JSON object: {error}. Name an export as JSON lines.") from error
    if "id" not in record:
        raise ArchiveError(f"{path}: {where} has no `id`, so that it is no article. Name an export of articles.")
    return record


def _database(folder: Path) -> Path:
    path = folder / "archive.db"
    if not path.exists():
        raise ArchiveError(f"{folder}: holds no archive.db. Crawl into it, or name another with LUUTIN_OUTPUT=DIR.")
    return path


def states(folder: Path, one: str, other: str) -> tuple[State, State]:
    """The states two words name: an export's path, another output folder, a run of the archive in `folder`, or `now`.

    Where the runs named are of one portal the states are of that alone. Raises ArchiveError.
    """
    runs = [run for word in (one, other) if not Path(word).exists() and (run := read_run(folder, word))]
    portals = {run.portal for run in runs}
    portal = portals.pop() if len(portals) == 1 else None
    found = _state(folder, one, portal), _state(folder, other, portal)
    if found[0].kind != found[1].kind:
        raise ArchiveError(
            f"{one} and {other}: {found[0].kind} and {found[1].kind} cannot be compared. Name two exports of one form."
        )
    return found


def _state(folder: Path, word: str, portal: str | None) -> State:
    path = Path(word)
    if path.is_dir():
        if (path / "archive.db").exists():
            return ArchiveState(path, str(path), portal=portal)
        if next(path.rglob("*.parquet"), None) is None:
            raise ArchiveError(f"{path}: holds neither an archive nor Parquet files. Name an export, or a run.")
        return ParquetState(path)
    if path.is_file():
        return ParquetState(path) if path.suffix == ".parquet" else LinesState(path)
    if word == NOW:
        return ArchiveState(folder, NOW, portal=portal)
    run = read_run(folder, word)
    if run is None:
        raise ArchiveError(
            f"{word}: is neither an export nor a run of {folder}. `luutin report` names runs; `{NOW}` is the archive as"
            " it is."
        )
    return ArchiveState(folder, _told(run), run.ended_at, portal)


def _told(run: RunReport) -> str:
    return f"{run.run}, as it ended"
