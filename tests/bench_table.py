"""The figures of `make bench` as a table, as a plot, and in docs/benchmarks.md between their marks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from bench_measure import Measured

OWN, OTHERS = "#b3261e", "#5b6770"


def table(measured: Sequence[Measured], base: str) -> str:
    """Markdown: a row for each peer, the cheapest first; medians, and how far the runs lay apart."""
    ratios = {one.name: cost(one) / cost(other) for other in measured if other.name == base for one in measured}
    rows = [
        f"| | what of it it does | pages | articles read | CPU s per 1,000 pages | runs | × {base} | memory, MB |",
        "|---|---|--:|--:|--:|---|--:|--:|",
    ]
    for one in sorted(measured, key=cost):
        costs = [run.per_1000 for run in one.runs]
        read, spread = one.runs[-1].articles, f"{min(costs):.2f}–{max(costs):.2f}" if len(costs) > 1 else "one"
        name = f"**{one.name}**" if one.name == "luutin" else one.name
        ratio = f"{ratios[one.name]:.2f}" if ratios else "–"
        memory = max(run.memory_mb for run in one.runs)
        rows.append(
            f"| {name} | {one.does} | {one.runs[-1].pages:,} | {'–' if read is None else f'{read:,}'} | "
            f"{cost(one):.2f} | {spread} | {ratio} | {memory:.0f} |"
        )
    return "\n".join(rows)


def cost(one: Measured) -> float:
    """Its median CPU seconds per 1,000 pages."""
    return median(run.per_1000 for run in one.runs)


def plot(measured: Sequence[Measured], path: Path) -> None:
    """Bars of CPU seconds per 1,000 pages, on a logarithmic scale, as SVG."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    ordered = sorted(measured, key=cost, reverse=True)
    costs = [cost(one) for one in ordered]
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "bench", "font.family": "sans-serif"}):
        figure = Figure(figsize=(8, 0.9 + 0.42 * len(ordered)), layout="constrained")
        axes = figure.subplots()
        colours = [OWN if one.name == "luutin" else OTHERS for one in ordered]
        bars = axes.barh([f"{one.name}\n{one.does}" for one in ordered], costs, color=colours, height=0.62)
        axes.bar_label(bars, [f"{value:.1f}" for value in costs], padding=4)
        axes.set_xscale("log")
        axes.set_xlim(min(costs) / 2, max(costs) * 2)
        axes.set_xlabel("CPU seconds per 1,000 pages, all processes (logarithmic)")
        axes.xaxis.set_major_formatter("{x:g}")
        axes.tick_params(axis="y", labelsize=8)
        axes.spines[["top", "right"]].set_visible(False)
        figure.savefig(path, format="svg", metadata={"Date": None})


def insert(document: Path, mark: str, text: str) -> None:
    """Put `text` between `<!-- mark -->` and `<!-- /mark -->`. Raises ValueError where these are not there once."""
    before = document.read_text("utf-8")
    after, count = re.subn(
        rf"(?s)(<!-- {mark} -->\n).*?(<!-- /{mark} -->)", lambda found: f"{found[1]}{text}\n{found[2]}", before
    )
    if count != 1:
        raise ValueError(f"{document}: {count} places between <!-- {mark} --> and <!-- /{mark} -->; one is needed")
    document.write_text(after, "utf-8")
