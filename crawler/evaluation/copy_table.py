"""What was found of copies, as a table, beside the least figures it has to reach."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from crawler.evaluation.copies import read_documents
from crawler.evaluation.copy_scores import Judged, Kind

COLUMNS: Final = ("kind", "documents", "copies", "recall", "falsely linked", "in series", "called")
TABLE: Final = "dedup"
"""Of floors: `[dedup]` for every file, `[dedup.NAME]` for one, `[dedup.kinds]` of recall by kind."""


def lines(judged: Judged) -> Iterator[str]:
    """One file's figures."""
    yield f"{judged.set}: {judged.documents:,} documents"
    falsely = f"{judged.bulletins_linked} of {judged.bulletins:,} distinct bulletins falsely linked"
    yield f"  recall {_share(judged.recall)}, precision {_share(judged.precision)}, {falsely}"
    yield f"  {judged.series:,} series found, with {_share(judged.in_series)} of the distinct bulletins"
    wall = judged.documents / judged.wall_seconds if judged.wall_seconds else 0.0
    yield f"  {judged.per_second:,.0f} documents per CPU second ({wall:,.0f} by the clock)"
    memory = f"peak memory {judged.peak_bytes / 1e6:,.0f} MB"
    yield f"  {judged.bytes_per_document:,.0f} bytes of database per document, {memory}"
    rows = [COLUMNS, *(_row(name, kind) for name, kind in sorted(judged.kinds.items()))]
    widths = [max(len(row[at]) for row in rows) for at in range(len(COLUMNS))]
    for row in rows:
        cells = (
            cell.ljust(width) if at in (0, len(COLUMNS) - 1) else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield "  " + "  ".join(cells).rstrip()


def _row(name: str, kind: Kind) -> tuple[str, ...]:
    called = ", ".join(f"{how} {count}" for how, count in kind.called.most_common())
    return (
        name,
        str(kind.documents),
        str(kind.copies or "-"),
        _share(kind.recall),
        str(kind.wrong or "-"),
        str(kind.in_series or "-"),
        called or "-",
    )


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"


def under(judged: Judged, floors: dict[str, Any]) -> list[str]:
    """The figures of a file that lie under a floor, each as a sentence; what a file does not have is under none."""
    table = floors.get(TABLE, {})
    least = {name: value for name, value in table.items() if not isinstance(value, dict)}
    found = []
    for name, floor in {**least, **table.get(judged.set, {})}.items():
        value = getattr(judged, name)
        if value is not None and value < floor:
            found.append(f"{judged.set}: {name} is {value:.4f}, the floor is {floor}")
    for name, floor in table.get("kinds", {}).items():
        kind = judged.kinds.get(name)
        if kind is not None and kind.recall is not None and kind.recall < floor:
            found.append(f"{judged.set}: recall of {name} is {kind.recall:.4f}, the floor is {floor}")
    return found


def worst(path: Path, judged: Judged, count: int) -> Iterator[str]:
    """The first false links and missed copies, with titles."""
    shown = [(number, linked) for number, linked in judged.wrong[:count]] + [(one, -1) for one in judged.missed[:count]]
    wanted = {number for pair in shown for number in pair}
    titles = {at: one for at, one in enumerate(read_documents(path)) if at in wanted} if wanted else {}
    for number, linked in shown:
        one = titles[number]
        to = f"falsely linked to {linked} ({titles[linked].kind}) {titles[linked].title}" if linked >= 0 else "missed"
        yield f"{judged.set}  {number} ({one.kind}) {one.title}: {to}"
