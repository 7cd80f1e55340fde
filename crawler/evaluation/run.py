"""An evaluation: sets of pages with truth, read by each reader in turns, scored and timed."""

from __future__ import annotations

import gzip
import json
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from crawler.errors import BadArgument
from crawler.evaluation.readers import FLOOR, Reader
from crawler.evaluation.scoring import Prediction, Scores, Truth, score

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TRUTH_FILE: Final = "ground-truth.json"
ROUNDS: Final = 3
"""Of so many readings of each page the quickest counts: what a shared machine adds is not the reader's."""


@dataclass(slots=True)
class PageSet:
    """A folder of pages with truth."""

    name: str
    pages: dict[str, bytes]
    truths: dict[str, Truth]


@dataclass(slots=True)
class Result:
    """One reader on one set. `text` names what of an article was compared with the truth, `seconds` are of CPU."""

    set: str
    reader: str
    scores: Scores | None
    seconds: float
    pages: int
    text: str = "all"
    refused: dict[str, str] = field(default_factory=dict)

    @property
    def per_second(self) -> float:
        """Pages a CPU second."""
        return self.pages / self.seconds if self.seconds else 0.0


def find_sets(folder: Path) -> list[PageSet]:
    """The sets in a folder, or the one it is. Raises BadArgument where there is none, or one is not whole."""
    if not folder.is_dir():
        raise BadArgument(f"{folder}: is no folder. Name one with {TRUTH_FILE} and html/, or one that holds such")
    found = [folder] if (folder / TRUTH_FILE).exists() else sorted(p.parent for p in folder.glob(f"*/{TRUTH_FILE}"))
    if not found:
        raise BadArgument(f"{folder}: no {TRUTH_FILE} in it or one level below. A set is that file and html/ID.html.gz")
    return [read_set(path) for path in found]


def read_set(folder: Path) -> PageSet:
    """One set. Raises BadArgument where truth and pages do not fit together."""
    try:
        data = json.loads((folder / TRUTH_FILE).read_text("utf-8"))
        truths = {key: _truth(value) for key, value in data.items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadArgument(
            f"{folder / TRUTH_FILE}: cannot be read ({error!r}). It must be {{id: {{url, articleBody, …}}}}"
        ) from error
    pages = {
        path.name.removesuffix(".gz").removesuffix(".html"): path for path in sorted((folder / "html").glob("*.html*"))
    }
    if lacking := sorted(truths.keys() - pages.keys()):
        raise BadArgument(f"{folder}: no page for {len(lacking)} of the truth, e.g. html/{lacking[0]}.html.gz")
    if surplus := sorted(pages.keys() - truths.keys()):
        raise BadArgument(f"{folder}: no truth for {len(surplus)} pages, e.g. {pages[surplus[0]].name}")
    return PageSet(folder.name, {key: _bytes(path) for key, path in pages.items()}, truths)


def _truth(value: dict[str, Any]) -> Truth:
    authors = value.get("authors") or ()
    return Truth(
        url=value.get("url") or "https://unknown.example/",
        body=value["articleBody"] or "",
        title=value.get("title"),
        date=value.get("date"),
        authors=(authors,) if isinstance(authors, str) else tuple(authors),
    )


def _bytes(path: Path) -> bytes:
    raw = path.read_bytes()
    return gzip.decompress(raw) if path.suffix == ".gz" else raw


def evaluate(
    pages: PageSet, readers: dict[str, Reader], rounds: int = ROUNDS
) -> Iterator[tuple[Result, dict[str, Prediction]]]:
    """Each reader's result and its predictions. Page by page all readers take turns, so that noise hits all alike."""
    found: dict[str, dict[str, Prediction]] = {name: {} for name in readers}
    spent = dict.fromkeys(readers, 0.0)
    for key, truth in pages.truths.items():
        for name, reader in readers.items():
            best = float("inf")
            for _ in range(rounds):
                began = time.process_time()
                read = _guarded(reader, pages.pages[key], truth.url)
                best = min(best, time.process_time() - began)
            found[name][key] = read()
            spent[name] += best
    for name, predictions in found.items():
        refused = {key: one.why for key, one in predictions.items() if one.why}
        scores, text = (None, "none") if name == FLOOR else _scored(pages.truths, predictions)
        yield Result(pages.name, name, scores, spent[name], len(pages.truths), text, refused), predictions


def _guarded(reader: Reader, raw: bytes, url: str) -> Callable[[], Prediction]:
    try:
        return reader(raw, url)
    except Exception as error:  # noqa: BLE001 - a peer that falls over on a page has not read it
        fallen = Prediction(why=f"{type(error).__name__}: {error}"[:200])
        return lambda: fallen


def _scored(truths: dict[str, Truth], found: dict[str, Prediction]) -> tuple[Scores, str]:
    """The scores, and what was compared: sets differ in whether lead and captions are part of the truth."""
    names = dict.fromkeys(name for one in found.values() for name in one.variants)
    if not names:
        return score(truths, found), "all"
    scored = {name: score(truths, found, name) for name in names}
    best = max(scored, key=lambda name: scored[name].f1)
    for one in found.values():
        one.body = one.variants.get(best, one.body)
    return scored[best], best


def as_json(results: list[Result]) -> list[dict[str, Any]]:
    """Results for a JSON file: every field, and pages a CPU second."""
    return [{**asdict(result), "per_second": result.per_second} for result in results]
