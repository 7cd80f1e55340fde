"""The plot of an evaluation: how well against how fast, a panel for each set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.errors import CrawlError

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.evaluation.run import Result


def plot(results: list[Result], path: Path) -> None:
    """Write F1 against pages per CPU second, logarithmic, with the deviation of F1. Raises CrawlError."""
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise CrawlError(f"{path}: plots need matplotlib: pip install 'luutin[peers]'") from error
    sets = list(dict.fromkeys(result.set for result in results))
    figure = Figure(figsize=(4.2 * len(sets), 3.8), layout="constrained")
    panels = figure.subplots(1, len(sets), squeeze=False)[0]
    for panel, name in zip(panels, sets, strict=True):
        points = [result for result in results if result.set == name and result.scores is not None]
        for result in points:
            assert result.scores is not None
            own = result.reader.startswith("luutin")
            panel.errorbar(
                result.per_second,
                result.scores.f1,
                yerr=result.scores.f1_deviation,
                fmt="o" if own else "s",
                color="#b3261e" if own else "#5b6770",
                capsize=2,
            )
            panel.annotate(
                result.reader,
                (result.per_second, result.scores.f1),
                xytext=(0, -16 if result.reader.endswith("generic") else 9),  # our two points lie close together
                textcoords="offset points",
                ha="center",
                fontsize=8,
            )
        panel.set_xscale("log")
        panel.margins(x=0.35, y=0.25)
        panel.set_title(f"{name} ({points[0].pages if points else 0} pages)", fontsize=10)
        panel.set_xlabel("pages per CPU second")
        panel.set_ylabel("F1")
        panel.grid(alpha=0.3)
    figure.savefig(path)
