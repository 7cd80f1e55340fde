"""What a shard is found to hold once it is written, told by its columns."""

from __future__ import annotations

from hashlib import file_digest
from pathlib import Path

import pyarrow.parquet as pq

from pipelines.export.dataset.counts import Counts, counted
from pipelines.export.dataset.described import Shard


def measure(job: tuple[Path, str]) -> tuple[Shard, Counts]:
    """The shard at a path in a folder; a worker's job."""
    folder, path = job
    file = folder / path
    counts = Counts()
    with pq.ParquetFile(file) as parquet:
        for number in range(parquet.num_row_groups):  # which are of bounded size
            group = parquet.read_row_group(number, use_threads=False)
            for batch in group.combine_chunks().to_batches():
                counts.add(counted(batch))
    with file.open("rb") as stream:
        digest = file_digest(stream, "sha256").hexdigest()
    return Shard(path, file.name.split("-")[0], counts.articles, file.stat().st_size, digest), counts
