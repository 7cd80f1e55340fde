"""Article lines read for what they are compared by, in worker processes; results come in the order of the lines."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from datetime import datetime
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import msgspec

from pipelines.errors import ArchiveError
from pipelines.items import Precision
from pipelines.near.comparison import Published
from pipelines.near.features import features_of
from pipelines.workers import end_with_parent

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

BATCHES_AHEAD = 4
"""Per worker: enough that none waits, few enough that memory stays flat."""

T = TypeVar("T")


class Place(NamedTuple):
    """Where a line lies; the file is relative to the output folder."""

    file: str
    offset: int
    length: int


class Told(NamedTuple):
    """What a line says: when it was published, and the features of its text; None where it has no text."""

    published: Published
    features: bytes | None


class _Line(msgspec.Struct):
    title: str
    lead: str | None
    body: str
    published_at: datetime | None
    published_precision: Precision | None
    captured_at: datetime | None
    duplicate_of: str | None


_LINE = msgspec.json.Decoder(_Line)


def read_told(folder: Path, places: list[Place]) -> list[Told]:
    """What each of some lines says. Raises ArchiveError where one is not there or is no article."""
    lines: dict[Place, bytes] = {}
    for file in dict.fromkeys(place.file for place in places):
        try:
            with (folder / file).open("rb") as stream:
                for place in places:
                    if place.file == file:
                        stream.seek(place.offset)
                        lines[place] = stream.read(place.length)
        except OSError as error:
            raise ArchiveError(
                f"{folder / file}: cannot be read: {error}. `luutin verify` says what is lost."
            ) from error
    return [_told(folder, place, lines[place]) for place in places]


def _told(folder: Path, place: Place, line: bytes) -> Told:
    try:
        article = _LINE.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ArchiveError(
            f"{folder / place.file}, at byte {place.offset}: is no article line ({error}). See `luutin verify`"
        ) from error
    published = Published.of(article.published_at, article.published_precision, article.captured_at)
    if article.duplicate_of is not None:
        return Told(published, None)
    text = "\n\n".join(part for part in (article.lead, article.body) if part)
    return Told(published, features_of(article.title, text).encode())


class Texts:
    """So many worker processes that read lines; with none the work is done here."""

    def __init__(self, folder: Path, workers: int) -> None:
        self._folder = folder
        self._workers = workers
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Texts:
        if self._workers:
            # not forked: who calls may have threads, and holds a lock and a database no worker should have
            self._pool = ProcessPoolExecutor(self._workers, get_context("spawn"), initializer=end_with_parent)
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def read(self, batches: Iterable[tuple[T, list[Place]]]) -> Iterator[tuple[T, list[Told]]]:
        """What came with each batch, and what its lines say, in the order they came. Raises ArchiveError."""
        if self._pool is None:
            for with_it, places in batches:
                yield with_it, read_told(self._folder, places)
            return
        waiting: deque[tuple[T, Future[list[Told]]]] = deque()
        try:
            for with_it, places in batches:
                waiting.append((with_it, self._pool.submit(read_told, self._folder, places)))
                if len(waiting) > self._workers * BATCHES_AHEAD:
                    done, future = waiting.popleft()
                    yield done, future.result()
            for done, future in waiting:
                yield done, future.result()
        except BrokenProcessPool as error:
            raise ArchiveError(
                "a process that reads article lines died; is memory short? The links are as before. "
                "Run it again with --workers 1"
            ) from error
