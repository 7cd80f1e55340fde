"""Writes a data set folder: the shards, then what they are measured to hold, then all that says so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from pipelines.errors import ArchiveError
from pipelines.export.dataset import statistics as told
from pipelines.export.dataset.card import card
from pipelines.export.dataset.citation import cff
from pipelines.export.dataset.counts import Counts
from pipelines.export.dataset.croissant import croissant
from pipelines.export.dataset.described import Described, Wishes
from pipelines.export.dataset.measuring import measure
from pipelines.export.dataset.splits import Splits, divide, refs_of
from pipelines.export.formats.arrow import schema_of
from pipelines.export.formats.parquet import Planned, Table, write_parquet
from pipelines.export.places import unwritable
from pipelines.export.staged import Staged, whole
from pipelines.export.writing import Done

if TYPE_CHECKING:
    from pipelines.export.chosen import Chosen
    from pipelines.export.working import Workers

SHARD_ROWS = 10_000
"""Some 20 MB of Parquet: the number of files hangs on the articles alone."""
SUMS = "SHA256SUMS"
STATISTICS = "statistics.json"
PLOTS = {
    "articles.svg": "Articles per portal and year of publication",
    "length.svg": "Articles by length of body",
    "fields.svg": "How many articles have a field",
    "copies.svg": "How many articles repeat or resemble others",
    "languages.svg": "Articles by language",
}


def export_dataset(
    chosen: Chosen,
    staged: Staged,
    table: Table,
    wishes: Wishes,
    workers: Workers,
    progress: Callable[[int], None] = lambda _: None,
) -> Done:
    """Write what is chosen into the folder that is staged, for the caller to commit.

    `progress` is told how many articles are written. Raises ArchiveError, OutputUnwritable.
    """
    if not chosen.count():
        raise ArchiveError(
            f"{chosen.folder}: has no such article, and a data set of none cannot be loaded. Ask for more."
        )
    splits = divide(chosen)
    paths = [path for split, count in splits.counts.items() for path in _paths(split, count)]
    there = {path for path in paths if staged.has(path)}
    write_parquet(staged, _plan(chosen, splits), table, workers, progress)
    measured = list(workers.map(measure, [(staged.path, path) for path in paths]))
    counts = {split: Counts() for split in splits.counts}
    for shard, one in measured:
        counts[shard.split].add(one)
    described = Described(
        wishes,
        version("luutin"),
        schema_of(table.columns, table.without),
        [shard for shard, _ in measured],
        counts,
        splits.families,
        splits.validation_from,
        splits.test_from,
    )
    files = {shard.path: (shard.sha256, shard.bytes) for shard in described.shards}
    try:
        files |= _describe(staged.path, described)
    except OSError as error:
        raise unwritable(staged.target, error) from error
    return Done(
        described.total.articles,
        len(files) + 1,
        sum(size for _, size in files.values()),
        sum(shard.rows for shard in described.shards if shard.path in there),
        Counter({f"articles in {split}": count for split, count in splits.counts.items()}),
    )


def _describe(into: Path, described: Described) -> dict[str, tuple[str, int]]:
    """Write the files beside the shards; the digest and size of each, by its path."""
    files = {path: _write(into / path, text) for path, text in _texts(described)}
    sums = {shard.path: shard.sha256 for shard in described.shards} | {path: one for path, (one, _) in files.items()}
    _write(into / SUMS, "".join(f"{digest}  {path}\n" for path, digest in sorted(sums.items())))
    return files


def is_dataset(folder: Path) -> bool:
    """Whether a folder was made here and has nothing else in it, so that it may be replaced.

    A clone of a repository, say, into which a data set was written has more, which is not ours to remove.
    """
    sums = folder / SUMS
    if not sums.is_file() or not (folder / "croissant.json").is_file():
        return False
    listed = {line.partition("  ")[2] for line in sums.read_text("utf-8", "replace").splitlines()}
    return all(
        path.relative_to(folder).as_posix() in {*listed, SUMS} for path in folder.rglob("*") if not path.is_dir()
    )


def _paths(split: str, rows: int) -> list[str]:
    of = -(-rows // SHARD_ROWS)
    return [f"data/{split}-{at:05d}-of-{of:05d}.parquet" for at in range(of)]


def _plan(chosen: Chosen, splits: Splits) -> Iterator[Planned]:
    for split, count in splits.counts.items():
        refs = refs_of(chosen, split, SHARD_ROWS)
        yield from (Planned(path, batch) for path, batch in zip(_paths(split, count), refs, strict=True))


def _texts(described: Described) -> Iterator[tuple[str, str]]:
    """The files beside the shards: their paths, and what is in them."""
    drawn = told.plots(described.total)
    for name, svg in drawn.items():
        yield f"statistics/{name}", svg
    numbers = msgspec.json.encode(told.statistics(described.counts, described.families))
    yield STATISTICS, msgspec.json.format(numbers, indent=2).decode() + "\n"
    yield "croissant.json", croissant(described)
    yield "CITATION.cff", cff(described)
    yield "README.md", card(described, {name: PLOTS[name] for name in drawn})


def _write(path: Path, text: str) -> tuple[str, int]:
    data = text.encode()
    with whole(path) as stream:
        stream.write(data)
    return sha256(data).hexdigest(), len(data)
