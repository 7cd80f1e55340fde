"""What the whole field would take: 63 former provinces × 30 hosts × 20 years, simulated with measured costs.

Run as `make scale [DOCS=1]`: costs are those of build/bench/results.json, which `make bench` writes, else MEASURED. The
field is drawn DRAWS times; a host's pace is what `crawler.manners.pace`, which crawls use, makes of a made-up server.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

import numpy as np
from bench import BUILD, ROOT
from bench_table import insert

from crawler.manners.pace import Limits, Pace
from crawler.settings import REVISITS_PER_RUN

DOCS = ROOT / "docs" / "scale.md"
PROVINCES = 63
SEED = 9
DRAWS = 9
SAMPLE_REQUESTS = 100  # of each host, to know its pace
HOURS_PER_MONTH = 730
# Assumptions about servers: seconds until an answer is there, refusals, robots.txt with a Crawl-delay, outages
LATENCY_S, LATENCY_SPREAD, REQUEST_SPREAD = 0.6, 0.8, 0.5
REFUSED, MOST_REFUSING = 0.002, 0.05  # of requests: of most hosts, and of one in twenty
CRAWL_DELAY_SHARE, CRAWL_DELAY_S = 0.05, 10.0
UP = (40.0, 1.2)  # of Beta: the share of the time a host answers at all, 97 % on average
ENTRIES_PER_LIST, LISTS_PER_ARTICLE = 20, 2.0  # a section and the section over it
ARCHIVED = (2.0, 4.0)  # of Beta: the share of a dark portal's articles that a web archive holds, a third on average
ARCHIVE_S = 1.0 + 1.5  # ARCHIVE_DELAY, and until the Internet Archive has answered
FILE_BYTES = 350_000
LISTS_A_DAY = 15
# Assumptions about machines: 2 cores, 4 GB; each lost once a month, and its portals taken up elsewhere after a while
CORES, CORES_USED, MEMORY_MB, MEMORY_USED = 2, 0.7, 4_096, 0.8
MACHINES = (1, 2, 4, 8, 16, 32)
LOST_PER_HOUR, LOST_HOURS = 1 / HOURS_PER_MONTH, 0.25
# Assumed prices, USD: change them for yours
CORE_HOUR, DISK_GB_MONTH, OBJECT_GB_MONTH = 0.04, 0.08, 0.023


@dataclass(frozen=True)
class Kind:
    """A kind of host: how many a province has, and how they differ (all of it assumed, none of it counted)."""

    name: str
    per_province: int
    articles: int
    """In 20 years: the median; a log-normal distribution."""
    spread: float
    files: float
    """That an article links to, on average."""
    dark: float
    """The share that is in web archives only: 29 of 63 provinces and every district ended in 2025."""


KINDS = (
    Kind("newspaper", 1, 120_000, 0.6, 0.02, 0.3),
    Kind("broadcaster", 1, 40_000, 0.7, 0.02, 0.3),
    Kind("provincial portal", 1, 30_000, 0.7, 0.2, 0.4),
    Kind("department", 17, 4_000, 1.0, 0.3, 0.4),
    Kind("district", 10, 6_000, 0.9, 0.2, 0.8),
)


@dataclass(frozen=True)
class Costs:
    """What one page costs, measured: CPU seconds, bytes in each part of the output folder, memory of a crawl."""

    crawl_cpu_s: float
    index_cpu_s: float
    captures: float
    articles: float
    database: float
    index: float
    memory_mb: float


MEASURED = Costs(0.0271, 0.0009, 16_900, 5_950, 2_780, 1_700, 180.0)
"""Before this session's work on cost, on a busy machine: `make bench` has better ones."""


def measured(results: Path) -> Costs:
    """Of the runs of luutin that `make bench` wrote down, else MEASURED."""
    if not results.exists():
        return MEASURED
    own = next((one for one in json.loads(results.read_text("utf-8")) if one["name"] == "luutin"), None)
    if own is None:
        return MEASURED

    def typical(value: str, step: int | str) -> float:
        return float(median(run[value][step] / run["pages"] for run in own["runs"]))

    captures, articles, database, index = (
        typical("bytes", part) for part in ("captures", "articles", "archive.db", "index")
    )
    memory = float(median(run["memory_mb"] for run in own["runs"]))
    return Costs(typical("steps", 0), typical("steps", 1), captures, articles, database, index, memory)


@dataclass(frozen=True)
class Hosts:
    """All hosts, an array element each; `seconds` is what a request takes with its pause, outages counted."""

    kind: np.ndarray
    articles: np.ndarray
    requests: np.ndarray
    files: np.ndarray
    seconds: np.ndarray
    dark: np.ndarray


