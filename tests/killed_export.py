"""An export that is killed once so many articles are written; `python tests/killed_export.py FORM FOLDER TARGET N`.

It notes how far it is after every unit, and its Parquet files are small, so that there is much to go on with.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from pipelines.export import writing
from pipelines.export.chosen import Chosen, Filters
from pipelines.export.formats import parquet, sqlite
from pipelines.export.formats.csv import Csv
from pipelines.export.formats.jsonl import Jsonl
from pipelines.export.record import Columns
from pipelines.export.staged import Staged
from pipelines.export.working import Workers

UNIT = 100
PORTALS = ("so_tinh_00", "so_tinh_01")
"""Those of Parquet, which has a file for each of their years."""


def export(
    form: str, folder: Path, target: Path, progress: Callable[[int], None] = lambda _: None, workers: int = 1
) -> int:
    """Export an archive with its text normalised; how many articles were there already (files, of Parquet)."""
    writing.UNIT = parquet.FILE_ROWS = UNIT
    writing.STATE_SECONDS = sqlite.COMMIT_SECONDS = -1
    columns = Columns(("normalised",))
    filters = Filters(portals=PORTALS if form == "parquet" else ())
    with Chosen(folder, filters) as chosen, Workers(workers) as pool:
        key = chosen.state()
        if form == "parquet":
            with Staged(target, key, parquet.is_hive) as staged:
                there = sum(1 for path in staged.path.rglob("*.parquet") if path.is_file())
                table = parquet.Table(folder, columns, ("portal",))
                parquet.write_parquet(staged, parquet.by_portal_and_year(chosen), table, pool, progress)
                staged.commit()
            return there
        if form == "sqlite":
            return sqlite.write_sqlite(chosen, columns, target, key, pool, progress).resumed
        lines = writing.Lines(chosen, columns, Csv() if form == "csv" else Jsonl(), key)
        return writing.write_file(lines, target, pool, progress).resumed


def main() -> None:
    form, folder, target, most = sys.argv[1:]
    done = 0

    def kill(more: int) -> None:
        nonlocal done
        done += more
        if done >= int(most):
            os.kill(os.getpid(), signal.SIGKILL)

    export(form, Path(folder), Path(target), kill)


if __name__ == "__main__":
    main()
