"""How well and how fast articles are read, on pages with truth; and copies told, on texts with truth."""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler.errors import BadArgument, CrawlError

if TYPE_CHECKING:
    from crawler.evaluation.readers import Reader
    from crawler.evaluation.run import Result
    from crawler.evaluation.scoring import Prediction
    from crawler.evaluation.thresholds import Point

COLUMNS = (
    "set",
    "reader",
    "F1",
    "±",
    "precision",
    "recall",
    "exact",
    "date",
    "title",
    "authors",
    "pages/s",
    "compared",
)


class Command(ScrapyCommand):
    """`luutin eval DIR… [--peers] [--json FILE] [--plot FILE] [--predictions DIR] [--floors FILE] [--worst N]`.

    `luutin eval --dedup PATH… [--per-portal] [--json FILE] [--plot FILE] [--floors FILE] [--worst N]`.
    """

    requires_project = True
    requires_crawler_process = False
    default_settings: ClassVar[dict[str, Any]] = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        return "[options] DIR [DIR …] | --dedup PATH [PATH …]"

    def short_desc(self) -> str:
        return "Measure the article reader, or the finding of copies, where the truth is known"

    def long_desc(self) -> str:
        return (
            "DIR holds ground-truth.json ({id: {url, articleBody, title, date, authors}}) and html/ID.html.gz, or "
            "folders of that form. Every reader reads every page in turns in one process; of three readings "
            "the quickest counts. Sets differ in whether lead and captions are part of the truth: what was compared "
            "stands in the last column. With --dedup a PATH is a .jsonl or .jsonl.gz of texts of which is known which "
            "are copies (cluster, kind, title, text, published), or a folder of such: all are compared in the order of "
            "the file, as a crawl does."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.usage = (parser.usage or "").replace("scrapy ", "luutin ")
        parser.add_argument("--dedup", action="store_true", help="how copies are told from what is only alike")
        parser.add_argument("--per-portal", action="store_true", help="with --dedup: compare within portals only")
        parser.add_argument("--peers", action="store_true", help="also the other extractors that are installed")
        parser.add_argument("--json", metavar="FILE", help="write all figures")
        parser.add_argument("--plot", metavar="FILE", help="draw them (.svg, .png); needs matplotlib")
        parser.add_argument("--predictions", metavar="DIR", help="write what each reader read, a file per set")
        parser.add_argument("--floors", metavar="FILE", help="TOML of least figures per set; exit 3 under one")
        parser.add_argument("--worst", metavar="N", type=int, default=0, help="name our N worst of each set")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Evaluate, print the table, leave the exit code."""
        if not args:
            raise UsageError("name a folder of pages with truth, or with --dedup a file of texts")
        if opts.dedup and (opts.peers or opts.predictions):
            raise UsageError("--peers and --predictions are of pages, --dedup is of texts")
        try:
            (self._run_copies if opts.dedup else self._run)([Path(arg) for arg in args], opts)
        except CrawlError as error:
            sys.stderr.write(f"luutin eval: {error}\n")
            self.exitcode = 2 if isinstance(error, BadArgument) else 1

    def _run(self, folders: list[Path], opts: argparse.Namespace) -> None:
        from crawler.evaluation.readers import FLOOR, floor, generic, ours, peers
        from crawler.evaluation.run import as_json, evaluate, find_sets

        floors = _read_floors(opts.floors)
        readers: dict[str, Reader] = {"luutin": ours, "luutin generic": generic, FLOOR: floor}
        if opts.peers:
            installed, missing = peers()
            readers.update(installed)
            if missing:
                sys.stderr.write(f"not installed, left out: {', '.join(missing)} (pip install 'luutin[peers]')\n")
        results: list[Result] = []
        for pages in [one for folder in folders for one in find_sets(folder)]:
            for result, predictions in evaluate(pages, readers):
                results.append(result)
                if opts.predictions and result.scores is not None:
                    _write_predictions(Path(opts.predictions), result, predictions)
                if opts.worst and result.reader == "luutin":
                    _write_worst(result, opts.worst)
        sys.stdout.write(_table(results))
        if opts.json:
            Path(opts.json).write_text(json.dumps(as_json(results), ensure_ascii=False, indent=1) + "\n", "utf-8")
        if opts.plot:
            from crawler.evaluation.plot import plot

            plot(results, Path(opts.plot))
        for unmet in under(results, floors):
            sys.stderr.write(f"luutin eval: {unmet}\n")
            self.exitcode = 3

    def _run_copies(self, paths: list[Path], opts: argparse.Namespace) -> None:
        from crawler.evaluation.copies import compare, find_files
        from crawler.evaluation.copy_scores import judge
        from crawler.evaluation.copy_table import lines, under, worst
        from crawler.evaluation.thresholds import Pairs, thresholds, varied

        floors, found = _read_floors(opts.floors), []
        for path in [file for named in paths for file in find_files(named)]:
            pairs = Pairs()
            with pairs.remembered() if opts.plot else nullcontext():
                done = compare(path, by_portal=opts.per_portal, watch=pairs.watch if opts.plot else None)
            done.cpu_seconds -= pairs.cpu_seconds
            judged = judge(done)
            sys.stdout.writelines(f"{line}\n" for line in lines(judged))
            sys.stdout.flush()  # to vary thresholds takes a while
            sys.stderr.writelines(f"{line}\n" for line in worst(path, judged, opts.worst))
            for unmet in under(judged, floors):
                sys.stderr.write(f"luutin eval: {unmet}\n")
                self.exitcode = 3
            found.append((judged, varied(done, pairs) if opts.plot else {}))
        if opts.json:
            rows = [{**judged.as_dict(), "thresholds": _points(points)} for judged, points in found]
            Path(opts.json).write_text(json.dumps(rows, indent=1) + "\n", "utf-8")
        if opts.plot:
            from crawler.evaluation.copy_plot import plot

            plot(found, thresholds(), Path(opts.plot))


def _points(points: dict[str, list[Point]]) -> dict[str, list[dict[str, float]]]:
    return {name: [asdict(point) for point in values] for name, values in points.items()}


def _read_floors(path: str | None) -> dict[str, dict[str, Any]]:
    if path is None:
        return {}
    try:
        return tomllib.loads(Path(path).read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise BadArgument(f"{path}: cannot be read as TOML: {error}. A table per set: [aeb] f1 = 0.97") from error


def under(results: list[Result], floors: dict[str, dict[str, float]]) -> list[str]:
    """Our figures that lie under a floor, each as a sentence. A table's name is a set, or a set and ` generic`."""
    found = []
    for result in results:
        name = f"{result.set}{result.reader.removeprefix('luutin')}"
        if result.scores is None or not result.reader.startswith("luutin"):
            continue
        for field, least in floors.get(name, {}).items():
            value = getattr(result.scores, field, None)
            if value is None or value < least:
                found.append(f"{name}: {field} is {value if value is None else round(value, 4)}, the floor is {least}")
    return found


def _table(results: list[Result]) -> str:
    rows: list[tuple[str, ...]] = [COLUMNS]
    for result in results:
        scores = result.scores
        figures: tuple[float | None, ...] = (None,) * 8
        if scores is not None:
            figures = (scores.f1, scores.f1_deviation, scores.precision, scores.recall, scores.exact)
            figures += (scores.dates, scores.titles, scores.authors_f1)
        shown = tuple("-" if value is None else f"{value:.3f}" for value in figures)
        rows.append((result.set, result.reader, *shown, f"{result.per_second:.0f}", result.text))
    widths = [max(len(row[at]) for row in rows) for at in range(len(COLUMNS))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join(lines) + "\n"


def _write_predictions(folder: Path, result: Result, found: dict[str, Prediction]) -> None:
    data = {
        key: {"articleBody": one.body, "title": one.title, "date": one.date, "authors": list(one.authors)}
        for key, one in sorted(found.items())
    }
    path = folder / result.set / f"{result.reader.replace(' ', '-')}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _write_worst(result: Result, count: int) -> None:
    assert result.scores is not None
    for key, value in sorted(result.scores.per_page.items(), key=lambda item: item[1])[:count]:
        sys.stderr.write(f"{result.set}  {value:.3f}  {key}  {result.refused.get(key, '')}".rstrip() + "\n")