def draw(rng: np.random.Generator) -> Hosts:
    """One field of hosts."""
    kind = np.repeat(np.arange(len(KINDS)), [one.per_province * PROVINCES for one in KINDS])
    median_, spread, files, dark = (np.array([getattr(one, name) for one in KINDS])[kind]
                                    for name in ("articles", "spread", "files", "dark"))  # fmt: skip
    articles = np.round(median_ * np.exp(spread * rng.standard_normal(kind.size)))
    gone = rng.random(kind.size) < dark
    articles = np.where(gone, np.round(articles * rng.beta(*ARCHIVED, kind.size)), articles)
    linked = np.round(articles * files)
    requests = articles * (1 + LISTS_PER_ARTICLE / ENTRIES_PER_LIST) + linked
    live = np.array([_cycle(rng) for _ in range(kind.size)]) / rng.beta(*UP, kind.size)
    return Hosts(kind, articles, requests, linked, np.where(gone, ARCHIVE_S, live), gone)


def _cycle(rng: np.random.Generator) -> float:
    """Seconds from one page of a host to its next, by the pace crawls keep."""
    usual = LATENCY_S * np.exp(LATENCY_SPREAD * rng.standard_normal())
    refusing = MOST_REFUSING if rng.random() < 1 / 20 else REFUSED
    now, chances = 0.0, iter(rng.random(SAMPLE_REQUESTS * 8))
    pace = Pace(Limits(), clock=lambda: now, chance=lambda: float(next(chances)))
    pace.asked = CRAWL_DELAY_S if rng.random() < CRAWL_DELAY_SHARE else 0.0
    latencies = usual * np.exp(REQUEST_SPREAD * rng.standard_normal(SAMPLE_REQUESTS))
    for latency, refused in zip(latencies.tolist(), (rng.random(SAMPLE_REQUESTS) < refusing).tolist(), strict=True):
        now += pace.wait()
        pace.mark()
        now += latency
        pace.mark()
        if refused:  # and asked again once it may be
            pace.busy()
            now += pace.wait() + latency
        pace.good(latency)
    return now / SAMPLE_REQUESTS


def crawl(hosts: Hosts, costs: Costs, machines: int, rng: np.random.Generator) -> tuple[float, float]:
    """Days until the last live host is walked, the largest first, and the share of the cores that was busy."""
    left, rate = (hosts.requests[~hosts.dark], 3600 / hosts.seconds[~hosts.dark])
    order = np.argsort(-(left / rate))
    left, rate = left[order], rate[order]
    slots, power = machines * slots_of(costs), machines * CORES * CORES_USED * 3600 / costs.crawl_cpu_s
    hours, busy = 0, 0.0
    while left.size:
        lost = rng.binomial(machines, LOST_PER_HOUR) / machines * LOST_HOURS
        asked = rate[:slots].sum()
        share = min(1.0, power / asked) * (1 - lost)
        busy += min(asked, power)
        left[:slots] -= rate[:slots] * share
        rate, left = rate[left > 0], left[left > 0]
        hours += 1
    return hours / 24, busy / (hours * power) * CORES_USED


def slots_of(costs: Costs) -> int:
    """How many portals a machine walks at once: each is a process of its own."""
    return int(MEMORY_MB * MEMORY_USED / costs.memory_mb)


def field(draws: list[Hosts]) -> list[str]:
    """What there is, by kind of host: the mean of the draws."""
    rows = ["| | hosts | in archives only | articles to be had | requests, files included |", "|---|--:|--:|--:|--:|"]
    for name, kinds in [(kind.name, [number]) for number, kind in enumerate(KINDS)] + [
        ("**all**", [*range(len(KINDS))])
    ]:
        own = [np.isin(hosts.kind, kinds) for hosts in draws]
        dark, articles, requests = (
            np.mean([getattr(hosts, value)[mask].sum() for hosts, mask in zip(draws, own, strict=True)])
            for value in ("dark", "articles", "requests")
        )
        rows.append(f"| {name} | {own[0].sum():,} | {dark:,.0f} | {articles / 1e6:.1f} M | {requests / 1e6:.1f} M |")
    return rows


def days(draws: list[Hosts], costs: Costs) -> list[str]:
    """How long the live hosts take on so many machines, and what these cost."""
    rows = ["| machines | portals at once | days: median (least–most) | cores busy | USD |", "|--:|--:|--:|--:|--:|"]
    for machines in MACHINES:
        runs = [crawl(hosts, costs, machines, np.random.default_rng(SEED)) for hosts in draws]
        took = [one for one, _ in runs]
        rows.append(
            f"| {machines} | {machines * slots_of(costs):,} | {median(took):.0f} ({min(took):.0f}–{max(took):.0f}) | "
            f"{median(busy for _, busy in runs):.0%} | {median(took) * 24 * machines * CORES * CORE_HOUR:,.0f} |"
        )
    return rows


