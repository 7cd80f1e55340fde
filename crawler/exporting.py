"""What `luutin export` does for articles: its words understood, the form written, and what came of it said."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import msgspec
from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings

from crawler.arguments import facts_of
from crawler.counting import counting
from crawler.engine import engine_of
from pipelines.archive.files import replace_file
from pipelines.corpus.derived import DERIVED
from pipelines.errors import ExtraMissing
from pipelines.export.chosen import Chosen, Filters
from pipelines.export.formats.csv import Csv
from pipelines.export.formats.jsonl import Jsonl
from pipelines.export.formats.jsonld import Jsonld
from pipelines.export.formats.sqlite import write_sqlite
from pipelines.export.formats.text import Text
from pipelines.export.formats.zyte import Zyte
from pipelines.export.narrowing import narrow
from pipelines.export.places import unwritable
from pipelines.export.record import PLAIN, Columns, json_schema
from pipelines.export.removed import removed
from pipelines.export.staged import Staged
from pipelines.export.working import Workers
from pipelines.export.writing import Done, LineFormat, Lines, write_file, write_stream

STDOUT = Path("-")
FEW = 500
"""Articles for which other processes take longer to start than there is to do."""
MUCH_BYTES = 10_000_000
"""Of a database, some 15,000 articles: to choose from them takes a while."""


def export_articles(
    form: str, folder: Path, portals: list[str], opts: argparse.Namespace, settings: BaseSettings
) -> int:
    """Choose, write, and say on stderr what was written. Raises UsageError, ArchiveError."""
    target, columns, engine = getattr(opts, form), columns_of(opts), engine_of(opts)
    folder = folder if engine.address is None else folder.absolute()
    began, filters = time.monotonic(), filters_of(portals, opts)
    try:
        with (
            engine.cluster() as cluster,
            Workers(engine.count, cluster, folder) as pool,
            _chosen(form, folder, filters, pool) as chosen,
        ):
            if chosen.count() <= FEW and cluster is None:
                pool.count = 1
            with counting("choose", "articles") as told:
                narrow(chosen, pool, _Counted(told, chosen.count()))
            _export(_Export(form, target, chosen, columns, opts, settings, pool), began)
    except KeyboardInterrupt:
        left = "" if target == STDOUT else f"; {target} is as it was. The same command goes on"
        sys.stderr.write(f"\nluutin export: interrupted{left}.\n")
        return 1
    return 0


def _export(export: _Export, began: float) -> None:
    """Write, and say on stderr what was written since it began. Raises ArchiveError."""
    chosen, target = export.chosen, export.target
    with counting("export", "articles") as told:
        done = export.write(_Counted(told, chosen.count()))
    _say(target, done, time.monotonic() - began)
    if chosen.filters.since_run is not None:
        _tell_removed(target, chosen)


def _chosen(form: str, folder: Path, filters: Filters, pool: Workers) -> Chosen:
    """What is exported; where that is all of a large archive the processes begin meanwhile. Raises ArchiveError."""
    path = folder / "archive.db"
    if filters == Filters() and form in ("parquet", "dataset") and path.exists() and path.stat().st_size > MUCH_BYTES:
        pool.warm("pipelines.export.formats.parquet", "pyarrow.json", "pyarrow.parquet")
    return Chosen(folder, filters)


def _tell_removed(target: Path, chosen: Chosen) -> None:
    """List what is part of the selection no more in `<target>.removed.jsonl`. Raises ArchiveError."""
    gone = removed(chosen)
    if target == STDOUT:
        if gone:
            sys.stderr.write(f"{len(gone)} articles are part of it no more: name a FILE to have them listed\n")
        return
    path = target.with_name(f"{target.name}.removed.jsonl")
    try:
        replace_file(path, b"".join([msgspec.json.encode(one) + b"\n" for one in gone]))
    except OSError as error:
        raise unwritable(path, error) from error
    sys.stderr.write(f"{path}: {len(gone)} articles that are part of it no more\n")


class _Counted:
    """Adds up what is done, and tells it with what there is."""

    def __init__(self, told: Callable[[int, int], None], total: int) -> None:
        self._told, self._total, self._done = told, total, 0

    def __call__(self, more: int) -> None:
        self._done += more
        self._told(self._done, self._total)


def filters_of(portals: list[str], opts: argparse.Namespace) -> Filters:
    """What the options choose."""
    return Filters(
        portals=tuple(sorted(set(portals))),
        since=opts.begin,
        until=opts.end,
        languages=opts.language or (),
        copies=opts.copies or "near",
        versions=opts.versions or "newest",
        min_quality=opts.min_quality,
        since_run=opts.since_run,
    )


def columns_of(opts: argparse.Namespace) -> Columns:
    """What `--with` and `--redact` add. Raises UsageError, ExtraMissing."""
    asked = opts.derived or ()
    if unknown := sorted(set(asked) - {*DERIVED, "all"}):
        raise UsageError(f"--with {unknown[0]}: there are {', '.join(DERIVED)}, and all")
    found = Columns(tuple(name for name in DERIVED if name in asked or "all" in asked), opts.redact)
    for name in found.derived:
        DERIVED[name].ready()
    return found


def write_schema(opts: argparse.Namespace) -> int:
    """The JSON Schema of the lines `--jsonl` writes with the same `--with`."""
    data = json_schema(columns_of(opts))
    try:
        if opts.schema == STDOUT:
            sys.stdout.write(data.decode())
        else:
            opts.schema.write_bytes(data)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise unwritable(opts.schema, error) from error
    return 0


@dataclass(frozen=True, slots=True)
class _Export:
    """One export of articles."""

    form: str
    target: Path
    chosen: Chosen
    columns: Columns
    opts: argparse.Namespace
    settings: BaseSettings
    workers: Workers

    def key(self, *said: object) -> str:
        """What tells the content of this export from that of any other, with what its form is told."""
        told = repr((self.chosen.state(), version("luutin"), self.form, self.columns, said))
        return blake2b(told.encode(), digest_size=16).hexdigest()

    def write(self, progress: Callable[[int], None]) -> Done:
        """Raises ArchiveError."""
        if self.form in ("parquet", "dataset") and find_spec("pyarrow") is None:
            raise ExtraMissing("Parquet files need pyarrow, which is not installed: pip install 'luutin[data]'")
        if self.form == "parquet":
            return self._parquet(progress)
        if self.form == "sqlite":
            return write_sqlite(self.chosen, self.columns, self.target, self.key(), self.workers, progress)
        if self.form == "dataset":
            return self._dataset(progress)
        return self._lines(progress)

    def _parquet(self, progress: Callable[[int], None]) -> Done:
        from pipelines.export.formats.parquet import Table, by_portal_and_year, is_hive, write_parquet

        with Staged(self.target, self.key(), is_hive) as staged:
            self.workers.share(staged.target.parent)
            table = Table(self.chosen.folder, self.columns, without=("portal",))
            plan = by_portal_and_year(self.chosen)
            written = write_parquet(staged, plan, table, self.workers, progress)
            staged.commit()
        return Done(sum(one.rows for one in written), len(written), sum(one.bytes for one in written))

    def _dataset(self, progress: Callable[[int], None]) -> Done:
        from pipelines.export.dataset.described import Wishes, chosen_by
        from pipelines.export.dataset.folder import export_dataset, is_dataset
        from pipelines.export.formats.parquet import Table

        said, told = self.opts, tuple(chosen_by(self.chosen.filters))
        wishes = Wishes(said.title, said.licence, said.contact, told, self.columns.redact, facts_of(self.settings))
        with Staged(self.target, self.key(said.title, said.licence, said.contact), is_dataset) as staged:
            self.workers.share(staged.target.parent)
            table = Table(self.chosen.folder, self.columns)
            done = export_dataset(self.chosen, staged, table, wishes, self.workers, progress)
            staged.commit()
        return done

    def _lines(self, progress: Callable[[int], None]) -> Done:
        light = self.form == "jsonl" and self.columns == PLAIN
        target, form = self.target, self._format()
        lines = Lines(self.chosen, self.columns, form, self.key(form), light=light)
        try:
            if target == STDOUT:
                return write_stream(lines, sys.stdout.buffer, self.workers, progress)
            if target.exists() and not target.is_file() and not target.is_dir():  # a pipe, a device
                with target.open("wb") as stream:
                    return write_stream(lines, stream, self.workers, progress)
        except BrokenPipeError:
            raise
        except OSError as error:
            raise unwritable(target, error) from error
        return write_file(lines, target, self.workers, progress)

    def _format(self) -> LineFormat:
        match self.form:
            case "csv":
                return Csv(self.opts.bom)
            case "jsonld":
                titles = {name: facts.title for name, facts in facts_of(self.settings).items()}
                return Jsonld(tuple((name, titles[name]) for name in self.chosen.portals() if name in titles))
            case "zyte":
                return Zyte()
            case "text":
                return Text()
        return Jsonl()


def _say(target: Path, done: Done, seconds: float) -> None:
    files = f", {done.files} files" if done.files != 1 else ""
    gone_on = f" ({done.resumed} of them before it was interrupted)" if done.resumed else ""
    empty = "; nothing was chosen, so it is empty" if not done.articles else ""
    sys.stderr.write(
        f"{target}: {done.articles} articles{gone_on}{files}, {done.bytes / 1e6:.1f} MB, in {seconds:.1f} s{empty}\n"
    )
    for note, count in sorted(done.notes.items()):
        sys.stderr.write(f"{target}: {count} {note}\n")
