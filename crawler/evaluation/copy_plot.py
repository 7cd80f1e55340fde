"""The plot of how copies were told: recall by kind, and what other thresholds would have made of the same pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from crawler.errors import CrawlError

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.evaluation.copy_scores import Judged
    from crawler.evaluation.thresholds import Point

ACROSS: Final = 3
RECALL, PRECISION, REST = "#1f6f8b", "#b3261e", "#5b6770"


def plot(found: list[tuple[Judged, dict[str, list[Point]]]], own: dict[str, float], path: Path) -> None:
    """Write a part for each file; `own` are the thresholds that hold. Raises CrawlError."""
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise CrawlError(f"{path}: plots need matplotlib: pip install 'luutin[peers]'") from error
    down = -(-len(own) // ACROSS)
    figure = Figure(figsize=(10, len(found) * (3.6 + 2.1 * down)), layout="constrained")
    parts = figure.subfigures(len(found), 1, squeeze=False)[:, 0]
    for part, (judged, varied) in zip(parts, found, strict=True):
        part.suptitle(f"{judged.set} ({judged.documents:,} documents)", fontsize=11)
        above, below = part.subfigures(2, 1, height_ratios=(3.6, 2.1 * down))
        _by_kind(above.subplots(), judged)
        panels = list(below.subplots(down, ACROSS, squeeze=False).flat)
        lowest = min((min(point.recall, point.precision) for points in varied.values() for point in points), default=0)
        for panel, (name, points) in zip(panels, varied.items(), strict=False):
            _threshold(panel, name, points, own[name], lowest)
        panels[0].legend(fontsize=7)
        for panel in panels[len(varied) :]:
            panel.set_axis_off()
    figure.savefig(path)


def _by_kind(panel: Any, judged: Judged) -> None:
    shown = {name: kind for name, kind in sorted(judged.kinds.items()) if kind.recall is not None}
    bars = panel.bar(list(shown), [kind.recall for kind in shown.values()], color=RECALL)
    panel.bar_label(bars, [f"{kind.recall:.3f}" for kind in shown.values()], fontsize=7)
    panel.set_ylabel("recall")
    panel.set_ylim(min((kind.recall or 0.0 for kind in shown.values()), default=0.0) * 0.95, 1.01)
    panel.tick_params(axis="x", rotation=60, labelsize=8)
    panel.grid(axis="y", alpha=0.3)


def _threshold(panel: Any, name: str, points: list[Point], own: float, lowest: float) -> None:
    values = [point.value for point in points]
    panel.plot(values, [point.recall for point in points], "o-", color=RECALL, markersize=3, label="recall")
    panel.plot(values, [point.precision for point in points], "s-", color=PRECISION, markersize=3, label="precision")
    panel.axvline(own, color=REST, linewidth=0.8, linestyle=":")
    panel.set_title(f"{name} = {own:g}", fontsize=8)
    panel.set_ylim(lowest - 0.01, 1.005)
    panel.tick_params(labelsize=7)
    panel.grid(alpha=0.3)