def sizes(draws: list[Hosts], costs: Costs) -> list[str]:
    """What the whole archive is on disk: the mean of the draws."""
    pages, files = (float(np.mean([one.sum() for one in each])) for each in
                    ([hosts.requests - hosts.files for hosts in draws], [hosts.files for hosts in draws]))  # fmt: skip
    parts = [
        ("captures of pages", pages * costs.captures, OBJECT_GB_MONTH),
        ("captures of files", files * FILE_BYTES, OBJECT_GB_MONTH),
        ("articles, as lines", pages * costs.articles, DISK_GB_MONTH),
        ("`archive.db`", pages * costs.database, DISK_GB_MONTH),
        ("full-text index", pages * costs.index, DISK_GB_MONTH),
    ]
    rows = [f"| {name} | {size / 1e9:,.0f} | {size / 1e9 * price:,.0f} |" for name, size, price in parts]
    size, money = sum(size for _, size, _ in parts) / 1e9, sum(size / 1e9 * price for _, size, price in parts)
    return ["| | GB | USD a month |", "|---|--:|--:|", *rows, f"| **all** | {size:,.0f} | {money:,.0f} |"]


def breaks(draws: list[Hosts], costs: Costs) -> list[str]:
    """What is in the way of being done sooner, or larger."""

    def typical(value: Callable[[Hosts], float]) -> float:
        return float(median(value(hosts) for hosts in draws))

    alone = [np.sort((hosts.requests * hosts.seconds)[~hosts.dark] / 86_400) for hosts in draws]
    archived = typical(lambda hosts: hosts.requests[hosts.dark].sum())
    live, dark = typical(lambda hosts: (~hosts.dark).sum()), typical(lambda hosts: hosts.dark.sum())
    rate = typical(lambda hosts: (1 / hosts.seconds[~hosts.dark]).sum())
    half, most = (median(float(np.quantile(one, share)) for one in alone) for share in (0.5, 1.0))
    pages = typical(lambda hosts: (hosts.requests - hosts.files).sum())
    daily = live * (LISTS_A_DAY + REVISITS_PER_RUN)
    memory_gb, cores = live * costs.memory_mb / MEMORY_USED / 1024, rate * costs.crawl_cpu_s / CORES_USED
    rows = (
        ("the web archive", f"{dark:,.0f} portals at one server, each request after the other: {archived / 1e6:.1f} M",
         f"{archived * ARCHIVE_S / 86_400:,.0f} days; no machine shortens it"),
        ("the largest host", f"one connection with pauses; half of the live hosts take {half:.1f} days at most",
         f"{most:,.0f} days; no machine shortens it"),
        ("memory", f"a process of {costs.memory_mb:.0f} MB for each of {live:,.0f} live portals at once",
         f"{memory_gb:,.0f} GB, {memory_gb * 1024 / MEMORY_MB:.0f} machines; one holds {slots_of(costs)} portals"),
        ("CPU", f"all of them: {rate:,.0f} requests a second of {1000 * costs.crawl_cpu_s:.1f} ms",
         f"{cores:,.1f} cores, {cores / CORES:.0f} machines"),
        ("one archive", f"of {pages / 1e6:.0f} M pages: index it, read all of it again, on one core",
         f"{pages * costs.index_cpu_s / 3600:,.0f} and at most {pages * costs.crawl_cpu_s / 3600:,.0f} hours"),
        ("each day after", f"{LISTS_A_DAY} lists and {REVISITS_PER_RUN} revisits a live portal, at most",
         f"{daily / 1e6:.1f} M requests, {daily * costs.crawl_cpu_s / 3600:,.1f} CPU hours"),
    )  # fmt: skip
    return ["| | what | comes to |", "|---|---|---|", *(f"| {' | '.join(row)} |" for row in rows)]


def report(costs: Costs) -> str:
    """All of it as Markdown."""
    rng = np.random.default_rng(SEED)
    draws = [draw(rng) for _ in range(DRAWS)]
    said = (
        f"With {1000 * costs.crawl_cpu_s:.2f} ms of CPU a page to crawl and {1000 * costs.index_cpu_s:.2f} to index, "
        f"{costs.captures / 1000:.1f} kB of captures, {(costs.articles + costs.database) / 1000:.1f} kB of lines and "
        f"database, {costs.index / 1000:.1f} kB of index a page, and {costs.memory_mb:.0f} MB of memory a crawl; "
        f"{DRAWS} draws of the field."
    )
    blocks = {
        "Pages": field(draws),
        "Days and machines, of live hosts": days(draws, costs),
        "Bytes": sizes(draws, costs),
        "What breaks first": breaks(draws, costs),
    }
    return "\n\n".join([said, *(f"### {title}\n\n" + "\n".join(rows) for title, rows in blocks.items())])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--results", type=Path, default=BUILD / "results.json")
    parser.add_argument("--cpu-ms", type=float, help="a page's, instead of the measured one")
    parser.add_argument("--docs", action="store_true", help="write the figures into docs/scale.md")
    options = parser.parse_args()
    costs = measured(options.results)
    if options.cpu_ms:
        costs = replace(costs, crawl_cpu_s=options.cpu_ms / 1000)
    said = report(costs)
    if options.docs:
        insert(DOCS, "figures", said)
    sys.stdout.write(said + "\n")


if __name__ == "__main__":
    main()
